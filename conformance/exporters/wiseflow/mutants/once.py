"""Exporters that lose track of what they have sent: pressed twice, killed, or told nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.kit.store import Documents
from conformance.exporters.kit.wire import Lost
from conformance.exporters.wiseflow.answers import Fate, Verdict
from conformance.exporters.wiseflow.exporter import ReferenceExporter
from conformance.exporters.wiseflow.model import (
    ExportState,
    Flow,
    NotAllowed,
    Participant,
    Row,
    Run,
    RunKind,
)
from conformance.exporters.wiseflow.parts import Parts
from conformance.exporters.wiseflow.register import Register
from conformance.exporters.wiseflow.rules import Rules
from conformance.exporters.wiseflow.runs import Runs


class ForgetsThatItExported(Rules):
    def is_untried(self, participant: Participant) -> bool:
        return participant.state in (ExportState.NOT_EXPORTED, ExportState.EXPORTED)


class IgnoresTheClaim(Rules):
    def is_untried(self, participant: Participant) -> bool:
        return participant.state in (ExportState.NOT_EXPORTED, ExportState.QUEUED)


class LooksBeforeItWaits(Runs):
    async def export(self, by: str) -> str:
        people = self.rules.to_export(self.register.flow, self.register.people)
        await asyncio.sleep(0)
        if not people or self.rules.refusal(self.register.flow, by, self.clock.now()):
            return await super().export(by)
        return self.start("export", people)


class ExportsEveryNight(ReferenceExporter):
    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        exported = [each for each in self.people if each.state is ExportState.EXPORTED]
        if exported:
            self.runs.start("export", exported)


class RemembersInMemoryOnly(Register):
    def _written(self, flow: Flow | None, people: Iterable[Participant]) -> Documents:
        forgotten = (replace(each, state=ExportState.NOT_EXPORTED) for each in people)
        return super()._written(flow, forgotten)


class WritesAfterSending(Register):
    def begin(self, kind: RunKind, rows: Sequence[Row], now: float) -> Run:  # noqa: ARG002
        self._adopt(None, [replace(self.find(r.user_id), state=ExportState.QUEUED) for r in rows])
        return Run(0, kind, tuple(rows))


class SendsAgainAfterRestart(Runs):
    def recover(self) -> None:
        for run in self.register.unfinished():
            self.finish(run)
            people = [self.register.find(row.user_id) for row in run.rows]
            self.start(run.kind, people)


class SaysExportedOnSending(Register):
    def begin(self, kind: RunKind, rows: Sequence[Row], now: float) -> Run:
        run = super().begin(kind, rows, now)
        self.keep(people=[replace(self.find(r.user_id), state=ExportState.EXPORTED) for r in rows])
        return run


class TakesSilenceForSuccess(Runs):
    async def send(self, rows: Sequence[Row]) -> Verdict:
        try:
            answer = await self.client.deliver(self.register.flow.sis_code, self.rules.body(rows))
        except Lost:
            return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows}, "Exported.")
        return self.reader.judge(answer, rows)


class RefusesTheRetry(Runs):
    async def retry(self) -> str:
        raise NotAllowed("An export runs once.")


class RetriesInWordsOnly(Runs):
    async def retry(self) -> str:
        return "Your retry has been queued."


class RetriesEverybody(Rules):
    def is_retriable(self, participant: Participant) -> bool:
        return participant.state in (ExportState.FAILED, ExportState.EXPORTED)


MUTANTS = (
    Mutant(
        "forgets-that-it-exported",
        "Sends everybody again when export is pressed again.",
        ("WF-ONCE", "WF-ONCE-RESTART", "WF-TRUTH"),
        parts=Parts(rules=ForgetsThatItExported),
    ),
    Mutant(
        "ignores-the-claim",
        "Sends those who are being sent already.",
        ("WF-ONCE-CONCURRENT",),
        parts=Parts(rules=IgnoresTheClaim),
    ),
    Mutant(
        "looks-before-it-waits",
        "Chooses whom to send, waits, and only then claims them.",
        ("WF-ONCE-CONCURRENT",),
        parts=Parts(runs=LooksBeforeItWaits),
    ),
    Mutant(
        "exports-every-night",
        "Has a nightly job that sends all grades of closed flows once more.",
        ("WF-ONCE", "WF-ONCE-CONCURRENT", "WF-ONCE-RESTART", "WF-TRUTH", "WF-INSTANT-OFF"),
        exporter=ExportsEveryNight,
    ),
    Mutant(
        "remembers-in-memory-only",
        "Keeps what was exported in memory, and knows nothing of it after a restart.",
        ("WF-ONCE-RESTART",),
        parts=Parts(register=RemembersInMemoryOnly),
    ),
    Mutant(
        "writes-after-sending",
        "Writes down that it sends when the answer is there, so that a kill leaves no trace.",
        ("WF-ONCE-RESTART",),
        parts=Parts(register=WritesAfterSending),
    ),
    Mutant(
        "sends-again-after-restart",
        "Repeats, after a crash, the export that was under way.",
        ("WF-ONCE-RESTART",),
        parts=Parts(runs=SendsAgainAfterRestart),
    ),
    Mutant(
        "says-exported-on-sending",
        "Shows Exported from the moment of sending, and corrects it by the answer, if one comes.",
        ("WF-ONCE-AMBIGUOUS",),
        parts=Parts(register=SaysExportedOnSending),
    ),
    Mutant(
        "takes-silence-for-success",
        "Shows Exported where no answer came.",
        ("WF-ONCE-AMBIGUOUS", "WF-TRUTH"),
        parts=Parts(runs=TakesSilenceForSuccess),
    ),
    Mutant(
        "refuses-the-retry",
        "Lets nobody retry what has failed.",
        ("WF-FAILED-STATE",),
        ("WF-RETRY", "WF-RETRY-ONLY-FAILED"),
        Parts(runs=RefusesTheRetry),
    ),
    Mutant(
        "retries-in-words-only",
        "Says that the retry is queued, and sends nothing.",
        ("WF-RETRY",),
        ("WF-RETRY-ONLY-FAILED",),
        Parts(runs=RetriesInWordsOnly),
    ),
    Mutant(
        "retries-everybody",
        "Sends, at a retry, also those whom the SIS has registered.",
        ("WF-RETRY-ONLY-FAILED", "WF-TRUTH"),
        parts=Parts(rules=RetriesEverybody),
    ),
)
