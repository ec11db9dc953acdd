"""Stories: what teachers do between two transfers, and a family of failures on one story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
    Arm,
    Export,
    Kill,
    Load,
    Officer,
    Restart,
    Retry,
    Settle,
    WaitForExchange,
)
from conformance.model.steps import State as StateStep
from conformance.model.timing import ANSWERED_AFTER, STALL
from conformance.skyward.evidence.wire import ITEM_WRITES, RESULT_WRITES
from conformance.skyward.scenarios.common import (
    AGAIN,
    ASA,
    BO,
    CHOSEN,
    COURSE,
    ENDED,
    ESSAY,
    JOSE,
    LATER,
    LEILA,
    ONE,
    POSTER,
    QUIZ,
    READY,
    TRANSFERRED,
    course,
    edit,
    fails_once,
)
from conformance.skyward.scenarios.failing import TOKEN_EXPIRES

# A teacher in the SIS

_IN_ONE = f"/gradebook/sections/{ONE}/line_items/{{item:{ESSAY.title}}}"
TAUGHT = Scenario(
    "course-taught",
    "in the SIS a teacher moves an item to another category, weights it, flags late work and"
    " weights a category; scores are changed, and Transfer is pressed again",
    COURSE,
    (
        *TRANSFERRED,
        Officer("PUT", _IN_ONE, {"category": 2, "weight": 2}),
        Officer("PUT", f"{_IN_ONE}/results/{JOSE}/late", {"late": True}),
        Officer("PUT", f"/gradebook/sections/{ONE}/categories/2", {"title": "Tests", "weight": 40}),
        edit("essay", JOSE, 33),
        edit("quiz", LEILA, 13),
        *AGAIN,
    ),
    policies={"rules": {"category_frozen": False}},
)
REMOVED = Scenario(
    "course-removed",
    "a teacher removes a line item in the SIS; scores are changed, and Transfer is pressed again",
    COURSE,
    (
        *TRANSFERRED,
        Officer("DELETE", f"/gradebook/sections/{ONE}/line_items/{{item:{POSTER.title}}}"),
        edit("poster", JOSE, 8),
        edit("essay", ASA, 45),
        *AGAIN,
    ),
)

# The course

CLEARED = Scenario(
    "course-cleared",
    "two scores are removed after a transfer and one before it; Transfer is pressed again",
    COURSE,
    (
        *READY,
        edit("quiz", BO, None),
        *TRANSFERRED[len(READY) :],
        edit("essay", ASA, None),
        edit("poster", JOSE, None),
        edit("essay", JOSE, 32),
        *AGAIN,
    ),
)
TOO_LONG = Scenario(
    "course-too-long",
    "the title of the second item is too long for the SIS",
    course(items=(ESSAY, replace(QUIZ, title="Quiz 1: " + "roots and more roots, " * 4), POSTER)),
    ENDED,
)

# Failures

FAILURES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("403", {"kind": "status", "status": 403}),
    ("408", {"kind": "status", "status": 408}),
    ("409", {"kind": "status", "status": 409}),
    ("429", {"kind": "status", "status": 429, "retry_after": 30}),
    ("500", {"kind": "status", "status": 500}),
    ("503", {"kind": "status", "status": 503, "retry_after": 30}),
    ("504-stored", {"kind": "status", "status": 504, "phase": "after"}),
    ("reset", {"kind": "reset_before"}),
    ("closed", {"kind": "close_without_answer", "phase": "after"}),
    ("stall", {"kind": "stall", "seconds": STALL}),
    ("page", {"kind": "html_page"}),
)
"""How a write may fail: a name for the scenario, and the fault."""


def _failed(name: str, operation: str, nth: int, fault: dict[str, Any], what: str) -> Scenario:
    return Scenario(
        f"course-{what}-{name}",
        f"a write of one {what} fails ({name}); a score is changed, and Transfer is pressed again",
        COURSE,
        (
            *READY,
            fails_once(operation, nth, **fault),
            Export(label="press"),
            Settle(),
            StateStep(label="failed"),
            edit("essay", ASA, 45),
            *AGAIN,
        ),
        depth=Depth.NORMAL,
    )


FAILED_SCORES = tuple(_failed(name, RESULT_WRITES, 2, fault, "score") for name, fault in FAILURES)
FAILED_ITEMS = tuple(
    _failed(name, ITEM_WRITES, 2, fault, "item")
    for name, fault in FAILURES
    if name in ("409", "503", "stall")
)
FAILED_READ = Scenario(
    "course-read-failed",
    "a list cannot be read; Transfer is pressed again",
    COURSE,
    (
        *READY,
        fails_once("oneroster.gradebook.classes.*.list", 1, "status", status=503),
        Export(label="press"),
        Settle(),
        StateStep(label="failed"),
        *AGAIN,
    ),
)

RETRIED = Scenario(
    "course-retried",
    "a score fails twice, at the transfer and at the retry; meanwhile another score is changed;"
    " retry is pressed again, and then Transfer",
    COURSE,
    (
        *READY,
        fails_once(RESULT_WRITES, 2, "status", status=503),
        Export(label="press"),
        Settle(),
        edit("quiz", BO, 19),
        fails_once(RESULT_WRITES, 1, "reset_before"),
        Retry(label="retry"),
        Settle(),
        StateStep(label="failed"),
        Retry(label="retry again"),
        *LATER,
        StateStep(label="retried"),
        *AGAIN,
    ),
)

KILLED_AT_AN_ITEM = Scenario(
    "course-killed-at-an-item",
    "the exporter is killed while it sends an item, and restarted; then a score is changed",
    COURSE,
    (
        *READY,
        fails_once(ITEM_WRITES, 2, "delay", seconds=ANSWERED_AFTER),
        Export(label="press", wait=False),
        WaitForExchange(ITEM_WRITES, 2),
        Kill(),
        Restart(),
        *LATER,
        edit("essay", ASA, 45),
        *AGAIN,
    ),
    needs=("state.durable",),
)

REFUSED_TOKENS = Scenario(
    "course-tokens-refused",
    "the SIS refuses every token from the second score on",
    COURSE,
    (
        Load(),
        *CHOSEN,
        Arm(
            {
                "operation": RESULT_WRITES,
                "when": {"always": True},
                "fault": {"kind": "expired_token"},
            }
        ),
        Export(label="press"),
        Settle(),
        StateStep(label="end"),
    ),
    policies=TOKEN_EXPIRES.policies,
    needs=TOKEN_EXPIRES.needs,
)
