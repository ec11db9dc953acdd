"""What was written over one interface is read over the others: the gradebook is one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.simulator.oneroster_desk import (
    DELETE_RESULT,
    RESULT_NAME,
    Desk,
    Step,
    put_item,
    put_result,
    seed,
    teach,
)

ITEM = 101
"""The number of the first line item that a client makes."""


@pytest.fixture
def desk() -> Desk:
    desk = Desk(seed())
    desk.done(put_item())
    return desk


def over_schoology(desk: Desk) -> Any:
    """What the Schoology API shows of the grade on the line item of the LMS."""
    rows = json.loads(desk.ask("GET", "/v1/sections/alg-1/grades").body)["grades"]["grade"]
    (found,) = [row for row in rows if row["assignment_id"] == ITEM] or [None]
    return found


def schoology_puts(desk: Desk, **fields: Any) -> Step:
    enrollment = desk.world.gradebook.enrollment("alg-1", "2001").id
    row = {"type": "assignment", "assignment_id": ITEM, "enrollment_id": enrollment, **fields}
    return "PUT", "/v1/sections/alg-1/grades", {"grades": {"grade": [row]}}


READ = [
    ({"score": 18.5, "comment": "½"}, (18.5, 0, "½")),
    ({"score": 0}, (0, 0, "")),
    ({"score": 25}, (25, 0, "")),
    ({"score": None, "scoreStatus": "exempt"}, (None, 1, "")),
    ({"score": None, "incomplete": "true"}, (None, 2, "")),
    ({"score": None, "missing": "true"}, (None, 3, "")),
]


@pytest.mark.parametrize(("fields", "read"), READ)
def test_a_result_is_a_grade_of_schoology(
    desk: Desk, fields: dict[str, Any], read: tuple[Any, ...]
) -> None:
    desk.done(put_result(**fields))
    found = over_schoology(desk)
    assert (found["grade"], found["exception"], found["comment"]) == read
    desk.done(DELETE_RESULT)
    assert over_schoology(desk) is None


WRITTEN = [
    ({"grade": 12}, {"score": 12, "scoreStatus": "fully graded"}),
    ({"grade": 0, "comment": "½"}, {"score": 0, "scoreStatus": "fully graded", "comment": "½"}),
    ({"exception": 1}, {"scoreStatus": "exempt"}),
    ({"exception": 2}, {"incomplete": "true", "missing": "false"}),
    ({"exception": 3}, {"incomplete": "false", "missing": "true"}),
]


@pytest.mark.parametrize(("fields", "shown"), WRITTEN)
@pytest.mark.parametrize("before", [(), (put_result(score=1),)], ids=["new", "changed"])
def test_a_grade_of_schoology_is_a_result(
    desk: Desk, before: tuple[Step, ...], fields: dict[str, Any], shown: dict[str, Any]
) -> None:
    desk.done(*before, schoology_puts(desk, **fields))
    (name,) = desk.names("results")
    found = desk.shown("results", name)
    assert found == found | shown
    assert ("score" in found) == ("score" in shown)
    assert found["student"]["sourcedId"] == "2001"


def test_the_client_may_write_over_it_again(desk: Desk) -> None:
    desk.done(put_result(), schoology_puts(desk, grade=12), put_result(score=3))
    assert desk.names("results") == [RESULT_NAME]
    assert over_schoology(desk)["grade"] == 3


def test_a_line_item_is_an_assignment_of_schoology(desk: Desk) -> None:
    rows = json.loads(desk.ask("GET", "/v1/sections/alg-1/assignments").body)["assignment"]
    (found,) = [row for row in rows if row["id"] == ITEM]
    assert (found["title"], found["max_points"]) == ("Essay on fractions", "20")
    assert found["grading_category"] == "1"
    assert found["grading_period"] == "2"


def test_an_assignment_of_schoology_is_a_line_item(desk: Desk) -> None:
    row = {"title": "Quiz", "type": "assignment", "max_points": 10, "grading_category": 1}
    made = desk.done(("POST", "/v1/sections/alg-1/assignments", {**row, "grading_period": 2}))
    name = f"li-alg-1-{json.loads(made.body)['id']}"
    shown = desk.shown("lineItems", name)
    assert (shown["title"], shown["resultValueMax"]) == ("Quiz", 10)
    assert shown["category"]["sourcedId"] == "cat-alg-1-1"


def test_people_have_the_same_names_and_addresses(desk: Desk) -> None:
    here = desk.get("/ims/oneroster/rostering/v1p2/users/2001")["user"]
    there = json.loads(desk.ask("GET", "/v1/users/2001").body)
    assert (here["username"], here["email"]) == (there["username"], there["primary_email"])
    assert (here["username"], here["email"]) == ("asa.oneill", "asa.o'neill@school.example")


def test_what_a_teacher_does_is_read_over_both(desk: Desk) -> None:
    desk.done(put_result(), teach("PUT", f"alg-1/line_items/{ITEM}/results/2001", {"score": 3}))
    assert desk.shown("results", RESULT_NAME)["score"] == 3
    assert over_schoology(desk)["grade"] == 3
