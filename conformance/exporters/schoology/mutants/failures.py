"""Exporters of a section that take a failure of the SIS for a success, or forget what it failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, Fate
from conformance.exporters.kit.wire import Answer
from conformance.exporters.schoology.model import GradebookItem, Held, Run, SentRow
from conformance.exporters.schoology.mutants.flawed import all_stored, flawed
from conformance.exporters.schoology.reader import CallOutcome, Reader, RowReport
from conformance.exporters.schoology.runs import Runs


class BelievesStatuses(Reader):
    """Takes the statuses in `believed` for a success."""

    believed: tuple[int, ...] = ()

    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        if answer.status in self.believed:
            return all_stored(rows)
        return super().judge(answer, rows)


class BelievesTheGateway(BelievesStatuses):
    believed = (502, 503, 504)


class BelievesConflicts(BelievesStatuses):
    believed = (409,)


class BelievesRefusals(BelievesStatuses):
    believed = (400, 403, 404, 413)


class BelievesWhatItCannotRead(Reader):
    def judge(self, answer: Answer, rows: Sequence[SentRow]) -> CallOutcome:
        outcome = super().judge(answer, rows)
        return all_stored(rows) if outcome.doubtful and answer.status == 200 else outcome


class BelievesRowsThatAreMissing(Reader):
    def outcome(self, reports: Sequence[RowReport], rows: Sequence[SentRow]) -> CallOutcome:
        outcome = super().outcome(reports, rows)
        return CallOutcome({**all_stored(outcome.doubtful).fates, **outcome.fates})


class LooksForTheRowOnly(Reader):
    """Takes any content of a row for the one that it sent."""

    def holds(self, there: Held | None, said: Mapping[str, Any], *, answered: bool) -> bool:  # noqa: ARG002
        return there is not None


class BelievesItsRestart(Runs):
    """Takes all rows of a run for stored that a kill cut short."""

    async def carry_on(self, run: Run) -> None:
        self.record(all_stored(run.rows).fates, run.rows)
        self.register.finish(run, self.clock.now())


class BelievesRetries(Runs):
    """Shows what was retried as exported, even if the SIS refused it."""

    async def carry_out(self, run: Run) -> None:
        await super().carry_out(run)
        if run.kind == "retry":
            self.record(all_stored(run.rows).fates, run.rows)


class LeavesThemQueued(Runs):
    """Goes on showing rows as queued if the connection breaks."""

    def lost(self, rows: Sequence[SentRow], reason: str) -> CallOutcome:
        return CallOutcome({row.key: Fate(ExportState.QUEUED, reason) for row in rows})


class ForgetsEditsOverARestart(Runs):
    """Has only what was exported last after a restart."""

    def recover(self) -> None:
        for item in self.register.items:
            if item.state is ExportState.NOT_EXPORTED and item.sent is not None:
                self.register.keep(replace(item, content=item.sent, state=ExportState.EXPORTED))
        super().recover()


class ShowsAllAsExportedAfterARestart(Runs):
    def recover(self) -> None:
        for item in self.register.items:
            if item.state is ExportState.FAILED:
                self.register.keep(replace(item, state=ExportState.EXPORTED, message=None))
        super().recover()


class DropsWhatFailed(Runs):
    """Takes a grade off its list when it fails, so that no export sends it again."""

    def fated(self, row: SentRow, fate: Fate) -> GradebookItem:
        item = super().fated(row, fate)
        return replace(item, sent=row.content)


class SaysExportedOnSending(Runs):
    """Shows rows as exported as soon as it sends them, and corrects it by the answer."""

    async def send(self, rows: Sequence[SentRow]) -> CallOutcome:
        items = [item for row in rows if (item := self.register.find(row.key)) is not None]
        self.register.keep(*(replace(item, state=ExportState.EXPORTED) for item in items))
        return await super().send(rows)


MUTANTS = (
    flawed(
        "section-exported-on-sending",
        "Shows a grade as exported before the SIS has answered.",
        ("SC-LOST-REPLY", "SC-ROWS"),
        runs=SaysExportedOnSending,
    ),
    flawed(
        "section-leaves-queued",
        "Shows rows as queued for ever if the connection breaks.",
        ("SC-LOST-REPLY",),
        runs=LeavesThemQueued,
    ),
    flawed(
        "section-forgets-edits",
        "Forgets over a restart how grades were edited.",
        ("SC-COMPLETE", "SC-TAKEN-BACK"),
        runs=ForgetsEditsOverARestart,
    ),
    flawed(
        "section-restarts-exported",
        "Shows after a restart what the SIS refused as exported.",
        ("SC-ROWS",),
        runs=ShowsAllAsExportedAfterARestart,
    ),
    flawed(
        "section-believes-the-gateway",
        "Treats 502, 503 and 504 as a success.",
        ("SC-LOST-REPLY",),
        reader=BelievesTheGateway,
    ),
    flawed(
        "section-believes-conflicts",
        "Treats 409 as a success.",
        ("SC-LOST-REPLY",),
        reader=BelievesConflicts,
    ),
    flawed(
        "section-believes-refusals",
        "Treats 400, 403, 404 and 413 as a success.",
        ("SC-LOST-REPLY",),
        reader=BelievesRefusals,
    ),
    flawed(
        "section-believes-what-it-cannot-read",
        "Treats a 200 that it cannot read as a success.",
        ("SC-LOST-REPLY",),
        reader=BelievesWhatItCannotRead,
    ),
    flawed(
        "section-believes-missing-rows",
        "Treats rows that the answer does not name as stored.",
        ("SC-LOST-REPLY",),
        reader=BelievesRowsThatAreMissing,
    ),
    flawed(
        "section-looks-for-the-row-only",
        "Reads back whether the SIS has a row, not what is in it.",
        ("SC-LOST-REPLY",),
        reader=LooksForTheRowOnly,
    ),
    flawed(
        "section-believes-its-restart",
        "Treats what a kill cut short as stored.",
        ("SC-COMPLETE",),
        runs=BelievesItsRestart,
    ),
    flawed(
        "section-believes-retries",
        "Shows everything that it sent again as exported.",
        ("SC-ROWS",),
        runs=BelievesRetries,
    ),
    flawed(
        "section-drops-what-failed",
        "Never sends again what failed once.",
        ("SC-COMPLETE", "SC-LOST-REPLY"),
        (),
        runs=DropsWhatFailed,
    ),
)
