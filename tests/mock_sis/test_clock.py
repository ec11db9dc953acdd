"""Time stands still, or runs with an offset, as it was told to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mock_sis.clock import (
    Clock,
    day,
    day_at,
    from_iso,
    iso,
    moment,
    rfc3339,
    shown,
    time_zone,
)


class Ticker:
    """A source of time that a test moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticker() -> Ticker:
    return Ticker()


def test_a_real_clock_is_its_source(ticker: Ticker) -> None:
    clock = Clock(source=ticker)
    ticker.at = 1234.5
    assert (clock.mode, clock.now()) == ("real", 1234.5)


def test_a_real_clock_that_was_set_runs_on_from_there(ticker: Ticker) -> None:
    clock = Clock("real", 50.0, source=ticker)
    ticker.at += 7
    assert clock.now() == 57


def test_a_virtual_clock_stands_still_until_it_is_moved(ticker: Ticker) -> None:
    clock = Clock("virtual", 50.0, source=ticker)
    ticker.at += 7
    assert clock.now() == 50
    clock.advance(2.5)
    assert clock.now() == 52.5


def test_a_virtual_clock_without_a_time_starts_now(ticker: Ticker) -> None:
    assert Clock("virtual", source=ticker).now() == 1000


def test_a_real_clock_can_be_advanced(ticker: Ticker) -> None:
    clock = Clock(source=ticker)
    clock.advance(60)
    ticker.at += 1
    assert clock.now() == 1061


def test_the_mode_changes_without_a_jump(ticker: Ticker) -> None:
    clock = Clock("virtual", 50.0, source=ticker)
    clock.advance(5)
    ticker.at += 100
    clock.set(clock.now(), "real")
    ticker.at += 1
    assert (clock.mode, clock.now()) == ("real", 56)
    clock.set(clock.now(), "virtual")
    ticker.at += 1
    assert (clock.mode, clock.now()) == ("virtual", 56)


def test_setting_the_time_keeps_the_mode(ticker: Ticker) -> None:
    clock = Clock("virtual", 1.0, source=ticker)
    clock.set(9.0)
    assert (clock.mode, clock.now()) == ("virtual", 9)


MOMENTS = {
    "1970-01-01T00:00:00Z": 0.0,
    "1970-01-01T00:00:00.250Z": 0.25,
    "1970-01-01T02:00:00+02:00": 0.0,
    "1970-01-01T00:00:01": 1.0,
    "2026-06-15T09:00:00Z": 1781514000.0,
}


@pytest.mark.parametrize(("text", "seconds"), MOMENTS.items())
def test_a_moment_is_read(text: str, seconds: float) -> None:
    assert from_iso(text) == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-06-15T24:01:00Z"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_iso(text)


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    assert iso(1781514000.25) == "2026-06-15T09:00:00.250Z"


@pytest.mark.parametrize("seconds", [0.0, 0.5, 1781514000.125, 32503679999.0])
def test_a_moment_that_is_written_is_read_back(seconds: float) -> None:
    assert from_iso(iso(seconds)) == seconds


@given(st.floats(-62_135_596_800, 253_402_300_799) | st.integers(0, 2**31).map(float))
@example(1_700_000_000.9999999)
@example(1_700_000_000.0009999)
@example(-0.0005)
def test_the_moment_that_is_shown_is_the_one_that_is_written(seconds: float) -> None:
    assert shown(seconds) == datetime.fromisoformat(iso(seconds))


MOMENTS = {
    "2026-06-20": "2026-06-20T00:00:00.000Z",
    "2026-06-20 12:00:00": "2026-06-20T12:00:00.000Z",
    "2026-06-20t01:30:00.75+02:00": "2026-06-19T23:30:00.750Z",
    "2026-06-20t12:00:00z": "2026-06-20T12:00:00.000Z",
    "0001-01-01T00:00:00+14:00": "0001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59-14:00": "9999-12-31T23:59:59.000Z",
    "2026-02-30": None,
    "2026-06-30T23:59:60Z": None,
    "someday": None,
    "": None,
}


@pytest.mark.parametrize("text", MOMENTS)
def test_a_moment_is_told_in_utc_where_the_calendar_has_it(text: str) -> None:
    found = moment(text)
    assert (found and rfc3339(found)) == MOMENTS[text]


DAYS = {
    # (text, time zone): its day
    ("2026-12-20T23:59:59-06:00", "UTC"): "2026-12-21",
    ("2026-12-20T23:59:59-06:00", "America/Chicago"): "2026-12-20",
    ("2026-12-21T05:59:59.999Z", "America/Chicago"): "2026-12-20",
    ("2026-12-21T06:00:00Z", "America/Chicago"): "2026-12-21",
    ("2026-10-16T00:00:00+02:00", "UTC"): "2026-10-15",
    ("2026-10-15T22:00:00Z", "UTC"): "2026-10-15",
    ("2026-10-15T22:00:00Z", "Europe/Oslo"): "2026-10-16",
    ("2026-10-15T18:15:00Z", "Asia/Kathmandu"): "2026-10-16",
    ("2026-10-15T18:14:59Z", "Asia/Kathmandu"): "2026-10-15",
    # A day is the same day everywhere, and a time without an offset is local.
    ("2026-10-16", "Pacific/Kiritimati"): "2026-10-16",
    ("20261016", "UTC"): "2026-10-16",
    ("2026-W42-5", "UTC"): "2026-10-16",
    ("2026-10-16T23:59:59", "Pacific/Pago_Pago"): "2026-10-16",
    ("2026-10-16 00:00:00", "Pacific/Kiritimati"): "2026-10-16",
    ("2026-10-15t22:00:00z", "Europe/Oslo"): "2026-10-16",
    # In Chicago, 8 March 2026 has 23 hours and 1 November has 25.
    ("2026-03-08T05:59:59Z", "America/Chicago"): "2026-03-07",
    ("2026-03-08T06:00:00Z", "America/Chicago"): "2026-03-08",
    ("2026-03-09T04:59:59Z", "America/Chicago"): "2026-03-08",
    ("2026-03-09T05:00:00Z", "America/Chicago"): "2026-03-09",
    ("2026-03-08T02:30:00", "America/Chicago"): "2026-03-08",
    ("2026-11-01T04:59:59Z", "America/Chicago"): "2026-10-31",
    ("2026-11-01T05:00:00Z", "America/Chicago"): "2026-11-01",
    ("2026-11-02T05:59:59Z", "America/Chicago"): "2026-11-01",
    ("2026-11-02T06:00:00Z", "America/Chicago"): "2026-11-02",
    # In Havana, clocks change at midnight.
    ("2026-03-08T04:59:59Z", "America/Havana"): "2026-03-07",
    ("2026-03-08T05:00:00Z", "America/Havana"): "2026-03-08",
    ("2026-03-08T00:30:00", "America/Havana"): "2026-03-08",
    # What no time zone can move
    ("0001-01-01T00:00:00Z", "America/Chicago"): "0001-01-01",
    ("9999-12-31T23:59:59Z", "Asia/Tokyo"): "9999-12-31",
    ("", "UTC"): "",
    ("soon", "UTC"): "",
    ("2026-02-30", "UTC"): "",
    ("2026-02-30T00:00:00Z", "UTC"): "",
}


@pytest.mark.parametrize(("text", "zone"), DAYS)
def test_a_moment_has_its_day_in_the_time_zone_of_the_sis(text: str, zone: str) -> None:
    assert day(text, time_zone(zone)) == DAYS[text, zone]


ZONES = ("UTC", "America/Chicago", "America/Havana", "Africa/Cairo", "Pacific/Kiritimati")


@pytest.mark.parametrize("zone", ZONES)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.integers(-1439, 1439))
def test_the_spelling_of_a_moment_does_not_change_its_day(
    zone: str, local: datetime, minutes: int
) -> None:
    there = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    utc = there.astimezone(UTC)
    where = time_zone(zone)
    assert day(there.isoformat(), where) == day(rfc3339(utc), where)
    assert day_at(utc.timestamp(), where) == day(there.isoformat(), where)


@pytest.mark.parametrize("zone", ZONES)  # Kiritimati had no last day of 1994
@given(st.dates(date(1996, 1, 1), date(2040, 1, 1)))
@example(date(2026, 3, 8))
@example(date(2026, 4, 24))
@example(date(2026, 11, 1))
def test_the_first_second_of_a_day_is_on_that_day(zone: str, given_day: date) -> None:
    where = time_zone(zone)
    first = moment(given_day.isoformat(), where)
    assert first is not None
    assert day(rfc3339(first), where) == given_day.isoformat()
    before = rfc3339(first - timedelta(milliseconds=1))
    assert day(before, where) < given_day.isoformat()


@pytest.mark.parametrize("name", ["Mars", "America/Chicgo", "", "CST6CDT5", "\0", "/etc/passwd"])
def test_an_unknown_time_zone_is_told_with_one_that_is_meant(name: str) -> None:
    with pytest.raises(ValueError, match="must be the IANA name of a time zone") as caught:
        time_zone(name)
    assert ("did you mean America/Chicago?" in str(caught.value)) == (name == "America/Chicgo")
