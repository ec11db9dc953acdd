"""The steps of an export: claim, commit, send, read the answer, read back the doubtful, commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.outcome import ExportState, Fate, NotAllowed, Unreadable
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Lost, NotSent
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.model import GradebookItem, Run, RunKind, SentRow
from conformance.exporters.schoology.pulls import Pulls
from conformance.exporters.schoology.reader import CallOutcome, Reader, all_doubtful, all_failed
from conformance.exporters.schoology.register import Register


class Runs:
    """Carries out exports in the background of the running event loop.

    A PUT of a grade can be repeated without harm, so no row is left in doubt: a row without an
    answer is read back, and sent again if the SIS does not have it. No `await` separates choosing
    the rows from the claim.
    """

    def __init__(
        self,
        decisions: Decisions,
        reader: Reader,
        client: Client,
        register: Register,
        pulls: Pulls,
        clock: Clock,
        work: Background,
    ) -> None:
        self.decisions = decisions
        self.reader = reader
        self.client = client
        self.register = register
        self.pulls = pulls
        self.clock = clock
        self.work = work

    async def export(self) -> str:
        """Start the export of all that changed; the text to show. Raises NotAllowed."""
        items = self.decisions.to_export(self.register.section, self.register.items)
        if not items:
            raise NotAllowed("Nothing has changed since the last export.")
        return self.start("export", items)

    async def retry(self) -> str:
        """Start another attempt for what failed; the text to show. Raises NotAllowed."""
        items = self.decisions.to_retry(self.register.section, self.register.items)
        if not items:
            raise NotAllowed("No export has failed, so nothing can be retried.")
        return self.start("retry", items)

    def start(self, kind: RunKind, items: Sequence[GradebookItem]) -> str:
        """Claim these items and send them in the background; the text to show. Items that cannot be
        sent fail at once. Raises NotAllowed if none can."""
        section = self.register.section
        problems = {each.key: self.decisions.problem(section, each) for each in items}
        rows = [self.decisions.row(section, each) for each in items]
        self.record(
            {key: Fate(ExportState.FAILED, text) for key, text in problems.items() if text}, rows
        )
        left = [row for row in rows if not problems[row.key]]
        if not left:
            raise NotAllowed("Nothing was sent: see the messages of the grades.")
        run = self.register.begin(Run(0, kind, tuple(left)), self.clock.now())
        self.work.start(self.carry_out(run))
        return f"Exporting {len(left)} of {len(rows)}."

    def recover(self) -> None:
        """After a start, go on with runs that a kill cut short. Needs a running event loop."""
        for run in self.register.unfinished():
            self.work.start(self.carry_on(run))

    async def carry_out(self, run: Run) -> None:
        """Send the claimed rows and record what became of them."""
        for rows in self.decisions.batches(run.rows):
            await self.deliver(rows)
        self.register.finish(run, self.clock.now())

    async def carry_on(self, run: Run) -> None:
        """The same for the rest of a run after a kill: the SIS may have any of its rows."""
        left = [row for row in run.rows if self.is_queued(row)]
        for rows in self.decisions.batches(left):
            await self.deliver(rows, all_doubtful(rows, "the export was interrupted"))
        self.register.finish(run, self.clock.now())

    def is_queued(self, row: SentRow) -> bool:
        item = self.register.find(row.key)
        return item is not None and item.state is ExportState.QUEUED

    async def deliver(self, rows: Sequence[SentRow], outcome: CallOutcome | None = None) -> None:
        """Send these rows, read back those in doubt, and send again those that the SIS lacks.

        With an `outcome` the rows were sent before, and the reading comes first.
        """
        for attempt in range(self.decisions.attempts()):
            if attempt:
                wait = self.decisions.delay(attempt)
                await self.work.sleep(wait, f"a new attempt is due in {wait:g} seconds")
            outcome = outcome or await self.send(rows)
            self.record(outcome.fates, rows)
            rows = await self.reconcile(outcome)
            if not rows:
                return
            reason, outcome = outcome.reason, None
        self.record(all_failed(rows, self.reader.gave_up(reason)).fates, rows)

    async def send(self, rows: Sequence[SentRow]) -> CallOutcome:
        """One call to the SIS, and its outcome."""
        try:
            body = self.client.format.write(self.decisions.document(rows))
            answer = await self.client.deliver(self.register.section.id, body)
        except ValueError:
            return all_failed(rows, "Nothing was sent: a grade cannot be written in this format.")
        except NotSent as error:
            return all_failed(rows, f"Nothing was sent: {error}.")
        except Lost as error:
            return self.lost(rows, str(error))
        return self.reader.judge(answer, rows)

    def lost(self, rows: Sequence[SentRow], reason: str) -> CallOutcome:
        """The outcome of a lost answer: the SIS may or may not have the rows."""
        return all_doubtful(rows, reason)

    async def reconcile(self, outcome: CallOutcome) -> Sequence[SentRow]:
        """Record which of the rows in doubt the SIS has; the other rows."""
        if not outcome.doubtful:
            return ()
        try:
            held = await self.pulls.look(outcome.doubtful)
        except (Lost, NotSent, Unreadable):
            return outcome.doubtful
        there = [
            row
            for row in outcome.doubtful
            if self.reader.holds(
                held.get(row.key), self.decisions.fields(row), answered=outcome.answered
            )
        ]
        self.record({row.key: Fate(ExportState.EXPORTED) for row in there}, there)
        return [row for row in outcome.doubtful if row not in there]

    def record(self, fates: Mapping[str, Fate], rows: Sequence[SentRow]) -> None:
        """Commit what became of these rows, as far as it is known."""
        items = [self.fated(row, fates[row.key]) for row in rows if row.key in fates]
        if items:
            self.register.keep(*items)

    def fated(self, row: SentRow, fate: Fate) -> GradebookItem:
        """The item with this fate. If the teacher changed it meanwhile, it is not exported yet,
        even if the row was."""
        item = self.register.find(row.key)
        assert item is not None
        sent = row.content if fate.state is ExportState.EXPORTED else item.sent
        item = replace(item, state=fate.state, message=fate.message, sent=sent)
        if self.decisions.content(self.register.section, item) != row.content:
            return replace(item, state=ExportState.NOT_EXPORTED, message=None)
        return item
