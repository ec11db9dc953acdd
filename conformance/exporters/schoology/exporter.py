"""A gradebook that passes grades back to a SIS, as its user interface would call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.schoology import loading
from conformance.exporters.schoology.model import Content, GradebookItem, Held, Id, Section, key_of
from conformance.exporters.schoology.parts import STANDARD, Parts


class SchoologyExporter:
    """One section's gradebook, its export to one SIS and its reading back.

    A request that is refused raises NotAllowed with the reason. Needs a running event loop;
    `settle` waits for the work in it. A run that a kill cut short is found at the start and goes
    on.
    """

    def __init__(self, settings: SisSettings, parts: Parts = STANDARD) -> None:
        self.clock = settings.clock
        self.work = Background(self.clock)
        self.decisions = parts.decisions()
        written = parts.written(settings.format)
        reader, signer = parts.reader(written), parts.signer(settings.credentials)
        client = parts.client(settings, self.decisions, written, signer, self.work)
        self.register = parts.register(settings.state_dir, resume=settings.resume)
        self.pulls = parts.pulls(
            self.decisions, reader, client, self.register, self.clock, self.work
        )
        self.runs = parts.runs(
            self.decisions, reader, client, self.register, self.pulls, self.clock, self.work
        )
        self.runs.recover()

    @property
    def section(self) -> Section:
        """Raises NotAllowed until one is loaded."""
        return self.register.section

    @property
    def items(self) -> tuple[GradebookItem, ...]:
        """The items of the gradebook in the order in which they were added."""
        return self.register.items

    @property
    def pulled(self) -> tuple[Held, ...]:
        """The grades that the SIS held when they were last read."""
        return self.register.pulled

    def load(self, document: Mapping[str, Any]) -> None:
        """Load a section, shaped as in schemas/adapter/load.schema.json.

        A section that is already here keeps its state. Raises KeyError for a document of another
        shape.
        """
        self.register.load(loading.section_from(document), loading.items_from(document))

    async def pull(self) -> str:
        """Read the section's grades back: all at first, later the changes. The text to show."""
        return await self.pulls.pull()

    def edit_grade(self, assignment_id: Id, enrollment_id: Id, **changes: Any) -> None:
        """Change a grade, as the teacher: any of grade, exception, comment and visible."""
        key = key_of("grade", assignment_id, enrollment_id)
        item = self.register.find(key) or self._new_item(assignment_id, enrollment_id)
        edited = replace(item, content=replace(item.content, **changes))
        if item.state is not ExportState.QUEUED:
            is_there = edited.sent == self.decisions.content(self.section, edited)
            state = ExportState.EXPORTED if is_there else ExportState.NOT_EXPORTED
            edited = replace(edited, state=state, message=None)
        self.register.keep(edited)

    async def export(self) -> str:
        """The export button; the text to show. Returns when the claim is on disk."""
        return await self.runs.export()

    async def retry(self) -> str:
        """The retry button: sends only what failed. The text to show."""
        return await self.runs.retry()

    async def settle(self) -> tuple[str, ...]:
        """Return when no task is at work: the texts of those that wait for the clock."""
        return await self.work.settle()

    def advance(self, seconds: float) -> None:
        """Move the exporter's clock; tasks that fall due go on."""
        self.work.advance(seconds)

    def close(self) -> None:
        """Stop at once. A run under way is found at the next start, and goes on then."""
        self.work.abandon()
        self.register.close()

    def _new_item(self, assignment_id: Id, enrollment_id: Id) -> GradebookItem:
        section = self.section
        if section.assignment(assignment_id) is None or not section.enrolls(enrollment_id):
            raise NotAllowed("The section has no such assignment, or no such enrollment.")
        return GradebookItem("grade", assignment_id, enrollment_id, Content())
