"""Dates and times in the form of this interface: a seed document and OneRoster
say a day, or a moment in ISO 8601."""

from __future__ import annotations

from datetime import tzinfo

from mock_sis.clock import in_zone, moment


def daytime(text: str, zone: tzinfo) -> str:
    """YYYY-MM-DD HH:MM:SS in the time zone of the SIS, which is that of all users here; "" for what
    says no moment. A day is its first second, as in OneRoster."""
    found = moment(text, zone)
    return in_zone(found, zone).replace(tzinfo=None).isoformat(" ", "seconds") if found else ""
