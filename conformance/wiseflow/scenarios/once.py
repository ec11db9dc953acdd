"""Situations that tempt an exporter to send twice, too early, or never."""

from __future__ import annotations

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
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
from conformance.model.timing import ANSWERED_AFTER, IN_FLIGHT
from conformance.wiseflow.scenarios.common import (
    AFTERWARDS,
    AFTERWARDS_RESTARTED,
    GRADED,
    GRADES,
    READY,
    fails_once,
)

_FETCHED: tuple[Step, ...] = (Sync(), Export(), Settle())
"""The flow is fetched, and export is pressed again. An exporter that still sends nothing has not
shown that it waited for the fetch."""

NEVER_SYNCED = Scenario(
    name="never-synced",
    title="export is pressed before the flow was fetched from the SIS, and again after a fetch",
    subject=GRADED,
    steps=(Load(), EndPeriod(), Export(), *AFTERWARDS, *_FETCHED),
    needs=("sync",),
)

SYNC_FAILED = Scenario(
    name="sync-failed",
    title="the SIS answers the fetch of the flow with 503 and export is pressed; later a fetch"
    " succeeds and export is pressed again",
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
    title="export is pressed a day before the assessment period ends, an hour before, and after",
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

NEVER_PRESSED = Scenario(
    name="never-pressed",
    title="the period ends, 30 days pass, the exporter is restarted, and only then export is"
    " pressed",
    subject=GRADED,
    steps=(*READY, *AFTERWARDS_RESTARTED, Export(), Settle()),
)

A_MINUTE_EARLY = Scenario(
    name="a-minute-early",
    title="export is pressed a minute before the assessment period ends, and after it has ended",
    subject=GRADED,
    steps=(
        Load(),
        Sync(),
        Advance(1 - 1 / 1440),
        Export(),
        Settle(),
        EndPeriod(label="ended"),
        Export(),
        Settle(),
    ),
    needs=("period", "clock.virtual"),
)

EXPORTED_TWICE = Scenario(
    name="exported-twice",
    title="an export succeeds, and the manager presses export again",
    subject=GRADED,
    steps=(*READY, Export(), Settle(), State(label="exported"), Export(label="again"), *AFTERWARDS),
)

PRESSED_TOGETHER = Scenario(
    name="pressed-together",
    title="two managers press export at the same time, and the SIS answers slowly",
    subject=GRADED,
    steps=(*READY, fails_once("delay", seconds=2), Export(presses=2), *AFTERWARDS),
)

RESTARTED_AFTER_SUCCESS = Scenario(
    name="restarted-after-success",
    title="the exporter is killed after a successful export and restarted, and export is pressed",
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
    title="the exporter is killed after the SIS stored the export and before it answered, is"
    " restarted, and export is pressed",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("delay", seconds=ANSWERED_AFTER),
        Export(wait=False),
        WaitForExchange(GRADES),
        Kill(label="killed"),
        Restart(),
        *AFTERWARDS,
        Export(label="again"),
        Settle(),
    ),
    needs=("state.durable",),
)

ASKED_IN_FLIGHT = Scenario(
    name="asked-in-flight",
    title="the exporter is asked for its state while the SIS takes three seconds for its answer",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("delay", seconds=IN_FLIGHT),
        Export(wait=False),
        WaitForExchange(GRADES),
        State(label="in flight"),
        Settle(),
        State(label="end"),
    ),
    depth=Depth.NORMAL,
)

REPLY_LOST = Scenario(
    name="reply-lost",
    title="the SIS stores the export, but the connection breaks before its answer arrives",
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
