"""Situations with instant export, which sends each grade as soon as it is final."""

from __future__ import annotations

from typing import Literal

from conformance.model.rule import Scenario
from conformance.model.steps import Act, EndPeriod, Export, Load, Retry, Settle, State, Step, Sync
from conformance.wiseflow.scenarios.common import (
    AFTERWARDS,
    AFTERWARDS_RESTARTED,
    CO_ASSESSORS,
    REVIEWED,
    fails_once,
    graded,
    overrides,
    submits,
    ungraded,
)
from conformance.wiseflow.subject import Flow

INSTANT = ("instant_export",)
PEOPLE = (ungraded(1001), ungraded(1002), ungraded(1003))
BEGUN: tuple[Step, ...] = (Load(), Sync())


SUBMITTED_ALONE = Scenario(
    name="submitted-alone",
    title="with instant export on, the only assessor submits one grade, and then another",
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        *BEGUN,
        submits(1001, "A", label="first"),
        Settle(),
        submits(1002, "B", label="second"),
        Settle(),
        State(label="end"),
    ),
    needs=INSTANT,
)

AGREED = Scenario(
    name="agreed",
    title="with instant export on, one co-assessor submits a grade, and then the other submits the"
    " same grade",
    subject=Flow(PEOPLE, CO_ASSESSORS, instant_export=True),
    steps=(
        *BEGUN,
        submits(1001, "A", "a1", label="early"),
        Settle(),
        submits(1001, "A", "a2", label="first"),
        Settle(),
        State(label="end"),
    ),
    needs=(*INSTANT, "co_assessment"),
)

APPROVED = Scenario(
    name="approved",
    title="with instant export on, the assessor submits a grade, and then the reviewer approves it",
    subject=Flow(PEOPLE, REVIEWED, instant_export=True),
    steps=(
        *BEGUN,
        submits(1001, "A", "a1", label="early"),
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
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        *BEGUN,
        overrides(1001, "B", label="set"),
        *AFTERWARDS,
        submits(1001, "C", label="marked"),
        Settle(),
        submits(1002, "C", label="other"),
        Settle(),
    ),
    needs=INSTANT,
)

ENABLED_LATE = Scenario(
    name="enabled-late",
    title="a grade is submitted, instant export is turned on, and another grade is submitted",
    subject=Flow((graded(1001, "A"), ungraded(1002))),
    steps=(
        *BEGUN,
        Act("enable_instant_export", label="enabled"),
        Settle(),
        submits(1002, "B", label="second"),
        *AFTERWARDS,
    ),
)


def _changed(what: Literal["participants", "assessors", "distribution"]) -> Scenario:
    return Scenario(
        name=f"{what}-changed",
        title=f"with instant export on, the flow's {what} change after marking started, and a grade"
        " is submitted",
        subject=Flow(PEOPLE, instant_export=True),
        steps=(
            *BEGUN,
            submits(1001, "A"),
            Settle(),
            Act("change_setup", {"change": what}, label="change"),
            State(label="changed"),
            submits(1002, "B", label="second"),
            *AFTERWARDS,
        ),
        needs=INSTANT,
    )


SETUP_CHANGED = (_changed("participants"), _changed("assessors"), _changed("distribution"))

INSTANT_FAILED = Scenario(
    name="instant-failed",
    title="the SIS answers an instant export with 503, and another participant's grade is"
    " submitted",
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        *BEGUN,
        fails_once("status", status=503),
        submits(1001, "A"),
        Settle(),
        submits(1002, "B", label="second"),
        Settle(),
        State(label="shown"),
        *AFTERWARDS_RESTARTED,
    ),
    needs=INSTANT,
)

NEVER_SYNCED = Scenario(
    name="instant-never-synced",
    title="with instant export on, a grade is submitted before the flow is synchronised, and"
    " another one after it",
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        Load(),
        submits(1001, "A"),
        Settle(),
        Sync(),
        submits(1002, "B"),
        *AFTERWARDS,
    ),
    needs=(*INSTANT, "sync"),
)

DISAGREED = Scenario(
    name="instant-disagreed",
    title="with instant export on, the co-assessors submit different grades, and then agree",
    subject=Flow(PEOPLE, CO_ASSESSORS, instant_export=True),
    steps=(
        *BEGUN,
        submits(1001, "A", "a1"),
        Settle(),
        submits(1001, "C", "a2"),
        Settle(),
        State(),
        submits(1001, "B", "a1"),
        Settle(),
        submits(1001, "B", "a2"),
        *AFTERWARDS,
    ),
    needs=(*INSTANT, "co_assessment"),
)

BY_ADMINISTRATORS = Scenario(
    name="instant-administrators",
    title="instant export turns itself off, the period ends, a manager presses export, and then an"
    " administrator",
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        *BEGUN,
        submits(1001, "A"),
        Settle(),
        Act("change_setup", {"change": "assessors"}),
        submits(1002, "B"),
        Settle(),
        EndPeriod(),
        Export(label="manager"),
        Settle(),
        Export(by="administrator", label="administrator"),
        Settle(),
        State(label="end"),
    ),
    needs=INSTANT,
)

BY_HAND = Scenario(
    name="instant-by-hand",
    title="a grade is submitted, instant export is turned on, another grade is submitted, and after"
    " the period a manager presses export",
    subject=Flow((graded(1001, "A"), ungraded(1002))),
    steps=(
        *BEGUN,
        Act("enable_instant_export"),
        Settle(),
        submits(1002, "B"),
        Settle(),
        EndPeriod(),
        Export(),
        Settle(),
        State(label="end"),
    ),
)

ADDED_BY_HAND = Scenario(
    name="instant-added-by-hand",
    title="with instant export on, grades of one participant added by hand and of one from the SIS"
    " are submitted",
    subject=Flow((ungraded(1001, source="manual"), ungraded(1002)), instant_export=True),
    steps=(*BEGUN, submits(1001, "A"), Settle(), submits(1002, "B"), *AFTERWARDS),
    needs=INSTANT,
)

RESUBMITTED = Scenario(
    name="instant-resubmitted",
    title="a grade is exported instantly, unlocked, and submitted again with another grade",
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        *BEGUN,
        submits(1001, "A"),
        Settle(),
        Act("unlock", {"participant": 1001}),
        Settle(),
        submits(1001, "B"),
        *AFTERWARDS,
    ),
    needs=INSTANT,
)

REFUSED = Scenario(
    name="instant-refused",
    title="the SIS refuses a participant in an instant export, and another grade is submitted",
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        *BEGUN,
        fails_once("rows_all_fail", text="blocked"),
        submits(1001, "A"),
        Settle(),
        State(),
        submits(1002, "B"),
        *AFTERWARDS,
    ),
    needs=INSTANT,
)

RETRIED_BY_ADMINISTRATORS = Scenario(
    name="instant-retried-by-administrators",
    title="instant export has turned itself off; an administrator's export fails, and the"
    " administrator presses retry",
    subject=Flow(PEOPLE, instant_export=True),
    steps=(
        *BEGUN,
        Act("change_setup", {"change": "assessors"}),
        submits(1001, "A"),
        Settle(),
        EndPeriod(),
        fails_once("status", status=503),
        Export(by="administrator"),
        Settle(),
        State(),
        Retry(by="administrator"),
        Settle(),
        State(label="end"),
    ),
    needs=INSTANT,
)
