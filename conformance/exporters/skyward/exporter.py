"""A course that transfers grades to a SIS, as its user interface would call it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.skyward import loading
from conformance.exporters.skyward.model import Course, Id, ItemPlace, Mark, joined
from conformance.exporters.skyward.parts import STANDARD, Parts


class SkywardExporter:
    """One course's gradebook and its transfer to one SIS.

    A request that is refused raises NotAllowed with the reason. Needs a running event loop;
    `settle` waits for the work in it. A transfer that a kill cut short is found at the start and
    goes on.
    """

    def __init__(self, settings: SisSettings, parts: Parts = STANDARD) -> None:
        self.clock = settings.clock
        self.work = Background(self.clock)
        self.decisions = parts.decisions()
        self.register = parts.register(settings.state_dir, resume=settings.resume)
        self.transfers = parts.transfers(
            self.decisions, parts.client(settings), self.register, self.clock, self.work
        )
        self.transfers.recover()

    @property
    def course(self) -> Course:
        """Raises NotAllowed until one is loaded."""
        return self.register.course

    @property
    def places(self) -> tuple[ItemPlace, ...]:
        """The items, section by section."""
        return self.register.places

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The scores."""
        return self.register.marks

    def load(self, document: Mapping[str, Any]) -> None:
        """Load a course, shaped as in schemas/adapter/load.schema.json. Raises KeyError for a
        document of another shape."""
        course = loading.course_from(document)
        marks = loading.marks_from(document, course)
        self.register.load(course, [*loading.places_from(course), *marks])

    def choose_category(self, item: Id, section: str, category: str) -> None:
        """Choose a category, by its title, for an item in a section, as the teacher. Once the item
        was sent, its category can only be changed in the SIS."""
        place = self.register.place(joined(item, section))
        if place is None:
            raise NotAllowed("This item is not in that section.")
        if self.decisions.is_pushed(place) or place.state is ExportState.QUEUED:
            raise NotAllowed("The item is in the SIS: change its category there.")
        self.register.keep(replace(place, category=category))

    def edit_score(self, item: Id, student: Id, score: float | None) -> None:
        """Enter or remove a score, as the teacher. The next transfer sends it."""
        mark = self.register.mark(joined(item, student)) or self._new_mark(item, student)
        edited = replace(mark, score=score)
        if mark.state is not ExportState.QUEUED:
            is_there = score is not None and not self.decisions.needs_result(edited)
            state = ExportState.EXPORTED if is_there else ExportState.NOT_EXPORTED
            edited = replace(edited, state=state, message=None)
        self.register.keep(edited)

    async def transfer(self, sections: Collection[str] = (), items: Collection[str] = ()) -> str:
        """The Transfer button; the text to show. Returns when the claim is on disk."""
        return self.transfers.transfer(sections, items)

    async def retry(self) -> str:
        """The Retry button; the text to show. Returns when the claim is on disk."""
        return self.transfers.retry()

    async def settle(self) -> tuple[str, ...]:
        """Return when no task is at work: the texts of those that wait for the clock."""
        return await self.work.settle()

    def advance(self, seconds: float) -> None:
        """Move the exporter's clock; tasks that fall due go on."""
        self.work.advance(seconds)

    def close(self) -> None:
        """Stop at once. A transfer under way is found at the next start, and goes on then."""
        self.work.abandon()
        self.register.close()

    def _new_mark(self, item: Id, student: Id) -> Mark:
        section = self.course.section_of(student)
        if self.course.item(item) is None or section is None:
            raise NotAllowed("The course has no such item, or no such student.")
        return Mark(item, student, section, None)
