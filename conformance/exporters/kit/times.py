"""The exporter's own time, virtual or real, and times as text."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Unix seconds. Virtual time stands still unless advanced; real time goes on from `now`."""

    def __init__(self, now: float | None = None, *, virtual: bool = False) -> None:
        self._virtual = virtual
        self._offset = 0.0 if now is None else now - self._reading()

    @property
    def virtual(self) -> bool:
        """Whether time stands still unless advanced."""
        return self._virtual

    def now(self) -> float:
        return self._reading() + self._offset

    def advance(self, seconds: float) -> None:
        """Moves the clock forward. Raises ValueError where that would be backward."""
        if seconds < 0:
            raise ValueError("Time only moves forward.")
        self._offset += seconds

    def _reading(self) -> float:
        return 0.0 if self._virtual else time.time()


def seconds(text: str) -> float:
    """Unix seconds from an RFC 3339 time. Raises ValueError, for a time without a zone too."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} lacks a time zone.")
    return moment.timestamp()


def text(moment: float) -> str:
    """RFC 3339 in UTC, with fractions only where there are any."""
    return datetime.fromtimestamp(moment, UTC).isoformat().replace("+00:00", "Z")
