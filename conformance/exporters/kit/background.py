"""Background work, and its waits by the exporter's own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from conformance.exporters.kit.times import Clock


@dataclass(frozen=True, slots=True)
class Wait:
    """The sleep of one task: until when, for what reason, and the future that wakes it."""

    until: float
    reason: str
    done: asyncio.Future[None]


class Background:
    """Tasks of the running event loop, and those of them that sleep.

    With a virtual clock a sleeping task wakes only when the clock is advanced, so `settle` does not
    wait for it. With a real clock it wakes when its time has come, and counts as at work.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._asleep: dict[asyncio.Task[Any], Wait] = {}
        self._stirred = asyncio.Event()
        self._accident: BaseException | None = None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def sleep(self, seconds: float, reason: str) -> None:
        """Return after so many seconds by the exporter's clock."""
        if seconds <= 0:
            return
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._asleep[task] = Wait(self.clock.now() + seconds, reason, done)
        timer = None if self.clock.virtual else loop.call_later(seconds, self._wake, task)
        self._stirred.set()
        try:
            await done
        finally:
            self._asleep.pop(task, None)
            if timer is not None:
                timer.cancel()

    def advance(self, seconds: float) -> None:
        """Move the clock forward and wake the tasks whose time has come."""
        self.clock.advance(seconds)
        now = self.clock.now()
        for task in [task for task, wait in self._asleep.items() if wait.until <= now]:
            self._wake(task)

    async def settle(self) -> tuple[str, ...]:
        """Return when no task is at work: the reasons of those that sleep.

        Raises the first exception that a task raised, if one did.
        """
        while self._tasks - (self._asleep.keys() if self.clock.virtual else set()):
            self._stirred.clear()
            await self._stirred.wait()
        if self._accident is not None:
            raise self._accident
        return tuple(wait.reason for wait in self._asleep.values())

    def abandon(self) -> None:
        """Stop at once and record nothing, as in a kill."""
        for task in self._tasks:
            task.cancel()

    def _wake(self, task: asyncio.Task[Any]) -> None:
        wait = self._asleep.pop(task, None)
        if wait is not None and not wait.done.done():
            wait.done.set_result(None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._stirred.set()
        if not task.cancelled():
            self._accident = self._accident or task.exception()
