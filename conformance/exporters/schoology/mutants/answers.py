"""Exporters of a section that misread the SIS's answer, its silence or its request to wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as replaced

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, Fate
from conformance.exporters.kit.wire import Answer
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.model import GradebookItem, SentRow
from conformance.exporters.schoology.mutants.flawed import all_stored, flawed
from conformance.exporters.schoology.reader import CallOutcome, Reader, RowReport, all_failed
from conformance.exporters.schoology.runs import Runs


class BelievesTheStatus(Reader):
    def outcome(self, reports: Sequence[RowReport], rows: Sequence[SentRow]) -> CallOutcome:  # noqa: ARG002
        return all_stored(rows)


class BelievesWhatIsSaidOfGrades(Reader):
    """And treats final comments as stored without reading their codes."""

    def outcome(self, reports: Sequence[RowReport], rows: Sequence[SentRow]) -> CallOutcome:
        stored = all_stored(row for row in rows if row.kind != "grade")
        return CallOutcome({**super().outcome(reports, rows).fates, **stored.fates})


class FailsTheWholeCall(Reader):
    def outcome(self, reports: Sequence[RowReport], rows: Sequence[SentRow]) -> CallOutcome:
        outcome = super().outcome(reports, rows)
        failed = [fate for fate in outcome.fates.values() if fate.state is ExportState.FAILED]
        return CallOutcome({row.key: failed[0] for row in rows}) if failed else outcome


class SaysOnlyThatItFailed(Reader):
    def fate(self, report: RowReport) -> Fate:
        fate = super().fate(report)
        return replaced(fate, message="Failed." if fate.message else None)


class TakesALostAnswerForSuccess(Runs):
    def lost(self, rows: Sequence[SentRow], reason: str) -> CallOutcome:  # noqa: ARG002
        return all_stored(rows)


class TakesALostAnswerForFailure(Runs):
    """And removes what failed from its list, as if it had never changed."""

    def lost(self, rows: Sequence[SentRow], reason: str) -> CallOutcome:
        return all_failed(rows, f"Not exported: {reason}.")

    def fated(self, row: SentRow, fate: Fate) -> GradebookItem:
        return replace(super().fated(row, fate), sent=row.content)


class ComesBackNever(Client):
    def is_put_off(self, answer: Answer) -> bool:  # noqa: ARG002
        return False


class TakesPatienceForAcceptance(Reader):
    """Does not send a call again that the SIS put off."""

    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        if answer.status == 429:
            return all_stored(rows)
        return super().judge(answer, rows)


class DoesNotWait(Decisions):
    def putting_off(self, asked: float | None, times: int) -> float:  # noqa: ARG002
        return 0.0


MUTANTS = (
    flawed(
        "section-believes-the-status",
        "Treats every 2xx as a success of every row.",
        ("SC-COMPLETE", "SC-ROWS", "SC-LOST-REPLY"),
        reader=BelievesTheStatus,
    ),
    flawed(
        "section-reads-no-code-of-comments",
        "Reads the codes of grades, but treats every final comment as stored.",
        ("SC-COMPLETE", "SC-ROWS", "SC-LOST-REPLY"),
        reader=BelievesWhatIsSaidOfGrades,
    ),
    flawed(
        "section-fails-the-whole-call",
        "Shows every row as failed if one was refused.",
        ("SC-ROWS",),
        reader=FailsTheWholeCall,
    ),
    flawed(
        "section-hides-the-reason",
        "Does not show the SIS's text about a refused row.",
        ("SC-ROWS",),
        reader=SaysOnlyThatItFailed,
    ),
    flawed(
        "section-asks-again-at-once",
        "Comes back before the time that the SIS asked for.",
        ("SC-RATE",),
        decisions=DoesNotWait,
    ),
    flawed(
        "section-drops-what-waits",
        "Treats a call that the SIS put off as accepted.",
        ("SC-RATE",),
        client=ComesBackNever,
        reader=TakesPatienceForAcceptance,
    ),
    flawed(
        "section-lost-is-success",
        "Treats a lost answer as a success.",
        ("SC-LOST-REPLY",),
        runs=TakesALostAnswerForSuccess,
    ),
    flawed(
        "section-lost-is-failure",
        "Treats a lost answer as a final failure.",
        ("SC-COMPLETE", "SC-LOST-REPLY"),
        (),
        runs=TakesALostAnswerForFailure,
    ),
)
