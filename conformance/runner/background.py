"""A run in a background thread, for callers without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from concurrent.futures import Future
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from conformance.drivers.base import Driver
from conformance.judging.late import Late
from conformance.judging.verdicts import Verdict
from conformance.model.evidence import Evidence
from conformance.model.rule import Rule
from conformance.runner.run import Options, running

T = TypeVar("T")


class Background:
    """A run that continues while its caller does something else. Must be closed."""

    def __init__(self, exporter: Driver, options: Options) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="conformance")
        self._thread.start()
        self._stack = AsyncExitStack()
        self._verdicts: dict[str, Future[Verdict]] = {}
        try:
            self._run = self._submit(
                self._stack.enter_async_context(running(exporter, options))
            ).result()
        except BaseException:
            self._end()
            raise

    def foresee(self, rules: Iterable[Rule]) -> None:
        """Start to try these rules."""
        rules = list(rules)
        self._submit(self._foresee(rules)).result()
        for rule in rules:
            if rule.id not in self._verdicts:
                self._verdicts[rule.id] = self._submit(self._run.judge(rule))

    async def _foresee(self, rules: Iterable[Rule]) -> None:
        self._run.foresee(rules)

    def verdict(self, rule: Rule) -> Verdict:
        """The verdict on a rule; waits for it."""
        self.foresee([rule])
        return self._verdicts[rule.id].result()

    def watch(self) -> tuple[Late, ...]:
        """Watch the SISs of all cases, once the last verdict has been given. Gives what was sent
        when it should not have been."""
        return self._submit(self._run.watch()).result()

    @property
    def evidence(self) -> dict[str, Evidence]:
        """The evidence of the scenarios that are over, by name."""
        return self._run.evidence

    def close(self) -> None:
        """Stop the adapters, cancel the cases that are still being played, and end the thread."""
        try:
            for future in self._verdicts.values():
                future.cancel()
            self._submit(self._stack.aclose()).result()
        finally:
            self._end()

    def _submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
