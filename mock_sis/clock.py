"""The simulator's clock, real or virtual, and conversions between times, days and text.

A SIS has a time zone, and only there a moment has a day: 2026-12-20T23:59:59-06:00 and
2026-12-21T05:59:59Z are one moment, on 20 December in Chicago and on the 21st in UTC. `day` and
`day_at` are the only functions that make a day of a moment, so that no judgement depends on how a
moment is spelled. Conversely, `moment` makes a day the first second that it has in the time zone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
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
        self._begun = (self._still, self._offset)
        self.advanced = 0.0
        """Seconds by which the clock has been advanced since it was set."""
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
        self._begun = (self._still, self._offset)
        self.advanced = 0.0

    def advance(self, seconds: float) -> None:
        """Move the clock by seconds: forward, or back if they are negative."""
        self._still += seconds
        self._offset += seconds
        self.advanced += seconds

    def rewind(self) -> None:
        """Undo every advance since the clock was set."""
        self._still, self._offset = self._begun
        self.advanced = 0.0


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


def time_zone(name: str) -> tzinfo:
    """The time zone with this IANA name. Raises ValueError with what would be right."""
    if name == "UTC":
        return UTC
    # Imported here because few simulators need it, and it would slow every start.
    from difflib import get_close_matches
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        close = get_close_matches(name, sorted(available_timezones()), 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(
            f"time_zone must be the IANA name of a time zone, such as America/Chicago"
            f" (got {name[:80]!r}{hint})."
        ) from None


def day(text: str, zone: tzinfo) -> str:
    """The day, as YYYY-MM-DD, of an ISO 8601 date or date-time in a time zone; "" if it is invalid.

    A date is a day in any time zone. A time without an offset is a time in this one.
    """
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        found = moment(text, zone)
    return "" if found is None else in_zone(found, zone).date().isoformat()


def day_at(seconds: float, zone: tzinfo) -> str:
    """The day, as YYYY-MM-DD, of Unix seconds in a time zone."""
    return in_zone(datetime.fromtimestamp(seconds, UTC), zone).date().isoformat()


def in_zone(utc: datetime, zone: tzinfo) -> datetime:
    """A date-time in UTC as one in a time zone."""
    try:
        return utc.astimezone(zone)
    except OverflowError:  # the first or last day that Python has
        return utc


def moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """An ISO 8601 date or date-time in UTC, or None if it is invalid. A date means its first second
    in the time zone, and a time without an offset is in it."""
    try:
        found = _with_offset(datetime.fromisoformat(text.upper()), zone)
    except ValueError:
        return None
    try:
        return found.astimezone(UTC)
    except OverflowError:
        # The first or last day that Python has, in a time zone far enough east or west.
        return found.replace(tzinfo=UTC)


def _with_offset(found: datetime, zone: tzinfo = UTC) -> datetime:
    return found if found.tzinfo else found.replace(tzinfo=zone)
