"""Deadlines that pass when a test says so, not when a busy machine is late."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest


class Deadlines:
    """The deadlines that are set with `asyncio.timeout` from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._made: list[asyncio.Timeout] = []
        usual = asyncio.timeout

        def timeout(delay: float | None) -> asyncio.Timeout:
            made = usual(delay)
            if delay is not None:
                self._made.append(made)
            return made

        monkeypatch.setattr(asyncio, "timeout", timeout)

    def latest(self) -> float:
        """When the deadline passes that was set last, by the clock of the loop."""
        when = self._made[-1].when()
        assert when is not None
        return when

    def expire(self) -> None:
        """Let all that are open pass now."""
        for deadline in self._made:
            with suppress(RuntimeError):  # one that is over cannot be moved
                deadline.reschedule(0)
