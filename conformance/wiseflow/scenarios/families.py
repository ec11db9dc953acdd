"""Families of failures, each as one list on the same story: export, failure, nobody presses."""

from __future__ import annotations

from typing import Any

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import Export, Retry, Settle, State, Step
from conformance.wiseflow.scenarios.common import AFTERWARDS, GRADED, READY, fails_once, submits
from conformance.wiseflow.scenarios.instant import BEGUN, PEOPLE
from conformance.wiseflow.subject import Flow

STATUSES = (500, 502, 504, 400, 404, 408, 409, 422)
REFUSALS = (403, 407)


def _left_alone(name: str, said: str, kind: str, **parameters: Any) -> Scenario:
    steps: tuple[Step, ...] = (
        *READY,
        fails_once(kind, **parameters),
        Export(),
        Settle(),
        State(label="shown"),
        *AFTERWARDS,
    )
    title = f"the SIS answers the export with {said}, once"
    return Scenario(name, title, GRADED, steps, depth=Depth.NORMAL)


def _statuses(numbers: tuple[int, ...]) -> tuple[Scenario, ...]:
    return tuple(
        _left_alone(f"status-{number}", str(number), "status", status=number) for number in numbers
    )


FAILING = _statuses(STATUSES)
FORBIDDING = _statuses(REFUSALS)
THROTTLING = (
    _left_alone("status-429-bare", "429 without Retry-After", "status", status=429),
    _left_alone("status-503-later", "503 and Retry-After: 1", "status", status=503, retry_after=1),
)
UNREADABLE = (
    _left_alone("answer-empty", "200 and an empty body", "empty_body"),
    _left_alone("answer-truncated", "200 and half of a report", "truncated_body"),
    _left_alone("answer-204", "204", "status", status=204, phase="after"),
    _left_alone("answer-202", "202 and no report", "status", status=202, phase="after"),
)
BROKEN = (
    _left_alone("connection-closed", "a closed connection", "close_without_answer"),
    _left_alone("connection-cut", "half of a body and a reset", "reset_mid_body"),
)


def _elsewhere(phase: str, before: tuple[Step, ...], act: tuple[Step, ...], **more: Any) -> Any:
    """The same failures on another path to the SIS."""

    def on(name: str, said: str, kind: str, **parameters: Any) -> Scenario:
        return Scenario(
            f"{phase}-{name}",
            f"the SIS answers the {phase} with {said}, and nobody presses anything",
            more.get("subject", GRADED),
            (*before, fails_once(kind, **parameters), *act, Settle(), State(), *AFTERWARDS),
            needs=more.get("needs", ()),
            depth=Depth.NORMAL,
        )

    return on


_retry = _elsewhere(
    "retry",
    (*READY, fails_once("status", status=503), Export(), Settle()),
    (Retry(),),
)
_instant = _elsewhere(
    "instant",
    BEGUN,
    (submits(1001, "A"),),
    subject=Flow(PEOPLE, instant_export=True),
    needs=("instant_export",),
)
ON_RETRY = (
    _retry("500", "500", "status", status=500),
    _retry("429", "429", "status", status=429),
    _retry("401", "401", "expired_token"),
    _retry("reset", "a reset", "reset_before"),
    _retry("unreadable", "an HTML page", "html_page"),
)
INSTANTLY = (
    _instant("500", "500", "status", status=500),
    _instant("429", "429", "status", status=429),
    _instant("401", "401", "expired_token"),
    _instant("reset", "a reset", "reset_before"),
    _instant("unreadable", "an HTML page", "html_page"),
)
