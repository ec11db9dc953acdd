"""Situations in which the SIS fails, refuses participants, or contradicts itself."""

from __future__ import annotations

from typing import Any

from conformance.model.rule import Scenario
from conformance.model.steps import (
    Arm,
    Export,
    Plug,
    Quiet,
    Retry,
    Settle,
    State,
    Step,
    Unplug,
)
from conformance.model.timing import STALL
from conformance.wiseflow.scenarios.common import AFTERWARDS_RESTARTED, GRADED, READY, fails_once

ELSEWHERE = "localhost"
"""A host name that differs from the SIS URL of the exporter but leads to the same machine."""

REFUSAL = "The examination office has blocked this grade (ref 77/B)"
"""An errorInfo that cannot be mistaken for a text of the exporter."""


def _left_alone(name: str, title: str, fault: Arm, wait: tuple[Step, ...] = ()) -> Scenario:
    """One export meets a fault, and no user does anything afterwards."""
    shown = State(label="shown")
    steps = (*READY, fault, Export(), Settle(), shown, *wait, *AFTERWARDS_RESTARTED)
    return Scenario(name=name, title=title, subject=GRADED, steps=steps)


UNAVAILABLE = _left_alone(
    "unavailable", "the SIS answers the export with 503 once", fails_once("status", status=503)
)
THROTTLED = _left_alone(
    "throttled",
    "the SIS answers the export with 429 and Retry-After: 1, once",
    fails_once("status", status=429, retry_after=1),
    # A second quiet window, so that the silence outlasts the Retry-After of one second.
    wait=(Quiet(),),
)
STALLED = _left_alone(
    "stalled",
    "the SIS does not answer the export",
    fails_once("stall", part="headers", seconds=STALL),
)
RESET = _left_alone(
    "reset", "the connection is reset before the SIS stores the export", fails_once("reset_before")
)
UNREACHABLE = Scenario(
    name="unreachable",
    title="the SIS's port is closed while export is pressed, and open again later; then the manager"
    " presses retry",
    subject=GRADED,
    steps=(
        *READY,
        Unplug(),
        Export(),
        Settle(),
        State(label="shown"),
        Plug(),
        *AFTERWARDS_RESTARTED,
        Retry(),
        Settle(),
        State(),
    ),
)
UNREADABLE = _left_alone(
    "unreadable", "the SIS answers the export with 200 and an HTML page", fails_once("html_page")
)
UNAUTHORISED = _left_alone(
    "unauthorised", "the SIS answers the export with 401 once", fails_once("expired_token")
)

FAILED_THEN_RETRIED = Scenario(
    name="failed-then-retried",
    title="the SIS answers the export with 503, and the manager presses retry",
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
    title="the SIS registers two of three participants, and reports an error for the third",
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
    title="the SIS registers two of three participants, and the manager presses retry",
    subject=GRADED,
    steps=(*PARTLY_REFUSED.steps[:-1], Retry(label="retry"), Settle(), State(label="end")),
)

ALL_REFUSED = Scenario(
    name="all-refused",
    title="the SIS answers 200 with an error for every participant",
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
    "the SIS answers 200 with one success fewer than were sent, and no error",
    "wiseflow_wrong_counts",
    success_by=-1,
)
ERROR_UNNAMED = _contradicts(
    "error-unnamed",
    "the SIS answers 200 with numberOfErrors 1, but lists no error",
    "wiseflow_wrong_counts",
    success_by=-1,
    errors_by=1,
)
UNKNOWN_NAMED = _contradicts(
    "unknown-named",
    "the SIS reports an error for a participant who was not sent",
    "wiseflow_unknown_user",
)
NAMED_TWICE = _contradicts(
    "named-twice",
    "the SIS reports two errors for one participant",
    "wiseflow_repeated_user",
    user=1002,
)

STALLED_LONG = Scenario(
    name="stalled-long",
    title="the SIS does not answer the export within the configured timeout",
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
    "grades-redirected", "the SIS redirects the export to another host with 307", 307, {}, ""
)
CREDENTIALS_REDIRECTED = _redirected(
    "credentials-redirected",
    "the SIS requires credentials and redirects the export to another host with 302",
    302,
    {"auth": {"type": "basic", "username": "exporter", "password": "a secret of the SIS"}},
    "auth.basic",
)
