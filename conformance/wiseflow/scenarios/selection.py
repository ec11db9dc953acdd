"""Situations in which some participants may be exported and others must not."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import Act, Export, Load, Retry, Settle, State, Step, Sync
from conformance.wiseflow.scenarios.common import (
    AFTERWARDS,
    CO_ASSESSORS,
    GRADED,
    READY,
    fails_once,
    graded,
    marked,
    ungraded,
)
from conformance.wiseflow.subject import Assessment, Flow, Participant

GRADED_IN_FRENCH = Flow(
    (graded(1001, "A"), graded(1002, "Très bien"), graded(1003, "F"), ungraded(1004)),
    scale=("A", "Très bien", "F"),
)
"""A grade that a body in another encoding than UTF-8 would spoil."""

_EXPORTED: tuple[Step, ...] = (*READY, Export(), Settle(), State(label="end"))

PLAIN = Scenario(
    name="plain",
    title="three participants with grades are exported, and nothing goes wrong",
    subject=GRADED_IN_FRENCH,
    steps=_EXPORTED,
)

BY_PATCH = Scenario(
    name="by-patch",
    title="the SIS takes exports by PATCH only, and the exporter is configured so",
    subject=GRADED,
    steps=_EXPORTED,
    policies={"methods": ["PATCH"]},
    method="PATCH",
    needs=("method.patch",),
)

ZERO_AND_NONE = Scenario(
    name="zero-and-none",
    title="one participant has the grade 0, and another has no grade",
    subject=Flow((graded(1001, "A"), graded(1002, "0"), ungraded(1004))),
    steps=_EXPORTED,
)

ADDED_BY_HAND = Scenario(
    name="added-by-hand",
    title="two participants were added by hand; the SIS happens to know one of them",
    subject=Flow(
        (
            graded(1001, "A"),
            graded(1002, "B", source="manual"),
            graded(1003, "C", source="manual", sis="absent"),
        )
    ),
    steps=_EXPORTED,
)

CONFLICTING = Scenario(
    name="conflicting",
    title="the co-assessors of one participant submitted different grades",
    subject=Flow(
        (
            marked(1001, Assessment("a1", "A"), Assessment("a2", "A")),
            marked(1002, Assessment("a1", "B"), Assessment("a2", "D")),
        ),
        CO_ASSESSORS,
    ),
    steps=_EXPORTED,
    needs=("co_assessment",),
)

PARTLY_SUBMITTED = Scenario(
    name="partly-submitted",
    title="one co-assessor of a participant has a draft only, and one of another has nothing",
    subject=Flow(
        (
            marked(1001, Assessment("a1", "A"), Assessment("a2", "A")),
            marked(1002, Assessment("a1", "B"), Assessment("a2", "B", submitted=False)),
            marked(1003, Assessment("a1", "C")),
        ),
        CO_ASSESSORS,
    ),
    steps=_EXPORTED,
    needs=("co_assessment",),
)

UNLOCKED = Scenario(
    name="unlocked",
    title="a manager unlocks a submitted grade, and it is not submitted again",
    subject=GRADED,
    steps=(
        Load(),
        Sync(),
        Act("unlock", {"participant": 1002}, label="unlock"),
        *READY[2:],
        Export(),
        Settle(),
        State(label="end"),
    ),
)

UNLOCKED_WHEN_FAILED = Scenario(
    name="unlocked-when-failed",
    title="the SIS refuses one of three, whose grade is unlocked then; the manager presses retry",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("rows_fail", about=1002, subjects=[1002]),
        Export(),
        Settle(),
        Act("unlock", {"participant": 1002}, label="unlock"),
        Retry(),
        Settle(),
        State(label="end"),
    ),
)

ALTERNATIVE = Scenario(
    name="alternative",
    title="one participant has a grade and an alternative one, another the alternative one only",
    subject=Flow(
        (
            graded(1001, "A"),
            graded(1002, "C", alternative_grade="B"),
            ungraded(1003, alternative_grade="D"),
        )
    ),
    steps=_EXPORTED,
    needs=("alternative_grades",),
)

ALTERNATIVE_CHANGED = Scenario(
    name="alternative-changed",
    title="an alternative grade is exported, and then somebody changes and withdraws it",
    subject=Flow((graded(1001, "A"), graded(1002, "C", alternative_grade="B"))),
    steps=(
        *READY,
        Export(),
        Settle(),
        State(label="exported"),
        Act("set_alternative_grade", {"participant": 1002, "grade": "D"}, label="change"),
        Act("set_alternative_grade", {"participant": 1002, "grade": None}, label="withdrawal"),
        *AFTERWARDS,
    ),
)

CANARIES = {
    "Quillonia": 90210,
    "Vexholme": 90210,
    "S-90210": 90210,
    "Brambletide": 90211,
    "Oxnardson": 90211,
    "S-90211": 90211,
    "K9": 90211,
}
"""What is planted in people who are not exported, and in whom: names, numbers, and a mark nobody
else has."""

PLANTED = Scenario(
    name="planted",
    title="people who must not be exported carry names, numbers and a mark nobody else has",
    subject=Flow(
        (
            graded(1001, "A"),
            Participant(90210, "Quillonia", "Vexholme"),
            Participant(
                90211, "Brambletide", "Oxnardson", (Assessment("a1", "K9"),), source="manual"
            ),
        ),
        scale=("A", "B", "K9"),
    ),
    steps=_EXPORTED,
)
