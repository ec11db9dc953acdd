"""The steps of an export: claim, commit, send once, read the answer, commit."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.outcome import ExportState, Fate, NotAllowed, unknown
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Lost, NotSent
from conformance.exporters.wiseflow.answers import CallOutcome, Reader, all_failed
from conformance.exporters.wiseflow.client import Client
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.mapper import Mapper
from conformance.exporters.wiseflow.model import Participant, Run, RunKind, SentRow
from conformance.exporters.wiseflow.register import Register


class Runs:
    """Carries out exports in the background of the running event loop.

    A grade is sent once: if the call failed, got no answer or was cut short by a kill, its rows are
    Failed, and only a person's retry sends them again. No `await` separates choosing the rows from
    the committed claim, so two presses are one export.
    """

    def __init__(
        self,
        decisions: Decisions,
        reader: Reader,
        client: Client,
        register: Register,
        clock: Clock,
        mapper: Mapper,
    ) -> None:
        self.decisions = decisions
        self.reader = reader
        self.client = client
        self.register = register
        self.clock = clock
        self.mapper = mapper
        self._work = Background(clock)

    async def export(self, by: str) -> str:
        """Start the export of all who can be sent; the text to show. Raises NotAllowed."""
        flow = self.register.flow
        if refusal := self.decisions.refusal(flow, by, self.clock.now()):
            raise NotAllowed(refusal)
        people = self.decisions.to_export(flow, self.register.people)
        if not people:
            raise NotAllowed(self.nothing_left())
        return self.start("export", people)

    async def retry(self, by: str) -> str:
        """Start another attempt for those who failed; the text to show. Raises NotAllowed."""
        flow = self.register.flow
        if refusal := self.decisions.retry_refusal(flow, by):
            raise NotAllowed(refusal)
        people = self.decisions.to_retry(flow, self.register.people)
        if not people:
            raise NotAllowed("No export has failed, so nothing can be retried.")
        return self.start("retry", people)

    def instantly(self, before: Participant, after: Participant) -> None:
        """Start the export of this participant if the change calls for an instant export."""
        if self.decisions.goes_instantly(self.register.flow, before, after):
            self.start("instant", [after])

    def start(self, kind: RunKind, people: Sequence[Participant]) -> str:
        """Claim these participants and send them in the background; the text to show."""
        rows = tuple(self.decisions.row(self.register.flow, each) for each in people)
        run = self.register.begin(Run(0, kind, rows), self.clock.now())
        self._work.start(self.carry_out(run))
        return f"Exporting {len(rows)} participants."

    async def carry_out(self, run: Run) -> None:
        """Send the claimed rows, once, and record what became of them."""
        for rows in self.decisions.batches(run.rows):
            self.record(rows, await self.send(rows))
        self.finish(run)

    async def send(self, rows: Sequence[SentRow]) -> CallOutcome:
        """One call to the SIS, and its outcome."""
        try:
            body = (self.mapper if self.mapper.configured else self.decisions).body(rows)
            answer = await self.client.deliver(self.register.flow.sis_code, body)
        except UnicodeEncodeError:
            return all_failed(rows, "Nothing was sent: a grade holds text that is not Unicode.")
        except NotSent as error:
            return all_failed(rows, f"Nothing was sent: {error}.")
        except Lost as error:
            return all_failed(rows, unknown(str(error)))
        return self.reader.judge(self.mapper.recommended(answer, rows), rows)

    def record(self, rows: Sequence[SentRow], outcome: CallOutcome) -> None:
        """Commit what became of these rows."""
        people = [self.fated(row, outcome.fates[row.key]) for row in rows]
        self.register.record(people, outcome.summary)

    def fated(self, row: SentRow, fate: Fate) -> Participant:
        """The participant with this fate: the time and the row of the export, or why it failed."""
        known = self.register.find(row.user_id)
        if fate.state is not ExportState.EXPORTED:
            return replace(known, state=fate.state, message=fate.message)
        now = self.clock.now()
        return replace(known, state=fate.state, message=fate.message, exported_at=now, sent=row)

    def finish(self, run: Run) -> None:
        self.register.finish(run, self.clock.now())

    def recover(self) -> None:
        """After a start, fail the rows of runs that a kill cut short: their outcome is unknown."""
        for run in self.register.unfinished():
            rows = [row for row in run.rows if self.is_queued(row)]
            if rows:
                self.record(rows, all_failed(rows, unknown("the export was interrupted")))
            self.finish(run)

    def is_queued(self, row: SentRow) -> bool:
        return self.register.find(row.user_id).state is ExportState.QUEUED

    def nothing_left(self) -> str:
        """Why no participant can be exported."""
        states = {each.state for each in self.register.people}
        if ExportState.QUEUED in states:
            return "An export is under way."
        if ExportState.FAILED in states:
            return "The export has run. What failed can be retried."
        if ExportState.EXPORTED in states:
            return "The export has run; all participants with a grade are exported."
        return "No participant has a grade to export."

    async def settle(self) -> tuple[str, ...]:
        """Return when no run is under way. Nothing waits for the clock, so no text is given."""
        return await self._work.settle()

    def abandon(self) -> None:
        """Stop at once and record nothing, as in a kill."""
        self._work.abandon()
