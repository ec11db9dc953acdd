"""What the scenarios of a flow are made of: people, flows, and the steps that many share."""

from __future__ import annotations

from typing import Any

from conformance.model.people import NAMES
from conformance.model.steps import (
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
from conformance.wiseflow.subject import Assessment, Assessor, Flow, Participant

GRADES = "wiseflow.flows.grades.*"
"""The export receiver's operations, whichever method is used."""

CO_ASSESSORS = (
    Assessor("a1", "co_assessor", "Ida Holm"),
    Assessor("a2", "co_assessor", "Per Dahl"),
)
REVIEWED = (Assessor("a1", "assessor", "Ida Holm"), Assessor("r1", "reviewer", "Mai Lund"))


def graded(user_id: int, grade: str, **more: Any) -> Participant:
    """Somebody whose only assessor submitted this grade."""
    return Participant(user_id, *NAMES[user_id], (Assessment("a1", grade),), **more)


def ungraded(user_id: int, **more: Any) -> Participant:
    """Somebody without any assessment."""
    return Participant(user_id, *NAMES[user_id], **more)


def marked(user_id: int, *assessments: Assessment) -> Participant:
    """Somebody with these assessments."""
    return Participant(user_id, *NAMES[user_id], assessments)


GRADED = Flow((graded(1001, "A"), graded(1002, "C"), graded(1003, "F"), ungraded(1004)))
"""Three that can be exported and one without a grade."""

READY: tuple[Step, ...] = (Load(), Sync(), EndPeriod())
"""Up to the moment from which an export is allowed."""

AFTERWARDS: tuple[Step, ...] = (Settle(), Advance(30), Settle(), Quiet(), State(label="end"))
"""All that would bring a late or hidden attempt to light, while the exporter runs on."""

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
"""The same, and then the exporter is killed and comes back."""


def fails_once(kind: str, about: int | None = None, **parameters: Any) -> Arm:
    """The next export (of this participant) meets a fault, and the one after it would not."""
    where = {"operation": GRADES} if about is None else {"operation": GRADES, "subject": about}
    return Arm({**where, "when": {"next": 1}, "fault": {"kind": kind, **parameters}})
