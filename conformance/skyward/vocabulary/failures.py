"""The ways in which the SIS fails in an exploration: once, at one request of a transfer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.model.steps import Arm, Officer, Plug, Unplug
from conformance.model.vocabulary import Failure
from conformance.skyward.evidence.wire import ITEM_WRITES, RESULT_WRITES

READS = "oneroster.gradebook.classes.*.list"
ELSEWHERE = "http://localhost:{port}/ims/oneroster/elsewhere"

Kind = tuple[str, Mapping[str, Any]]
"""A fault as the name of its kind and its parameters."""

OF_SCORES: Mapping[str, Kind] = {
    **{
        f"status {status}": ("status", {"status": status})
        for status in (400, 403, 404, 408, 409, 422, 429, 500, 502, 503)
    },
    "status 503 with Retry-After": ("status", {"status": 503, "retry_after": 1}),
    "status 504, but stored": ("status", {"status": 504, "phase": "after"}),
    "expired token": ("expired_token", {}),
    "connection reset": ("reset_before", {}),
    "answer lost": ("reset_after", {}),
    "connection closed": ("close_without_answer", {}),
    "answer cut": ("reset_mid_body", {}),
    "HTML page": ("html_page", {}),
    "empty answer": ("empty_body", {}),
    "redirect": ("redirect", {"status": 307, "location": ELSEWHERE}),
    "status 202": ("oneroster_swapped_status", {"status": 202}),
    "failure in a 200": ("oneroster_status_info_in_200", {}),
    "wrapped failure in a 200": ("oneroster_status_info_in_200", {"wrapped": True}),
    "shown late": ("oneroster_posting_lag", {"seconds": 600}),
}
"""How the write of a score may fail."""

_FEWER = ("status 409", "status 422", "status 429", "status 503", "status 504, but stored")
_AND = ("expired token", "connection reset", "answer lost", "HTML page", "failure in a 200")
OF_ITEMS: Mapping[str, Kind] = {
    **{name: OF_SCORES[name] for name in (*_FEWER, *_AND, "shown late")},
    "category renamed": ("oneroster_category_renamed", {}),
}
"""How the write of a line item may fail."""

OF_READS: Mapping[str, Kind] = {
    **{name: OF_SCORES[name] for name in ("status 503", "expired token", "connection reset")},
    "half an answer": ("truncated_body", {}),
}
"""How the read of a list may fail."""

OF_SECOND: Mapping[str, Kind] = {
    name: OF_SCORES[name] for name in ("status 422", "status 503", "answer lost")
}
"""How the second score of a transfer may fail, while the first is stored."""


def arm(operation: str, kind: Kind, **when: int) -> Arm:
    """Arm a fault for a request; by default the next one. It need not fire."""
    name, parameters = kind
    fault = {"kind": name, **parameters}
    return Arm(
        {"operation": operation, "when": when or {"next": 1}, "fault": fault}, must_fire=False
    )


def failures_of(section: str, student: int | str, period: int) -> tuple[Failure, ...]:
    """The failures of a setting in which the SIS may drop this student of a section, or close this
    grading period, while a transfer runs."""
    within = f"/gradebook/sections/{section}"
    return (
        *(Failure(f"score: {name}", (arm(RESULT_WRITES, e),)) for name, e in OF_SCORES.items()),
        *(Failure(f"item: {name}", (arm(ITEM_WRITES, e),)) for name, e in OF_ITEMS.items()),
        *(Failure(f"list: {name}", (arm(READS, e),)) for name, e in OF_READS.items()),
        *(
            Failure(f"second score: {name}", (arm(RESULT_WRITES, e, nth=2),))
            for name, e in OF_SECOND.items()
        ),
        Failure("connection refused", (Unplug(),), (Plug(),)),
        _for_a_while("student dropped", f"{within}/enrollments/{student}", "withdrawn", "active"),
        _for_a_while("period closed", f"{within}/periods/{period}", "closed", "open"),
    )


def _for_a_while(name: str, path: str, state: str, usual: str) -> Failure:
    return Failure(
        name,
        (Officer("PUT", f"{path}/state", {"state": state}),),
        (Officer("PUT", f"{path}/state", {"state": usual}),),
    )
