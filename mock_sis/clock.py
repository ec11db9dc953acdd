"""The simulator's clock, real or virtual, and conversions between times and text."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

Mode = Literal["real", "virtual"]


class Clock:
    """Time in Unix seconds.

    A virtual clock stands still until it is set or advanced. A real one runs with `source`, plus an
    offset.
    """

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
        """The present time in Unix seconds."""
        return self._still if self.mode == "virtual" else self._source() + self._offset

    def set(self, now: float, mode: Mode | None = None) -> None:
        """Set the time in Unix seconds, and the mode if one is given."""
        self.mode = mode or self.mode
        self._still = now
        self._offset = now - self._source()

    def advance(self, seconds: float) -> None:
        """Move the clock by seconds: forward, or back if they are negative."""
        self._still += seconds
        self._offset += seconds


def iso(seconds: float) -> str:
    """Unix seconds as RFC 3339 in UTC, with milliseconds."""
    return rfc3339(datetime.fromtimestamp(seconds, UTC))


def rfc3339(utc: datetime) -> str:
    """A date-time in UTC as RFC 3339, with milliseconds."""
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def shown(seconds: float) -> datetime:
    """The date-time that `iso` writes: in UTC, cut to milliseconds."""
    exact = datetime.fromtimestamp(seconds, UTC)
    return exact.replace(microsecond=exact.microsecond // 1000 * 1000)


def from_iso(text: str) -> float:
    """RFC 3339 text as Unix seconds; UTC if it has no offset. Raises ValueError."""
    return _with_offset(datetime.fromisoformat(text)).timestamp()


def moment(text: str) -> datetime | None:
    """An ISO 8601 date or date-time in UTC, or None if it is invalid. A date means its first
    second, and a time without an offset is in UTC."""
    try:
        found = _with_offset(datetime.fromisoformat(text.upper()))
    except ValueError:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:
        # The first or last day that Python has, in a time zone far enough east or west.
        return found.replace(tzinfo=UTC)


def _with_offset(found: datetime) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=UTC)
