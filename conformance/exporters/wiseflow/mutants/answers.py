"""Exporters that read the SIS's answer wrongly, or show of it what they please."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from conformance.exporters.kit.outcome import ExportState, Fate, Unreadable
from conformance.exporters.kit.wire import Answer
from conformance.exporters.wiseflow.answers import CallOutcome, Reader, SisReport, all_failed
from conformance.exporters.wiseflow.model import Flow, Participant, SentRow
from conformance.exporters.wiseflow.mutants.flawed import flawed
from conformance.exporters.wiseflow.rules import Rules

SHORT = 20
"""Characters for which a table's column has room."""


def all_exported(rows: Sequence[SentRow]) -> CallOutcome:
    return CallOutcome({row.key: Fate(ExportState.EXPORTED) for row in rows}, "Exported.")


class TakesFailedSyncForSuccess(Reader):
    def flow_problem(self, answer: Answer) -> str:  # noqa: ARG002
        return ""


class BelievesTheStatus(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        return all_exported(rows) if answer.status == 200 else super().judge(answer, rows)


class BelievesRedirects(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        is_redirect = 300 <= answer.status < 400
        return all_exported(rows) if is_redirect else super().judge(answer, rows)


class TakesTheUnreadableForSuccess(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        try:
            self.document(answer.body)
        except Unreadable:
            if answer.status == 200:
                return all_exported(rows)
        return super().judge(answer, rows)


class BelievesEveryAnswer(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:  # noqa: ARG002
        return all_exported(rows)


class BelievesAnyCounts(Reader):
    def reconcile(self, report: SisReport, rows: Sequence[SentRow]) -> None:
        pass


class AddsUpOnly(Reader):
    def reconcile(self, report: SisReport, rows: Sequence[SentRow]) -> None:
        if report.successes + report.failures != len(rows):
            raise Unreadable("the SIS's counts do not add up to what was sent")


class CountsErrorsOnly(Reader):
    def reconcile(self, report: SisReport, rows: Sequence[SentRow]) -> None:
        super().reconcile(replace(report, successes=len(rows) - report.failures), rows)


class IgnoresForeignErrors(Reader):
    def reconcile(self, report: SisReport, rows: Sequence[SentRow]) -> None:
        keys = {row.key for row in rows}
        super().reconcile(
            without(report, [each for each in report.errors if each[0] in keys]), rows
        )


class IgnoresRepeatedErrors(Reader):
    def reconcile(self, report: SisReport, rows: Sequence[SentRow]) -> None:
        super().reconcile(without(report, list(dict(report.errors).items())), rows)


def without(report: SisReport, kept: Sequence[tuple[str, str]]) -> SisReport:
    """The report as if only these errors stood in it."""
    dropped = len(report.errors) - len(kept)
    return SisReport(report.successes + dropped, report.failures - dropped, tuple(kept))


class MatchesByPosition(Reader):
    def verdict(self, report: SisReport, rows: Sequence[SentRow]) -> CallOutcome:
        texts = [text for _, text in report.errors]
        moved = tuple((row.key, text) for row, text in zip(rows, texts, strict=False))
        return super().verdict(replace(report, errors=moved), rows)


class AllOrNothing(Reader):
    def verdict(self, report: SisReport, rows: Sequence[SentRow]) -> CallOutcome:
        if report.errors:
            return all_failed(rows, "; ".join(text for _, text in report.errors))
        return super().verdict(report, rows)


class KeepsTheCauseToItself(Reader):
    def fate(self, error: str | None) -> Fate:
        return super().fate(None if error is None else "The export failed.")


class CutsTheCauseShort(Reader):
    def fate(self, error: str | None) -> Fate:
        return super().fate(None if error is None else error[:SHORT])


class ShowsFailedAsNotExported(Rules):
    """The manager cannot tell what failed from what was never sent."""

    def flow_state(self, flow: Flow, people: Iterable[Participant]) -> str:
        state = super().flow_state(flow, people)
        return "not_exported" if state == "failed" else state


class CallsSomeAll(Rules):
    def flow_state(self, flow: Flow, people: Iterable[Participant]) -> str:
        state = super().flow_state(flow, people)
        return "exported" if state == "partly_exported" else state


class LeavesFailedQueued(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        verdict = super().judge(answer, rows)
        if answer.status == 200:
            return verdict
        return CallOutcome({row.key: Fate(ExportState.QUEUED) for row in rows}, verdict.summary)


class ForgetsFailures(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        verdict = super().judge(answer, rows)
        fates = {
            key: replace(fate, state=ExportState.NOT_EXPORTED)
            if fate.state is ExportState.FAILED
            else fate
            for key, fate in verdict.fates.items()
        }
        return replace(verdict, fates=fates)


MUTANTS = (
    flawed(
        "takes-failed-sync-for-success",
        "Holds a flow for synchronised although the SIS did not give it.",
        ("WF-SYNC",),
        reader=TakesFailedSyncForSuccess,
    ),
    flawed(
        "believes-the-status",
        "Takes any 200 for a success, and reads no further.",
        (
            "WF-PARTIAL",
            "WF-PARTIAL-SHOWN",
            "WF-200-IS-NOT-SUCCESS",
            "WF-COUNTS",
            "WF-FOREIGN-ERROR",
            "WF-TRUTH",
        ),
        ("WF-RETRY-ONLY-FAILED",),
        reader=BelievesTheStatus,
    ),
    flawed(
        "believes-redirects",
        "Takes a redirect for a success.",
        ("WF-TRUTH",),
        reader=BelievesRedirects,
    ),
    flawed(
        "takes-the-unreadable-for-success",
        "Takes a 200 that it cannot read for a success.",
        ("WF-TRUTH",),
        reader=TakesTheUnreadableForSuccess,
    ),
    flawed(
        "believes-every-answer",
        "Takes any answer for a success: what matters is that one came.",
        (
            "WF-FAILED-STATE",
            "WF-PARTIAL",
            "WF-PARTIAL-SHOWN",
            "WF-200-IS-NOT-SUCCESS",
            "WF-COUNTS",
            "WF-FOREIGN-ERROR",
            "WF-TRUTH",
        ),
        ("WF-RETRY", "WF-RETRY-ONLY-FAILED"),
        reader=BelievesEveryAnswer,
    ),
    flawed(
        "believes-any-counts",
        "Takes an answer whose counts do not add up for a success.",
        ("WF-COUNTS", "WF-FOREIGN-ERROR"),
        reader=BelievesAnyCounts,
    ),
    flawed(
        "adds-up-only",
        "Adds up the counts, and never compares them with the errors that are named.",
        ("WF-COUNTS", "WF-FOREIGN-ERROR"),
        reader=AddsUpOnly,
    ),
    flawed(
        "counts-errors-only",
        "Looks at the number of errors, and never at the number of successes.",
        ("WF-COUNTS",),
        reader=CountsErrorsOnly,
    ),
    flawed(
        "ignores-foreign-errors",
        "Drops errors about people it did not send.",
        ("WF-FOREIGN-ERROR",),
        reader=IgnoresForeignErrors,
    ),
    flawed(
        "ignores-repeated-errors",
        "Keeps one error for each participant, whatever else is said of them.",
        ("WF-FOREIGN-ERROR",),
        reader=IgnoresRepeatedErrors,
    ),
    flawed(
        "matches-by-position",
        "Takes the first error for the first participant it sent.",
        ("WF-RETRY-ONLY-FAILED", "WF-PARTIAL", "WF-PARTIAL-SHOWN", "WF-TRUTH"),
        reader=MatchesByPosition,
    ),
    flawed(
        "all-or-nothing",
        "Shows everybody as failed when the SIS refused one.",
        ("WF-RETRY-ONLY-FAILED", "WF-PARTIAL", "WF-TRUTH"),
        reader=AllOrNothing,
    ),
    flawed(
        "keeps-the-cause-to-itself",
        "Shows a text of its own where the SIS gave a cause.",
        ("WF-PARTIAL-SHOWN",),
        reader=KeepsTheCauseToItself,
    ),
    flawed(
        "cuts-the-cause-short",
        "Shows the beginning of the cause only.",
        ("WF-PARTIAL-SHOWN",),
        reader=CutsTheCauseShort,
    ),
    flawed(
        "shows-failed-as-not-exported",
        "Shows a flow whose export failed as one that was never exported.",
        ("WF-FAILED-STATE",),
        rules=ShowsFailedAsNotExported,
    ),
    flawed(
        "calls-some-all",
        "Shows a flow as exported when some of its participants are.",
        ("WF-200-IS-NOT-SUCCESS",),
        rules=CallsSomeAll,
    ),
    flawed(
        "leaves-failed-queued",
        "Shows a failed export as under way for ever.",
        ("WF-FAILED-STATE",),
        ("WF-RETRY",),
        reader=LeavesFailedQueued,
    ),
    flawed(
        "forgets-failures",
        "Puts back what failed as if it had never been sent.",
        ("WF-FAILED-STATE", "WF-PARTIAL"),
        ("WF-RETRY", "WF-RETRY-ONLY-FAILED"),
        reader=ForgetsFailures,
    ),
)
