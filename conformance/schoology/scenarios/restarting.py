"""Situations in which the exporter is killed and started again between two acts of a teacher."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import (
    Export,
    Kill,
    Load,
    Restart,
    Settle,
    State,
    Step,
    WaitForExchange,
)
from conformance.model.timing import STALL
from conformance.schoology.evidence.wire import PUT
from conformance.schoology.scenarios.common import (
    ASA,
    BO,
    GRADED,
    JOSE,
    PRESSED,
    edit,
    fails_once,
    in_both,
)
from conformance.schoology.scenarios.stories import DONE, LOOK, again, refuses

_RESTARTED: tuple[Step, ...] = (Kill(), Restart(), Settle())

EDITED = in_both(
    Scenario(
        "section-edited-restarted",
        "a grade changes after an export, the exporter is restarted, and export is pressed",
        GRADED,
        (*PRESSED, edit(ASA, 70), edit(BO, None), *_RESTARTED, *again(), LOOK),
        needs=("state.durable",),
    )
)
REFUSED = in_both(
    Scenario(
        "section-refused-restarted",
        "the SIS refuses two rows, and the exporter is restarted",
        GRADED,
        (
            *(Load(), refuses(JOSE, BO), Export(), *DONE, *_RESTARTED),
            *(State(label="restarted"), *again(), LOOK),
        ),
        needs=("state.durable",),
    )
)
KILLED_UNSTORED = in_both(
    Scenario(
        "section-killed-unstored",
        "the exporter is killed before the SIS stores an export, and is restarted",
        GRADED,
        (
            *(Load(), fails_once(PUT, "stall", seconds=STALL), Export(wait=False)),
            *(WaitForExchange(PUT), *_RESTARTED, State(label="restarted"), *again(), LOOK),
        ),
        needs=("state.durable",),
    )
)
