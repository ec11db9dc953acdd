"""A refusal says what was expected and what was sent instead."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.control_desk import FAULT, SCORE, TAUGHT, Desk, refused

DESK = Desk()
"""Shared, because refused requests change nothing."""

PARAMETERS = {
    "journal?limit=0": "limit must be a whole number from 1 to 10000 (got '0').",
    "journal?limit=abc": "limit must be a whole number from 1 to 10000 (got 'abc').",
    "events?since=-1": "since must be a whole number from 0 to 9223372036854775807 (got '-1').",
    "journal?operaton=x": ("Unknown query parameter 'operaton' (known: operation, since, limit)."),
    "clock?x=1": "Unknown query parameter 'x' (known: none).",
    "journal?operation=": "operation must have 1 to 200 characters (got 0).",
}


@pytest.mark.parametrize("target", PARAMETERS)
def test_a_bad_query_parameter_is_named_with_its_value(target: str) -> None:
    answer = DESK.ask("GET", f"/_control/{target}")
    assert refused(answer, 422)["detail"] == PARAMETERS[target]


VALUES: list[tuple[str, str, Any, str, str]] = [
    (
        *("PUT", "/_control/clock", {"now": "2026-06-30T23:59:60Z"}, "/now"),
        "now must be an existing date-time such as 2026-06-15T09:00:00Z "
        "(got '2026-06-30T23:59:60Z': second must be in 0..59).",
    ),
    (
        *("PUT", "/_control/clock", {"now": "2999-12-31T23:59:59-01:00"}, "/now"),
        "now must be in the years 1970 to 2999, in UTC (got '2999-12-31T23:59:59-01:00').",
    ),
    (
        *("POST", "/_control/faults", {**FAULT, "operation": "wisflow.*"}, "/operation"),
        "operation must match the name of an operation, as listed by `mock-sis routes` "
        "(got 'wisflow.*').",
    ),
    (
        *("PUT", SCORE, {"admin_grade": "B"}, "/admin_grade"),
        "admin_grade must be a mark of the scale 'A to F' (got 'B').",
    ),
    (
        *("POST", f"{TAUGHT}/line_items", {"title": "Q", "due": "2026-06-30T23:59:60Z"}, "/due"),
        "due must be an existing day or date-time such as 2026-06-20 (got '2026-06-30T23:59:60Z').",
    ),
    (
        *("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": 9, "exempt": True}, "/score"),
        "score must be null or absent if exempt is true (got 9).",
    ),
]


@pytest.mark.parametrize(("method", "target", "data", "pointer", "detail"), VALUES)
def test_an_impossible_value_is_named_and_pointed_at(
    method: str, target: str, data: Any, pointer: str, detail: str
) -> None:
    problem = refused(DESK.ask(method, target, data), 422)
    assert problem["detail"] == detail
    assert problem["errors"] == [{"pointer": pointer, "detail": detail}]


def test_an_advance_past_the_end_of_the_clock_is_named_with_the_time() -> None:
    desk = Desk()
    desk.json("PUT", "/_control/clock", {"now": "2999-12-31T23:59:00Z"})
    problem = refused(desk.ask("POST", "/_control/clock/advance", {"seconds": 60}), 422)
    assert problem["detail"] == (
        "seconds must not move the clock past the year 2999 (got 60 at 2999-12-31T23:59:00.000Z)."
    )


COURSEWORK: list[tuple[str, str, Any, int, str]] = [
    (
        *("DELETE", "categories/1", None, 409),
        "Category 1 still contains line items. "
        "Remove them or put them into another category first.",
    ),
    ("DELETE", "categories/9", None, 404, "The section has no category 9."),
    ("DELETE", "categories/x", None, 404, "The section has no category 'x'."),
    ("DELETE", "line_items/x", None, 404, "The section has no line item 'x'."),
    ("PUT", "periods/9/state", {"state": "open"}, 404, "The section has no grading period '9'."),
    ("PUT", "line_items/x", {"weight": 1}, 404, "The section has no line item 'x'."),
    ("PUT", "line_items/7", {"category": 9}, 422, "The section has no category 9."),
]


@pytest.mark.parametrize(("method", "target", "data", "status", "detail"), COURSEWORK)
def test_coursework_in_the_way_or_missing_is_named(
    method: str, target: str, data: Any, status: int, detail: str
) -> None:
    problem = refused(DESK.ask(method, f"{TAUGHT}/{target}", data), status)
    assert problem["detail"] == detail


def test_a_body_off_its_schema_is_told_apart_from_an_impossible_value() -> None:
    problem = refused(DESK.ask("PUT", SCORE, {"mark": 95}), 422)
    assert problem["detail"] == "The body does not match its schema."
    assert [error["pointer"] for error in problem["errors"]] == ["/mark"]
