"""The order of things in an export: claim, commit, send, read the answer, look again where there
was none, commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from conformance.exporters.kit.background import Background
from conformance.exporters.kit.outcome import ExportState, Fate, NotAllowed, Unreadable
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Lost, NotSent
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.model import GradebookItem, Run, RunKind, SentRow
from conformance.exporters.schoology.pulls import Pulls
from conformance.exporters.schoology.reader import CallOutcome, Reader, all_doubtful, all_failed
from conformance.exporters.schoology.register import Register
from conformance.exporters.schoology.rules import Rules


class Runs:
    """Carries out exports in the background of the running event loop.

    A PUT of a grade can be repeated without harm, so nothing is left in doubt: what the SIS did
    not answer for is read back, and sent again where it is not there. There is no `await` between
    the look at who can be sent and the claim.
    """

    def __init__(
        self,
        rules: Rules,
        reader: Reader,
        client: Client,
        register: Register,
        pulls: Pulls,
        clock: Clock,
        work: Background,
    ) -> None:
        self.rules = rules
        self.reader = reader
        self.client = client
        self.register = register
        self.pulls = pulls
        self.clock = clock
        self.work = work

    async def export(self) -> str:
        """Starts the export of all that changed; the text to show. Raises NotAllowed."""
        items = self.rules.to_export(self.register.section, self.register.items)
        if not items:
            raise NotAllowed("There is nothing new to export.")
        return self.start("export", items)

    async def retry(self) -> str:
        """Starts another attempt for what failed; the text to show. Raises NotAllowed."""
        items = self.rules.to_retry(self.register.section, self.register.items)
        if not items:
            raise NotAllowed("There is no failed export to retry.")
        return self.start("retry", items)

    def start(self, kind: RunKind, items: Sequence[GradebookItem]) -> str:
        """Claims these places and sends them in the background; the text to show. What cannot be
        sent fails on the spot. Raises NotAllowed where that is all of it."""
        section = self.register.section
        problems = {each.key: self.rules.problem(section, each) for each in items}
        rows = [self.rules.row(section, each) for each in items]
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
        """After a start, goes on with what a kill cut short: some of it the SIS may have. Needs a
        running event loop."""
        for run in self.register.unfinished():
            self.work.start(self.carry_on(run))

    async def carry_out(self, run: Run) -> None:
        """Sends what was claimed and records what became of it."""
        for rows in self.rules.batches(run.rows):
            await self.deliver(rows)
        self.register.finish(run, self.clock.now())

    async def carry_on(self, run: Run) -> None:
        """The same for what is left of a run, none of which anybody knows to be unsent."""
        left = [row for row in run.rows if self.is_queued(row)]
        for rows in self.rules.batches(left):
            await self.deliver(rows, all_doubtful(rows, "the export was interrupted"))
        self.register.finish(run, self.clock.now())

    def is_queued(self, row: SentRow) -> bool:
        item = self.register.find(row.key)
        return item is not None and item.state is ExportState.QUEUED

    async def deliver(self, rows: Sequence[SentRow], verdict: CallOutcome | None = None) -> None:
        """Sends these rows, reads back where that is needed, and sends again what the SIS lacks; or
        starts with the reading, where the verdict on the sending is there already."""
        for attempt in range(self.rules.attempts()):
            if attempt:
                wait = self.rules.delay(attempt)
                await self.work.sleep(wait, f"a new attempt is due in {wait:g} seconds")
            verdict = verdict or await self.send(rows)
            self.record(verdict.fates, rows)
            rows = await self.reconcile(verdict)
            if not rows:
                return
            reason, verdict = verdict.reason, None
        self.record(all_failed(rows, self.reader.gave_up(reason)).fates, rows)

    async def send(self, rows: Sequence[SentRow]) -> CallOutcome:
        """One call to the SIS and what it means."""
        try:
            body = self.client.format.write(self.rules.document(rows))
            answer = await self.client.deliver(self.register.section.id, body)
        except ValueError:
            return all_failed(rows, "Nothing was sent: a letter cannot be written.")
        except NotSent as error:
            return all_failed(rows, f"Nothing was sent: {error}.")
        except Lost as error:
            return self.lost(rows, str(error))
        return self.reader.judge(answer, rows)

    def lost(self, rows: Sequence[SentRow], reason: str) -> CallOutcome:
        """The verdict where the answer did not come: the SIS may have heard, or not."""
        return all_doubtful(rows, reason)

    async def reconcile(self, verdict: CallOutcome) -> Sequence[SentRow]:
        """Records what the SIS turns out to have of the doubtful rows; the rest of them."""
        if not verdict.doubtful:
            return ()
        try:
            held = await self.pulls.look(verdict.doubtful)
        except (Lost, NotSent, Unreadable):
            return verdict.doubtful
        there = [
            row
            for row in verdict.doubtful
            if self.reader.holds(
                held.get(row.key), self.rules.fields(row), answered=verdict.answered
            )
        ]
        self.record({row.key: Fate(ExportState.EXPORTED) for row in there}, there)
        return [row for row in verdict.doubtful if row not in there]

    def record(self, fates: Mapping[str, Fate], rows: Sequence[SentRow]) -> None:
        """Commits what became of these rows, as far as that is known."""
        items = [self.fated(row, fates[row.key]) for row in rows if row.key in fates]
        if items:
            self.register.keep(*items)

    def fated(self, row: SentRow, fate: Fate) -> GradebookItem:
        """The place with this fate. What the teacher changed meanwhile is not exported yet,
        whatever became of what was sent."""
        item = self.register.find(row.key)
        assert item is not None
        sent = row.content if fate.state is ExportState.EXPORTED else item.sent
        item = replace(item, state=fate.state, message=fate.message, sent=sent)
        if self.rules.content(self.register.section, item) != row.content:
            return replace(item, state=ExportState.NOT_EXPORTED, message=None)
        return item
