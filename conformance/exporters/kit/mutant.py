"""What a mutant is: the reference exporter with one decision taken wrongly."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.schoology.parts import Parts as GradebookParts
from conformance.exporters.skyward.parts import Parts as CourseParts
from conformance.exporters.wiseflow.exporter import ReferenceExporter
from conformance.exporters.wiseflow.parts import STANDARD, Parts


@dataclass(frozen=True, slots=True)
class Mutant:
    """One flaw, as found in real exporters.

    `title` says what the exporter does wrong, `breaks` which rules this breaks, and `hides` which
    rules cannot be tried any more because what they presuppose does not happen. `parts` and
    `exporter` are those of a flow, `gradebook` is of a section and `course` of a course
    where that is flawed.
    """

    name: str
    title: str
    breaks: tuple[str, ...]
    hides: tuple[str, ...] = ()
    parts: Parts = STANDARD
    exporter: type[ReferenceExporter] = ReferenceExporter
    gradebook: GradebookParts | None = None
    course: CourseParts | None = None

    @property
    def dialect(self) -> str:
        """The dialect whose rules this is about."""
        if self.course is not None:
            return "skyward"
        return "wiseflow" if self.gradebook is None else "schoology"

    def adapter(self) -> ReferenceAdapter:
        """A new adapter around an exporter with this flaw."""
        name = f"mutant:{self.name}"
        return ReferenceAdapter(name, self.parts, self.exporter, self.gradebook, self.course)
