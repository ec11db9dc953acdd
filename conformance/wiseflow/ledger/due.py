"""What the exam system holds at each moment: each participant's grade, and whether it may be sent.

Two readings of the documents are kept side by side. After an unlocking or a conflict the grades of
the other assessors may stand or have to be submitted again; a grade is `surely` final if both
readings say so, and `perhaps` final if one does. Only what is sure must be sent, and only what is
not even perhaps final must not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mock_sis.clock import from_iso

BY_HAND, UNGRADED = "WF-SIS-ONLY", "WF-GRADED-ONLY"
UNLOCKED, CONFLICT, PARTLY = "WF-UNLOCKED", "WF-CONFLICT", "WF-PARTLY"

BECAUSE: Mapping[str, str] = {
    BY_HAND: "who was added by hand",
    UNGRADED: "who has no grade",
    UNLOCKED: "whose grade is unlocked and was not submitted again",
    CONFLICT: "on whose grade the assessors disagree",
    PARTLY: "whose grade is not submitted and approved by all who have to",
}
"""Why a participant may not be sent, by the rule that says so; follows "participant 1002, "."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marking of one participant.

    `standing` has the last grade that each assessor submitted, `fresh` the assessors who have
    submitted since the marking was last reopened. `reopened` is the rule that forbids sending until
    somebody submits again: UNLOCKED, CONFLICT, or "" if it was not reopened. `told` are the
    assessors whose grades the last conflict reopened, and `kept` is the final grade that the last
    unlocking reopened; both only if an action caused it.
    """

    assigned: frozenset[str]
    from_sis: bool = True
    alternative: str = ""
    standing: Mapping[str, str] = field(default_factory=dict)
    fresh: frozenset[str] = frozenset()
    reopened: str = ""
    approved: bool = False
    told: frozenset[str] = frozenset()
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What may be sent of one participant now.

    `marks` are the values that `mark` may have, `admin` is the value of `adminGrade` ("": none).
    `why_not` is the rule that forbids sending, "" if it may be sent; `sure` tells whether no
    reading of the documents forbids it.
    """

    marks: frozenset[str]
    admin: str = ""
    why_not: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Exam:
    """The flow as the exam system holds it.

    `early` are the participants whose grades were final when instant export was enabled; `lost`
    says that instant export has turned itself off. `start` and `end` of marking are Unix seconds.
    """

    people: Mapping[str, Marks]
    markers: frozenset[str]
    co_assessors: frozenset[str]
    reviewed: bool
    start: float
    end: float
    has_source: bool
    instant: bool
    lost: bool = False
    early: frozenset[str] = frozenset()


def loaded(flow: Mapping[str, Any]) -> Exam:
    """The exam of a `load` message."""
    roles = {each["id"]: each["role"] for each in flow["assessors"]}
    exam = Exam(
        people={str(each["user_id"]): _marks(each) for each in flow["participants"]},
        markers=frozenset(name for name, role in roles.items() if role != "reviewer"),
        co_assessors=frozenset(name for name, role in roles.items() if role == "co_assessor"),
        reviewed="reviewer" in roles.values(),
        start=from_iso(flow["marking"]["start"]),
        end=from_iso(flow["marking"]["end"]),
        has_source=bool(flow["sis_sources"]),
        instant=flow["instant_export"],
    )
    people = {
        name: replace(_reopened(each), told=frozenset()) for name, each in exam.people.items()
    }
    return replace(exam, people=people)


def _marks(participant: Mapping[str, Any]) -> Marks:
    listed = participant["assessments"]
    submitted = {each["assessor"]: each["grade"] for each in listed if each["submitted"]}
    unlocked = participant["unlocked"]
    return Marks(
        assigned=frozenset(each["assessor"] for each in listed),
        from_sis=participant["source"] == "sis",
        alternative=participant["alternative_grade"] or "",
        standing=submitted,
        fresh=frozenset() if unlocked else frozenset(submitted),
        reopened=UNLOCKED if unlocked else "",
    )


def _reopened(marks: Marks) -> Marks:
    """The marking after the exam system has reopened submitted grades that differ."""
    if len({marks.standing[name] for name in marks.fresh}) < 2:
        return marks
    return replace(marks, fresh=frozenset(), reopened=CONFLICT, approved=False, told=marks.fresh)


def acted(exam: Exam, action: str, fields: Mapping[str, Any], now: float) -> Exam:
    """The exam after an action that the product has accepted."""
    if action == "enable_instant_export":
        final = frozenset(name for name in exam.people if perhaps_final(exam, exam.people[name]))
        return replace(exam, instant=True, early=exam.early | final)
    if action == "change_setup":
        return _changed(exam, now)
    if action == "add_participant":
        return _changed(_joined(exam, fields["new_participant"]), now)
    name = str(fields.get("participant"))
    if name not in exam.people or action not in _MARKING:
        return exam
    before = exam.people[name]
    marks = _reopened(_MARKING[action](before, fields))
    if action == "unlock":
        marks = replace(marks, kept=surely_final(exam, before))
    return replace(exam, people={**exam.people, name: marks})


def _changed(exam: Exam, now: float) -> Exam:
    """The exam after a change of its setup, which turns instant export off once marking began."""
    lost = exam.instant and now >= exam.start
    return replace(exam, instant=False, lost=True) if lost else exam


def _joined(exam: Exam, participant: Mapping[str, Any]) -> Exam:
    """The exam with one more participant, unless they are in it already."""
    name = str(participant["user_id"])
    if name in exam.people:
        return exam
    added = replace(_reopened(_marks(participant)), told=frozenset())
    return replace(exam, people={**exam.people, name: added})


def _submitted(marks: Marks, fields: Mapping[str, Any]) -> Marks:
    standing = {**marks.standing, fields["assessor"]: fields["grade"] or ""}
    fresh = marks.fresh | {fields["assessor"]}
    return replace(marks, standing=standing, fresh=fresh)


def _approved(marks: Marks, _: Mapping[str, Any]) -> Marks:
    return replace(marks, approved=True)


def _unlocked(marks: Marks, _: Mapping[str, Any]) -> Marks:
    if marks.reopened and not marks.fresh:
        return marks  # it is open already
    return replace(marks, fresh=frozenset(), reopened=UNLOCKED, approved=False)


def _overridden(marks: Marks, fields: Mapping[str, Any]) -> Marks:
    return replace(marks, alternative=fields["grade"] or "")


_MARKING = {
    "submit_assessment": _submitted,
    "approve": _approved,
    "unlock": _unlocked,
    "set_alternative_grade": _overridden,
}


def expected(exam: Exam, marks: Marks) -> frozenset[str]:
    """The assessors who have to submit: those assigned and all co-assessors; if no assessor is
    assigned, all of them."""
    wanted = marks.assigned | exam.co_assessors
    assessors = exam.markers - exam.co_assessors
    return wanted if wanted & assessors or not assessors else wanted | assessors


def surely_final(exam: Exam, marks: Marks) -> str:
    """The final grade in every reading; "" if there is none."""
    final = perhaps_final(exam, marks)
    return final if expected(exam, marks) <= marks.fresh else ""


def perhaps_final(exam: Exam, marks: Marks) -> str:
    """The final grade in the reading in which the other assessors' grades stand."""
    grades = set(marks.standing.values())
    if not marks.fresh or not expected(exam, marks) <= marks.standing.keys() or len(grades) != 1:
        return ""
    return grades.pop() if marks.approved or not exam.reviewed else ""


def due(exam: Exam, name: str) -> Due:
    """What may be sent of this participant."""
    marks = exam.people[name]
    surely, perhaps = surely_final(exam, marks), perhaps_final(exam, marks)
    if not marks.from_sis:
        return Due(frozenset(), why_not=BY_HAND)
    if marks.alternative:
        # The mark beside an alternative grade may be the assessors' or empty.
        settled = bool(surely) or not marks.standing
        return Due(frozenset({"", surely, perhaps}), marks.alternative, sure=settled)
    if perhaps:
        return Due(frozenset({perhaps}), sure=bool(surely))
    return Due(frozenset(), why_not=_why_not(marks))


def _why_not(marks: Marks) -> str:
    if not any(marks.standing.values()):
        return UNGRADED
    if marks.reopened and not marks.fresh:
        return marks.reopened
    return CONFLICT if len({marks.standing[name] for name in marks.fresh}) > 1 else PARTLY
