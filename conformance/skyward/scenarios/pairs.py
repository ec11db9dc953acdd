"""Stories by pairs: which request fails and how, in which transfer, with which data and
credentials, and what happens next.

The rows are pinned in pairs.json; see conformance/model/axes.py. After a change of an axis::

    python -m conformance.model.axes conformance.skyward.scenarios.pairs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.model.axes import Axes, Constraint, Row
from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
    Advance,
    Arm,
    Export,
    Kill,
    Load,
    Officer,
    Restart,
    Retry,
    Settle,
    State,
    Step,
)
from conformance.skyward.evidence.wire import ITEM_WRITES, RESULT_WRITES
from conformance.skyward.scenarios.common import ASA, COURSE, JOSE, ONE, chosen, edit
from conformance.skyward.scenarios.data import AWKWARD_COURSE, SHORT
from conformance.skyward.scenarios.failing import TOKEN_EXPIRES
from conformance.skyward.scenarios.sending import MIXED_COURSE, ZERO_COURSE
from conformance.skyward.subject import Course


@dataclass(frozen=True, slots=True)
class Data:
    """A course, and a student of a section with a score on an item; `others` has the score too."""

    course: Course
    item: str = "essay"
    section: str = ONE
    student: int | str = ASA
    other: int | str = JOSE


DATA: Mapping[str, Data] = {
    "few": Data(COURSE),
    "zeroes": Data(ZERO_COURSE),
    "mixed": Data(MIXED_COURSE),
    "awkward": Data(AWKWARD_COURSE, "1", SHORT, 55, "7"),
}

PLACES: Mapping[str, tuple[str, int]] = {
    "item": (ITEM_WRITES, 1),
    "score": (RESULT_WRITES, 1),
    "second-score": (RESULT_WRITES, 2),
    "list": ("oneroster.gradebook.classes.*.list", 1),
}
"""The request that fails: its operation, and which of them."""

FAILURES: Mapping[str, Mapping[str, Any]] = {
    "status-503": {"kind": "status", "status": 503},
    "status-409": {"kind": "status", "status": 409},
    "status-429": {"kind": "status", "status": 429},
    "status-401": {"kind": "expired_token"},
    "reset": {"kind": "reset_before"},
    "lost": {"kind": "reset_after"},
    "unreadable": {"kind": "html_page"},
    "closed": {"kind": "close_without_answer", "phase": "after"},
    "false-success": {"kind": "oneroster_status_info_in_200"},
}
"""How it fails once."""


def _failing(operation: str, nth: int, fault: Mapping[str, Any]) -> Arm:
    """Exporters differ in their requests, so the fault need not fire."""
    when = {"nth": nth} if nth > 1 else {"next": 1}
    return Arm({"operation": operation, "when": when, "fault": dict(fault)}, must_fire=False)


def _again(data: Data) -> tuple[Step, ...]:
    edits = (edit(data.item, who, score) for who, score in ((data.student, 7), (data.other, 8.5)))
    return (Export(), Settle(), State(), *edits, Export())


PHASES: Mapping[str, Callable[[Data], tuple[Step, ...]]] = {
    "first": lambda _: (Export(),),
    "again": _again,
    "retry": lambda _: (
        _failing(ITEM_WRITES, 1, {"kind": "status", "status": 502}),
        Export(),
        Settle(),
        State(),
        Retry(),
    ),
}
"""The steps up to the transfer that fails. The failure is armed before the last of them."""

NEXT: Mapping[str, Callable[[Data], tuple[Step, ...]]] = {
    "transfer": lambda _: (Export(),),
    "retry": lambda _: (Retry(),),
    "edit": lambda data: (edit(data.item, data.student, 6), Advance(1), Export()),
    "clear": lambda data: (edit(data.item, data.student, None), Export()),
    "kill": lambda _: (Kill(), Restart(), Settle(), State(), Export()),
    "drop": lambda data: (
        Officer(
            "PUT",
            f"/gradebook/sections/{data.section}/enrollments/{data.student}/state",
            {"state": "withdrawn"},
        ),
        edit(data.item, data.student, 6),
        Export(),
    ),
}
"""What happens after the failure."""

AXES = Axes(
    {
        "phase": tuple(PHASES),
        "place": tuple(PLACES),
        "failure": tuple(FAILURES),
        "data": tuple(DATA),
        "next": tuple(NEXT),
        "credentials": ("none", "oauth2"),
    },
    (
        # All items are in the SIS when the transfer is repeated.
        Constraint(
            ("phase", "place"), lambda row: (row["phase"], row["place"]) != ("again", "item")
        ),
    ),
    Path(__file__).with_name("pairs.json"),
)


def _scenario(row: Row) -> Scenario:
    data = DATA[row["data"]]
    *before, sending = PHASES[row["phase"]](data)
    steps = (
        Load(),
        *chosen(data.course),
        *before,
        _failing(*PLACES[row["place"]], FAILURES[row["failure"]]),
        sending,
        Settle(),
        State(),
        *NEXT[row["next"]](data),
        Settle(),
        State(label="end"),
    )
    signs_in = row["credentials"] == "oauth2"
    durable = ("state.durable",) if row["next"] == "kill" else ()
    return Scenario(
        name=f"course-pair-{'-'.join(row.values())}",
        title=f"in the {row['phase']} transfer of {row['data']} data (credentials:"
        f" {row['credentials']}), the {row['place']} meets {row['failure']}; then {row['next']}",
        subject=data.course,
        steps=steps,
        policies=TOKEN_EXPIRES.policies if signs_in else {},
        needs=(*durable, *(TOKEN_EXPIRES.needs if signs_in else ())),
        depth=Depth.THOROUGH,
    )


PAIRS = tuple(_scenario(row) for row in AXES.playable())
"""A scenario for each row. All are played at depth thorough."""
