"""The course, its items section by section, the scores, and the transfers."""

from __future__ import annotations

from conformance.exporters.kit.register import SubjectRegister
from conformance.exporters.skyward.model import Course, ItemPlace, Mark, Run


class Register(SubjectRegister[Course, ItemPlace | Mark, Run]):
    """What the exporter of a course remembers."""

    subject_type = Course
    member_types = (ItemPlace, Mark)
    run_type = Run

    @property
    def course(self) -> Course:
        """Raises NotAllowed until one is loaded."""
        return self.subject

    @property
    def places(self) -> tuple[ItemPlace, ...]:
        """The items, section by section, in the order in which they were added."""
        return self.members(ItemPlace)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The scores in the order in which they were added."""
        return self.members(Mark)

    def place(self, key: str) -> ItemPlace | None:
        return self.member(ItemPlace, key)

    def mark(self, key: str) -> Mark | None:
        return self.member(Mark, key)

    def on(self, place: ItemPlace) -> tuple[Mark, ...]:
        """The scores on an item in one section."""
        return tuple(
            each
            for each in self.marks
            if str(each.item) == str(place.item) and each.section == place.section
        )

    def reloaded(self, subject: Course) -> Course:
        """The course as it is loaded: it may have new items."""
        return subject
