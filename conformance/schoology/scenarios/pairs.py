"""Stories by pairs: what fails, when, in which format, with which data, and what happens next.

The rows are pinned in pairs.json; see conformance/model/axes.py. After a change of an axis::

    python -m conformance.model.axes conformance.schoology.scenarios.pairs
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from conformance.model.axes import Axes, Constraint, Row
from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
    Act,
    Advance,
    Arm,
    Export,
    Kill,
    Load,
    Pull,
    Restart,
    Retry,
    Settle,
    State,
    Step,
)
from conformance.schoology.evidence.wire import GET, PUT
from conformance.schoology.scenarios import data
from conformance.schoology.scenarios.common import (
    ASA,
    BO,
    GRADED,
    JOSE,
    LETTERED,
    QUIZ,
    edit,
    on,
    section,
)
from conformance.schoology.scenarios.stories import DONE
from conformance.schoology.subject import FinalComment, Section


def _arm(kind: str, operation: str = PUT, **parameters: object) -> Arm:
    """Arm a fault for the next exchange. It need not fire: exporters read back, or do not."""
    when = {"operation": operation, "when": {"next": 1}}
    return Arm({**when, "fault": {"kind": kind, **parameters}}, must_fire=False)


FAILURES: Mapping[str, tuple[Arm, ...]] = {
    "nothing": (),
    "status-503": (_arm("status", status=503),),
    "status-409": (_arm("status", status=409),),
    "status-429": (_arm("status", status=429, retry_after=2),),
    "reset": (_arm("reset_before"),),
    "lost": (_arm("reset_after"),),
    "lost-blind": (_arm("reset_after"), _arm("status", GET, status=503)),
    "empty": (_arm("empty_body"),),
    "refusals": (_arm("rows_all_fail", text="blocked (ref 77/B)"),),
    "codes": (_arm("schoology_row_codes", code=500),),
    "unnamed": (_arm("schoology_rows_missing"),),
}
"""How the SIS fails once, by name."""

FULL = section(
    on(QUIZ, ASA, 99, comment="Well done", comment_visible=True),
    on(QUIZ, JOSE, 80, 1),
    on(QUIZ, BO, 0, comment="Not for his eyes"),
    assignments=LETTERED,
    final_comments=(
        FinalComment(ASA, "p13011", "Great improvement", True),
        FinalComment(ASA, "final", "A good year"),
    ),
)

DATA: Mapping[str, Section] = {"few": GRADED, "full": FULL, "awkward": data.AWKWARD}

EDITED: Mapping[str, tuple[Act, Act]] = {
    "few": (edit(ASA, 90.5), edit(ASA, None)),
    "full": (edit(ASA, 98, comment_visible=False), edit(JOSE, 81, exception=0)),
    "awkward": (
        edit(data.FIRST, 61.05, data.QUIZ, comment=data.COMMENTS[2]),
        edit(data.PREFIX, None, data.TEST, exception=0, comment=None),
    ),
}
"""Two edits: another content, and something taken back."""

PHASES: Mapping[str, tuple[Step, ...]] = {
    "first": (Export(),),
    "changed": (Export(), *DONE, Export()),
    "taken-back": (Export(), *DONE, Export()),
    "retry": (_arm("rows_all_fail", text="blocked (ref 76/A)"), Export(), *DONE, Retry()),
}
"""The steps up to the sending that fails. The failure, and the edit of the phases that have one,
come before the last of them."""

NEXT: Mapping[str, tuple[Step, ...]] = {
    "export": (Export(),),
    "retry": (Retry(), *DONE, Export()),
    "day": (Advance(1), Settle(), Export()),
    "kill": (Kill(), Restart(), *DONE, State(), Export()),
    "edit": (Export(),),
    "read": (Pull(), Settle(), State(), Export()),
}
"""What happens after the failure."""

FORMATS = ("json", "xml")


def _has_something_to_take_back(row: Row) -> bool:
    """What is taken back was exported before, so an edit after it would change it again."""
    return (row["phase"], row["next"]) != ("taken-back", "edit")


AXES = Axes(
    {
        "phase": tuple(PHASES),
        "failure": tuple(FAILURES),
        "data": tuple(DATA),
        "next": tuple(NEXT),
        "format": FORMATS,
    },
    (Constraint(("phase", "next"), _has_something_to_take_back),),
    Path(__file__).with_name("pairs.json"),
)


def _scenario(row: Row) -> Scenario:
    *before, sending = PHASES[row["phase"]]
    changed, taken_back = EDITED[row["data"]]
    own = {"changed": (changed,), "taken-back": (taken_back,)}.get(row["phase"], ())
    later = (taken_back if row["phase"] == "changed" else changed,) if row["next"] == "edit" else ()
    steps = (
        Load(),
        *before,
        *own,
        *FAILURES[row["failure"]],
        sending,
        Settle(),
        State(),
        *later,
        *NEXT[row["next"]],
        *DONE,
        State(label="end"),
    )
    return Scenario(
        name=f"section-pair-{'-'.join(row.values())}",
        title=f"{row['phase']} export of {row['data']} data in {row['format'].upper()} meets"
        f" {row['failure']}; then {row['next']}",
        subject=DATA[row["data"]],
        steps=steps,
        format="xml" if row["format"] == "xml" else "json",
        needs=_needs(row),
        depth=Depth.THOROUGH,
    )


def _needs(row: Row) -> tuple[str, ...]:
    wanted = {
        "format.xml": row["format"] == "xml",
        "letters": row["data"] != "few",
        "exceptions": row["data"] != "few",
        "comments": row["data"] != "few",
        "final_comments": row["data"] != "few",
        "state.durable": row["next"] == "kill",
    }
    return tuple(name for name, needed in wanted.items() if needed)


PAIRS = tuple(_scenario(row) for row in AXES.pinned())
"""A scenario for each row. All are played at depth thorough."""
