"""The exam system's side of a grade export, as its user interface would call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.wire import Lost, NotSent
from conformance.exporters.wiseflow import loading, marking
from conformance.exporters.wiseflow.model import (
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

    Whatever a person asks for raises NotAllowed with the reason where it is refused. Exports and
    everything that may start one need a running event loop; `settle` waits for them. A run that
    was cut short by a kill is found here, and is Failed from then on.
    """

    def __init__(self, settings: SisSettings, parts: Parts = STANDARD) -> None:
        self.clock = settings.clock
        self.rules = parts.rules()
        self.reader = parts.reader()
        self.client = parts.client(settings)
        self.register = parts.register(settings.state_dir, resume=settings.resume)
        self.runs = parts.runs(self.rules, self.reader, self.client, self.register, self.clock)
        self.runs.recover()

    # What it knows

    @property
    def flow(self) -> Flow:
        """Raises NotAllowed while there is none."""
        return self.register.flow

    @property
    def people(self) -> tuple[Participant, ...]:
        """The participants in the order in which they were added."""
        return self.register.people

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What assessors were told, oldest first."""
        return self.register.notices

    def status(self, user_id: UserId) -> MarkingStatus:
        return marking.status(self.flow, self.register.find(user_id))

    def flow_state(self) -> str:
        """not_exported, queued, exported, failed or partly_exported."""
        return self.rules.flow_state(self.flow, self.people)

    def shown_to_participant(self, user_id: UserId) -> str:
        """The grade the participant sees, "" for none."""
        return self.rules.shown_to_participant(self.flow, self.register.find(user_id))

    # Setting up

    def load(self, document: Mapping[str, Any]) -> None:
        """A flow, shaped as in schemas/adapter/load.schema.json. One that is here already keeps
        what is known of it. Raises KeyError or ValueError where the document is off shape."""
        flow = loading.flow_from(document)
        self.register.load(flow, loading.participants_from(flow, document["participants"]))
        for participant in self.people:
            self._reopen_conflict(participant)

    async def synchronise(self) -> str:
        """Fetches the flow from the SIS, once; the text to show. Raises NotAllowed where there is
        no source or the SIS does not give the flow."""
        if not self.rules.has_source(self.flow):
            raise NotAllowed("The flow has no SIS source to synchronise with.")
        problem = await self._fetch_problem()
        self.register.keep(replace(self.flow, synchronised=not problem))
        if problem:
            raise NotAllowed(problem)
        return "The flow is synchronised with the SIS."

    def remove_source(self, code: str) -> None:
        """Parts with a SIS source; without any, nothing can be exported."""
        left = tuple(each for each in self.flow.sis_sources if each != code)
        self.register.keep(replace(self.flow, sis_sources=left))

    def change_setup(self, change: Change) -> None:
        """Participants, assessors or their distribution were changed."""
        if self.rules.turns_instant_off(self.flow, change, self.clock.now()):
            self.register.keep(replace(self.flow, instant_export=False, instant_lost=True))

    def enable_instant_export(self) -> None:
        """From now on; what was submitted before stays for the manager."""
        if self.flow.instant_lost:
            raise NotAllowed("Instant export turned itself off and no longer works for this flow.")
        self.register.keep(replace(self.flow, instant_export=True))
        for participant in self.rules.sent_on_enabling(self.flow, self.people):
            self.runs.start("instant", [participant])

    def show_grades(self, shown: bool) -> None:
        """Ticks or clears the box that shows grades to participants."""
        self.register.keep(replace(self.flow, grades_shown=shown))

    def end_period(self) -> None:
        """The assessment period ends now, unless it has already."""
        end = min(self.flow.marking_end, self.clock.now())
        self.register.keep(replace(self.flow, marking_end=end))

    # Marking

    def submit_assessment(self, user_id: UserId, assessor: str, grade: str) -> None:
        """An assessor submits a grade; a conflict reopens, an agreement may export instantly."""
        before = self.register.find(user_id)
        after = marking.submit(self.flow, before, assessor, grade)
        self.register.keep(after)
        self._reopen_conflict(after)
        self.runs.instantly(before, after)

    def approve(self, user_id: UserId) -> None:
        """A reviewer approves what the assessors agreed on; this may export instantly."""
        before = self.register.find(user_id)
        after = marking.approve(self.flow, before)
        self.register.keep(after)
        self.runs.instantly(before, after)

    def unlock(self, user_id: UserId) -> None:
        """A manager opens a submitted grade again; it stays registered but is not final."""
        self.register.keep(marking.unlock(self.register.find(user_id)))

    def set_alternative_grade(self, user_id: UserId, grade: str, by: str = "administrator") -> None:
        """A licence administrator overrides the markers; "" withdraws. Frozen once exported."""
        participant = self.register.find(user_id)
        if by != "administrator":
            raise NotAllowed("Only licence administrators set alternative grades.")
        if self.rules.alternative_is_frozen(participant):
            raise NotAllowed("The alternative grade was exported to the SIS and cannot change.")
        if grade and not marking.on_scale(self.flow, grade):
            raise NotAllowed(f"{grade!r} is not on the flow's scale.")
        self.register.keep(replace(participant, alternative_grade=grade))

    # Exporting

    async def export(self, by: str = "manager") -> str:
        """The export button; the text to show. Returns when the claim is on disk."""
        return await self.runs.export(by)

    async def retry(self) -> str:
        """The retry button: sends those who failed, and nobody else."""
        return await self.runs.retry()

    async def settle(self) -> tuple[str, ...]:
        """Return when no export is under way: the texts of what waits for the clock, always ()."""
        return await self.runs.settle()

    def advance(self, seconds: float) -> None:
        """Moves the exporter's own time. Nothing falls due: it has no timers."""
        self.clock.advance(seconds)

    def close(self) -> None:
        """Stops at once. A run under way is found at the next start and is Failed then."""
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
