"""A due date is judged by its moment in the time zone of the SIS, however it is spelled."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.oneroster_asks import R
from helpers.simulator.oneroster_desk import NAME, RESULT_NAME, Desk, put_item, put_result, seed
from helpers.simulator.schoology_desk import SEED
from helpers.simulator.schoology_desk import Desk as SchoologyDesk

CHICAGO, OSLO, KIRITIMATI = "America/Chicago", "Europe/Oslo", "Pacific/Kiritimati"


def desk_in(zone: str | None, **changes: Any) -> Desk:
    """A desk of a SIS in a time zone. Its open period is from 16 October to 20 December."""
    document = {**seed(), **changes}
    return Desk(document if zone is None else {**document, "time_zone": zone})


MOMENTS = [
    # (time zone, spellings of one moment, its status)
    (None, ("2026-12-20T23:59:59-06:00", "2026-12-21T05:59:59Z"), 422),
    (CHICAGO, ("2026-12-20T23:59:59-06:00", "2026-12-21T05:59:59Z"), 201),
    (CHICAGO, ("2026-12-21T00:00:00-06:00", "2026-12-21T06:00:00.000Z"), 422),
    (None, ("2026-10-16T00:00:00+02:00", "2026-10-15T22:00:00Z"), 422),
    (OSLO, ("2026-10-16T00:00:00+02:00", "2026-10-15T22:00:00Z"), 201),
    (OSLO, ("2026-10-15T23:59:59+02:00", "2026-10-15T21:59:59Z"), 422),
    (KIRITIMATI, ("2026-12-20", "2026-12-19T10:00:00Z"), 201),
    (KIRITIMATI, ("2026-12-20T10:00:00Z", "2026-12-21T00:00:00+14:00"), 422),
    (CHICAGO, ("2026-10-16", "2026-10-16T05:00:00Z"), 201),
]


@pytest.mark.parametrize(("zone", "spellings", "status"), MOMENTS)
def test_one_moment_has_one_verdict(
    zone: str | None, spellings: tuple[str, ...], status: int
) -> None:
    for due in spellings:
        for period in ({"sourcedId": "2"}, None):
            desk = desk_in(zone)
            reply = desk.ask(*put_item(dueDate=due, gradingPeriod=period))
            assert reply.status == status, (due, reply.body)
            if status == 201:
                assert desk.shown("lineItems", NAME)["gradingPeriod"]["sourcedId"] == "2"


@pytest.mark.parametrize("zone", [None, CHICAGO, OSLO, KIRITIMATI, "America/Havana"])
@pytest.mark.parametrize(
    "due", ["2026-10-16", "2026-11-01", "2026-12-20", "2026-12-19T12:00:00Z", None]
)
def test_what_was_answered_may_be_put_back(zone: str | None, due: str | None) -> None:
    desk = desk_in(zone)
    desk.done(put_item(dueDate=due))
    first = desk.shown("lineItems", NAME)
    desk.done(put_item(dueDate=first["dueDate"]))
    assert desk.shown("lineItems", NAME)["dueDate"] == first["dueDate"]


ENDS = [
    # (time zone, end of the period, its last day, the default due date)
    (None, "2026-12-20", "2026-12-20", "2026-12-20T00:00:00.000Z"),
    (CHICAGO, "2026-12-20", "2026-12-20", "2026-12-20T06:00:00.000Z"),
    (OSLO, "2026-12-20", "2026-12-20", "2026-12-19T23:00:00.000Z"),
    (CHICAGO, "2026-12-21T05:59:59Z", "2026-12-20", "2026-12-20T06:00:00.000Z"),
    (CHICAGO, "2026-12-20 23:59:59", "2026-12-20", "2026-12-20T06:00:00.000Z"),
    # On the days before and after a change of clocks
    ("America/Chicago", "2026-11-01", "2026-11-01", "2026-11-01T05:00:00.000Z"),
    ("America/Chicago", "2026-11-02", "2026-11-02", "2026-11-02T06:00:00.000Z"),
    ("Europe/Oslo", "2026-10-25", "2026-10-25", "2026-10-24T22:00:00.000Z"),
    ("Europe/Oslo", "2026-10-26", "2026-10-26", "2026-10-25T23:00:00.000Z"),
]


@pytest.mark.parametrize(("zone", "end", "last", "due"), ENDS)
def test_the_default_due_date_is_the_last_day_of_the_period_in_the_time_zone(
    zone: str | None, end: str, last: str, due: str
) -> None:
    periods = [
        {"id": 1, "title": "Quarter 1"},
        {"id": 2, "title": "Quarter 2", "start": "2026-10-16", "end": end},
    ]
    desk = desk_in(zone, grading_periods=periods)
    desk.done(put_item(dueDate=None))
    assert desk.shown("lineItems", NAME)["dueDate"] == due
    desk.done(put_item(dueDate=due))
    session = desk.get(f"{R}/gradingPeriods/2")["academicSession"]
    term = desk.get(f"{R}/terms")["academicSessions"][0]
    assert session["endDate"] == term["endDate"] == last


@pytest.mark.parametrize(
    ("zone", "day"), [(None, "2026-11-21"), (CHICAGO, "2026-11-20"), (OSLO, "2026-11-21")]
)
def test_a_score_is_of_its_day_in_the_time_zone(zone: str | None, day: str) -> None:
    desk = desk_in(zone)
    desk.done(put_item(), put_result(scoreDate="2026-11-21T04:30:00Z"))
    assert desk.shown("results", RESULT_NAME)["scoreDate"] == day


@pytest.mark.parametrize(
    ("zone", "offset"), [("UTC", 0), (CHICAGO, -5), (OSLO, 2), ("America/St_Johns", -2)]
)
def test_schoology_shows_times_of_the_time_zone(zone: str, offset: int) -> None:
    desk = SchoologyDesk({**SEED, "time_zone": zone})
    desk.call("PUT", "/v1/sections/math/assignments/12", b'{"due": "2026-06-20 12:00:00"}')
    assert desk.get("/v1/sections/math/assignments/12")["due"] == "2026-06-20 12:00:00"
    user = desk.get("/v1/users/1")
    assert (user["tz_name"], user["tz_offset"]) == (zone, offset)
