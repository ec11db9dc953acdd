"""Whatever the institution's mapping, an export is judged, stored and answered alike."""

from __future__ import annotations

from itertools import product
from typing import Any

import msgspec
import pytest

from helpers.simulator.wiseflow_desk import GRADES, NOW, seed
from mock_sis.clock import Clock
from mock_sis.errors import SeedError
from mock_sis.exchange import Call, Reply
from mock_sis.formats.mapping.reports import ANSWER_TYPES, Report, read_report
from mock_sis.formats.mapping.rows import MEDIA_TYPES, Given, write_rows
from mock_sis.formats.mapping.shapes import AnswerMapping, BodyMapping
from mock_sis.simulator import Simulator

MAPPINGS: dict[str, dict[str, Any]] = {
    "the standard": {},
    "at the root": {"list": "", "ids": "number"},
    "nested": {"list": "a.b", "userId": "user.id", "mark": "grade.mark", "adminGrade": "grade.alt"},
    "without adminGrade": {"adminGrade": False},
    "XML": {"format": "xml", "root": "grades", "list": "rows.row", "userId": "user.id"},
    "a form": {"format": "form", "index": "brackets", "userId": "user.id"},
    "a form with dots": {"format": "form", "index": "dots", "ids": "number", "list": ""},
}
ANSWERS: dict[str, dict[str, Any]] = {
    "the standard": {},
    "other names": {"numberOfSuccess": "ok", "numberOfErrors": "n.bad", "userId": "user.id"},
    "errors alone": {"numberOfSuccess": False, "numberOfErrors": False, "errors": ""},
    "XML": {"format": "xml", "errors": "errors.error", "root": "report"},
}
NOBODY = "The SIS has no such participant in this flow."
ROWS = [Given(1001, "A"), Given(9999, "A")]


def sis(**policies: Any) -> Simulator:
    """A simulator with these policies of the receiver."""
    made = Simulator(clock=Clock("virtual", NOW))
    made.load(seed(**policies))
    return made


def post(simulator: Simulator, body: bytes, media_type: str) -> Reply:
    call = Call("POST", GRADES, (("Content-Type", media_type),), body, received=NOW)
    answer = simulator.answer(call)
    assert isinstance(answer, Reply)
    return answer


def marks(simulator: Simulator) -> dict[str, str]:
    scores = simulator.world.gradebook.scores("math/exam")
    return {person: score.mark for person, score in scores.items()}


CASES = [
    pytest.param(body, answer, id=f"{one}, answered by {other}")
    for (one, body), (other, answer) in product(MAPPINGS.items(), ANSWERS.items())
]


@pytest.mark.parametrize(("body", "answer"), CASES)
def test_one_grade_is_stored_and_one_reported(body: dict[str, Any], answer: dict[str, Any]) -> None:
    simulator = sis(mapping=body, answer=answer)
    mapping = msgspec.convert(body, BodyMapping)
    told = msgspec.convert(answer, AnswerMapping)
    reply = post(simulator, write_rows(ROWS, mapping), MEDIA_TYPES[mapping.format][0])
    assert (reply.status, reply.header("Content-Type")) == (200, ANSWER_TYPES[told.format])
    assert marks(simulator) == {"1001": "A", "1002": "B"}
    found = read_report(reply.body, told)
    assert [(str(user_id), text) for user_id, text in found.errors] == [("9999", NOBODY)]
    counts = {"successes": 1, "failures": 1}
    assert found == Report(
        **{n: None if getattr(told, n) is False else count for n, count in counts.items()},
        errors=found.errors,
    )


WITHOUT_REPORT = [{"format": "none"}, {"format": "none", "status": 204}]


@pytest.mark.parametrize("answer", WITHOUT_REPORT)
@pytest.mark.parametrize(("count", "stored"), [(1, True), (2, False)])
def test_without_a_report_all_are_stored_or_none(
    answer: dict[str, Any], count: int, stored: bool
) -> None:
    simulator = sis(answer=answer)
    reply = post(simulator, write_rows(ROWS[:count], BodyMapping()), "application/json")
    assert marks(simulator) == ({"1001": "A", "1002": "B"} if stored else {"1002": "B"})
    if stored:
        assert reply == Reply(answer.get("status", 200))
    else:
        assert reply.status == 422
        assert b"/participants/1" in reply.body


LIE = {"operation": "wiseflow.*.grades.*", "fault": {"kind": "rows_fail", "subjects": [1001]}}


def test_a_fault_refuses_the_whole_export_where_there_is_no_report() -> None:
    simulator = sis(answer={"format": "none"})
    simulator.load({**seed(answer={"format": "none"}), "faults": [LIE]})
    reply = post(simulator, write_rows(ROWS[:1], BodyMapping()), "application/json")
    assert (reply.status, marks(simulator)) == (422, {"1002": "B"})


LIES: dict[str, tuple[dict[str, Any], Report]] = {
    "wrong counts": ({"kind": "wiseflow_wrong_counts"}, Report(2, 1, [("9999", NOBODY)])),
    "an unknown user": (
        {"kind": "wiseflow_unknown_user", "user": 7, "text": "who?"},
        Report(0, 2, [("9999", NOBODY), ("7", "who?")]),
    ),
    "a repeated user": (
        {"kind": "wiseflow_repeated_user"},
        Report(0, 2, [("9999", NOBODY), ("9999", NOBODY)]),
    ),
    "errors without a user": (
        {"kind": "wiseflow_errors_without_user"},
        Report(1, 1, [(None, NOBODY)]),
    ),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize(("fault", "report"), LIES.values(), ids=LIES)
def test_a_fault_lies_in_the_institutions_form(
    answer: dict[str, Any], fault: dict[str, Any], report: Report
) -> None:
    simulator = sis()
    armed = {"operation": "wiseflow.*.grades.*", "fault": fault}
    simulator.load({**seed(answer=answer), "faults": [armed]})
    reply = post(simulator, write_rows(ROWS, BodyMapping()), "application/json")
    told = msgspec.convert(answer, AnswerMapping)
    found = read_report(reply.body, told)
    named = [(user_id and str(user_id), text) for user_id, text in found.errors]
    assert named == report.errors
    counted = told.successes is not False
    assert (found.successes, found.failures) == (
        (report.successes, report.failures) if counted else (None, None)
    )
    (state,) = simulator.world.plan.armed
    nothing_to_say = fault["kind"] == "wiseflow_wrong_counts" and not counted
    assert state.fired == (0 if nothing_to_say else 1)


TYPES: dict[str, tuple[dict[str, Any], str, int]] = {
    "JSON for XML": ({"format": "xml"}, "application/json", 415),
    "JSON for a form": ({"format": "form", "index": "dots"}, "application/json", 415),
    "XML for JSON": ({}, "application/xml", 415),
    "text/xml": ({"format": "xml"}, "text/xml", 200),
    "XML in Latin-1": ({"format": "xml"}, "application/xml; charset=iso-8859-1", 200),
    "an unknown charset": ({"format": "xml"}, "application/xml; charset=x-none", 415),
    "a form in Latin-1": (
        {"format": "form", "index": "dots"},
        "application/x-www-form-urlencoded; charset=iso-8859-1",
        415,
    ),
    "a form in UTF-8": (
        {"format": "form", "index": "dots"},
        "application/x-www-form-urlencoded; charset=UTF-8",
        200,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("mapping", "media_type", "status"), TYPES.values(), ids=TYPES)
def test_the_media_type_is_that_of_the_format(
    mapping: dict[str, Any], media_type: str, status: int
) -> None:
    body = write_rows(ROWS, msgspec.convert(mapping, BodyMapping))
    assert post(sis(mapping=mapping), body, media_type).status == status


@pytest.mark.parametrize("mapping", MAPPINGS.values(), ids=MAPPINGS)
def test_a_fault_finds_its_subject_in_every_form(mapping: dict[str, Any]) -> None:
    simulator = sis(mapping=mapping)
    fault = {"operation": "wiseflow.*", "subject": 1001, "fault": {"kind": "status", "status": 503}}
    simulator.load({**seed(mapping=mapping), "faults": [fault]})
    shape = msgspec.convert(mapping, BodyMapping)
    media_type = MEDIA_TYPES[shape.format][0]
    other = post(simulator, write_rows([Given("x-4", "A")], shape), media_type)
    hit = post(simulator, write_rows(ROWS, shape), media_type)
    assert other.status in (200, 422)  # ids that must be numbers refuse x-4
    assert hit.status == 503


IMPOSSIBLE: dict[str, tuple[dict[str, Any], str]] = {
    "userId switched off": ({"mapping": {"userId": False}}, "/wiseflow/mapping/userId"),
    "userId switched on": ({"mapping": {"userId": True}}, "/wiseflow/mapping/userId"),
    "a list that is switched off": ({"mapping": {"list": False}}, "/wiseflow/mapping/list"),
    "an empty name": ({"mapping": {"mark": "a..b"}}, "/wiseflow/mapping/mark"),
    "no name": ({"mapping": {"mark": ""}}, "/wiseflow/mapping/mark"),
    "nine levels": ({"mapping": {"mark": "a.b.c.d.e.f.g.h.i"}}, "/wiseflow/mapping/mark"),
    "an unknown format": ({"mapping": {"format": "csv"}}, "/wiseflow/mapping/format"),
    "a form without an index": ({"mapping": {"format": "form"}}, "/wiseflow/mapping/index"),
    "an XML name that is none": (
        {"mapping": {"format": "xml", "userId": "user id"}},
        "/wiseflow/mapping/userId",
    ),
    "counts in a list": (
        {"answer": {"errors": "", "numberOfErrors": False}},
        "/wiseflow/answer/numberOfSuccess",
    ),
    "an answer without users": ({"answer": {"userId": False}}, "/wiseflow/answer/userId"),
    "a status of failure": ({"answer": {"status": 500}}, "/wiseflow/answer/status"),
    "a 204 with a report": ({"answer": {"status": 204}}, "/wiseflow/answer/status"),
}  # fmt: skip


@pytest.mark.parametrize(("policies", "pointer"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_mapping_that_cannot_work_is_refused_by_name(
    policies: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(SeedError) as caught:
        sis(**policies)
    assert [problem.pointer for problem in caught.value.problems] == [pointer]
    assert pointer in str(caught.value)
