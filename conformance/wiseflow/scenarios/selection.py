"""Situations in which some participants may be exported and others may not."""

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
    overrides,
    ungraded,
)
from conformance.wiseflow.subject import Assessment, Flow, Participant

GRADED_IN_FRENCH = Flow(
    (graded(1001, "A"), graded(1002, "Très bien"), graded(1003, "F"), ungraded(1004)),
    scale=("A", "Très bien", "F"),
)
"""A flow with a grade that shows whether a body is UTF-8."""

_EXPORTED: tuple[Step, ...] = (*READY, Export(), Settle(), State(label="end"))

PLAIN = Scenario(
    name="plain",
    title="three participants with grades are exported without a fault",
    subject=GRADED_IN_FRENCH,
    steps=_EXPORTED,
)

BY_PATCH = Scenario(
    name="by-patch",
    title="the SIS accepts exports by PATCH only, and the exporter is configured for PATCH",
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
    title="two of three participants were added by hand; the SIS knows one of these two",
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
    title="the co-assessors of one participant have submitted different grades",
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
    title="for one participant the second co-assessor has only a draft, for another no assessment",
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
    title="a manager unlocks a submitted grade, and export is pressed before it is resubmitted",
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
    title="the SIS refuses one of three participants; that grade is unlocked, and the manager"
    " presses retry",
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
    title="one participant has a mark and an alternative grade, another only an alternative grade",
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
    title="an alternative grade is exported; then somebody tries to change and to withdraw it",
    subject=Flow((graded(1001, "A"), graded(1002, "C", alternative_grade="B"))),
    steps=(
        *READY,
        Export(),
        Settle(),
        State(label="exported"),
        overrides(1002, "D", label="change"),
        overrides(1002, None, label="withdrawal"),
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
"""Texts planted in participants who are not exported, each with its participant: unique names,
numbers and a unique mark."""

PLANTED = Scenario(
    name="planted",
    title="participants who must not be exported have unique names, numbers and a unique mark",
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


def _retried(name: str, title: str, subject: Flow, fault: Step, *needs: str) -> Scenario:
    """An export fails or is refused in part, and the manager presses retry."""
    retried = (Retry(), Settle(), State(label="end"))
    return Scenario(
        name=name,
        title=f"{title}, and the manager presses retry",
        subject=subject,
        steps=(*READY, fault, Export(), Settle(), State(), *retried),
        needs=needs,
    )


MIXED = Flow(
    (
        graded(1001, "A"),
        graded(1002, "B"),
        graded(1003, "C", source="manual"),
        ungraded(1004),
        ungraded(1005, source="manual"),
    )
)
"""Participants of every kind: from the SIS or added by hand, with and without a grade."""

RETRIED_ALL = _retried(
    "retried-mixed",
    "some participants were added by hand or have no grade, the export fails",
    MIXED,
    fails_once("status", status=503),
)
RETRIED_PART = _retried(
    "retried-mixed-partly",
    "some participants were added by hand or have no grade, the SIS refuses one",
    MIXED,
    fails_once("rows_fail", about=1002, subjects=[1002], text="blocked"),
)
RETRIED_ASSESSED = _retried(
    "retried-co-assessed",
    "co-assessors disagree on one participant, and one has not submitted for another; the export"
    " fails",
    Flow(
        (
            marked(1001, Assessment("a1", "A"), Assessment("a2", "A")),
            marked(1002, Assessment("a1", "B"), Assessment("a2", "D")),
            marked(1003, Assessment("a1", "C")),
        ),
        CO_ASSESSORS,
    ),
    fails_once("status", status=503),
    "co_assessment",
)

UNCONNECTED = Scenario(
    name="unconnected",
    title="the flow has no SIS source, and export is pressed",
    subject=Flow(GRADED.participants, sis_sources=()),
    steps=(*READY, Export(), *AFTERWARDS),
)
