"""Stories by pairs: what fails, on which path, with which data, and what happens next.

The rows are pinned in pairs.json; see conformance/model/axes.py. After a change of an axis::

    python -m conformance.model.axes conformance.wiseflow.scenarios.pairs
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.model.axes import Axes, Constraint, Row
from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
    Act,
    Advance,
    Arm,
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
from conformance.wiseflow.scenarios.common import GRADED, fails_once, graded, submits, ungraded
from conformance.wiseflow.scenarios.data import AWKWARD_MARKS
from conformance.wiseflow.scenarios.selection import MIXED
from conformance.wiseflow.subject import Flow

FAILURES: Mapping[str, tuple[Arm, ...]] = {
    "nothing": (),
    "status-503": (fails_once("status", status=503),),
    "status-409": (fails_once("status", status=409),),
    "status-429": (fails_once("status", status=429),),
    "status-401": (fails_once("expired_token"),),
    "reset": (fails_once("reset_before"),),
    "lost": (fails_once("reset_after"),),
    "unreadable": (fails_once("html_page"),),
    "empty": (fails_once("empty_body"),),
    "refusals": (fails_once("rows_all_fail", text="blocked (ref 77/B)"),),
    "miscounted": (fails_once("wiseflow_wrong_counts", success_by=-1),),
    "foreign": (fails_once("wiseflow_unknown_user"),),
}
"""How the SIS fails once, by name."""

DATA: Mapping[str, Flow] = {
    "few": GRADED,
    "mixed": MIXED,
    "awkward": AWKWARD_MARKS,
    "instant": Flow(
        (graded(1001, "A"), ungraded(1002), ungraded(1003, source="manual"), ungraded(1004)),
        instant_export=True,
    ),
}

PHASES: Mapping[str, tuple[Step, ...]] = {
    "export": (EndPeriod(), Export()),
    "retry": (
        EndPeriod(),
        fails_once("status", status=502),
        Export(),
        Settle(),
        State(),
        Retry(),
    ),
    "instant": (submits(1002, "B"),),
}
"""The steps up to the sending that fails. The failure is armed before the last of them."""

NEXT: Mapping[str, tuple[Step, ...]] = {
    "export": (Export(),),
    "retry": (Retry(),),
    "day": (Advance(1), Export()),
    "kill": (Kill(), Restart(), Settle(), State(), Export()),
    "sync": (Sync(), Export()),
    "unlock": (
        Act("unlock", {"participant": 1002}),
        submits(1002, "C"),
        Settle(),
        Export(),
    ),
}
"""What happens after the failure."""

METHODS = ("POST", "PATCH")


def _has_instant_export(row: Row) -> bool:
    """An instant export needs the flow that has it on, and no other phase uses that flow."""
    return (row["phase"] == "instant") == (row["data"] == "instant")


def _has_1002(row: Row) -> bool:
    """The participant whose grade is unlocked is in the flow."""
    return (row["next"], row["data"]) != ("unlock", "awkward")


AXES = Axes(
    {
        "phase": tuple(PHASES),
        "failure": tuple(FAILURES),
        "data": tuple(DATA),
        "next": tuple(NEXT),
        "method": METHODS,
    },
    (Constraint(("phase", "data"), _has_instant_export), Constraint(("next", "data"), _has_1002)),
    Path(__file__).with_name("pairs.json"),
)


def _scenario(row: Row) -> Scenario:
    *before, sending = PHASES[row["phase"]]
    ending: tuple[Step, ...] = (EndPeriod(),) if row["phase"] == "instant" else ()
    steps = (
        Load(),
        Sync(),
        *before,
        *FAILURES[row["failure"]],
        sending,
        Settle(),
        State(),
        *ending,
        *NEXT[row["next"]],
        Settle(),
        State(label="end"),
    )
    chosen = "-".join(row.values())
    return Scenario(
        name=f"pair-{chosen}",
        title=f"{row['phase']} of {row['data']} data by {row['method']} meets {row['failure']};"
        f" then {row['next']}",
        subject=DATA[row["data"]],
        steps=steps,
        policies={"methods": ["PATCH"]} if row["method"] == "PATCH" else {},
        method="PATCH" if row["method"] == "PATCH" else "",
        needs=_needs(row),
        depth=Depth.THOROUGH,
    )


def _needs(row: Row) -> tuple[str, ...]:
    wanted: dict[str, Any] = {
        "instant_export": row["phase"] == "instant",
        "state.durable": row["next"] == "kill",
        "method.patch": row["method"] == "PATCH",
    }
    return tuple(name for name, needed in wanted.items() if needed)


PAIRS = tuple(_scenario(row) for row in AXES.playable())
"""A scenario for each row. All are played at depth thorough."""
