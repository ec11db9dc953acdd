"""Deadlines that pass when a test says so, not when a busy machine is late."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest


class Deadlines:
    """The deadlines that are set with `asyncio.timeout` from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._made: list[tuple[float, asyncio.Timeout]] = []
        usual = asyncio.timeout

        def timeout(delay: float | None) -> asyncio.Timeout:
            made = usual(delay)
            if delay is not None:
                self._made.append((delay, made))
            return made

        monkeypatch.setattr(asyncio, "timeout", timeout)

    def of(self, seconds: float) -> list[asyncio.Timeout]:
        """Those that were set for so many seconds."""
        return [deadline for delay, deadline in self._made if delay == seconds]

    def expire(self) -> None:
        """Let all that are open pass now."""
        for _, deadline in self._made:
            with suppress(RuntimeError):  # one that is over cannot be moved
                deadline.reschedule(0)
