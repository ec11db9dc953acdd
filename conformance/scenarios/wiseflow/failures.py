"""Situations in which the SIS fails, refuses some, or contradicts itself."""

from __future__ import annotations

from typing import Any

from conformance.rule import Scenario
from conformance.scenarios.timing import STALL
from conformance.scenarios.wiseflow.common import (
    AFTERWARDS_RESTARTED,
    GRADED,
    READY,
    fails_once,
)
from conformance.steps import Arm, Export, Quiet, Retry, Settle, State, Step

ELSEWHERE = "localhost"
"""Another host than the one the exporter knows the SIS by, though it leads to the same machine."""

REFUSAL = "The examination office has blocked this grade (ref 77/B)"
"""A cause of the SIS's own, not to be confused with any text of an exporter."""


def _left_alone(name: str, title: str, fault: Arm, wait: tuple[Step, ...] = ()) -> Scenario:
    """One export meets a fault, and then nobody touches anything."""
    shown = State(label="shown")
    steps = (*READY, fault, Export(), Settle(), shown, *wait, *AFTERWARDS_RESTARTED)
    return Scenario(name=name, title=title, subject=GRADED, steps=steps)


UNAVAILABLE = _left_alone(
    "unavailable", "the SIS answers 503 once", fails_once("status", status=503)
)
THROTTLED = _left_alone(
    "throttled",
    "the SIS answers 429 once, and says to come back after a second",
    fails_once("status", status=429, retry_after=1),
    # One more window, so that silence lasts well beyond the second that the SIS asked for.
    wait=(Quiet(),),
)
STALLED = _left_alone(
    "stalled",
    "the SIS does not answer",
    fails_once("stall", part="headers", seconds=STALL),
)
RESET = _left_alone(
    "reset", "the connection is reset before the SIS took anything", fails_once("reset_before")
)
UNREADABLE = _left_alone(
    "unreadable", "the SIS answers 200 with a page of HTML", fails_once("html_page")
)
UNAUTHORISED = _left_alone("unauthorised", "the SIS answers 401 once", fails_once("expired_token"))

FAILED_THEN_RETRIED = Scenario(
    name="failed-then-retried",
    title="the SIS answers 503, and the manager presses retry",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("status", status=503),
        Export(),
        Settle(),
        State(label="failed"),
        Retry(label="retry"),
        Settle(),
        State(label="end"),
    ),
)

PARTLY_REFUSED = Scenario(
    name="partly-refused",
    title="the SIS registers two of three, and says why not the third",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("rows_fail", about=1002, subjects=[1002], text=REFUSAL),
        Export(),
        Settle(),
        State(label="end"),
    ),
)

PARTLY_RETRIED = Scenario(
    name="partly-retried",
    title="the SIS registers two of three, and the manager presses retry",
    subject=GRADED,
    steps=(*PARTLY_REFUSED.steps[:-1], Retry(label="retry"), Settle(), State(label="end")),
)

ALL_REFUSED = Scenario(
    name="all-refused",
    title="the SIS answers 200 and registers nobody",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("rows_all_fail", text=REFUSAL),
        Export(),
        Settle(),
        State(label="end"),
    ),
)


def _contradicts(name: str, title: str, kind: str, **parameters: Any) -> Scenario:
    steps = (*READY, fails_once(kind, **parameters), Export(), Settle(), State(label="end"))
    return Scenario(name=name, title=title, subject=GRADED, steps=steps)


COUNT_SHORT = _contradicts(
    "count-short",
    "the SIS counts one success less than were sent, and no error",
    "wiseflow_wrong_counts",
    success_by=-1,
)
ERROR_UNNAMED = _contradicts(
    "error-unnamed",
    "the SIS counts an error and does not name it",
    "wiseflow_wrong_counts",
    success_by=-1,
    errors_by=1,
)
UNKNOWN_NAMED = _contradicts(
    "unknown-named",
    "the SIS reports an error about somebody who was not sent",
    "wiseflow_unknown_user",
)
NAMED_TWICE = _contradicts(
    "named-twice",
    "the SIS reports two errors about the same participant",
    "wiseflow_repeated_user",
    user=1002,
)

STALLED_LONG = Scenario(
    name="stalled-long",
    title="the SIS does not answer for longer than the exporter is told to wait",
    subject=GRADED,
    steps=(
        *READY,
        fails_once("stall", part="headers", seconds=STALL),
        Export(label="press"),
        Settle(),
        State(label="end"),
    ),
    needs=("timeout.configurable",),
)


def _redirected(
    name: str, title: str, status: int, policies: dict[str, object], need: str
) -> Scenario:
    fault = fails_once(
        "redirect",
        status=status,
        location=f"http://{ELSEWHERE}:{{port}}/wiseflow/flows/ELSEWHERE/grades",
    )
    return Scenario(
        name=name,
        title=title,
        subject=GRADED,
        steps=(*READY, fault, Export(), Settle(), State(label="end")),
        policies=policies,
        needs=(need,) if need else (),
    )


GRADES_REDIRECTED = _redirected(
    "grades-redirected", "the SIS redirects the export to another host (307)", 307, {}, ""
)
CREDENTIALS_REDIRECTED = _redirected(
    "credentials-redirected",
    "the SIS redirects the export to another host (302), and credentials are in use",
    302,
    {"auth": {"type": "basic", "username": "exporter", "password": "a secret of the SIS"}},
    "auth.basic",
)
