"""The steps of a scenario, as data: what the suite, the user or the SIS does, in order.

A step may carry a `label`, by which a rule finds it in the evidence. Steps say what happens, not
how: runner/players.py carries them out, and records the steps that an exporter without a feature
cannot take.
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
    """Load the scenario's subject into the exporter."""


class Sync(StepBase, frozen=True):
    """The exporter fetches from the SIS what it will export. Skipped without the feature `sync`."""


class Pull(StepBase, frozen=True):
    """The exporter reads grades back from the SIS: first all of them, later those that changed."""


class Act(StepBase, frozen=True):
    """A person uses the product: an action of schemas/adapter/act.schema.json, with its fields."""

    action: str
    fields: dict[str, Any] = {}


class Export(StepBase, frozen=True):
    """Press the export button, once, or twice at the same time by two people.

    With `wait` false the next step does not wait for the answer, so that the exporter can be
    killed while it works. `fields` are those that the dialect adds to the message.
    """

    presses: Literal[1, 2] = 1
    by: Literal["manager", "administrator"] = "manager"
    wait: bool = True
    fields: dict[str, Any] = {}


class Retry(StepBase, frozen=True):
    """Press the retry button. In version 1 of the protocol it is always the manager."""

    by: Literal["manager", "administrator"] = "manager"


class Settle(StepBase, frozen=True):
    """Wait until no work is running; without `work.inspect`, until the SIS has received no request
    for the length of the quiet window."""


class EndPeriod(StepBase, frozen=True):
    """End the period in which the product does not export yet: move the clock past it or, if the
    clock is real, send the action `end_period`."""


class Advance(StepBase, frozen=True):
    """Let days pass, for the SIS and for the exporter. Skipped if the exporter has no virtual
    clock."""

    days: float


class State(StepBase, frozen=True):
    """Ask what the product shows."""


class Arm(StepBase, frozen=True):
    """Make the SIS fail: a fault of docs/faults.md. `{port}` in its texts is replaced by the port
    of the SIS.

    If a fault with `must_fire` did not fire, the rule is not testable. A fault without it is a trap
    that a good exporter never springs.
    """

    fault: dict[str, Any]
    must_fire: bool = True


class Officer(StepBase, frozen=True):
    """An officer of the SIS changes its records: a call of the control API. The profile's `fill_in`
    replaces placeholders in the path; if the gradebook lacks their object, the rule is not
    testable."""

    method: str
    path: str
    body: dict[str, Any] = {}


class Unplug(StepBase, frozen=True):
    """Close the port of the SIS: connections are refused until `Plug`. A request in progress is
    still answered."""


class Plug(StepBase, frozen=True):
    """Open the port of the SIS again."""


class WaitForExchange(StepBase, frozen=True):
    """Wait until the SIS has received this many requests of an operation (shell-style pattern). If
    they do not arrive, the rule is not testable."""

    operation: str
    count: int = 1


class Kill(StepBase, frozen=True):
    """Kill the exporter without warning. Skipped without the feature `state.durable`."""


class Restart(StepBase, frozen=True):
    """Start the exporter again on the same state directory. Skipped as Kill is."""


class Quiet(StepBase, frozen=True):
    """Do nothing for one quiet window of real time, in which a correct exporter sends nothing."""


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
    | Unplug
    | Plug
    | WaitForExchange
    | Kill
    | Restart
    | Quiet
)
