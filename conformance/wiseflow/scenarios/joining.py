"""Situations in which people are added to a flow that is loaded already: late joiners."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import (
    Advance,
    EndPeriod,
    Export,
    Load,
    Quiet,
    Retry,
    Settle,
    State,
    Step,
    Sync,
)
from conformance.wiseflow.scenarios.common import (
    AFTERWARDS,
    READY,
    fails_once,
    graded,
    joins,
    submits,
    ungraded,
)
from conformance.wiseflow.subject import Flow

FROM_SIS, BY_HAND, BY_HAND_LATER = (
    ungraded(1003),
    ungraded(1004, source="manual"),
    ungraded(1005, source="manual"),
)
"""The SIS knows all three of them, also those who are added by hand."""

FLOW = Flow((graded(1001, "A"), graded(1002, "C")), late=(FROM_SIS, BY_HAND, BY_HAND_LATER))

_EXPORTED: tuple[Step, ...] = (Export(), Settle(), State())
_JOINED: tuple[Step, ...] = (joins(FROM_SIS), Settle(), submits(1003, "B"), Settle(), State())

BEFORE_EXPORT = Scenario(
    name="joined-before-the-export",
    title="a participant is added through the SIS source after synchronisation, and marked; then"
    " the flow is exported",
    subject=FLOW,
    steps=(Load(), Sync(), *_JOINED, EndPeriod(), *_EXPORTED),
)

AFTER_EXPORT = Scenario(
    name="joined-after-the-export",
    title="a participant is added through the SIS source after an export, and marked; later export"
    " is pressed again",
    subject=FLOW,
    steps=(
        *READY,
        *_EXPORTED,
        *_JOINED,
        Advance(30),
        Settle(),
        Quiet(),
        Export(label="again"),
        Settle(),
        State(label="end"),
    ),
)

ADDED_BY_HAND = Scenario(
    name="joined-by-hand",
    title="one participant is added by hand after synchronisation, another after the export; both"
    " are marked, and export is pressed again",
    subject=FLOW,
    steps=(
        Load(),
        Sync(),
        joins(BY_HAND),
        Settle(),
        submits(1004, "B"),
        Settle(),
        EndPeriod(),
        *_EXPORTED,
        joins(BY_HAND_LATER),
        Settle(),
        submits(1005, "D"),
        Settle(),
        Export(label="again"),
        *AFTERWARDS,
    ),
)

FAILED = Scenario(
    name="joined-and-failed",
    title="a participant is added through the SIS source after an export; the next export fails,"
    " and the manager presses retry",
    subject=FLOW,
    steps=(
        *READY,
        *_EXPORTED,
        *_JOINED,
        fails_once("status", status=503),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(label="end"),
    ),
)

UNDER_INSTANT_EXPORT = Scenario(
    name="joined-under-instant-export",
    title="instant export is on, and a participant is added after marking began; then the assessor"
    " submits that grade and another",
    subject=Flow(
        (ungraded(1001), ungraded(1002)),
        late=(FROM_SIS,),
        instant_export=True,
    ),
    steps=(
        Load(),
        Sync(),
        submits(1001, "A"),
        Settle(),
        joins(FROM_SIS),
        Settle(),
        State(),
        submits(1003, "B"),
        Settle(),
        submits(1002, "C"),
        *AFTERWARDS,
    ),
    needs=("instant_export",),
)
