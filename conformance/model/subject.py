"""What a scenario is about: something that the exporter is loaded with and that the SIS knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from conformance.profiles import Profile


@dataclass(frozen=True, slots=True)
class Period:
    """The assessment period, both ends in Unix seconds."""

    start: float
    end: float


class Subject(Protocol):
    """One value that gives both sides, so that the two agree unless a scenario says otherwise."""

    @property
    def profile(self) -> Profile:
        """The dialect in which it is exchanged."""

    def load_fields(self, period: Period) -> dict[str, Any]:
        """The fields of the adapter's `load` message."""

    def seed(self, period: Period) -> dict[str, Any]:
        """The parts of the seed document that are about it: people, scales, sections."""
