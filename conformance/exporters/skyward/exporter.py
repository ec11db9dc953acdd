"""A course that writes its grades back to a SIS, as its user interface would call it."""

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
    """One course's gradebook and its way to one SIS.

    Whatever a teacher asks for raises NotAllowed with the reason where it is refused. Needs a
    running event loop; `settle` waits for what goes on in it. A transfer that was cut short by a
    kill is found here and goes on.
    """

    def __init__(self, settings: SisSettings, parts: Parts = STANDARD) -> None:
        self.clock = settings.clock
        self.work = Background(self.clock)
        self.rules = parts.rules()
        self.register = parts.register(settings.state_dir, resume=settings.resume)
        self.transfers = parts.transfers(
            self.rules, parts.client(settings), self.register, self.clock, self.work
        )
        self.transfers.recover()

    @property
    def course(self) -> Course:
        """Raises NotAllowed while there is none."""
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
        """A course, shaped as in schemas/adapter/load.schema.json. Raises KeyError where the
        document is off shape."""
        course = loading.course_from(document)
        marks = loading.marks_from(document, course)
        self.register.load(course, [*loading.places_from(course), *marks])

    def choose_category(self, item: Id, section: str, category: str) -> None:
        """The teacher chooses a category, by its title, for an item in a section. Once the item was
        pushed, that is the SIS's matter."""
        place = self.register.place(joined(item, section))
        if place is None:
            raise NotAllowed("This item is not in that section.")
        if self.rules.is_pushed(place) or place.state is ExportState.QUEUED:
            raise NotAllowed("The item is in the SIS: change its category there.")
        self.register.keep(replace(place, category=category))

    def edit_score(self, item: Id, student: Id, score: float | None) -> None:
        """The teacher enters a score, or takes it away. It leaves at the next transfer."""
        mark = self.register.mark(joined(item, student)) or self._new_mark(item, student)
        edited = replace(mark, score=score)
        if mark.state is not ExportState.QUEUED:
            is_there = score is not None and not self.rules.needs_result(edited)
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
        """Returns when nothing is at work: what is waited for."""
        return await self.work.settle()

    def advance(self, seconds: float) -> None:
        """Moves the clock."""
        self.work.advance(seconds)

    def close(self) -> None:
        """Stops at once, as a kill would."""
        self.work.abandon()
        self.register.close()

    def _new_mark(self, item: Id, student: Id) -> Mark:
        section = self.course.section_of(student)
        if self.course.item(item) is None or section is None:
            raise NotAllowed("There is no such item, or no such student, in this course.")
        return Mark(item, student, section, None)
