"""Exporters of a flow that lose track of what they sent: pressed twice, killed, unanswered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, Fate, NotAllowed
from conformance.exporters.kit.store import Documents
from conformance.exporters.kit.wire import Lost
from conformance.exporters.wiseflow.answers import CallOutcome
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.model import Flow, Notice, Participant, Run, SentRow
from conformance.exporters.wiseflow.mutants.flawed import flawed
from conformance.exporters.wiseflow.register import Register
from conformance.exporters.wiseflow.runs import Runs


class ForgetsThatItExported(Decisions):
    def is_untried(self, participant: Participant) -> bool:
        return participant.state in (ExportState.NOT_EXPORTED, ExportState.EXPORTED)


class IgnoresTheClaim(Decisions):
    def is_untried(self, participant: Participant) -> bool:
        return participant.state in (ExportState.NOT_EXPORTED, ExportState.QUEUED)


class LooksBeforeItWaits(Runs):
    async def export(self, by: str) -> str:
        people = self.decisions.to_export(self.register.flow, self.register.people)
        await asyncio.sleep(0)
        if not people or self.decisions.refusal(self.register.flow, by, self.clock.now()):
            return await super().export(by)
        return self.start("export", people)


class ExportsEveryNight(WiseflowExporter):
    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        exported = [each for each in self.people if each.state is ExportState.EXPORTED]
        if exported:
            self.runs.start("export", exported)


class RemembersInMemoryOnly(Register):
    def _written(self, documents: Iterable[Flow | Participant | Notice]) -> Documents:
        return super()._written(map(self.forgotten, documents))

    def forgotten(self, document: Flow | Participant | Notice) -> Flow | Participant | Notice:
        if isinstance(document, Participant):
            return replace(document, state=ExportState.NOT_EXPORTED)
        return document


class WritesAfterSending(Register):
    def begin(self, run: Run, now: float) -> Run:  # noqa: ARG002
        people = (self.find(row.user_id) for row in run.rows)
        self._adopt(replace(each, state=ExportState.QUEUED) for each in people)
        return run


class SendsAgainAfterRestart(Runs):
    def recover(self) -> None:
        for run in self.register.unfinished():
            self.finish(run)
            people = [self.register.find(row.user_id) for row in run.rows]
            self.start(run.kind, people)


class SaysExportedOnSending(Register):
    def begin(self, run: Run, now: float) -> Run:
        begun = super().begin(run, now)
        people = (self.find(row.user_id) for row in run.rows)
        self.keep(*(replace(each, state=ExportState.EXPORTED) for each in people))
        return begun


class TakesSilenceForSuccess(Runs):
    async def send(self, rows: Sequence[SentRow]) -> CallOutcome:
        try:
            answer = await self.client.deliver(
                self.register.flow.sis_code, self.decisions.body(rows)
            )
        except Lost:
            return CallOutcome({row.key: Fate(ExportState.EXPORTED) for row in rows}, "Exported.")
        return self.reader.judge(answer, rows)


class RefusesTheRetry(Runs):
    async def retry(self, by: str) -> str:  # noqa: ARG002
        raise NotAllowed("An export runs once.")


class RetriesInWordsOnly(Runs):
    async def retry(self, by: str) -> str:  # noqa: ARG002
        return "Your retry has been queued."


class LetsOnlyManagersRetry(Decisions):
    def retry_refusal(self, flow: Flow, by: str) -> str:
        return super().retry_refusal(flow, by) if by == "manager" else "Only managers retry."


class RetriesEverybody(Decisions):
    def is_retriable(self, participant: Participant) -> bool:
        return participant.state in (ExportState.FAILED, ExportState.EXPORTED)


MUTANTS = (
    flawed(
        "forgets-that-it-exported",
        "Sends all participants again when export is pressed again.",
        ("WF-ONCE", "WF-ONCE-RESTART"),
        decisions=ForgetsThatItExported,
    ),
    flawed(
        "ignores-the-claim",
        "Sends participants who are already being sent.",
        ("WF-ONCE-CONCURRENT",),
        decisions=IgnoresTheClaim,
    ),
    flawed(
        "looks-before-it-waits",
        "Chooses whom to send, waits, and only then claims them.",
        ("WF-ONCE-CONCURRENT",),
        runs=LooksBeforeItWaits,
    ),
    flawed(
        "exports-every-night",
        "Sends all grades of closed flows again every night.",
        ("WF-ONCE", "WF-ONCE-RESTART"),
        exporter=ExportsEveryNight,
    ),
    flawed(
        "remembers-in-memory-only",
        "Keeps the export states in memory, and forgets them in a restart.",
        ("WF-ONCE-RESTART", "WF-FAILED-STATE", "WF-PARTIAL", "WF-TRUTH"),
        register=RemembersInMemoryOnly,
    ),
    flawed(
        "writes-after-sending",
        "Records an export only after the answer, so a kill leaves no trace.",
        ("WF-ONCE-RESTART",),
        register=WritesAfterSending,
    ),
    flawed(
        "sends-again-after-restart",
        "Repeats, after a crash, the export that was under way.",
        ("WF-ONCE-RESTART",),
        runs=SendsAgainAfterRestart,
    ),
    flawed(
        "says-exported-on-sending",
        "Shows Exported as soon as it sends, and corrects it only if an answer comes.",
        ("WF-ONCE-AMBIGUOUS", "WF-TRUTH"),
        register=SaysExportedOnSending,
    ),
    flawed(
        "takes-silence-for-success",
        "Shows Exported although no answer came.",
        ("WF-ONCE-AMBIGUOUS", "WF-TRUTH", "WF-MAPPING"),
        runs=TakesSilenceForSuccess,
    ),
    flawed(
        "refuses-the-retry",
        "Refuses every retry of what has failed.",
        ("WF-FAILED-STATE",),
        ("WF-RETRY", "WF-NORETRY-RETRY", "WF-RETRY-CURRENT"),
        runs=RefusesTheRetry,
    ),
    flawed(
        "retries-in-words-only",
        "Says that the retry is queued, but sends nothing.",
        ("WF-RETRY",),
        ("WF-NORETRY-RETRY", "WF-RETRY-CURRENT"),
        runs=RetriesInWordsOnly,
    ),
    flawed(
        "lets-only-managers-retry",
        "Refuses the retry of an administrator, although only administrators may export.",
        ("WF-FAILED-STATE",),
        decisions=LetsOnlyManagersRetry,
    ),
    flawed(
        "retries-everybody",
        "Retries also the participants whom the SIS has registered.",
        ("WF-RETRY-ONLY-FAILED",),
        decisions=RetriesEverybody,
    ),
)
