"""The ways in which the SIS fails in an exploration.

A fault for any exchange of grades meets an export or, if the act reads, the reading. Those that
only an export can have wait for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.model.steps import Arm, Plug, Unplug
from conformance.model.vocabulary import BROKEN_ANSWERS, Failure
from conformance.schoology.evidence.wire import GET, PUT

REFUSAL = "The registrar has blocked this grade (ref 77/B)"
ANY = "schoology.sections.grades.*"
ELSEWHERE = "http://localhost:{port}/v1/sections/4318461/grades"
HERE = "/v1/sections/4318461/grades"

STATUSES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    *((f"status {status}", {"status": status}) for status in (500, 502, 503, 504)),
    *((f"status {status}", {"status": status}) for status in (400, 401, 403, 404, 408, 409, 413)),
    ("status 429", {"status": 429}),
    ("status 429 with Retry-After", {"status": 429, "retry_after": 2}),
    ("status 503 with Retry-After", {"status": 503, "retry_after": 2}),
    ("status 504, but stored", {"status": 504, "phase": "after"}),
    ("status 202", {"status": 202, "phase": "after"}),
)

KINDS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    *((name, "status", parameters) for name, parameters in STATUSES),
    *BROKEN_ANSWERS,
    ("wrong encoding", "not_utf8", {}),
    ("broken compression", "bad_gzip", {}),
    ("redirect", "redirect", {"status": 307, "location": HERE}),
    ("redirect elsewhere", "redirect", {"status": 307, "location": ELSEWHERE}),
)

REPORTS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("all refused", "rows_all_fail", {"text": REFUSAL}),
    ("stored, but refused", "rows_stored_but_told_failed", {"text": REFUSAL}),
    ("every row with code 500", "schoology_row_codes", {"code": 500}),
    ("a row unnamed", "schoology_rows_missing", {}),
    ("an error in a 200", "schoology_error_object", {}),
)
"""What only the answer to an export can say."""


def arm(kind: str, parameters: Mapping[str, Any], operation: str = ANY, times: int = 1) -> Arm:
    """Arm a fault for the next exchanges. It need not fire."""
    fault = {"kind": kind, **parameters}
    when = {"operation": operation, "when": {"next": times}}
    return Arm({**when, "fault": fault}, must_fire=False)


def _refuse(*enrollments: int, times: int = 1) -> Arm:
    parameters = {"subjects": list(enrollments), "text": REFUSAL}
    return arm("rows_fail", parameters, PUT, times)


def failures_of(refused: int, other: int) -> tuple[Failure, ...]:
    """The failures of a setting in which the SIS may refuse the rows of these enrollments."""
    unstored = arm("rows_told_stored_but_not", {"subjects": [refused]}, PUT)
    down = {"status": 503}
    return (
        *(Failure(name, (arm(kind, parameters),)) for name, kind, parameters in KINDS),
        *(Failure(name, (arm(kind, parameters, PUT),)) for name, kind, parameters in REPORTS),
        Failure("one refused", (_refuse(refused),)),
        Failure("another refused", (_refuse(other),)),
        Failure("two refused", (_refuse(refused, other),)),
        Failure("one refused twice", (_refuse(refused, times=2),)),
        Failure(
            "rows unnamed and not stored",
            (unstored, arm("schoology_rows_missing", {"rows": 300}, PUT)),
        ),
        Failure("status 503 three times", (arm("status", down, times=3),)),
        Failure(
            "answer lost, and no grades listed",
            (arm("reset_after", {}, PUT), arm("status", down, GET)),
        ),
        Failure(
            "connection reset, and no grades listed",
            (arm("reset_before", {}, PUT), arm("status", down, GET)),
        ),
        Failure("connection refused", (Unplug(),), (Plug(),)),
    )
