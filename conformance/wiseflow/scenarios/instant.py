"""Situations with instant export, which sends each grade as soon as it is final."""

from __future__ import annotations

from typing import Literal

from conformance.model.rule import Scenario
from conformance.model.steps import Act, Load, Settle, State, Step, Sync
from conformance.wiseflow.scenarios.common import (
    AFTERWARDS,
    AFTERWARDS_RESTARTED,
    CO_ASSESSORS,
    REVIEWED,
    fails_once,
    graded,
    ungraded,
)
from conformance.wiseflow.subject import Flow

INSTANT = ("instant_export",)
_PEOPLE = (ungraded(1001), ungraded(1002), ungraded(1003))
_BEGUN: tuple[Step, ...] = (Load(), Sync())


def _submits(participant: int, grade: str, assessor: str = "a1", label: str = "") -> Act:
    fields = {"participant": participant, "assessor": assessor, "grade": grade}
    return Act("submit_assessment", fields, label=label)


SUBMITTED_ALONE = Scenario(
    name="submitted-alone",
    title="with instant export on, the only assessor submits one grade, and then another",
    subject=Flow(_PEOPLE, instant_export=True),
    steps=(
        *_BEGUN,
        _submits(1001, "A", label="first"),
        Settle(),
        _submits(1002, "B", label="second"),
        Settle(),
        State(label="end"),
    ),
    needs=INSTANT,
)

AGREED = Scenario(
    name="agreed",
    title="with instant export on, one co-assessor submits a grade, and then the other submits the"
    " same grade",
    subject=Flow(_PEOPLE, CO_ASSESSORS, instant_export=True),
    steps=(
        *_BEGUN,
        _submits(1001, "A", "a1", label="early"),
        Settle(),
        _submits(1001, "A", "a2", label="first"),
        Settle(),
        State(label="end"),
    ),
    needs=(*INSTANT, "co_assessment"),
)

APPROVED = Scenario(
    name="approved",
    title="with instant export on, the assessor submits a grade, and then the reviewer approves it",
    subject=Flow(_PEOPLE, REVIEWED, instant_export=True),
    steps=(
        *_BEGUN,
        _submits(1001, "A", "a1", label="early"),
        Settle(),
        Act("approve", {"participant": 1001}, label="first"),
        Settle(),
        State(label="end"),
    ),
    needs=(*INSTANT, "co_assessment"),
)

ALTERNATIVE_SET = Scenario(
    name="alternative-set",
    title="with instant export on, an alternative grade is set; then the assessor submits the same"
    " participant's grade, and another one",
    subject=Flow(_PEOPLE, instant_export=True),
    steps=(
        *_BEGUN,
        Act("set_alternative_grade", {"participant": 1001, "grade": "B"}, label="set"),
        *AFTERWARDS,
        _submits(1001, "C", label="marked"),
        Settle(),
        _submits(1002, "C", label="other"),
        Settle(),
    ),
    needs=INSTANT,
)

ENABLED_LATE = Scenario(
    name="enabled-late",
    title="a grade is submitted, instant export is turned on, and another grade is submitted",
    subject=Flow((graded(1001, "A"), ungraded(1002))),
    steps=(
        *_BEGUN,
        Act("enable_instant_export", label="enabled"),
        Settle(),
        _submits(1002, "B", label="second"),
        *AFTERWARDS,
    ),
)


def _changed(what: Literal["participants", "assessors", "distribution"]) -> Scenario:
    return Scenario(
        name=f"{what}-changed",
        title=f"with instant export on, the flow's {what} change after marking started, and a grade"
        " is submitted",
        subject=Flow(_PEOPLE, instant_export=True),
        steps=(
            *_BEGUN,
            _submits(1001, "A"),
            Settle(),
            Act("change_setup", {"change": what}, label="change"),
            State(label="changed"),
            _submits(1002, "B", label="second"),
            *AFTERWARDS,
        ),
        needs=INSTANT,
    )


SETUP_CHANGED = (_changed("participants"), _changed("assessors"), _changed("distribution"))

INSTANT_FAILED = Scenario(
    name="instant-failed",
    title="the SIS answers an instant export with 503, and another participant's grade is"
    " submitted",
    subject=Flow(_PEOPLE, instant_export=True),
    steps=(
        *_BEGUN,
        fails_once("status", status=503),
        _submits(1001, "A"),
        Settle(),
        _submits(1002, "B", label="second"),
        Settle(),
        State(label="shown"),
        *AFTERWARDS_RESTARTED,
    ),
    needs=INSTANT,
)
