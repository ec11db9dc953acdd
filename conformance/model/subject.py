"""The subject of a scenario: the exporter is loaded with it, and the SIS knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from conformance.model.profile import Profile


@dataclass(frozen=True, slots=True)
class Period:
    """The assessment period; both ends are in Unix seconds."""

    start: float
    end: float


class Subject(Protocol):
    """One value for both sides, so that they agree unless a scenario says otherwise."""

    @property
    def profile(self) -> Profile:
        """The profile of the dialect in which it is exchanged."""

    def load_fields(self, period: Period) -> dict[str, Any]:
        """The fields of the `load` message: one member, named after the kind of subject."""

    def seed(self, period: Period) -> dict[str, Any]:
        """Its parts of the seed document: people, scales, sections."""
