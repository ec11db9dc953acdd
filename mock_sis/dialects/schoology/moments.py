"""Days and times, which other interfaces leave in the gradebook in forms of their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_TOLD = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def day_time(text: str) -> str:
    """An ISO 8601 day or moment as this interface tells it, "YYYY-MM-DD HH:MM:SS" in UTC; "" for
    what is neither."""
    if _TOLD.fullmatch(text):
        return text
    try:
        found = datetime.fromisoformat(text)
        moment = found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):  # the first day there is, seen from far enough east
        return ""
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")
