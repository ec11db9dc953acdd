"""Exporters that read the SIS's answer wrongly, or show of it what they please."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.kit.wire import Answer
from conformance.exporters.wiseflow.answers import (
    Fate,
    Reader,
    Report,
    Unreadable,
    Verdict,
    all_failed,
)
from conformance.exporters.wiseflow.model import ExportState, Flow, Participant, Row
from conformance.exporters.wiseflow.parts import Parts
from conformance.exporters.wiseflow.rules import Rules

SHORT = 20
"""Characters for which a table's column has room."""


def all_exported(rows: Sequence[Row]) -> Verdict:
    return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows}, "Exported.")


class TakesFailedSyncForSuccess(Reader):
    def flow_problem(self, answer: Answer) -> str:  # noqa: ARG002
        return ""


class BelievesTheStatus(Reader):
    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:
        return all_exported(rows) if answer.status == 200 else super().judge(answer, rows)


class BelievesRedirects(Reader):
    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:
        is_redirect = 300 <= answer.status < 400
        return all_exported(rows) if is_redirect else super().judge(answer, rows)


class TakesTheUnreadableForSuccess(Reader):
    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:
        try:
            self.document(answer.body)
        except Unreadable:
            if answer.status == 200:
                return all_exported(rows)
        return super().judge(answer, rows)


class BelievesEveryAnswer(Reader):
    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:  # noqa: ARG002
        return all_exported(rows)


class BelievesAnyCounts(Reader):
    def reconcile(self, report: Report, rows: Sequence[Row]) -> None:
        pass


class AddsUpOnly(Reader):
    def reconcile(self, report: Report, rows: Sequence[Row]) -> None:
        if report.successes + report.failures != len(rows):
            raise Unreadable("the SIS's counts do not add up to what was sent")


class CountsErrorsOnly(Reader):
    def reconcile(self, report: Report, rows: Sequence[Row]) -> None:
        super().reconcile(replace(report, successes=len(rows) - report.failures), rows)


class IgnoresForeignErrors(Reader):
    def reconcile(self, report: Report, rows: Sequence[Row]) -> None:
        keys = {row.key for row in rows}
        super().reconcile(
            without(report, [each for each in report.errors if each[0] in keys]), rows
        )


class IgnoresRepeatedErrors(Reader):
    def reconcile(self, report: Report, rows: Sequence[Row]) -> None:
        super().reconcile(without(report, list(dict(report.errors).items())), rows)


def without(report: Report, kept: Sequence[tuple[str, str]]) -> Report:
    """The report as if only these errors stood in it."""
    dropped = len(report.errors) - len(kept)
    return Report(report.successes + dropped, report.failures - dropped, tuple(kept))


class MatchesByPosition(Reader):
    def verdict(self, report: Report, rows: Sequence[Row]) -> Verdict:
        texts = [text for _, text in report.errors]
        moved = tuple((row.key, text) for row, text in zip(rows, texts, strict=False))
        return super().verdict(replace(report, errors=moved), rows)


class AllOrNothing(Reader):
    def verdict(self, report: Report, rows: Sequence[Row]) -> Verdict:
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
    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:
        verdict = super().judge(answer, rows)
        if answer.status == 200:
            return verdict
        return Verdict({row.key: Fate(ExportState.QUEUED) for row in rows}, verdict.summary)


class ForgetsFailures(Reader):
    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:
        verdict = super().judge(answer, rows)
        fates = {
            key: replace(fate, state=ExportState.NOT_EXPORTED)
            if fate.state is ExportState.FAILED
            else fate
            for key, fate in verdict.fates.items()
        }
        return replace(verdict, fates=fates)


MUTANTS = (
    Mutant(
        "takes-failed-sync-for-success",
        "Holds a flow for synchronised although the SIS did not give it.",
        ("WF-SYNC",),
        parts=Parts(reader=TakesFailedSyncForSuccess),
    ),
    Mutant(
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
        parts=Parts(reader=BelievesTheStatus),
    ),
    Mutant(
        "believes-redirects",
        "Takes a redirect for a success.",
        ("WF-TRUTH",),
        parts=Parts(reader=BelievesRedirects),
    ),
    Mutant(
        "takes-the-unreadable-for-success",
        "Takes a 200 that it cannot read for a success.",
        ("WF-TRUTH",),
        parts=Parts(reader=TakesTheUnreadableForSuccess),
    ),
    Mutant(
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
        parts=Parts(reader=BelievesEveryAnswer),
    ),
    Mutant(
        "believes-any-counts",
        "Takes an answer whose counts do not add up for a success.",
        ("WF-COUNTS", "WF-FOREIGN-ERROR"),
        parts=Parts(reader=BelievesAnyCounts),
    ),
    Mutant(
        "adds-up-only",
        "Adds up the counts, and never compares them with the errors that are named.",
        ("WF-COUNTS", "WF-FOREIGN-ERROR"),
        parts=Parts(reader=AddsUpOnly),
    ),
    Mutant(
        "counts-errors-only",
        "Looks at the number of errors, and never at the number of successes.",
        ("WF-COUNTS",),
        parts=Parts(reader=CountsErrorsOnly),
    ),
    Mutant(
        "ignores-foreign-errors",
        "Drops errors about people it did not send.",
        ("WF-FOREIGN-ERROR",),
        parts=Parts(reader=IgnoresForeignErrors),
    ),
    Mutant(
        "ignores-repeated-errors",
        "Keeps one error for each participant, whatever else is said of them.",
        ("WF-FOREIGN-ERROR",),
        parts=Parts(reader=IgnoresRepeatedErrors),
    ),
    Mutant(
        "matches-by-position",
        "Takes the first error for the first participant it sent.",
        ("WF-RETRY-ONLY-FAILED", "WF-PARTIAL", "WF-PARTIAL-SHOWN", "WF-TRUTH"),
        parts=Parts(reader=MatchesByPosition),
    ),
    Mutant(
        "all-or-nothing",
        "Shows everybody as failed when the SIS refused one.",
        ("WF-RETRY-ONLY-FAILED", "WF-PARTIAL", "WF-TRUTH"),
        parts=Parts(reader=AllOrNothing),
    ),
    Mutant(
        "keeps-the-cause-to-itself",
        "Shows a text of its own where the SIS gave a cause.",
        ("WF-PARTIAL-SHOWN",),
        parts=Parts(reader=KeepsTheCauseToItself),
    ),
    Mutant(
        "cuts-the-cause-short",
        "Shows the beginning of the cause only.",
        ("WF-PARTIAL-SHOWN",),
        parts=Parts(reader=CutsTheCauseShort),
    ),
    Mutant(
        "shows-failed-as-not-exported",
        "Shows a flow whose export failed as one that was never exported.",
        ("WF-FAILED-STATE",),
        parts=Parts(rules=ShowsFailedAsNotExported),
    ),
    Mutant(
        "calls-some-all",
        "Shows a flow as exported when some of its participants are.",
        ("WF-200-IS-NOT-SUCCESS",),
        parts=Parts(rules=CallsSomeAll),
    ),
    Mutant(
        "leaves-failed-queued",
        "Shows a failed export as under way for ever.",
        ("WF-FAILED-STATE",),
        ("WF-RETRY",),
        parts=Parts(reader=LeavesFailedQueued),
    ),
    Mutant(
        "forgets-failures",
        "Puts back what failed as if it had never been sent.",
        ("WF-FAILED-STATE", "WF-PARTIAL"),
        ("WF-RETRY", "WF-RETRY-ONLY-FAILED"),
        parts=Parts(reader=ForgetsFailures),
    ),
)
