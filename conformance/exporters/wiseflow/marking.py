"""Marking, as pure functions over one participant: the four statuses and their transitions."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.wiseflow.model import (
    Assessment,
    Flow,
    MarkingStatus,
    Notice,
    Participant,
)


def expected_markers(flow: Flow, participant: Participant) -> frozenset[str]:
    """Who has to submit before the grade is final.

    These are the markers that the participant is assigned to, and every co-assessor. If no assessor
    is assigned, all assessors have to submit.
    """
    listed = {each.assessor for each in participant.assessments}
    expected = listed | flow.ids("co_assessor")
    assessors = flow.ids("assessor")
    return frozenset(expected if expected & assessors else expected | assessors)


def submitted_grades(participant: Participant) -> dict[str, str]:
    """The grades that count, by assessor."""
    return {
        each.assessor: each.grade for each in participant.assessments if each.state == "submitted"
    }


def agreed_grade(flow: Flow, participant: Participant) -> str:
    """The grade that all markers have submitted; "" while one is missing or differs."""
    submitted = submitted_grades(participant)
    expected = expected_markers(flow, participant)
    grades = set(submitted.values())
    return grades.pop() if expected == submitted.keys() and len(grades) == 1 else ""


def status(flow: Flow, participant: Participant) -> MarkingStatus:
    """One of the four statuses of the participant list."""
    grades = set(submitted_grades(participant).values())
    if len(grades) > 1:
        return MarkingStatus.CONFLICT
    if agreed_grade(flow, participant) and (participant.approved or not flow.ids("reviewer")):
        return MarkingStatus.SUBMITTED
    if grades:
        return MarkingStatus.PARTLY
    reopened = {each.grade for each in participant.assessments if each.state == "reopened"}
    return MarkingStatus.CONFLICT if len(reopened) > 1 else MarkingStatus.NONE


def registered_grade(flow: Flow, participant: Participant) -> str:
    """The grade that all markers have submitted, also while it is reopened; "" if there is none."""
    given = {each.assessor: each.grade for each in participant.assessments if each.state != "draft"}
    grades = set(given.values())
    expected = expected_markers(flow, participant)
    return grades.pop() if expected == given.keys() and len(grades) == 1 else ""


def is_reopened(participant: Participant) -> bool:
    """Whether a submitted assessment is open again."""
    return any(each.state == "reopened" for each in participant.assessments)


def submit(flow: Flow, participant: Participant, assessor: str, grade: str) -> Participant:
    """The participant after this assessor submits this grade. Raises NotAllowed."""
    if assessor not in flow.ids("assessor", "co_assessor"):
        raise NotAllowed(f"{assessor} does not mark in this flow.")
    if not on_scale(flow, grade):
        raise NotAllowed(f"{grade!r} is not on the flow's scale.")
    if assessor in submitted_grades(participant):
        raise NotAllowed("The grade is submitted; a manager has to unlock it before it changes.")
    others = tuple(each for each in participant.assessments if each.assessor != assessor)
    mine = Assessment(assessor, grade, "submitted")
    return replace(participant, assessments=(*others, mine))


def reopen_conflict(flow: Flow, participant: Participant) -> tuple[Participant, tuple[Notice, ...]]:
    """Reopen submitted grades that differ, and notify their assessors."""
    if len(set(submitted_grades(participant).values())) < 2:
        return participant, ()
    name = f"{participant.given_name} {participant.family_name}".strip()
    text = f"The assessors of {name} disagree in {flow.title}; your assessment is open again."
    notices = (
        Notice(assessor, participant.user_id, text) for assessor in submitted_grades(participant)
    )
    return reopened(participant), tuple(notices)


def approve(flow: Flow, participant: Participant) -> Participant:
    """The participant after a reviewer approves the agreed grade. Raises NotAllowed."""
    if not flow.ids("reviewer"):
        raise NotAllowed("This flow has no reviewer.")
    if not agreed_grade(flow, participant):
        raise NotAllowed("The assessors have not agreed on a grade yet.")
    return replace(participant, approved=True)


def unlock(participant: Participant) -> Participant:
    """The participant after a manager unlocks the grade, which stays registered. Raises
    NotAllowed."""
    if not submitted_grades(participant):
        raise NotAllowed("No grade has been submitted.")
    return reopened(participant)


def reopened(participant: Participant) -> Participant:
    """The participant with every submitted grade reopened."""
    open_again = tuple(
        replace(each, state="reopened") if each.state == "submitted" else each
        for each in participant.assessments
    )
    return replace(participant, assessments=open_again, approved=False)


def on_scale(flow: Flow, grade: str) -> bool:
    """Whether the flow's scale has this grade. A flow without a scale accepts any but ""."""
    return grade in flow.scale if flow.scale else grade != ""
