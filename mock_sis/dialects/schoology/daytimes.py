"""Dates and times in the form of this interface: a seed document and OneRoster
say a day, or a moment in ISO 8601."""

from __future__ import annotations

from mock_sis.clock import moment


def daytime(text: str) -> str:
    """YYYY-MM-DD HH:MM:SS in UTC, which is the time zone of all users here; "" for what says no
    moment. A day is its first second, as in OneRoster."""
    found = moment(text)
    return found.replace(tzinfo=None).isoformat(" ", "seconds") if found else ""
