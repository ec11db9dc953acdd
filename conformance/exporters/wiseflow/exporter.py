"""An exam system that exports grades, as its user interface would call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.wire import Lost, NotSent
from conformance.exporters.wiseflow import loading, marking
from conformance.exporters.wiseflow.model import (
    LICENCE_ADMINISTRATOR,
    Change,
    Flow,
    MarkingStatus,
    Notice,
    Participant,
    UserId,
)
from conformance.exporters.wiseflow.parts import STANDARD, Parts


class WiseflowExporter:
    """One flow, its marking and its export to one SIS.

    A request that is refused raises NotAllowed with the reason. Methods that may start an export
    need a running event loop; `settle` waits for the exports. A run that a kill cut short is found
    at the start, and its participants become Failed.
    """

    def __init__(self, settings: SisSettings, parts: Parts = STANDARD) -> None:
        self.clock = settings.clock
        self.decisions = parts.decisions()
        self.reader = parts.reader()
        self.client = parts.client(settings)
        self.register = parts.register(settings.state_dir, resume=settings.resume)
        self.runs = parts.runs(
            self.decisions,
            self.reader,
            self.client,
            self.register,
            self.clock,
            parts.mapper(settings),
        )
        self.runs.recover()

    # State

    @property
    def flow(self) -> Flow:
        """Raises NotAllowed until one is loaded."""
        return self.register.flow

    @property
    def people(self) -> tuple[Participant, ...]:
        """The participants in the order in which they were added."""
        return self.register.people

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices to assessors, oldest first."""
        return self.register.notices

    def status(self, user_id: UserId) -> MarkingStatus:
        return marking.status(self.flow, self.register.find(user_id))

    def registered(self, user_id: UserId) -> str:
        """The grade that is registered, also while it is unlocked; "" if there is none."""
        return marking.registered_grade(self.flow, self.register.find(user_id))

    def is_reopened(self, user_id: UserId) -> bool:
        """Whether assessments of this participant are open again."""
        return marking.is_reopened(self.register.find(user_id))

    def flow_state(self) -> str:
        """not_exported, queued, exported, failed or partly_exported."""
        return self.decisions.flow_state(self.flow, self.people)

    def shown_to_participant(self, user_id: UserId) -> str:
        """The grade that the participant sees, or ""."""
        return self.decisions.shown_to_participant(self.flow, self.register.find(user_id))

    # Set-up

    def load(self, document: Mapping[str, Any]) -> None:
        """Load a flow, shaped as in schemas/adapter/load.schema.json.

        A flow that is already here keeps its state. Raises KeyError or ValueError for a document
        of another shape.
        """
        flow = loading.flow_from(document)
        self.register.load(flow, loading.participants_from(flow, document["participants"]))
        for participant in self.people:
            self._reopen_conflict(participant)

    async def synchronise(self) -> str:
        """Fetch the flow from the SIS, once; the text to show. Raises NotAllowed if the flow has no
        source or the SIS does not return it."""
        if not self.decisions.has_source(self.flow):
            raise NotAllowed("The flow has no SIS source to synchronise with.")
        problem = await self._fetch_problem()
        self.register.keep(replace(self.flow, synchronised=not problem))
        if problem:
            raise NotAllowed(problem)
        return "The flow is synchronised with the SIS."

    def remove_source(self, code: str) -> None:
        """Remove a SIS source. A flow without one cannot be exported."""
        left = tuple(each for each in self.flow.sis_sources if each != code)
        self.register.keep(replace(self.flow, sis_sources=left))

    def change_setup(self, change: Change) -> None:
        """Note a change of the participants, the assessors or their distribution."""
        if self.decisions.turns_instant_off(self.flow, change, self.clock.now()):
            self.register.keep(replace(self.flow, instant_export=False, instant_lost=True))

    def add_participant(self, document: Mapping[str, Any]) -> None:
        """Add a participant, shaped as in `load`, which changes the setup of the flow."""
        (added,) = loading.participants_from(self.flow, [document])
        if any(each.key == added.key for each in self.people):
            raise NotAllowed(f"{added.user_id} is in this flow already.")
        self.register.keep(added)
        self._reopen_conflict(added)
        self.change_setup("participants")

    def enable_instant_export(self) -> None:
        """Export each grade as it becomes final, from now on. Earlier ones stay for the manager."""
        if self.flow.instant_lost:
            raise NotAllowed(
                "Instant export was turned off by a change and no longer works for this flow."
            )
        self.register.keep(replace(self.flow, instant_export=True))
        for participant in self.decisions.sent_on_enabling(self.flow, self.people):
            self.runs.start("instant", [participant])

    def show_grades(self, shown: bool) -> None:
        """Show grades to participants, or hide them."""
        self.register.keep(replace(self.flow, grades_shown=shown))

    def end_period(self) -> None:
        """End the assessment period now, unless it has ended."""
        end = min(self.flow.marking_end, self.clock.now())
        self.register.keep(replace(self.flow, marking_end=end))

    # Marking

    def submit_assessment(self, user_id: UserId, assessor: str, grade: str) -> None:
        """Submit an assessor's grade. A conflict reopens it; an agreement may export instantly."""
        before = self.register.find(user_id)
        after = marking.submit(self.flow, before, assessor, grade)
        self.register.keep(after)
        self._reopen_conflict(after)
        self.runs.instantly(before, after)

    def approve(self, user_id: UserId) -> None:
        """Approve, as a reviewer, what the assessors agreed on. This may export instantly."""
        before = self.register.find(user_id)
        after = marking.approve(self.flow, before)
        self.register.keep(after)
        self.runs.instantly(before, after)

    def unlock(self, user_id: UserId) -> None:
        """Reopen a submitted grade, as a manager. It stays registered but is no longer final."""
        self.register.keep(marking.unlock(self.register.find(user_id)))

    def set_alternative_grade(
        self, user_id: UserId, grade: str, by: str = LICENCE_ADMINISTRATOR
    ) -> None:
        """Override the markers, as a licence administrator; "" withdraws. Frozen once exported."""
        participant = self.register.find(user_id)
        if by != LICENCE_ADMINISTRATOR:
            raise NotAllowed("Only licence administrators set alternative grades.")
        if self.decisions.alternative_is_frozen(participant):
            raise NotAllowed("The alternative grade was exported to the SIS and cannot change.")
        if grade and not marking.on_scale(self.flow, grade):
            raise NotAllowed(f"{grade!r} is not on the flow's scale.")
        self.register.keep(replace(participant, alternative_grade=grade))

    # Exporting

    async def export(self, by: str = "manager") -> str:
        """The export button; the text to show. Returns when the claim is on disk."""
        return await self.runs.export(by)

    async def retry(self, by: str = "manager") -> str:
        """The retry button: sends only participants that failed. The text to show."""
        return await self.runs.retry(by)

    async def settle(self) -> tuple[str, ...]:
        """Return when no export is under way. None waits for the clock, so the result is ()."""
        return await self.runs.settle()

    def advance(self, seconds: float) -> None:
        """Move the exporter's clock. Nothing falls due, because it has no timers."""
        self.clock.advance(seconds)

    def close(self) -> None:
        """Stop at once. A run under way is found at the next start, and is Failed then."""
        self.runs.abandon()
        self.register.close()

    async def _fetch_problem(self) -> str:
        try:
            return self.reader.flow_problem(await self.client.fetch_flow(self.flow.sis_code))
        except (NotSent, Lost) as error:
            return f"Not synchronised: {error}."

    def _reopen_conflict(self, participant: Participant) -> None:
        after, notices = marking.reopen_conflict(self.flow, participant)
        if notices:
            self.register.keep(after, *notices)
