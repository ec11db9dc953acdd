"""The ways in which the SIS fails in an exploration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.model.steps import Arm, Plug, Unplug
from conformance.model.vocabulary import BROKEN_ANSWERS, Failure
from conformance.wiseflow.scenarios.common import GRADES
from conformance.wiseflow.subject import UserId

REFUSAL = "The examination office has blocked this grade (ref 77/B)"
ELSEWHERE = "http://localhost:{port}/wiseflow/flows/ELSEWHERE/grades"

STATUSES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    *((f"status {status}", {"status": status}) for status in (500, 502, 503, 504)),
    *((f"status {status}", {"status": status}) for status in (400, 403, 404, 408, 409, 422, 429)),
    ("status 429 with Retry-After", {"status": 429, "retry_after": 1}),
    ("status 503 with Retry-After", {"status": 503, "retry_after": 1}),
    ("status 504, but stored", {"status": 504, "phase": "after"}),
    ("status 204", {"status": 204, "phase": "after"}),
    ("status 202", {"status": 202, "phase": "after"}),
)

KINDS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    *((name, "status", parameters) for name, parameters in STATUSES),
    ("expired token", "expired_token", {}),
    *BROKEN_ANSWERS,
    ("redirect", "redirect", {"status": 307, "location": ELSEWHERE}),
    ("all refused", "rows_all_fail", {"text": REFUSAL}),
    ("one success too few", "wiseflow_wrong_counts", {"success_by": -1}),
    ("unnamed error", "wiseflow_wrong_counts", {"success_by": -1, "errors_by": 1}),
    ("unknown person", "wiseflow_unknown_user", {}),
)


def arm(kind: str, parameters: Mapping[str, Any], **where: Any) -> Arm:
    """Arm a fault for the next export. It need not fire."""
    when = {"operation": GRADES, **where, "when": {"next": 1}}
    return Arm({**when, "fault": {"kind": kind, **parameters}}, must_fire=False)


def _refuse(subjects: list[UserId]) -> Arm:
    parameters = {"subjects": subjects, "text": REFUSAL}
    return arm("rows_fail", parameters, subject=subjects[0])


def failures_of(refused: UserId, other: UserId) -> tuple[Failure, ...]:
    """The failures of a setting in which the SIS may refuse these participants."""
    refusals = {"one": [refused], "another": [other], "two": [refused, other]}
    return (
        *(Failure(name, (arm(kind, parameters),)) for name, kind, parameters in KINDS),
        *(Failure(f"{name} refused", (_refuse(subjects),)) for name, subjects in refusals.items()),
        Failure(
            "named twice", (arm("wiseflow_repeated_user", {"user": refused}, subject=refused),)
        ),
        Failure("connection refused", (Unplug(),), (Plug(),)),
    )
