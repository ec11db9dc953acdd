"""Situations in which somebody presses export or retry again, on every path that leads there."""

from __future__ import annotations

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
    Act,
    Advance,
    EndPeriod,
    Export,
    Kill,
    Load,
    Restart,
    Retry,
    Settle,
    State,
    Step,
    Sync,
)
from conformance.wiseflow.scenarios.common import (
    AFTERWARDS,
    AFTERWARDS_RESTARTED,
    GRADED,
    READY,
    fails_once,
    overrides,
    submits,
    ungraded,
)
from conformance.wiseflow.subject import Flow

UNAVAILABLE = fails_once("status", status=503)
REFUSES = fails_once("rows_fail", about=1002, subjects=[1002], text="blocked")
EXPORTED: tuple[Step, ...] = (Export(), Settle(), State())
RETRIED: tuple[Step, ...] = (Retry(), Settle(), State())
AGAIN: tuple[Step, ...] = (Export(label="again"), Settle(), State(label="end"))


def _pressed_again(name: str, title: str, *before: Step, depth: Depth = Depth.QUICK) -> Scenario:
    """Something happened, and export is pressed again."""
    return Scenario(
        name, f"{title}, and export is pressed again", GRADED, (*before, *AGAIN), depth=depth
    )


NEXT_DAY = _pressed_again(
    "exported-next-day", "an export succeeds, a day passes", *READY, *EXPORTED, Advance(1)
)
AFTER_INSTANT = Scenario(
    "exported-after-instant",
    "two grades are exported instantly, the period ends, and export is pressed twice",
    Flow((ungraded(1001), ungraded(1002), ungraded(1003)), instant_export=True),
    (
        Load(),
        Sync(),
        submits(1001, "A"),
        Settle(),
        submits(1002, "B"),
        Settle(),
        EndPeriod(),
        Export(),
        Settle(),
        *AGAIN,
    ),
    needs=("instant_export",),
)
AFTER_PARTIAL = _pressed_again(
    "exported-after-partial",
    "the SIS refuses one of three participants",
    *READY,
    REFUSES,
    *EXPORTED,
)
AFTER_RETRY = _pressed_again(
    "exported-after-retry",
    "an export fails, the manager's retry succeeds",
    *READY,
    UNAVAILABLE,
    *EXPORTED,
    *RETRIED,
)
AFTER_RESUBMISSION = _pressed_again(
    "exported-after-resubmission",
    "an export succeeds, a grade is unlocked and submitted again",
    *READY,
    *EXPORTED,
    Act("unlock", {"participant": 1002}),
    submits(1002, "B"),
    Settle(),
)
AFTER_A_LOST_REPLY = _pressed_again(
    "exported-after-lost-reply",
    "the SIS stores the export, but its answer is lost",
    *READY,
    fails_once("reset_after"),
    *EXPORTED,
)
AFTER_A_SYNC = _pressed_again(
    "exported-after-sync",
    "an export succeeds, the flow is synchronised again",
    *READY,
    *EXPORTED,
    Sync(),
)
RETRIED_AFTER_SUCCESS = Scenario(
    "retried-after-success",
    "an export succeeds, and the manager presses retry",
    GRADED,
    (*READY, *EXPORTED, *RETRIED),
)
RETRIED_TWICE = Scenario(
    "retried-twice",
    "an export fails, and the manager presses retry twice, one after the other",
    GRADED,
    (*READY, UNAVAILABLE, *EXPORTED, *RETRIED, *RETRIED),
)
RETRY_FAILED = Scenario(
    "retry-failed",
    "an export fails, and the manager's retry fails too",
    GRADED,
    (*READY, UNAVAILABLE, *EXPORTED, UNAVAILABLE, *RETRIED, *AFTERWARDS_RESTARTED),
)
RETRY_REFUSED = Scenario(
    "retry-refused",
    "the SIS refuses one of three participants, and refuses the same one on the retry",
    GRADED,
    (*READY, REFUSES, *EXPORTED, REFUSES, *RETRIED, *AFTERWARDS),
)
REFUSED_LEFT_ALONE = Scenario(
    "refused-left-alone",
    "the SIS refuses one of three participants, and nobody presses retry",
    GRADED,
    (*READY, REFUSES, *EXPORTED, *AFTERWARDS_RESTARTED),
)
CHANGED_BEFORE_RETRY = Scenario(
    "changed-before-retry",
    "an export fails, a grade is unlocked and changed, and the manager presses retry",
    GRADED,
    (
        *READY,
        UNAVAILABLE,
        *EXPORTED,
        Act("unlock", {"participant": 1002}),
        submits(1002, "B"),
        Settle(),
        *RETRIED,
    ),
)
OVERRIDDEN_BEFORE_RETRY = Scenario(
    "overridden-before-retry",
    "an export fails, an alternative grade is set, and the manager presses retry",
    GRADED,
    (
        *READY,
        UNAVAILABLE,
        *EXPORTED,
        overrides(1001, "B"),
        Settle(),
        *RETRIED,
    ),
)
KILLED_AFTER_FAILURE = Scenario(
    "killed-after-failure",
    "an export fails, the exporter is killed and restarted, and the manager presses retry",
    GRADED,
    (*READY, UNAVAILABLE, *EXPORTED, Kill(), Restart(), Settle(), State(), *RETRIED, *AGAIN),
    needs=("state.durable",),
)
KILLED_AFTER_PARTIAL = Scenario(
    "killed-after-partial",
    "the SIS refuses one of three participants, the exporter is killed and restarted, and export"
    " is pressed again",
    GRADED,
    (*READY, REFUSES, *EXPORTED, Kill(), Restart(), Settle(), State(), *AGAIN),
    needs=("state.durable",),
    depth=Depth.NORMAL,
)
