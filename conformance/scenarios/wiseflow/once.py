"""Situations in which an export could leave twice, too early, or never."""

from __future__ import annotations

from conformance.rule import Scenario
from conformance.scenarios.timing import ANSWERED_AFTER
from conformance.scenarios.wiseflow.common import (
    AFTERWARDS,
    AFTERWARDS_RESTARTED,
    GRADED,
    READY,
    fails_once,
)
from conformance.steps import (
    Advance,
    Arm,
    EndPeriod,
    Export,
    Kill,
    Load,
    Quiet,
    Restart,
    Settle,
    State,
    Step,
    Sync,
    WaitForExchange,
)

_FETCHED: tuple[Step, ...] = (Sync(), Export(), Settle())
"""The flow is fetched after all, and the button pressed again: an exporter that sends nothing even
then has not shown that it waited."""

NEVER_SYNCED = Scenario(
    name="never-synced",
    title="export is pressed before the flow was ever fetched from the SIS, and again after that",
    subject=GRADED,
    steps=(Load(), EndPeriod(), Export(), *AFTERWARDS, *_FETCHED),
    needs=("sync",),
)

SYNC_FAILED = Scenario(
    name="sync-failed",
    title="export is pressed after the SIS was down when the flow was fetched, and again once it"
    " is back",
    subject=GRADED,
    steps=(
        Arm({"operation": "wiseflow.flows.get", "fault": {"kind": "status", "status": 503}}),
        *READY,
        Export(),
        *AFTERWARDS,
        *_FETCHED,
    ),
    needs=("sync",),
)

TOO_EARLY = Scenario(
    name="too-early",
    title="export is pressed a day before the assessment period ends, an hour before, and after it",
    subject=GRADED,
    steps=(
        Load(),
        Sync(),
        Export(),
        Settle(),
        Advance(23 / 24),
        Export(),
        Settle(),
        Quiet(),
        EndPeriod(label="ended"),
        Export(),
        Settle(),
    ),
    needs=("period",),
)

EXPORTED_TWICE = Scenario(
    name="exported-twice",
    title="the export succeeds, and the manager presses the button once more",
    subject=GRADED,
    steps=(*READY, Export(), Settle(), State(label="exported"), Export(label="again"), *AFTERWARDS),
)

PRESSED_TOGETHER = Scenario(
    name="pressed-together",
    title="two managers press the export button at the same time, and the SIS is slow",
    subject=GRADED,
    steps=(*READY, fails_once("delay", seconds=2), Export(presses=2), *AFTERWARDS),
)

RESTARTED_AFTER_SUCCESS = Scenario(
    name="restarted-after-success",
    title="the exporter is killed after a successful export, comes back, and export is pressed",
    subject=GRADED,
    steps=(
        *READY,
        Export(),
        Settle(),
        Kill(label="killed"),
        Restart(),
        Settle(),
        Export(),
        *AFTERWARDS,
    ),
    needs=("state.durable",),
)

KILLED_IN_FLIGHT = Scenario(
    name="killed-in-flight",
    title="the exporter is killed after the SIS stored the export and before it could answer, comes"
    " back, and export is pressed",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("delay", seconds=ANSWERED_AFTER),
        Export(wait=False),
        WaitForExchange(),
        Kill(label="killed"),
        Restart(),
        *AFTERWARDS,
        Export(label="again"),
        Settle(),
    ),
    needs=("state.durable",),
)

REPLY_LOST = Scenario(
    name="reply-lost",
    title="the SIS stores the export, and its answer is lost on the way",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("reset_after"),
        Export(),
        Settle(),
        State(label="shown"),
        *AFTERWARDS_RESTARTED,
    ),
)
