"""Building blocks of the flow scenarios: participants, flows and shared steps."""

from __future__ import annotations

from typing import Any

from conformance.model.people import NAMES
from conformance.model.steps import (
    Act,
    Advance,
    Arm,
    EndPeriod,
    Kill,
    Load,
    Quiet,
    Restart,
    Settle,
    State,
    Step,
    Sync,
)
from conformance.wiseflow.subject import Assessment, Assessor, Flow, Participant, as_loaded

GRADES = "wiseflow.flows.grades.*"
"""The operations that receive exports, by any method."""

CO_ASSESSORS = (
    Assessor("a1", "co_assessor", "Ida Holm"),
    Assessor("a2", "co_assessor", "Per Dahl"),
)
REVIEWED = (Assessor("a1", "assessor", "Ida Holm"), Assessor("r1", "reviewer", "Mai Lund"))


def graded(user_id: int, grade: str, **more: Any) -> Participant:
    """A participant whose only assessor submitted this grade."""
    return Participant(user_id, *NAMES[user_id], (Assessment("a1", grade),), **more)


def ungraded(user_id: int, **more: Any) -> Participant:
    """A participant without an assessment."""
    return Participant(user_id, *NAMES[user_id], **more)


def marked(user_id: int, *assessments: Assessment) -> Participant:
    """A participant with these assessments."""
    return Participant(user_id, *NAMES[user_id], assessments)


GRADED = Flow((graded(1001, "A"), graded(1002, "C"), graded(1003, "F"), ungraded(1004)))
"""Three participants who can be exported, and one without a grade."""

READY: tuple[Step, ...] = (Load(), Sync(), EndPeriod())
"""The steps after which an export is allowed."""

AFTERWARDS: tuple[Step, ...] = (Settle(), Advance(30), Settle(), Quiet(), State(label="end"))
"""Steps that reveal late or hidden attempts of an exporter that keeps running."""

AFTERWARDS_RESTARTED: tuple[Step, ...] = (
    Settle(),
    Advance(30),
    Settle(),
    Quiet(),
    Kill(label="killed"),
    Restart(),
    Settle(),
    Quiet(),
    State(label="end"),
)
"""The same steps, followed by a kill and a restart of the exporter."""


def fails_once(kind: str, about: int | None = None, **parameters: Any) -> Arm:
    """Arm a fault for the next export, or for the next one that names the participant `about`."""
    where = {"operation": GRADES} if about is None else {"operation": GRADES, "subject": about}
    return Arm({**where, "when": {"next": 1}, "fault": {"kind": kind, **parameters}})


def overrides(participant: int, grade: str | None, label: str = "") -> Act:
    """A licence administrator sets an alternative grade, or removes it (None)."""
    fields = {"participant": participant, "grade": grade, "by": "licence_administrator"}
    return Act("set_alternative_grade", fields, label=label)


def joins(participant: Participant) -> Act:
    """Somebody adds a participant to the flow that is loaded."""
    return Act("add_participant", {"new_participant": as_loaded(participant)})


def submits(participant: int | str, grade: str, assessor: str = "a1", label: str = "") -> Act:
    """An assessor submits a grade."""
    fields = {"participant": participant, "assessor": assessor, "grade": grade}
    return Act("submit_assessment", fields, label=label)
