"""What a mutant is: the reference exporter with one wrong decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.exporters.kit.face import Face, Message


@dataclass(frozen=True, slots=True)
class Mutant:
    """One flaw, as found in real exporters.

    `title` says what the exporter does wrong, `breaks` which rules this breaks, and `hides` which
    rules cannot be tried any more because their situation no longer arises. `open` replaces the
    reference's part for `dialect`.
    """

    name: str
    title: str
    breaks: tuple[str, ...]
    hides: tuple[str, ...]
    dialect: str
    open: Callable[[Message], Face]
