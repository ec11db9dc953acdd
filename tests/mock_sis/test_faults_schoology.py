"""Faults of a report on grades, in JSON and in XML: what is told, and what is stored all along."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.fault_bench import plan_of
from mock_sis.clock import Clock
from mock_sis.dialects.schoology.put_grades import subjects
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.negotiation import FORMATS, JSON_TYPE
from mock_sis.seeds import library
from mock_sis.simulator import Simulator

TARGET = "/v1/sections/4318461/grades"
PUT = "schoology.sections.grades.put"
TYPES = tuple(FORMATS)
ESSAY, QUIZ, FIRST, SECOND = 5699937, 5699938, 44783151, 44783152
SENT = {
    "grades": {
        "grade": [
            {"assignment_id": ESSAY, "enrollment_id": FIRST, "grade": 91},
            {"assignment_id": ESSAY, "enrollment_id": SECOND, "grade": -1},
            {"assignment_id": QUIZ, "enrollment_id": SECOND, "grade": 12},
        ]
    },
    "final_comments": {
        "final_comment": [{"enrollment_id": SECOND, "period_id": "final", "comment": "Well done"}]
    },
}
STORED = {(ESSAY, FIRST): 91.0, (QUIZ, SECOND): 12.0, "final": "Well done"}
AS_EVER = ([(FIRST, 200), (SECOND, 400), (SECOND, 200)], [(SECOND, 200)])


def put(
    kind: str, fault: dict[str, Any], sent: dict[str, Any] = SENT, **where: Any
) -> tuple[Simulator, Reply]:
    """What comes of a PUT that this fault strikes."""
    simulator = Simulator(clock=Clock("virtual", 1_700_000_000.0))
    armed = {"fault": fault, **where}
    simulator.load({**library.builtin("schoology"), "faults": [armed]})
    headers: Headers = (("Content-Type", kind), ("Accept", kind))
    simulator.answer(Call("GET", TARGET, headers))  # a reading call wakes none of these
    reply = simulator.answer(Call("PUT", TARGET, headers, FORMATS[kind].encode(sent)))
    assert isinstance(reply, Reply)
    assert [(each.seen, each.fired) for each in simulator.world.plan.armed] == [(1, 1)]
    return simulator, reply


def told(reply: Reply, kind: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The enrollments and codes of a report."""
    data = FORMATS[kind].decode(reply.body)
    grades, comments = data["grades"], data["final_comments"]
    return _codes(grades and grades["grade"]), _codes(comments and comments["final_comment"])


def _codes(rows: Any) -> list[tuple[int, int]]:
    listed = rows if isinstance(rows, list) else [rows] if rows else []
    return [(int(row["enrollment_id"]), int(row["response_code"])) for row in listed]


def stored(simulator: Simulator) -> dict[Any, Any]:
    """What the PUT left behind; the seed's own grade is none of it."""
    work = simulator.world.gradebook.coursework("4318461")
    grades = {
        (grade.assignment, grade.enrollment): grade.grade
        for grade in work.page(0, 99)[0]
        if grade.by == PUT
    }
    return grades | {
        period: comment.comment for (_, period), comment in work.final_comments.items()
    }


def without(*places: Any) -> dict[Any, Any]:
    return {place: value for place, value in STORED.items() if place not in places}


CASES: dict[str, tuple[dict[str, Any], Any, dict[Any, Any]]] = {
    "a code for all": (
        {"kind": "schoology_row_codes", "code": 403},
        ([(FIRST, 403), (SECOND, 403), (SECOND, 403)], [(SECOND, 403)]),
        STORED,
    ),
    "200 for all": (
        {"kind": "schoology_row_codes", "code": 200},
        ([(FIRST, 200), (SECOND, 200), (SECOND, 200)], [(SECOND, 200)]),
        STORED,
    ),
    "one row missing": (
        {"kind": "schoology_rows_missing"},
        ([(FIRST, 200), (SECOND, 400)], []),
        STORED,
    ),
    "all rows missing": ({"kind": "schoology_rows_missing", "rows": 9}, ([], []), STORED),
    "told stored but not": (
        {"kind": "rows_told_stored_but_not"},
        AS_EVER,
        {},
    ),
    "of one enrollment": (
        {"kind": "rows_told_stored_but_not", "subjects": [SECOND]},
        AS_EVER,
        without((QUIZ, SECOND), "final"),
    ),
    "stored but told failed": (
        {"kind": "rows_stored_but_told_failed", "text": "no"},
        ([(FIRST, 400), (SECOND, 400), (SECOND, 400)], [(SECOND, 400)]),
        STORED,
    ),
    "these fail": (
        {"kind": "rows_fail", "subjects": [str(FIRST)]},
        ([(FIRST, 400), (SECOND, 400), (SECOND, 200)], [(SECOND, 200)]),
        without((ESSAY, FIRST)),
    ),
    "all fail": (
        {"kind": "rows_all_fail"},
        ([(FIRST, 400), (SECOND, 400), (SECOND, 400)], [(SECOND, 400)]),
        {},
    ),
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("case", CASES)
def test_rows_are_told_and_stored_as_the_fault_has_it(case: str, kind: str) -> None:
    fault, expected, kept = CASES[case]
    simulator, reply = put(kind, fault, when={"nth": 1})
    assert reply.status == 207
    assert told(reply, kind) == expected
    assert stored(simulator) == kept


@pytest.mark.parametrize("kind", TYPES)
def test_a_fault_for_one_enrollment_bends_its_rows_alone(kind: str) -> None:
    simulator, reply = put(kind, {"kind": "rows_told_stored_but_not"}, subject=SECOND)
    assert told(reply, kind) == AS_EVER
    assert stored(simulator) == without((QUIZ, SECOND), "final")


@pytest.mark.parametrize("kind", TYPES)
def test_a_row_that_a_fault_refuses_has_its_text_and_keeps_an_error_code_it_had(kind: str) -> None:
    rows = [
        {"assignment_id": ESSAY, "enrollment_id": FIRST, "grade": 91},
        {"assignment_id": ESSAY, "enrollment_id": 5, "grade": 91},
    ]
    _, reply = put(kind, {"kind": "rows_all_fail", "text": "no"}, {"grades": {"grade": rows}})
    report = FORMATS[kind].decode(reply.body)["grades"]["grade"]
    assert [(int(row["response_code"]), row["message"]) for row in report] == [
        (400, "no"),
        (404, "no"),
    ]


@pytest.mark.parametrize(
    ("fault", "kept", "fired"),
    [("rows_stored_but_told_failed", STORED, 0), ("rows_told_stored_but_not", {}, 1)],
)
def test_a_row_fault_fires_on_an_answer_without_a_report_only_by_what_is_stored(
    fault: str, kept: dict[Any, Any], fired: int
) -> None:
    simulator = Simulator(clock=Clock("virtual", 1_700_000_000.0))
    seed = library.builtin("schoology")
    policy = {**seed["schoology"], "put_status": 204}
    simulator.load({**seed, "schoology": policy, "faults": [{"fault": {"kind": fault}}]})
    call = Call("PUT", TARGET, (("Content-Type", JSON_TYPE),), FORMATS[JSON_TYPE].encode(SENT))
    assert simulator.answer(call) == Reply(204, (("X-Schoology", "API"),))
    assert stored(simulator) == kept
    assert [armed.fired for armed in simulator.world.plan.armed] == [fired]


ABOUT: dict[str, tuple[dict[str, Any], set[str]]] = {
    "both": (SENT, {str(FIRST), str(SECOND)}),
    "grades": ({"grades": {"grade": SENT["grades"]["grade"][:1]}}, {str(FIRST)}),
    "comments": ({"final_comments": SENT["final_comments"]}, {str(SECOND)}),
    "no rows": ({"grades": None}, set()),
    "leading zeros": (
        {"grades": {"grade": {"assignment_id": ESSAY, "enrollment_id": f"00{FIRST}"}}},
        {str(FIRST)},
    ),
    "what cannot be read": ({"scores": None}, set()),
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("case", ABOUT)
def test_a_request_is_about_the_enrollments_it_names(case: str, kind: str) -> None:
    sent, about = ABOUT[case]
    call = Call("PUT", TARGET, (("Content-Type", kind),), FORMATS[kind].encode(sent))
    assert subjects(None, call) == about


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize(("phase", "kept"), [("before", {}), ("after", STORED)])
def test_an_error_object_comes_with_a_200(kind: str, phase: str, kept: dict[Any, Any]) -> None:
    simulator, reply = put(kind, {"kind": "schoology_error_object", "phase": phase, "text": "no"})
    assert reply.status == 200
    assert (reply.header("Content-Type") or "").startswith(kind)
    assert FORMATS[kind].decode(reply.body)["error"]["message"] == "no"
    assert stored(simulator) == kept


def test_the_message_goes_with_codes_from_400_on() -> None:
    for code, has in ((200, [False, False, False]), (201, [False] * 3), (500, [True] * 3)):
        _, reply = put(
            "application/json", {"kind": "schoology_row_codes", "code": code, "text": "odd"}
        )
        rows = FORMATS["application/json"].decode(reply.body)["grades"]["grade"]
        assert [row.get("message") == "odd" for row in rows] == has


NO_REPORT = [
    Reply(204),
    Reply(400, (("Content-Type", "text/plain"),), b"no"),
    Reply(429, (("Content-Type", "application/json"),), b'{"grades":{"grade":[]}}'),
    Reply(207, (("Content-Type", "application/json"),), b'{"grades":{"grade":[]},"links":{}}'),
    Reply(207, (("Content-Type", "application/json"),), b'{"grades":{"rows":[]}}'),
    Reply(207, (("Content-Type", "application/json"),), b"{"),
    Reply(207, (("Content-Type", "text/xml"),), b"<result>text</result>"),
    Reply(207, (("Content-Type", "text/xml"),), b"<result><grades /></result>"),
]


@pytest.mark.parametrize("kind", ["schoology_rows_missing", "schoology_row_codes"])
@pytest.mark.parametrize("reply", NO_REPORT)
def test_an_answer_that_is_no_report_or_an_empty_one_is_left_alone(kind: str, reply: Reply) -> None:
    plan = plan_of(kind)
    effects = plan.strike(PUT, Call("PUT", TARGET), frozenset)
    assert effects.spoil(reply) is reply
    assert plan.never_fired == plan.armed


@given(body=st.binary(max_size=60), kind=st.sampled_from(TYPES))
def test_no_answer_is_so_odd_that_they_fail_on_it(body: bytes, kind: str) -> None:
    plan = plan_of("schoology_rows_missing", "schoology_row_codes")
    effects = plan.strike(PUT, Call("PUT", TARGET), frozenset)
    assert isinstance(effects.spoil(Reply(207, (("Content-Type", kind),), body)), Reply)
