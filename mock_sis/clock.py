"""The simulator's time: real, possibly shifted, or virtual and still until it is moved; and times
as text."""

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
    return rfc3339(datetime.fromtimestamp(seconds, UTC))


def rfc3339(utc: datetime) -> str:
    """A moment in UTC, with milliseconds."""
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(seconds: float) -> datetime:
    """The moment that `iso` writes."""
    exact = datetime.fromtimestamp(seconds, UTC)
    return exact.replace(microsecond=exact.microsecond // 1000 * 1000)


def from_iso(text: str) -> float:
    """Unix seconds from RFC 3339; without an offset it is UTC. Raises ValueError."""
    return _placed(datetime.fromisoformat(text)).timestamp()


def moment(text: str) -> datetime | None:
    """What an ISO 8601 text says, in UTC; None where it is not in the calendar. A day is its first
    second, and a time without an offset is UTC."""
    try:
        found = _placed(datetime.fromisoformat(text.upper()))
    except ValueError:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:
        # The first or the last day there is, seen from far enough east or west.
        return found.replace(tzinfo=UTC)


def _placed(found: datetime) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=UTC)
