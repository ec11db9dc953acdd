"""The simulator's time: real, possibly shifted, or virtual and still until it is moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

Mode = Literal["real", "virtual"]


class Clock:
    """Time in Unix seconds. A virtual clock stands still; a real one runs with an offset."""

    def __init__(
        self,
        mode: Mode = "real",
        now: float | None = None,
        *,
        source: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self.mode: Mode = mode
        self._offset = 0.0
        self._still = source() if now is None else now
        if now is not None:
            self.set(now)

    def now(self) -> float:
        """Unix seconds."""
        return self._still if self.mode == "virtual" else self._source() + self._offset

    def set(self, now: float, mode: Mode | None = None) -> None:
        """Make it `now`; where a mode is given, run in that mode from there."""
        self.mode = mode or self.mode
        self._still = now
        self._offset = now - self._source()

    def advance(self, seconds: float) -> None:
        """Move forward (or, with a negative number, back)."""
        self._still += seconds
        self._offset += seconds


def iso(seconds: float) -> str:
    """Unix seconds as RFC 3339 in UTC, with milliseconds."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(seconds: float) -> datetime:
    """The moment that `iso` writes."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def from_iso(text: str) -> float:
    """Unix seconds from RFC 3339; without an offset it is UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
