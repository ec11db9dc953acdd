"""Exporters of a flow that misread the SIS's answer, or show it wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from conformance.exporters.kit.outcome import ExportState, Fate, Unreadable
from conformance.exporters.kit.wire import Answer
from conformance.exporters.wiseflow.answers import CallOutcome, Reader, SisReport, all_failed
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.model import Flow, Participant, SentRow
from conformance.exporters.wiseflow.mutants.flawed import flawed

SHORT = 20
"""The width of a column, in characters."""


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
    """The report with only these errors."""
    dropped = len(report.errors) - len(kept)
    return SisReport(report.successes + dropped, report.failures - dropped, tuple(kept))


class MatchesByPosition(Reader):
    def outcome(self, report: SisReport, rows: Sequence[SentRow]) -> CallOutcome:
        texts = [text for _, text in report.errors]
        moved = tuple((row.key, text) for row, text in zip(rows, texts, strict=False))
        return super().outcome(replace(report, errors=moved), rows)


class AllOrNothing(Reader):
    def outcome(self, report: SisReport, rows: Sequence[SentRow]) -> CallOutcome:
        if report.errors:
            return all_failed(rows, "; ".join(text for _, text in report.errors))
        return super().outcome(report, rows)


class KeepsTheCauseToItself(Reader):
    def fate(self, error: str | None) -> Fate:
        return super().fate(None if error is None else "The export failed.")


class CutsTheCauseShort(Reader):
    def fate(self, error: str | None) -> Fate:
        return super().fate(None if error is None else error[:SHORT])


class ShowsFailedAsNotExported(Decisions):
    """The manager cannot tell what failed from what was never sent."""

    def flow_state(self, flow: Flow, people: Iterable[Participant]) -> str:
        state = super().flow_state(flow, people)
        return "not_exported" if state == "failed" else state


class CallsSomeAll(Decisions):
    def flow_state(self, flow: Flow, people: Iterable[Participant]) -> str:
        state = super().flow_state(flow, people)
        return "exported" if state == "partly_exported" else state


class LeavesFailedQueued(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        outcome = super().judge(answer, rows)
        if answer.status == 200:
            return outcome
        return CallOutcome({row.key: Fate(ExportState.QUEUED) for row in rows}, outcome.summary)


class ForgetsFailures(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        outcome = super().judge(answer, rows)
        fates = {
            key: replace(fate, state=ExportState.NOT_EXPORTED)
            if fate.state is ExportState.FAILED
            else fate
            for key, fate in outcome.fates.items()
        }
        return replace(outcome, fates=fates)


MUTANTS = (
    flawed(
        "takes-failed-sync-for-success",
        "Treats a flow as synchronised although the SIS did not return it.",
        ("WF-SYNC",),
        reader=TakesFailedSyncForSuccess,
    ),
    flawed(
        "believes-the-status",
        "Treats every 200 as a success, and does not read the body.",
        (
            "WF-200-IS-NOT-SUCCESS",
            "WF-COUNTS",
            "WF-FOREIGN-ERROR",
            "WF-PARTIAL",
            "WF-TRUTH",
            "WF-FAILED-STATE",
        ),
        (),
        reader=BelievesTheStatus,
    ),
    flawed(
        "believes-redirects",
        "Treats a redirect as a success.",
        ("WF-TRUTH",),
        reader=BelievesRedirects,
    ),
    flawed(
        "takes-the-unreadable-for-success",
        "Treats an unreadable 200 as a success.",
        ("WF-TRUTH",),
        reader=TakesTheUnreadableForSuccess,
    ),
    flawed(
        "believes-every-answer",
        "Treats every answer as a success, even an error.",
        (
            "WF-200-IS-NOT-SUCCESS",
            "WF-COUNTS",
            "WF-FAILED-STATE",
            "WF-FOREIGN-ERROR",
            "WF-PARTIAL",
            "WF-TRUTH",
        ),
        ("WF-RETRY", "WF-NORETRY-RETRY", "WF-RETRY-CURRENT"),
        reader=BelievesEveryAnswer,
    ),
    flawed(
        "believes-any-counts",
        "Treats an answer whose counts do not add up as a success.",
        ("WF-COUNTS", "WF-FOREIGN-ERROR"),
        reader=BelievesAnyCounts,
    ),
    flawed(
        "adds-up-only",
        "Adds up the counts, but does not compare them with the listed errors.",
        ("WF-COUNTS", "WF-FOREIGN-ERROR"),
        reader=AddsUpOnly,
    ),
    flawed(
        "counts-errors-only",
        "Checks the number of errors, but not the number of successes.",
        ("WF-COUNTS",),
        reader=CountsErrorsOnly,
    ),
    flawed(
        "ignores-foreign-errors",
        "Ignores errors about people it did not send.",
        ("WF-FOREIGN-ERROR",),
        reader=IgnoresForeignErrors,
    ),
    flawed(
        "ignores-repeated-errors",
        "Keeps one error for each participant, and ignores the others.",
        ("WF-FOREIGN-ERROR",),
        reader=IgnoresRepeatedErrors,
    ),
    flawed(
        "matches-by-position",
        "Matches errors to participants by position instead of by id.",
        ("WF-PARTIAL", "WF-RETRY-ONLY-FAILED", "WF-RETRY"),
        reader=MatchesByPosition,
    ),
    flawed(
        "all-or-nothing",
        "Shows all participants as failed when the SIS refused one.",
        ("WF-PARTIAL", "WF-RETRY-ONLY-FAILED"),
        reader=AllOrNothing,
    ),
    flawed(
        "keeps-the-cause-to-itself",
        "Shows a generic text instead of the SIS's cause.",
        ("WF-PARTIAL-SHOWN",),
        reader=KeepsTheCauseToItself,
    ),
    flawed(
        "cuts-the-cause-short",
        "Shows only the beginning of the SIS's cause.",
        ("WF-PARTIAL-SHOWN",),
        reader=CutsTheCauseShort,
    ),
    flawed(
        "shows-failed-as-not-exported",
        "Shows a flow whose export failed as one that was never exported.",
        ("WF-FAILED-STATE",),
        decisions=ShowsFailedAsNotExported,
    ),
    flawed(
        "calls-some-all",
        "Shows a flow as exported when only some of its participants are.",
        ("WF-200-IS-NOT-SUCCESS", "WF-TRUTH"),
        decisions=CallsSomeAll,
    ),
    flawed(
        "leaves-failed-queued",
        "Shows a failed export as under way for ever.",
        ("WF-FAILED-STATE",),
        ("WF-RETRY-CURRENT",),
        reader=LeavesFailedQueued,
    ),
    flawed(
        "forgets-failures",
        "Shows what failed as if it had never been sent.",
        ("WF-200-IS-NOT-SUCCESS", "WF-FAILED-STATE", "WF-PARTIAL"),
        ("WF-NORETRY-RETRY", "WF-RETRY-CURRENT"),
        reader=ForgetsFailures,
    ),
)
