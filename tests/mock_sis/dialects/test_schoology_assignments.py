"""Assignments: made, changed, removed, in order, and their dates in one form."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from helpers.simulator.schoology_desk import (
    ANN,
    BOTH,
    GRADES,
    LETTERED,
    MATH,
    MIDTERM,
    PLAIN,
    SEED,
    TALK,
    Desk,
)
from mock_sis.formats.negotiation import FORMATS

ORDERED = {
    "assignments": [PLAIN, LETTERED, MIDTERM],
    "grade_items": [PLAIN, TALK, LETTERED, MIDTERM],
}


DUE = (
    *("2026-06-19T23:30:00Z", "2026-06-20T01:00:00+02:00", "2026-06-19 23:00:00"),
    "2026-06-01",
)
"""Of the seed's items: half past eleven, twice eleven of one evening, and long before."""


@pytest.mark.parametrize("name", ORDERED)
def test_items_are_in_order_of_their_due_dates_midterms_and_finals_last(name: str) -> None:
    seed = deepcopy(SEED)
    items = seed["sections"][0]["assignments"]
    for item, due in zip(items, DUE, strict=True):
        item["due"] = due
    items.reverse()
    data = Desk(seed).get(f"{MATH}/{name}")
    assert [row["id"] for row in data["assignment"]] == ORDERED[name]
    assert data["total"] == len(ORDERED[name])


@pytest.mark.parametrize("kind", BOTH)
def test_an_assignment_is_made_changed_and_removed_with_its_grades(kind: str) -> None:
    desk, encode = Desk(), FORMATS[kind].encode
    new = {"title": "Oral <b>", "max_points": "0.0000001", "grading_scale": 5, "grading_period": 31}
    reply, made = desk.call("POST", f"{MATH}/assignments", encode(new), kind)
    where = (reply.header("Location") or "").removeprefix("http://sis.example")
    assert (reply.status, made["id"], made["max_points"]) == (201, 52, "0.0000001")
    desk.put_rows({"assignment_id": 52, "enrollment_id": ANN, "grade": "A"})
    assert desk.call("PUT", where, encode({"max_points": "1000000"}), kind)[0].status == 204
    assert desk.get(where, kind)["max_points"] == "1000000"
    assert desk.get(where, kind)["title"] == "Oral <b>"
    assert desk.call("DELETE", where)[0].status == 204
    assert desk.call("GET", where)[0].status == 404
    assert desk.get(f"{GRADES}?assignment_id=52")["grades"]["grade"] == []
    assert desk.get(f"{GRADES}?enrollment_id={ANN}")["grades"]["grade"] == []


DAYTIMES = {
    "2026-06-20 12:00:00": "2026-06-20 12:00:00",
    "2026-06-20": "2026-06-20 00:00:00",
    "2026-06-20t12:00:00z": "2026-06-20 12:00:00",
    "2026-06-20T12:00:00": "2026-06-20 12:00:00",
    "9999-12-31T23:59:59-14:00": "9999-12-31 23:59:59",
    "2026-06-20t01:30:00.75+02:00": "2026-06-19 23:30:00",
    "0001-01-01T00:00:00+14:00": "0001-01-01 00:00:00",
    "0001-01-01": "0001-01-01 00:00:00",
    "": "",
}
"""How a date is shown, by how a seed document or another interface wrote it."""


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("written", DAYTIMES)
def test_a_date_is_shown_in_one_form_whoever_wrote_it(written: str, kind: str) -> None:
    seed, shown = deepcopy(SEED), DAYTIMES[written]
    seed["grading_periods"][0] |= {"start": written, "end": written}
    seed["sections"][0]["assignments"][0]["due"] = written
    desk = Desk(seed)
    assert desk.get(f"{MATH}/assignments/{LETTERED}", kind)["due"] == shown
    (period, _) = desk.get(f"{MATH}/grading_periods", kind)["grading_period"]
    assert (period["start"], period["end"]) == (shown, shown)


BAD_ITEMS: list[dict[str, Any]] = [
    {"title": ""}, {"title": None}, {}, {"max_points": 5},
    *({"title": "x", **wrong} for wrong in (
        {"max_points": -1}, {"max_points": "NaN"}, {"max_points": 10**7}, {"grading_period": 99},
        {"grading_category": 5}, {"grading_scale": 77}, {"grading_scale": "x"}, {"is_final": 2},
        {"type": "exam"}, {"published": "yes"}, {"grading_period": 10**30},
        {"due": "2026-02-31 12:00:00"}, {"due": "2026-06-20 24:00:00"},
        {"max_points": "1000000.5"}, {"grading_scale": "9" * 16}, {"grading_category": "9" * 16},
    )),
]  # fmt: skip


@pytest.mark.parametrize("given", BAD_ITEMS, ids=str)
def test_an_assignment_that_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    desk = Desk()
    before = desk.snapshot()
    body = json.dumps(given).encode()
    assert desk.call("POST", f"{MATH}/assignments", body)[0].status == 400
    if given.keys() > {"title"}:
        assert desk.call("PUT", f"{MATH}/assignments/{PLAIN}", body)[0].status == 400
    assert desk.snapshot() == before


@pytest.mark.parametrize("body", [b"<body />", b"<body>\n</body>", b"<a></a>"])
def test_a_root_without_elements_changes_nothing_as_an_empty_object_does(body: bytes) -> None:
    desk = Desk()
    before = desk.snapshot()
    assert desk.call("PUT", f"{MATH}/assignments/{PLAIN}", body, "text/xml")[0].status == 204
    assert desk.call("PUT", f"{MATH}/assignments/{PLAIN}", b"{}")[0].status == 204
    reply, told = desk.call("POST", f"{MATH}/assignments", body, "text/xml")
    assert (reply.status, told) == (400, "A new assignment needs a title.\n")
    for text in (b'""', b"[]", b"null"):
        assert desk.call("PUT", f"{MATH}/assignments/{PLAIN}", text)[0].status == 400
    assert desk.call("PUT", f"{MATH}/assignments/{PLAIN}", b"<a>x</a>", "text/xml")[0].status == 400
    assert desk.snapshot() == before


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(("flag", "told"), [(0, 0), ("0", 0), (1, 1), ("1", 1)])
def test_flags_and_points_of_an_assignment_are_kept(flag: Any, told: int, kind: str) -> None:
    desk = Desk()
    given = {"title": "Final", "is_final": flag, "published": flag, "max_points": 0}
    reply, made = desk.call("POST", f"{MATH}/assignments", FORMATS[kind].encode(given), kind)
    assert (reply.status, made["is_final"], made["published"]) == (201, str(told), told)
    assert made["max_points"] == "0"


EVERY_FIELD: dict[str, tuple[Any, Any]] = {
    "title": ("Oral <b>", "Oral <b>"),
    "description": ("Ten minutes", "Ten minutes"),
    "due": ("2026-06-20 12:00:00", "2026-06-20 12:00:00"),
    "grading_scale": (5, "5"),
    "grading_period": ("32", "32"),
    "grading_category": (41, "41"),
    "max_points": ("30.5", "30.5"),
    "is_final": (1, "1"),
    "published": ("0", 0),
    "type": ("discussion", "discussion"),
}
"""What is sent of each, and what is told."""


@pytest.mark.parametrize("kind", BOTH)
def test_every_field_of_an_assignment_is_kept(kind: str) -> None:
    desk = Desk()
    body = FORMATS[kind].encode({name: sent for name, (sent, _) in EVERY_FIELD.items()})
    _, made = desk.call("POST", f"{MATH}/assignments", body, kind)
    assert desk.call("PUT", f"{MATH}/assignments/{PLAIN}", body, kind)[0].status == 204
    changed = desk.get(f"{MATH}/assignments/{PLAIN}", kind)
    for item in (made, changed):
        assert {name: item[name] for name in EVERY_FIELD} == {
            name: told for name, (_, told) in EVERY_FIELD.items()
        }


@pytest.mark.parametrize("kind", BOTH)
def test_an_empty_number_of_an_assignment_leaves_it_as_it_is(kind: str) -> None:
    desk = Desk()
    before = desk.snapshot()
    body = FORMATS[kind].encode({"grading_scale": "", "grading_period": "", "grading_category": ""})
    assert desk.call("PUT", f"{MATH}/assignments/{LETTERED}", body, kind)[0].status == 204
    assert desk.snapshot() == before


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("nothing", ["", None])
@pytest.mark.parametrize("name", ["due", "description"])
def test_an_empty_text_of_an_assignment_takes_it_away(
    name: str, nothing: str | None, kind: str
) -> None:
    seed = deepcopy(SEED)
    full = {"due": "2026-06-20 12:00:00", "description": "Ten minutes"}
    seed["sections"][0]["assignments"][0] |= full
    desk, where = Desk(seed), f"{MATH}/assignments/{LETTERED}"
    assert desk.get(where)[name] == full[name]
    body = FORMATS[kind].encode({name: nothing})
    assert desk.call("PUT", where, body, kind)[0].status == 204
    item = desk.get(where)
    assert {each: item[each] for each in full} == {**full, name: ""}


def test_a_refusal_names_the_places_that_are_wrong() -> None:
    body = json.dumps({"title": 5, "type": "exam"}).encode()
    _, text = Desk().call("POST", f"{MATH}/assignments", body)
    assert text.startswith("The body is not an assignment.\n/t")
    assert "\n/title: " in text
    assert "\n/type: " in text
    assert [line[0] for line in text.splitlines()[1:]] == ["/", "/"]
    _, text = Desk().call("PUT", GRADES, b"[]", headers=(("Content-Type", "application/json"),))
    assert text.startswith("The body is not a request to set grades.\n/: ")
