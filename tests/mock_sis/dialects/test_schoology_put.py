"""The verdict on each row of a PUT of grades, in JSON and in XML: what is told and what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.schoology_desk import (
    ANN,
    BOB,
    BOTH,
    CYD,
    GRADES,
    JSON,
    LETTERED,
    OUT,
    PLAIN,
    XML,
    Desk,
)

HUGE = 10**30
LEAST, MOST = -(2**63), 2**64 - 1
OF_BOB = (40, 0, "Fine", 1)

GRADE_ROWS: dict[str, tuple[dict[str, Any], int, tuple[Any, ...] | None]] = {
    "points": ({"grade": 7}, 200, (7, 0, "", None)),
    "zero": ({"grade": 0}, 200, (0, 0, "", None)),
    "below zero by sign alone": ({"grade": -0.0}, 200, (0, 0, "", None)),
    "text": ({"grade": "7"}, 200, (7, 0, "", None)),
    "a fraction": ({"grade": 7.25}, 200, (7.25, 0, "", None)),
    "a fraction as text": ({"grade": "7.25"}, 200, (7.25, 0, "", None)),
    "extra credit": ({"grade": 25}, 200, (25, 0, "", None)),
    "very much extra credit": ({"grade": 10**9}, 200, (10**9, 0, "", None)),
    "nothing": ({"grade": None}, 200, (None, 0, "", None)),
    "an empty text": ({"grade": ""}, 200, (None, 0, "", None)),
    "negative": ({"grade": -1}, 400, None),
    "negative text": ({"grade": "-0.5"}, 400, None),
    "enormous": ({"grade": 10**9 + 1}, 400, None),
    "enormous text": ({"grade": "9" * 400}, 400, None),
    "longer than any number": ({"grade": "9" * 401}, 400, None),
    "not a number": ({"grade": "NaN"}, 400, None),
    "infinite": ({"grade": "Infinity"}, 400, None),
    "infinite below": ({"grade": "-inf"}, 400, None),
    "an exponent in text": ({"grade": "1e2"}, 400, None),
    "other digits": ({"grade": "٧"}, 400, None),
    "a blank": ({"grade": " "}, 400, None),
    "a letter where no scale is": ({"grade": "A"}, 400, None),
    "a letter of the scale": ({"assignment_id": LETTERED, "grade": "A"}, 200, (45, 0, "", None)),
    "the lowest letter": ({"assignment_id": LETTERED, "grade": "F"}, 200, (0, 0, "", None)),
    "points beside letters": ({"assignment_id": LETTERED, "grade": 44}, 200, (44, 0, "", None)),
    "a letter off the scale": ({"assignment_id": LETTERED, "grade": "C"}, 400, None),
    "a letter in another case": ({"assignment_id": LETTERED, "grade": "a"}, 400, None),
    "no exception": ({"grade": 7, "exception": 0}, 200, (7, 0, "", None)),
    "excused": ({"exception": 1}, 200, (None, 1, "", None)),
    "incomplete": ({"exception": "2"}, 200, (None, 2, "", None)),
    "missing": ({"exception": 3}, 200, (None, 3, "", None)),
    "an exception beats a grade": ({"grade": 7, "exception": 1}, 200, (None, 1, "", None)),
    "an exception beside a bad grade": ({"grade": "Z", "exception": 1}, 400, None),
    "a fourth exception": ({"exception": 4}, 400, None),
    "a negative exception": ({"exception": -1}, 400, None),
    "an enormous exception": ({"exception": HUGE}, 400, None),
    "an exception in words": ({"exception": "excused"}, 400, None),
    "an empty exception": ({"grade": 7, "exception": ""}, 200, (7, 0, "", None)),
    "a comment": ({"comment": "Well, <b>&"}, 200, (None, 0, "Well, <b>&", 0)),
    "a hidden comment": ({"comment": "x", "comment_status": 0}, 200, (None, 0, "x", 0)),
    "a shown comment": ({"comment": "x", "comment_status": "1"}, 200, (None, 0, "x", 1)),
    "a comment of null status": ({"comment": "x", "comment_status": None}, 200, (None, 0, "x", 0)),
    "no comment": ({"grade": 7, "comment": None}, 200, (7, 0, "", None)),
    "a third status": ({"comment": "x", "comment_status": 2}, 400, None),
    "a status in words": ({"comment": "x", "comment_status": "1t"}, 400, None),
    "nothing said": ({}, 200, None),
    "a type": ({"type": "discussion", "grade": 7}, 200, (7, 0, "", None)),
    "an enrollment as text": ({"enrollment_id": str(ANN), "grade": 7}, 200, (7, 0, "", None)),
    "leading zeros": ({"enrollment_id": f"0{ANN}", "grade": 7}, 200, (7, 0, "", None)),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", GRADE_ROWS)
def test_a_row_is_stored_as_it_says_or_refused_with_its_code(case: str, kind: str) -> None:
    given, code, kept = GRADE_ROWS[case]
    desk = Desk()
    row = {"assignment_id": PLAIN, "enrollment_id": ANN, **given}
    (told,) = desk.put_rows(row, kind=kind)
    names = {"enrollment_id": ANN, "assignment_id": row["assignment_id"]}
    assert told == {**names, "response_code": code} | (
        {"message": told["message"]} if code >= 400 else {}
    )
    assert desk.stored(row["assignment_id"], ANN) == kept


NAMES: dict[str, tuple[str, dict[str, Any], int, dict[str, Any]]] = {
    "withdrawn": (GRADES, {"enrollment_id": OUT}, 403, {"enrollment_id": OUT}),
    "of another section": (GRADES, {"enrollment_id": 301}, 404, {"enrollment_id": 301}),
    "nobody": (GRADES, {"enrollment_id": 5}, 404, {"enrollment_id": 5}),
    "zero": (GRADES, {"enrollment_id": 0}, 404, {"enrollment_id": 0}),
    "a negative enrollment": (GRADES, {"enrollment_id": -101}, 404, {"enrollment_id": -101}),
    "no number": (GRADES, {"enrollment_id": "101t"}, 404, {"enrollment_id": "101t"}),
    "an empty enrollment": (GRADES, {"enrollment_id": ""}, 404, {"enrollment_id": ""}),
    "an enormous enrollment": (GRADES, {"enrollment_id": HUGE}, 404, {"enrollment_id": str(HUGE)}),
    "beyond 64 bits": (GRADES, {"enrollment_id": 2**64}, 404, {"enrollment_id": str(2**64)}),
    "the last of 64 bits": (
        GRADES,
        {"enrollment_id": 2**64 - 1},
        404,
        {"enrollment_id": 2**64 - 1},
    ),
    "the first of 64 bits": (GRADES, {"enrollment_id": -(2**63)}, 404, {"enrollment_id": -(2**63)}),
    "below 64 bits": (
        GRADES,
        {"enrollment_id": -(2**63) - 1},
        404,
        {"enrollment_id": str(-(2**63) - 1)},
    ),
    "a signed enrollment": (GRADES, {"enrollment_id": "+101"}, 404, {"enrollment_id": "+101"}),
    "a fraction": (GRADES, {"enrollment_id": "101.0"}, 404, {"enrollment_id": "101.0"}),
    "no assignment": (GRADES, {"assignment_id": 5}, 404, {"assignment_id": 5}),
    "of another's assignments": (GRADES, {"assignment_id": 51}, 404, {"assignment_id": 51}),
    "an enormous assignment": (GRADES, {"assignment_id": HUGE}, 404, {"assignment_id": str(HUGE)}),
    "a closed section": (
        "/v1/sections/closed/grades",
        {"enrollment_id": 201, "assignment_id": 21},
        403,
        {"enrollment_id": 201},
    ),
}


@pytest.mark.parametrize("given", [1e30, -1e30])
@pytest.mark.parametrize("name", ["enrollment_id", "assignment_id"])
def test_a_number_with_an_exponent_is_no_id_and_holds_up_nobody(name: str, given: float) -> None:
    row = {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 7, name: given}
    (told,) = Desk().put_rows(row, kind=JSON, target=GRADES)
    assert (told["response_code"], told[name]) == (404, str(given))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", NAMES)
def test_a_row_for_what_is_not_there_is_told_so_and_changes_nothing(case: str, kind: str) -> None:
    target, given, code, shown = NAMES[case]
    desk = Desk()
    before = desk.snapshot()
    (told,) = desk.put_rows(
        {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 7, **given},
        kind=kind,
        target=target,
    )
    assert told["response_code"] == code
    assert told["message"]
    # XML tells no digits from a number, and the desk reads them as one.
    read = (lambda value: str(value).lstrip("+")) if kind == XML else (lambda value: value)
    assert {name: read(told[name]) for name in shown} == {n: read(v) for n, v in shown.items()}
    assert desk.snapshot() == before


CHANGES: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "a grade keeps the comment": ({"grade": 33}, (33, 0, "Fine", 1)),
    "a comment keeps the grade, and who sees it": ({"comment": "New"}, (40, 0, "New", 1)),
    "a comment hidden again": ({"comment_status": 0}, (40, 0, "Fine", 0)),
    "a comment taken away": ({"comment": ""}, (40, 0, "", 1)),
    "an exception takes the grade": ({"exception": 2}, (None, 2, "Fine", 1)),
    "no exception keeps the grade": ({"exception": 0}, (40, 0, "Fine", 1)),
    "null takes the grade": ({"grade": None}, (None, 0, "Fine", 1)),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", CHANGES)
def test_what_a_row_does_not_say_stays(case: str, kind: str) -> None:
    given, kept = CHANGES[case]
    desk = Desk()
    assert desk.stored(LETTERED, BOB) == OF_BOB
    desk.put_rows({"assignment_id": LETTERED, "enrollment_id": BOB, **given}, kind=kind)
    assert desk.stored(LETTERED, BOB) == kept


def test_a_row_that_says_nothing_does_not_even_touch_the_time() -> None:
    desk = Desk()
    before = desk.snapshot()
    (told,) = desk.put_rows({"assignment_id": LETTERED, "enrollment_id": BOB, "type": "assignment"})
    assert told["response_code"] == 200
    assert desk.snapshot() == before


def test_a_grade_ends_the_exception_before_it() -> None:
    desk = Desk()
    assert desk.stored(PLAIN, BOB) == (None, 1, "", None)
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": BOB, "comment": "x"})
    assert desk.stored(PLAIN, BOB) == (None, 1, "x", 0)
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": BOB, "grade": 3})
    assert desk.stored(PLAIN, BOB) == (3, 0, "x", 0)


@pytest.mark.parametrize("kind", BOTH)
def test_two_rows_may_say_of_one_grade_what_one_could(kind: str) -> None:
    desk = Desk()
    place = {"assignment_id": PLAIN, "enrollment_id": ANN}
    rows = ({**place, "grade": 9}, {**place, "comment": "x"}, {**place, "grade": "Z"})
    told = desk.put_rows(*rows, kind=kind)
    assert [row["response_code"] for row in told] == [200, 200, 400]
    assert desk.stored(PLAIN, ANN) == (9, 0, "x", 0)


@pytest.mark.parametrize("kind", BOTH)
def test_good_rows_are_applied_and_bad_ones_told_each_in_its_place(kind: str) -> None:
    desk = Desk()
    report = desk.put(
        {
            "grades": {
                "grade": [
                    {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 1},
                    {"assignment_id": PLAIN, "enrollment_id": OUT, "grade": 1},
                    {"assignment_id": PLAIN, "enrollment_id": CYD, "grade": "Z"},
                    {"assignment_id": 5, "enrollment_id": CYD, "grade": 1},
                    {"assignment_id": LETTERED, "enrollment_id": CYD, "grade": "B"},
                ]
            },
            "final_comments": {
                "final_comment": [
                    {"enrollment_id": 5, "period_id": "final", "comment": "x"},
                    {"enrollment_id": ANN, "period_id": "final", "comment": "y"},
                ]
            },
        },
        kind,
    )
    codes = [row["response_code"] for row in report["grades"]["grade"]]
    assert codes == [200, 403, 400, 404, 200]
    assert [row["response_code"] for row in report["final_comments"]["final_comment"]] == [404, 200]
    assert desk.stored(PLAIN, ANN) == (1, 0, "", None)
    assert desk.stored(PLAIN, CYD) is None
    assert desk.stored(LETTERED, CYD) == (40, 0, "", None)


COMMENTS: dict[str, tuple[dict[str, Any], int, Any]] = {
    "for the course": ({"period_id": "final"}, 200, ("final", "x", 0)),
    "for a period": ({"period_id": "p31"}, 200, ("p31", "x", 0)),
    "for a bare period": ({"period_id": 31}, 200, ("p31", "x", 0)),
    "for a bare period in text": ({"period_id": "31"}, 200, ("p31", "x", 0)),
    "shown": ({"period_id": "final", "comment_status": 1}, 200, ("final", "x", 1)),
    "of null status": ({"period_id": "final", "comment_status": None}, 200, ("final", "x", 0)),
    "taken away": ({"period_id": "final", "comment": None}, 200, ("final", "", 0)),
    "a period not taught here": ({"period_id": 99}, 404, None),
    "other": ({"period_id": "other"}, 404, None),
    "an odd period": ({"period_id": "pp31"}, 404, None),
    "an enormous period": ({"period_id": HUGE}, 404, None),
    "an odd status": ({"period_id": "final", "comment_status": "yes"}, 400, None),
    "withdrawn": ({"period_id": "final", "enrollment_id": OUT}, 403, None),
    "nobody": ({"period_id": "final", "enrollment_id": "24152019t"}, 404, None),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", COMMENTS)
def test_a_final_comment_is_kept_or_refused_with_its_code(case: str, kind: str) -> None:
    given, code, kept = COMMENTS[case]
    desk = Desk()
    sent = {"final_comments": {"final_comment": {"enrollment_id": ANN, "comment": "x", **given}}}
    report = desk.put(sent, kind)
    assert set(report) == {"final_comments"}
    (told,) = report["final_comments"]["final_comment"]
    assert told["response_code"] == code
    assert ("message" in told) == (code >= 400)
    found = desk.world.gradebook.coursework("math").final_comments.values()
    assert [(row.period, row.comment, row.comment_status) for row in found] == (
        [] if kept is None else [kept]
    )


def test_grades_in_the_answer_are_what_a_put_takes_back() -> None:
    desk = Desk()
    listed = desk.get(GRADES)
    before = desk.get(GRADES)["grades"]["grade"]
    report = desk.put({name: listed[name] for name in ("grades", "period", "final_grade")})
    assert {row["response_code"] for row in report["grades"]["grade"]} == {200}
    times = {"timestamp": 0}
    assert [row | times for row in desk.get(GRADES)["grades"]["grade"]] == [
        row | times for row in before
    ]


@pytest.mark.parametrize("kind", BOTH)
def test_ten_thousand_rows_are_told_and_stored_one_by_one(kind: str) -> None:
    rows = [
        {"assignment_id": PLAIN, "enrollment_id": 1000 + n, "grade": -1 if n % 10 == 0 else n % 21}
        for n in range(10_000)
    ]
    people = [{"id": n, "given_name": "", "family_name": ""} for n in range(10_000)]
    section = {
        "id": "math",
        "title": "Large",
        "enrollments": [{"id": 1000 + n, "person": n} for n in range(10_000)],
        "assignments": [{"id": PLAIN, "title": "Quiz"}],
    }
    desk = Desk({"people": people, "sections": [section]})
    told = desk.put_rows(*rows, kind=kind)
    assert [row["enrollment_id"] for row in told] == [row["enrollment_id"] for row in rows]
    assert [row["response_code"] for row in told] == [
        400 if n % 10 == 0 else 200 for n in range(10_000)
    ]
    found, total = desk.world.gradebook.coursework("math").page(0, 10_000)
    assert total == 9_000
    assert {grade.enrollment: grade.grade for grade in found} == {
        row["enrollment_id"]: row["grade"] for row in rows if row["grade"] >= 0
    }


@pytest.mark.parametrize("status", [200, 204])
def test_the_status_of_the_answer_is_a_policy(status: int) -> None:
    desk = Desk(put_status=status)
    body = b'{"grades":{"grade":{"assignment_id":12,"enrollment_id":101,"grade":3}}}'
    reply, report = desk.call("PUT", GRADES, body)
    assert reply.status == status
    assert (report is None) == (status == 204)
    assert desk.stored(PLAIN, ANN) == (3, 0, "", None)
    assert JSON in (reply.header("Content-Type") or JSON)


@pytest.mark.parametrize("sent", [b"-0.0", b"-0", b'"-0"'])
def test_there_is_no_zero_below_zero(sent: bytes) -> None:
    desk = Desk()
    row = b'{"grades":{"grade":{"assignment_id":12,"enrollment_id":101,"grade":%s}}}' % sent
    assert desk.call("PUT", GRADES, row)[0].status == 207
    assert [str(each) for each in desk.stored(PLAIN, ANN) or ()][:1] == ["0.0"]
