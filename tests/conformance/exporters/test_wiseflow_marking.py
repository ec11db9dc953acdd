"""The four statuses and the moves between them."""

from __future__ import annotations

import pytest

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.wiseflow import marking
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.loading import flow_from, participants_from
from conformance.exporters.wiseflow.model import Flow, Participant
from helpers.exporters.flows import flow, person


def read(assessors: str, graded: str, **facts: object) -> tuple[Flow, Participant]:
    document = flow(person(1, graded, **facts), assessors=assessors)
    loaded = flow_from(document)
    return loaded, participants_from(loaded, document["participants"])[0]


@pytest.mark.parametrize(
    ("assessors", "graded", "status", "final"),
    [
        ("a1", "", "none", ""),
        ("a1", "a1:B?", "none", ""),
        ("a1", "a1:", "none", ""),
        ("a1", "a1:B", "submitted", "B"),
        ("a1", "a1:0", "submitted", "0"),
        ("a1 c1", "a1:B", "partly", ""),
        ("a1 c1", "c1:B", "partly", ""),
        ("a1 c1", "a1:B c1:B?", "partly", ""),
        ("a1 c1", "a1:B c1:B", "submitted", "B"),
        ("a1 c1", "a1:B c1:C", "conflict", ""),
        ("a1 c1 c2", "a1:B c1:C", "conflict", ""),
        ("a1 c1", "a1:B? c1:C?", "none", ""),
        ("a1 a2", "a1:B", "submitted", "B"),
        ("a1 a2", "a1:B a2:C?", "partly", ""),
        ("a1 r1", "a1:B", "partly", ""),
        ("a1 r1", "a1:B r1:B", "submitted", "B"),
        ("a1 c1 r1", "a1:B r1:B", "partly", ""),
    ],
)
def test_the_status_follows_from_what_was_submitted(
    assessors: str, graded: str, status: str, final: str
) -> None:
    loaded, participant = read(assessors, graded)
    assert marking.status(loaded, participant) == status
    assert Decisions().final_grade(loaded, participant) == final


@pytest.mark.parametrize(
    ("assessors", "graded", "unlocked", "registered", "reopened"),
    [
        ("a1", "", False, "", False),
        ("a1", "a1:B?", False, "", False),
        ("a1", "a1:B", False, "B", False),
        ("a1", "a1:B", True, "B", True),
        ("a1 c1", "a1:B", False, "", False),
        ("a1 c1", "a1:B c1:B", True, "B", True),
        ("a1 c1", "a1:B c1:C", True, "", True),
    ],
)
def test_a_grade_stays_registered_while_it_is_unlocked(
    assessors: str, graded: str, unlocked: bool, registered: str, reopened: bool
) -> None:
    loaded, participant = read(assessors, graded, unlocked=unlocked)
    assert marking.registered_grade(loaded, participant) == registered
    assert marking.is_reopened(participant) is reopened


def test_a_conflict_reopens_what_was_submitted_and_tells_each_assessor() -> None:
    loaded, participant = read("a1 c1", "a1:B c1:C")
    after, notices = marking.reopen_conflict(loaded, participant)
    assert [each.state for each in after.assessments] == ["reopened", "reopened"]
    assert {each.assessor for each in notices} == {"a1", "c1"}
    assert marking.status(loaded, after) == "conflict"


def test_after_a_conflict_the_grade_is_final_only_when_all_have_submitted_again() -> None:
    loaded, participant = read("a1 c1", "a1:B c1:C")
    after, _ = marking.reopen_conflict(loaded, participant)
    after = marking.submit(loaded, after, "c1", "B")
    assert Decisions().final_grade(loaded, after) == ""
    assert Decisions().final_grade(loaded, marking.submit(loaded, after, "a1", "B")) == "B"


def test_unlocking_keeps_the_grade_but_it_is_not_final_until_submitted_again() -> None:
    loaded, participant = read("a1 r1", "a1:B r1:B")
    unlocked = marking.unlock(participant)
    assert unlocked.assessments[0].grade == "B"
    assert Decisions().final_grade(loaded, unlocked) == ""
    again = marking.submit(loaded, unlocked, "a1", "B")
    assert Decisions().final_grade(loaded, again) == ""
    assert Decisions().final_grade(loaded, marking.approve(loaded, again)) == "B"


def test_a_grade_loaded_as_unlocked_is_registered_and_not_final() -> None:
    loaded, participant = read("a1", "a1:B", unlocked=True)
    assert participant.assessments[0].grade == "B"
    assert Decisions().final_grade(loaded, participant) == ""


@pytest.mark.parametrize(
    ("assessors", "graded", "move"),
    [
        ("a1", "", lambda f, p: marking.submit(f, p, "a9", "B")),
        ("a1 r1", "", lambda f, p: marking.submit(f, p, "r1", "B")),
        ("a1", "", lambda f, p: marking.submit(f, p, "a1", "Z")),
        ("a1", "", lambda f, p: marking.submit(f, p, "a1", "")),
        ("a1", "a1:B", lambda f, p: marking.submit(f, p, "a1", "C")),
        ("a1", "a1:B", lambda f, p: marking.approve(f, p)),
        ("a1 c1 r1", "a1:B", lambda f, p: marking.approve(f, p)),
        ("a1", "", lambda f, p: marking.unlock(p)),
    ],
)
def test_moves_that_make_no_sense_are_refused(assessors: str, graded: str, move: object) -> None:
    loaded, participant = read(assessors, graded)
    with pytest.raises(NotAllowed):
        move(loaded, participant)  # type: ignore[operator]


def test_a_person_listed_twice_is_one_participant_and_sis_sourced_if_once_so() -> None:
    document = flow(person(1, source="manual"), person("1"), person(2, source="manual"))
    people = participants_from(flow_from(document), document["participants"])
    assert [(each.user_id, each.source) for each in people] == [(1, "sis"), (2, "manual")]
