"""What a mutant is: the reference exporter with one decision taken wrongly."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.reference.exporter import ReferenceExporter
from conformance.exporters.reference.parts import STANDARD, Parts
from conformance.exporters.schoology.parts import Parts as GradebookParts


@dataclass(frozen=True, slots=True)
class Mutant:
    """A flaw: what the exporter does wrong, the rules it breaks, and where it differs.

    `parts` and `exporter` are those of a flow, `gradebook` is of a section where that is flawed.
    """

    name: str
    title: str
    breaks: tuple[str, ...]
    parts: Parts = STANDARD
    exporter: type[ReferenceExporter] = ReferenceExporter
    gradebook: GradebookParts | None = None

    def adapter(self) -> ReferenceAdapter:
        """A new adapter around an exporter with this flaw."""
        return ReferenceAdapter(f"mutant:{self.name}", self.parts, self.exporter, self.gradebook)
