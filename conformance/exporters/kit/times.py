"""The exporter's own clock, virtual or real, and times as text."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Unix seconds. A virtual clock moves only when advanced; a real one runs on from `now`."""

    def __init__(self, now: float | None = None, *, virtual: bool = False) -> None:
        self._virtual = virtual
        self._offset = 0.0 if now is None else now - self._reading()

    @property
    def virtual(self) -> bool:
        """Whether the clock moves only when advanced."""
        return self._virtual

    def now(self) -> float:
        return self._reading() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError(f"seconds must not be negative (got {seconds}).")
        self._offset += seconds

    def _reading(self) -> float:
        return 0.0 if self._virtual else time.time()


def seconds(text: str) -> float:
    """Unix seconds from an RFC 3339 time. Raises ValueError, also for a time without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time must have a zone, such as Z (got {text!r}).")
    return moment.timestamp()


def text(moment: float) -> str:
    """RFC 3339 in UTC, with fractions of a second only if they are not zero."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
