"""Each participant of an export gets one verdict, and exactly what is told accepted is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.simulator.wiseflow_desk import GRADES, JSON_TYPE, NOW, PEOPLE, Desk, seed
from mock_sis.formats.json_text import encode_json

UNKNOWN = "The SIS has no such participant in this flow."
WITHDRAWN = "The participant has been withdrawn from this flow."
TWICE = "The participant occurs more than once in this export."
UNGRADED = "Neither a mark nor an adminGrade is given."
REGISTERED = "A grade is already registered for this participant."
CLOSED = "The flow is closed in the SIS."

VERDICTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "a mark": ({"userId": 1001, "mark": "A", "adminGrade": ""}, None),
    "a mark alone": ({"userId": 1001, "mark": "A"}, None),
    "an alternative grade alone": ({"userId": 1001, "adminGrade": "A"}, None),
    "an alternative grade beside an empty mark": (
        {"userId": 1001, "mark": "", "adminGrade": "A"},
        None,
    ),
    "a mark of zero": ({"userId": 1001, "mark": "0"}, None),
    "an id of text": ({"userId": "x-4", "mark": "A"}, None),
    "a number spelled as text": ({"userId": "1001", "mark": "A"}, None),
    "nobody the SIS knows": ({"userId": 9, "mark": "A"}, UNKNOWN),
    "somebody of another section": ({"userId": 1005, "mark": "A"}, UNKNOWN),
    "a number with a zero before it": ({"userId": "01001", "mark": "A"}, UNKNOWN),
    "somebody withdrawn": ({"userId": 1003, "mark": "A"}, WITHDRAWN),
    "no grade": ({"userId": 1001}, UNGRADED),
    "empty grades": ({"userId": 1001, "mark": "", "adminGrade": ""}, UNGRADED),
    "a mark off the scale": (
        {"userId": 1001, "mark": "Z"},
        "The mark 'Z' is not on the scale 'A to B'.",
    ),
    "a mark in another case": (
        {"userId": 1001, "mark": "a"},
        "The mark 'a' is not on the scale 'A to B'.",
    ),
    "a blank mark": ({"userId": 1001, "mark": " "}, "The mark ' ' is not on the scale 'A to B'."),
    "an alternative grade off the scale": (
        {"userId": 1001, "mark": "A", "adminGrade": "Z"},
        "The adminGrade 'Z' is not on the scale 'A to B'.",
    ),
    "a mark off the scale below an alternative grade": (
        {"userId": 1001, "mark": "Z", "adminGrade": "A"},
        "The mark 'Z' is not on the scale 'A to B'.",
    ),
    "a grade that is registered already": ({"userId": 1002, "mark": "A"}, REGISTERED),
    "the same grade again": ({"userId": 1002, "mark": "B"}, REGISTERED),
}


@pytest.mark.parametrize(("row", "error"), VERDICTS.values(), ids=VERDICTS)
def test_a_participant_is_judged(row: dict[str, Any], error: str | None) -> None:
    desk = Desk()
    before = desk.marks()
    report = desk.send(row)
    if error is None:
        assert report == {"numberOfSuccess": 1, "numberOfErrors": 0, "errors": []}
        stored = (row.get("mark", ""), row.get("adminGrade", ""))
        assert desk.marks() == {**before, str(row["userId"]): stored}
    else:
        told = {"userId": row["userId"], "errorInfo": error}
        assert report == {"numberOfSuccess": 0, "numberOfErrors": 1, "errors": [told]}
        assert desk.marks() == before


ORDER: dict[str, tuple[str, dict[str, Any], str]] = {
    "closed before unknown": ("CLOSED", {"userId": 9}, CLOSED),
    "closed before ungraded": ("CLOSED", {"userId": 1001}, CLOSED),
    "unknown before ungraded": ("UNI%7C%7CMATH101%7C%7C2026", {"userId": 9}, UNKNOWN),
    "unknown before off the scale": (
        "UNI%7C%7CMATH101%7C%7C2026",
        {"userId": 9, "mark": "Z"},
        UNKNOWN,
    ),
    "withdrawn before ungraded": ("UNI%7C%7CMATH101%7C%7C2026", {"userId": 1003}, WITHDRAWN),
    "ungraded before registered": ("UNI%7C%7CMATH101%7C%7C2026", {"userId": 1002}, UNGRADED),
    "off the scale before registered": (
        "UNI%7C%7CMATH101%7C%7C2026",
        {"userId": 1002, "mark": "Z"},
        "The mark 'Z' is not on the scale 'A to B'.",
    ),
}


@pytest.mark.parametrize(("code", "row", "error"), ORDER.values(), ids=ORDER)
def test_of_several_causes_the_first_is_told(code: str, row: dict[str, Any], error: str) -> None:
    report = Desk().send(row, target=f"/wiseflow/flows/{code}/grades")
    assert report["errors"] == [{"userId": row["userId"], "errorInfo": error}]


def test_any_mark_will_do_where_there_is_no_scale() -> None:
    desk = Desk()
    report = desk.send(
        {"userId": 1001, "mark": "très bien 😀"}, target="/wiseflow/flows/FREE/grades"
    )
    assert report["numberOfSuccess"] == 1
    assert desk.marks("free") == {"1001": ("très bien 😀", "")}


def test_nothing_is_accepted_into_a_closed_flow() -> None:
    desk = Desk()
    report = desk.send({"userId": 1001, "mark": "A"}, target="/wiseflow/flows/CLOSED/grades")
    assert report["errors"] == [{"userId": 1001, "errorInfo": CLOSED}]
    assert desk.marks("closed") == {}


SAME = {"userId": 1002, "mark": "B"}
SAME_BUT_ALTERNATIVE = {"userId": 1002, "mark": "B", "adminGrade": "A"}
OTHER = {"userId": 1002, "mark": "A"}
POLICIES: list[tuple[str, dict[str, Any], bool]] = [
    ("refuse", SAME, False),
    ("refuse", OTHER, False),
    ("same-value-ok", SAME, True),
    ("same-value-ok", {**SAME, "adminGrade": ""}, True),
    ("same-value-ok", OTHER, False),
    ("same-value-ok", SAME_BUT_ALTERNATIVE, False),
    ("allow", SAME, True),
    ("allow", OTHER, True),
    ("allow", SAME_BUT_ALTERNATIVE, True),
]


@pytest.mark.parametrize(("policy", "row", "accepted"), POLICIES)
def test_a_registered_grade_is_replaced_as_the_policy_says(
    policy: str, row: dict[str, Any], accepted: bool
) -> None:
    desk = Desk(seed(overwrite=policy))
    report = desk.send(row)
    assert report["numberOfSuccess"] == accepted
    assert [each["errorInfo"] for each in report["errors"]] == ([] if accepted else [REGISTERED])
    stored = (row["mark"], row.get("adminGrade", "")) if accepted else ("B", "")
    assert desk.marks()["1002"] == stored


def test_an_export_that_is_sent_twice_is_registered_once() -> None:
    desk = Desk()
    desk.send({"userId": 1001, "mark": "A"})
    registered = desk.snapshot()
    assert desk.send({"userId": 1001, "mark": "A"})["numberOfErrors"] == 1
    assert desk.snapshot() == registered


def test_the_alternative_grade_wins() -> None:
    desk = Desk()
    desk.send({"userId": 1001, "mark": "B", "adminGrade": "A"})
    score = desk.world.gradebook.scores("math/exam")["1001"]
    assert (score.counts, score.value) == ("A", 95)
    assert (score.at, score.by) == (NOW, "wiseflow.flows.grades.post")


TWINS: dict[str, tuple[list[dict[str, Any]], list[str | None]]] = {
    "the first counts": (
        [{"userId": 1001, "mark": "A"}, {"userId": 1001, "mark": "B"}],
        [None, TWICE],
    ),
    "in either spelling": (
        [{"userId": "1001", "mark": "A"}, {"userId": 1001, "mark": "A"}],
        [None, TWICE],
    ),
    "though the first was refused": (
        [{"userId": 1001, "mark": "Z"}, {"userId": 1001, "mark": "B"}],
        ["The mark 'Z' is not on the scale 'A to B'.", TWICE],
    ),
    "however often": ([{"userId": 9, "mark": "A"}] * 3, [UNKNOWN, TWICE, TWICE]),
}


@pytest.mark.parametrize(("rows", "errors"), TWINS.values(), ids=TWINS)
@pytest.mark.parametrize("policy", ["refuse", "allow"])
def test_of_the_same_participant_only_the_first_counts(
    rows: list[dict[str, Any]], errors: list[str | None], policy: str
) -> None:
    desk = Desk(seed(overwrite=policy))
    report = desk.send(*rows)
    assert [each["errorInfo"] for each in report["errors"]] == [each for each in errors if each]
    assert desk.marks().get("1001") == (("A", "") if errors[0] is None else None)


def test_errors_name_participants_as_they_were_sent_and_in_that_order() -> None:
    rows = [{"userId": each, "mark": "Z"} for each in ("9", 1001, 1003, "1002")]
    assert [each["userId"] for each in Desk().send(*rows)["errors"]] == ["9", 1001, 1003, "1002"]


def test_an_empty_export_is_a_success_of_nothing() -> None:
    assert Desk().send() == {"numberOfSuccess": 0, "numberOfErrors": 0, "errors": []}


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_both_methods_register_alike(method: str) -> None:
    desk = Desk()
    body = encode_json({"participants": [{"userId": 1001, "mark": "A"}]})
    assert desk.ask(method, GRADES, body, JSON_TYPE).status == 200
    assert desk.world.gradebook.scores("math/exam")["1001"].by == (
        f"wiseflow.flows.grades.{method.lower()}"
    )


def test_a_single_object_is_judged_like_a_row() -> None:
    desk = Desk(seed(mapping={"single_object": True, "userId": "id", "extra_fields": True}))
    report = json.loads(desk.export(b'{"id":1001,"mark":"A","sent":"now"}').body)
    assert report == {"numberOfSuccess": 1, "numberOfErrors": 0, "errors": []}
    assert desk.marks()["1001"] == ("A", "")


SECRETS = ["Åsa", "O'Neill", "Registered", "Withdrawn", "Elsewhere", "S-1", "X-1"]
ROWS = st.fixed_dictionaries(
    {"userId": st.sampled_from([1001, "1001", 1002, 1003, "x-4", 1005, 9, "nobody"])},
    optional={
        "mark": st.sampled_from(["", "A", "B", "0", "Z", "é" * 200]),
        "adminGrade": st.sampled_from(["", "A", "B", "Z"]),
    },
)


@settings(max_examples=100)
@given(
    st.lists(st.lists(ROWS, max_size=6), min_size=1, max_size=3),
    st.sampled_from(["refuse", "same-value-ok", "allow"]),
    st.sampled_from([GRADES, "/wiseflow/flows/CLOSED/grades", "/wiseflow/flows/FREE/grades"]),
)
def test_exactly_what_is_told_accepted_is_stored(
    exports: list[list[dict[str, Any]]], policy: str, target: str
) -> None:
    desk = Desk(seed(overwrite=policy))
    section = {GRADES: "math"}.get(target, target.split("/")[3].lower())
    for rows in exports:
        expected = desk.marks(section)
        report = desk.send(*rows, target=target)
        refused = iter(report["errors"])
        error = next(refused, None)
        # Errors come in the order sent; of the same participant only the first can be accepted.
        seen: set[str] = set()
        for row in rows:
            person = str(row["userId"])
            is_told = error is not None and error["userId"] == row["userId"]
            if is_told and (person in seen or not _could_be_stored(desk, section, row, expected)):
                error = next(refused, None)
            else:
                expected[person] = (row.get("mark", ""), row.get("adminGrade", ""))
            seen.add(person)
        assert error is None
        assert desk.marks(section) == expected


def _could_be_stored(
    desk: Desk, section: str, row: dict[str, Any], marks: dict[str, tuple[str, str]]
) -> bool:
    """A second opinion, from the rules as they are written down."""
    book = desk.world.gradebook
    enrolled = book.roster(section).get(str(row["userId"]))
    grades = (row.get("mark", ""), row.get("adminGrade", ""))
    on_scale = section != "math" or set(grades) <= {"", "A", "B", "0"}
    before, policy = (
        marks.get(str(row["userId"])),
        desk.world.settings.policies["wiseflow"].overwrite,
    )
    free = before is None or policy == "allow" or (policy == "same-value-ok" and before == grades)
    return (
        book.section(section).state == "open"
        and enrolled is not None
        and enrolled.state == "active"
        and any(grades)
        and on_scale
        and free
    )


@settings(max_examples=50)
@given(st.lists(ROWS, max_size=6))
def test_an_error_says_nothing_about_anybody_else(rows: list[dict[str, Any]]) -> None:
    others = {str(each["id"]) for each in PEOPLE}
    for error in Desk().send(*rows)["errors"]:
        told = error["errorInfo"]
        assert not any(secret in told for secret in SECRETS)
        assert not any(other in told for other in others)
