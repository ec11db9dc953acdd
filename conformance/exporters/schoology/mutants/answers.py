"""Gradebooks that take the SIS's answer, its silence or its asking for patience wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as replaced

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, Fate
from conformance.exporters.kit.wire import Answer
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.model import GradebookItem, SentRow
from conformance.exporters.schoology.mutants.flawed import flawed
from conformance.exporters.schoology.reader import CallOutcome, Reader, Told, all_failed
from conformance.exporters.schoology.rules import Rules
from conformance.exporters.schoology.runs import Runs


class BelievesTheStatus(Reader):
    def verdict(self, told: Sequence[Told], rows: Sequence[SentRow]) -> CallOutcome:  # noqa: ARG002
        return CallOutcome({row.key: Fate(ExportState.EXPORTED) for row in rows})


class BelievesWhatIsSaidOfGrades(Reader):
    """And takes final comments for stored, whatever their own codes say."""

    def verdict(self, told: Sequence[Told], rows: Sequence[SentRow]) -> CallOutcome:
        stored = {row.key: Fate(ExportState.EXPORTED) for row in rows if row.kind != "grade"}
        return CallOutcome({**super().verdict(told, rows).fates, **stored})


class FailsTheWholeCall(Reader):
    def verdict(self, told: Sequence[Told], rows: Sequence[SentRow]) -> CallOutcome:
        verdict = super().verdict(told, rows)
        failed = [fate for fate in verdict.fates.values() if fate.state is ExportState.FAILED]
        return CallOutcome({row.key: failed[0] for row in rows}) if failed else verdict


class SaysOnlyThatItFailed(Reader):
    def fate(self, told: Told) -> Fate:
        fate = super().fate(told)
        return replaced(fate, message="Failed." if fate.message else None)


class TakesALostAnswerForSuccess(Runs):
    def lost(self, rows: Sequence[SentRow], reason: str) -> CallOutcome:  # noqa: ARG002
        return CallOutcome({row.key: Fate(ExportState.EXPORTED) for row in rows})


class TakesALostAnswerForFailure(Runs):
    """And takes what failed off its list, as if it had never changed."""

    def lost(self, rows: Sequence[SentRow], reason: str) -> CallOutcome:
        return all_failed(rows, f"Not exported: {reason}.")

    def fated(self, row: SentRow, fate: Fate) -> GradebookItem:
        return replace(super().fated(row, fate), sent=row.content)


class ComesBackNever(Client):
    def is_put_off(self, answer: Answer) -> bool:  # noqa: ARG002
        return False


class TakesPatienceForAcceptance(Reader):
    """Has no idea that what was put off has to be sent again."""

    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        if answer.status == 429:
            return CallOutcome({row.key: Fate(ExportState.EXPORTED) for row in rows})
        return super().judge(answer, rows)


class DoesNotWait(Rules):
    def putting_off(self, asked: float | None, times: int) -> float:  # noqa: ARG002
        return 0.0


MUTANTS = (
    flawed(
        "section-believes-the-status",
        "Takes any 2xx for a success of every row.",
        ("SC-ROWS",),
        reader=BelievesTheStatus,
    ),
    flawed(
        "section-reads-no-code-of-comments",
        "Reads the codes of grades, and takes every final comment for stored.",
        ("SC-ROWS",),
        reader=BelievesWhatIsSaidOfGrades,
    ),
    flawed(
        "section-fails-the-whole-call",
        "Shows every row as failed where one was refused.",
        ("SC-ROWS",),
        reader=FailsTheWholeCall,
    ),
    flawed(
        "section-hides-the-reason",
        "Keeps the SIS's words about a refused row to itself.",
        ("SC-ROWS",),
        reader=SaysOnlyThatItFailed,
    ),
    flawed(
        "section-asks-again-at-once",
        "Comes back before the time that the SIS asked for.",
        ("SC-RATE",),
        rules=DoesNotWait,
    ),
    flawed(
        "section-drops-what-waits",
        "Takes a call that the SIS put off for one that it took.",
        ("SC-RATE",),
        client=ComesBackNever,
        reader=TakesPatienceForAcceptance,
    ),
    flawed(
        "section-lost-is-success",
        "Takes a lost answer for a success.",
        ("SC-LOST-REPLY",),
        runs=TakesALostAnswerForSuccess,
    ),
    flawed(
        "section-lost-is-failure",
        "Takes a lost answer for a failure, for good.",
        ("SC-LOST-REPLY",),
        runs=TakesALostAnswerForFailure,
    ),
)
