"""A profile: what the suite must know of a dialect in order to play its scenarios."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.model.state_answer import StateAnswer
from conformance.model.steps import Act, Export, Pull, Retry, Step

Configured = Callable[[Mapping[str, Any], Collection[str]], Mapping[str, Any]]
"""The fields that a dialect adds to `configure`, from the policies of the SIS and the features of
the exporter."""

FillIn = Callable[[str, Mapping[str, Any]], str]
"""Fills the placeholders of a control path from the gradebook of the SIS, given as plain data.
Raises LookupError, which says what the gradebook lacks."""


HeldBy = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""What the SIS holds, by the key of each row, from its gradebook as plain data. A value is any text
that changes when the row changes."""


def _nothing(_: Mapping[str, Any]) -> Mapping[str, str]:
    return {}


def _always(_: Mapping[str, Any]) -> bool:
    return True


def _no_fields(_: Mapping[str, Any], __: Collection[str]) -> Mapping[str, Any]:
    return {}


def _as_it_is(path: str, _: Mapping[str, Any]) -> str:
    return path


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One dialect, as the player of a scenario sees it.

    `name` is its name in `hello` and `configure`, `policies` its key in the seed document. The SIS
    is served below `base_path` and issues OAuth 2 tokens at `token_path`. `method` is the HTTP
    method that carries grades unless a scenario chooses another. `actions` maps each action of
    `act`, and `export_fields` each field that the dialect adds to `export`, to the feature that it
    needs ("" for none). `fill_in` completes the path of an Officer step. `held` reads the rows
    of the gradebook; the evidence says which of them each exchange changed. `configured` gives
    what `configure` hands over of the policies, and `reports` whether an answer of a SIS with these
    policies can refuse single rows.
    """

    name: str
    base_path: str
    method: str
    policies: str
    token_path: str
    state_answer: StateAnswer
    actions: Mapping[str, str] = field(default_factory=dict)
    export_fields: Mapping[str, str] = field(default_factory=dict)
    fill_in: FillIn = _as_it_is
    held: HeldBy = _nothing
    configured: Configured = _no_fields
    reports: Callable[[Mapping[str, Any]], bool] = _always

    def features_of(self, step: Step) -> tuple[str, ...]:
        """The features without which a step is impossible. A step that has a weaker form without a
        feature does not need it."""
        match step:
            case Retry():
                needed = ["retry"]
            case Pull():
                needed = ["pull"]
            case Export():
                twice = ["export.concurrent"] if step.presses == 2 else []
                needed = [*twice, *(self.export_fields[name] for name in step.fields)]
            case Act():
                needed = [self.actions[step.action]]
            case _:
                needed = []
        return tuple(name for name in needed if name)
