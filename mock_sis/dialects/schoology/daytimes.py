"""Dates and times as this interface shows them, whoever wrote them: a seed document and OneRoster
say a day, or a moment in ISO 8601."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_SHOWN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


def daytime(text: str) -> str:
    """YYYY-MM-DD HH:MM:SS in UTC, which is the time zone of all users here; "" for what says no
    moment. A day is its first second, as in OneRoster."""
    if _SHOWN.fullmatch(text):
        return text
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        return ""
    return _in_utc(found).replace(tzinfo=None).isoformat(" ", "seconds")


def _in_utc(moment: datetime) -> datetime:
    """The moment in UTC, where it names an offset."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except OverflowError:
        # The first or the last day there is, seen from far enough east or west.
        return moment
