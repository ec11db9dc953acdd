"""A dialect: everything that the suite knows of one interface of a SIS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.model.profile import Profile
from conformance.model.rule import Rule, Scenario
from conformance.model.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """One dialect: how it is played, what it demands, and how suite and adapter speak of it.

    `rules` are in the order of the reports. The doctor plays `tour`, a scenario with every
    operation of the protocol. `messages` is the dialect's part of the adapter protocol, a JSON
    Schema document as in schemas/adapter/; conformance/drivers/shapes.py says what it must define.
    `vocabulary` is what explorations and stories are made of; None if the dialect has none.
    """

    profile: Profile
    rules: tuple[Rule, ...]
    tour: Scenario
    messages: Mapping[str, Any]
    vocabulary: Vocabulary | None = None

    @property
    def name(self) -> str:
        """Its name in `hello`, in `configure` and in reports."""
        return self.profile.name
