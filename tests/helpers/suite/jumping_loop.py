"""An event loop whose clock stands still while there is work, and jumps when all that runs in it
waits for time to pass.

A quiet window of a second then costs a few milliseconds, and a deadline passes only when its time
has come for everything in the loop: a busy machine makes a test slower and never makes a deadline
pass. What runs in the loop must not wait for other processes, or for threads outside its executor.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

GRACE = 0.02
"""Real seconds that the kernel has to deliver what was sent over a socket before time jumps."""


class JumpingLoop(asyncio.SelectorEventLoop):
    """See above. `time` begins at 0."""

    def __init__(self) -> None:
        self._now = 0.0
        self._working = 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self._now

    @property
    def waits_for_threads(self) -> bool:
        return self._working > 0

    def jump(self, seconds: float) -> None:
        self._now += seconds

    def run_in_executor(self, *args: Any) -> asyncio.Future[Any]:
        self._working += 1
        future = super().run_in_executor(*args)
        future.add_done_callback(self._worked)
        return future

    def _worked(self, _: object) -> None:
        self._working -= 1

    async def shutdown_default_executor(self, *args: Any) -> None:
        self._working += 1
        await super().shutdown_default_executor(*args)


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None or self._loop.waits_for_threads:
            return super().select()
        ready = super().select(GRACE)
        if not ready:
            self._loop.jump(timeout)
        return ready


def run_jumping(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, run in such a loop."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(coroutine)
