"""Gradebooks that take the SIS's answer, its silence or its asking for patience wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as replaced

from msgspec.structs import replace

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.kit.wire import Answer
from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.model import Item, Row
from conformance.exporters.schoology.parts import Parts
from conformance.exporters.schoology.reader import Reader, Told, Verdict, all_failed
from conformance.exporters.schoology.rules import Rules
from conformance.exporters.schoology.runs import Runs
from conformance.exporters.wiseflow.answers import Fate
from conformance.exporters.wiseflow.model import ExportState


class BelievesTheStatus(Reader):
    def verdict(self, told: Sequence[Told], rows: Sequence[Row]) -> Verdict:  # noqa: ARG002
        return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows})


class BelievesWhatIsSaidOfGrades(Reader):
    """And takes final comments for stored, whatever their own codes say."""

    def verdict(self, told: Sequence[Told], rows: Sequence[Row]) -> Verdict:
        stored = {row.key: Fate(ExportState.EXPORTED) for row in rows if row.kind != "grade"}
        return Verdict({**super().verdict(told, rows).fates, **stored})


class FailsTheWholeCall(Reader):
    def verdict(self, told: Sequence[Told], rows: Sequence[Row]) -> Verdict:
        verdict = super().verdict(told, rows)
        failed = [fate for fate in verdict.fates.values() if fate.state is ExportState.FAILED]
        return Verdict({row.key: failed[0] for row in rows}) if failed else verdict


class SaysOnlyThatItFailed(Reader):
    def fate(self, told: Told) -> Fate:
        fate = super().fate(told)
        return replaced(fate, message="Failed." if fate.message else None)


class TakesALostAnswerForSuccess(Runs):
    def lost(self, rows: Sequence[Row], reason: str) -> Verdict:  # noqa: ARG002
        return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows})


class TakesALostAnswerForFailure(Runs):
    """And takes what failed off its list, as if it had never changed."""

    def lost(self, rows: Sequence[Row], reason: str) -> Verdict:
        return all_failed(rows, f"Not exported: {reason}.")

    def fated(self, row: Row, fate: Fate) -> Item:
        return replace(super().fated(row, fate), sent=row.content)


class ComesBackNever(Client):
    def is_put_off(self, answer: Answer) -> bool:  # noqa: ARG002
        return False


class TakesPatienceForAcceptance(Reader):
    """Has no idea that what was put off has to be sent again."""

    def judge(self, answer: Answer, rows: Sequence[Row]) -> Verdict:
        if answer.status == 429:
            return Verdict({row.key: Fate(ExportState.EXPORTED) for row in rows})
        return super().judge(answer, rows)


class DoesNotWait(Rules):
    def putting_off(self, asked: float | None, times: int) -> float:  # noqa: ARG002
        return 0.0


MUTANTS = (
    Mutant(
        "section-believes-the-status",
        "Takes any 2xx for a success of every row.",
        ("SC-ROWS",),
        gradebook=Parts(reader=BelievesTheStatus),
    ),
    Mutant(
        "section-reads-no-code-of-comments",
        "Reads the codes of grades, and takes every final comment for stored.",
        ("SC-ROWS",),
        gradebook=Parts(reader=BelievesWhatIsSaidOfGrades),
    ),
    Mutant(
        "section-fails-the-whole-call",
        "Shows every row as failed where one was refused.",
        ("SC-ROWS",),
        gradebook=Parts(reader=FailsTheWholeCall),
    ),
    Mutant(
        "section-hides-the-reason",
        "Keeps the SIS's words about a refused row to itself.",
        ("SC-ROWS",),
        gradebook=Parts(reader=SaysOnlyThatItFailed),
    ),
    Mutant(
        "section-asks-again-at-once",
        "Comes back before the time that the SIS asked for.",
        ("SC-RATE",),
        gradebook=Parts(rules=DoesNotWait),
    ),
    Mutant(
        "section-drops-what-waits",
        "Takes a call that the SIS put off for one that it took.",
        ("SC-RATE",),
        gradebook=Parts(client=ComesBackNever, reader=TakesPatienceForAcceptance),
    ),
    Mutant(
        "section-lost-is-success",
        "Takes a lost answer for a success.",
        ("SC-LOST-REPLY",),
        gradebook=Parts(runs=TakesALostAnswerForSuccess),
    ),
    Mutant(
        "section-lost-is-failure",
        "Takes a lost answer for a failure, for good.",
        ("SC-LOST-REPLY",),
        gradebook=Parts(runs=TakesALostAnswerForFailure),
    ),
)
