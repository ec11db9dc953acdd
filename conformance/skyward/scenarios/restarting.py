"""Situations in which the exporter is killed and started again between two acts of a teacher."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import Export, Kill, Restart, Settle, State, Step
from conformance.skyward.evidence.wire import RESULT_WRITES
from conformance.skyward.scenarios.common import (
    AGAIN,
    ASA,
    BO,
    COURSE,
    JOSE,
    LATER,
    LEILA,
    READY,
    TRANSFERRED,
    edit,
    fails_once,
)
from conformance.skyward.scenarios.sending import CHANGED_BY_TEACHER

_RESTARTED: tuple[Step, ...] = (Kill(), Restart(), Settle())

EDITED = Scenario(
    "course-edited-restarted",
    "after a transfer with a failure, scores change and a new one is entered; the exporter is"
    " restarted, and a month later Transfer is pressed",
    COURSE,
    (
        *READY,
        fails_once(RESULT_WRITES, 2, "status", status=503),
        *TRANSFERRED[len(READY) :],
        edit("essay", ASA, 41),
        edit("essay", LEILA, 22),
        *_RESTARTED,
        State(label="restarted"),
        *LATER,
        *AGAIN,
    ),
    needs=("state.durable",),
)
CHANGED_THERE = Scenario(
    "course-changed-there-restarted",
    "a score is changed in the SIS, a transfer meets it, and the exporter is restarted; then the"
    " score changes in the course",
    COURSE,
    (
        *TRANSFERRED,
        CHANGED_BY_TEACHER,
        edit("essay", ASA, 45),
        Export(label="met"),
        Settle(),
        *_RESTARTED,
        edit("essay", ASA, 46),
        edit("essay", JOSE, 43),
        edit("quiz", BO, 19),
        *AGAIN,
    ),
    policies={"rules": {"override": "lms_wins"}},
    needs=("state.durable",),
)
