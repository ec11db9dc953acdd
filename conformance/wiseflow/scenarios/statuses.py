"""Situations in which the product shows how far the marking is."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import Act, EndPeriod, Export, Load, Settle, State, Step, Sync
from conformance.wiseflow.scenarios.common import (
    CO_ASSESSORS,
    GRADED,
    REVIEWED,
    marked,
    submits,
    ungraded,
)
from conformance.wiseflow.subject import Assessment, Flow

_BEGUN: tuple[Step, ...] = (Load(), Sync(), Settle(), State(label="loaded"))
_EXPORTED: tuple[Step, ...] = (EndPeriod(), Export(), Settle(), State(label="end"))
_AGREED = marked(1001, Assessment("a1", "A"), Assessment("a2", "A"))

ONE_ASSESSOR = Scenario(
    name="status-of-one-assessor",
    title="the only assessor submits the grade of a participant who had none",
    subject=GRADED,
    steps=(*_BEGUN, submits(1004, "B"), Settle(), State(label="submitted"), *_EXPORTED),
    needs=("status",),
)

ALL_FOUR = Scenario(
    name="status-of-each-kind",
    title="assessments of every status are shown: none, partly submitted, conflicting, submitted;"
    " then those that were missing are submitted",
    subject=Flow(
        (
            _AGREED,
            marked(1002, Assessment("a1", "B"), Assessment("a2", "D")),
            marked(1003, Assessment("a1", "C")),
            marked(1004, Assessment("a1", "B", submitted=False)),
            ungraded(1005),
        ),
        CO_ASSESSORS,
    ),
    steps=(
        *_BEGUN,
        submits(1003, "C", "a2"),
        submits(1005, "E"),
        Settle(),
        State(label="submitted"),
        *_EXPORTED,
    ),
    needs=("status", "co_assessment"),
)

DISAGREED = Scenario(
    name="status-after-disagreement",
    title="the second co-assessor submits another grade than the first; then both submit the same",
    subject=Flow((_AGREED, ungraded(1002)), CO_ASSESSORS),
    steps=(
        *_BEGUN,
        submits(1002, "B", "a1"),
        Settle(),
        State(label="partly"),
        submits(1002, "D", "a2"),
        Settle(),
        State(label="conflict"),
        submits(1002, "D", "a1"),
        Settle(),
        State(label="again"),
        submits(1002, "D", "a2"),
        Settle(),
        State(label="agreed"),
        *_EXPORTED,
    ),
    needs=("status", "co_assessment"),
)

UNLOCKED = Scenario(
    name="status-after-unlocking",
    title="a manager unlocks a submitted grade, and the assessor submits another one",
    subject=GRADED,
    steps=(
        *_BEGUN,
        Act("unlock", {"participant": 1002}),
        Settle(),
        State(label="unlocked"),
        submits(1002, "B"),
        Settle(),
        State(label="submitted"),
        *_EXPORTED,
    ),
    needs=("status",),
)

APPROVED = Scenario(
    name="status-before-approval",
    title="an assessor submits a grade, the reviewer approves it, and a manager unlocks it",
    subject=Flow((ungraded(1001), ungraded(1002)), REVIEWED),
    steps=(
        *_BEGUN,
        submits(1001, "A"),
        Settle(),
        State(label="submitted"),
        Act("approve", {"participant": 1001}),
        Settle(),
        State(label="approved"),
        Act("unlock", {"participant": 1001}),
        Settle(),
        State(label="unlocked"),
    ),
    needs=("status",),
)
