"""The section, its gradebook, the grades that the SIS held when they were read, and the runs."""

from __future__ import annotations

from conformance.exporters.kit.register import SubjectRegister
from conformance.exporters.schoology.model import GradebookItem, Held, Run, Section


class Register(SubjectRegister[Section, GradebookItem | Held, Run]):
    """What the exporter of a section remembers."""

    subject_type = Section
    member_types = (GradebookItem, Held)
    run_type = Run

    @property
    def section(self) -> Section:
        """Raises NotAllowed until one is loaded."""
        return self.subject

    @property
    def items(self) -> tuple[GradebookItem, ...]:
        """The items of the gradebook in the order in which they were added."""
        return self.members(GradebookItem)

    @property
    def pulled(self) -> tuple[Held, ...]:
        """The grades that the SIS held when they were last read."""
        return self.members(Held)

    def find(self, key: str) -> GradebookItem | None:
        return self.member(GradebookItem, key)
