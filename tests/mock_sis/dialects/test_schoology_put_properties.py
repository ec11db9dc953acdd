"""Whatever is PUT: JSON and XML say and do the same, and what is told 200 is what is stored."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.simulator.schoology_desk import (
    ANN,
    BOB,
    CYD,
    JSON,
    LETTERED,
    OUT,
    PLAIN,
    SEED,
    XML,
    Desk,
)

ENROLLMENTS = st.sampled_from([ANN, BOB, CYD, OUT, 301, 5, "101", "0102", "103t", "", -1, 2**70])
ITEMS = st.sampled_from([LETTERED, PLAIN, 51, str(PLAIN), "p12", 0])
POINTS = st.sampled_from([None, "", "A", "B", "Z", "NaN", 7, "7", "7.5", -1, "-1", 10**10, "1e2"])
GRADE_VALUES = (
    POINTS
    | st.floats(-5, 2e9, allow_nan=False).map(lambda value: round(value, 6))
    | st.text("AZaz09.-+ é<&", max_size=4)
)
EXCEPTIONS = st.sampled_from([0, 1, 2, 3, 4, "0", "3", "x", "", None, -1])
FLAGS = st.sampled_from([0, 1, 2, "0", "1", "", None, "yes"])
# Blanks around a text are layout to XML, and a character it cannot carry is replaced.
TEXTS = st.sampled_from(["", None, "Good", "a <b>&amp; ]]>", "é\u2028😀", "\ttab", "x\r\ny"])
ROWS = st.fixed_dictionaries(
    {"assignment_id": ITEMS, "enrollment_id": ENROLLMENTS},
    optional={
        "grade": GRADE_VALUES,
        "exception": EXCEPTIONS,
        "comment": TEXTS,
        "comment_status": FLAGS,
        "type": st.sampled_from(["assignment", "discussion", None]),
        "pending": st.none(),
    },
)
COMMENTS = st.fixed_dictionaries(
    {
        "enrollment_id": ENROLLMENTS,
        "period_id": st.sampled_from(["final", "p31", 31, "32", "other", 99, "p", -3, ""]),
        "comment": TEXTS,
    },
    optional={"comment_status": FLAGS},
)
PARTS = {
    "grades": st.builds(lambda rows: {"grade": rows}, st.lists(ROWS, max_size=6) | ROWS),
    "final_comments": st.builds(
        lambda rows: {"final_comment": rows}, st.lists(COMMENTS, max_size=4) | COMMENTS
    ),
}
BODIES = st.fixed_dictionaries({}, optional=PARTS).filter(bool)


def listed(part: Any, member: str) -> list[dict[str, Any]]:
    rows = (part or {}).get(member) or []
    return [rows] if isinstance(rows, dict) else rows


@settings(max_examples=300)
@given(st.lists(BODIES, min_size=1, max_size=3))
def test_json_and_xml_say_and_do_the_same(bodies: list[dict[str, Any]]) -> None:
    in_json, in_xml = Desk(), Desk()
    for body in bodies:
        said, same = in_json.put(body, JSON), in_xml.put(body, XML)
        for kind, member in (("grades", "grade"), ("final_comments", "final_comment")):
            rows, others = listed(said.get(kind), member), listed(same.get(kind), member)
            assert [row["response_code"] for row in rows] == [r["response_code"] for r in others]
            assert [row.get("message") for row in rows] == [row.get("message") for row in others]
        assert in_json.snapshot() == in_xml.snapshot()


def places(desk: Desk) -> dict[tuple[int, int], Any]:
    found, _ = desk.world.gradebook.coursework("math").page(0, 1000)
    return {(grade.assignment, grade.enrollment): grade for grade in found}


@settings(max_examples=300)
@given(body=BODIES, kind=st.sampled_from([JSON, XML]))
def test_what_is_told_200_is_stored_and_nothing_else_is(body: dict[str, Any], kind: str) -> None:
    desk = Desk()
    before, comments = places(desk), desk.world.gradebook.coursework("math").final_comments
    report = desk.put(body, kind)
    rows = listed(body.get("grades"), "grade")
    told = listed(report.get("grades"), "grade")
    assert len(told) == len(rows)
    last = {
        (row["assignment_id"], row["enrollment_id"]): sent
        for row, sent in zip(told, rows, strict=True)
        if row["response_code"] == 200
        and sent.keys() & {"grade", "exception", "comment", "comment_status"}
    }
    after = places(desk)
    assert {place: grade for place, grade in after.items() if place not in last} == {
        place: grade for place, grade in before.items() if place not in last
    }
    for place, sent in last.items():
        assert after[place].by == "schoology.sections.grades.put"
        assert after[place].exception in (0, 1, 2, 3)
        assert not (after[place].exception and after[place].grade is not None)
        if sent.get("comment"):
            assert after[place].comment in (sent["comment"], sent["comment"].replace("\r\n", "\n"))
        points = sent.get("grade")
        if isinstance(points, int | float) and not after[place].exception:
            assert after[place].grade == points

    final = listed(report.get("final_comments"), "final_comment")
    accepted = [row for row in final if row["response_code"] == 200]
    assert {whose for whose, _ in comments} == {row["enrollment_id"] for row in accepted}
    assert len(comments) <= len(accepted)


def test_the_seed_has_what_the_rows_above_need() -> None:
    (math, *_) = SEED["sections"]
    assert {ANN, BOB, CYD, OUT} <= {row["id"] for row in math["enrollments"]}
    assert {LETTERED, PLAIN} <= {row["id"] for row in math["assignments"]}
