"""The steps of a scenario, as data: what the suite, the user or the SIS does, in order.

A step may carry a `label`, by which a rule finds the moment again in the evidence. Steps say what
happens and not how: runner/players.py carries them out, and records what an exporter without a
feature cannot do.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

HOUR = 3600.0
DAY = 24 * HOUR


class StepBase(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="step"):
    """What all steps share."""

    label: str = ""


class Load(StepBase, frozen=True):
    """The exporter learns the scenario's flow."""


class Sync(StepBase, frozen=True):
    """The exporter fetches the flow from the SIS. Left out where it has no feature `sync`."""


class Pull(StepBase, frozen=True):
    """The exporter reads the section's grades back from the SIS: all of them, and later what
    changed."""


class Act(StepBase, frozen=True):
    """Somebody uses the product: an action of schemas/adapter/act.schema.json and its fields."""

    action: str
    fields: dict[str, Any] = {}


class Export(StepBase, frozen=True):
    """The export button is pressed, once or by two people at the same time.

    With `wait` false the next step does not wait for the answer, so that the exporter can be
    killed in the middle. `sections` are the classes that are ticked in a course, all where there
    are none.
    """

    presses: Literal[1, 2] = 1
    by: Literal["manager", "administrator"] = "manager"
    wait: bool = True
    sections: tuple[str, ...] = ()


class Retry(StepBase, frozen=True):
    """The manager presses retry."""


class Settle(StepBase, frozen=True):
    """Nothing more goes on until no work is running; without `work.inspect`, until the SIS has
    heard nothing for the length of the quiet window."""


class EndPeriod(StepBase, frozen=True):
    """The assessment period ends: the clock moves past it or, where the clock is real, the
    product is told."""


class Advance(StepBase, frozen=True):
    """Days pass, for the SIS and for the exporter. Left out where the exporter has no virtual
    clock."""

    days: float


class State(StepBase, frozen=True):
    """The product is asked what it shows."""


class Arm(StepBase, frozen=True):
    """The SIS is told to fail: a fault of docs/faults.md. `{port}` in its texts stands for the port
    the SIS listens on.

    With `must_fire` a rule is not testable when it did not; without, the fault is a trap that a
    good exporter never springs.
    """

    fault: dict[str, Any]
    must_fire: bool = True


class Officer(StepBase, frozen=True):
    """Somebody at the SIS changes something: a call of the control API. `{item:TITLE}` in its path
    stands for the number that the SIS gave to the line item of that title, in the section that the
    path names; where there is none, the rule is not testable."""

    method: str
    path: str
    body: dict[str, Any] = {}


class WaitForExchange(StepBase, frozen=True):
    """Nothing goes on until the SIS has heard this many requests of an operation (shell-style
    pattern). Where they do not come, the rule is not testable."""

    operation: str = "wiseflow.flows.grades.*"
    count: int = 1


class Kill(StepBase, frozen=True):
    """The exporter is killed without warning. Left out where it has no feature `state.durable`."""


class Restart(StepBase, frozen=True):
    """The exporter starts again on the same state directory. Left out as Kill is."""


class Quiet(StepBase, frozen=True):
    """One real window of silence, in which a working exporter sends nothing."""


Step = (
    Load
    | Sync
    | Pull
    | Act
    | Export
    | Retry
    | Settle
    | EndPeriod
    | Advance
    | State
    | Arm
    | Officer
    | WaitForExchange
    | Kill
    | Restart
    | Quiet
)

ACTION_FEATURES = {
    "submit_assessment": "",
    "approve": "",
    "unlock": "unlock",
    "set_alternative_grade": "alternative_grades",
    "change_setup": "",
    "enable_instant_export": "instant_export",
    "end_period": "period",
    "edit_grade": "",
    "choose_category": "categories",
    "edit_score": "",
}


def feature_of(step: Step) -> str:
    """The feature without which a step is impossible; "" where there is none, or where the step
    has a weaker form that needs nothing."""
    match step:
        case Retry():
            return "retry"
        case Pull():
            return "pull"
        case Export(presses=2):
            return "export.concurrent"
        case Export(sections=(_, *_)):
            return "transfer.sections"
        case Act(action=action):
            return ACTION_FEATURES[action]
        case _:
            return ""
