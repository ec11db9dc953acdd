"""Exporters of a flow that show the marking wrongly, or mishandle a conflict or an unlocking."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.model import MarkingStatus, Notice, Participant, UserId
from conformance.exporters.wiseflow.mutants.flawed import flawed


class ShowsPartlyAsSubmitted(WiseflowExporter):
    def status(self, user_id: UserId) -> MarkingStatus:
        shown = super().status(user_id)
        return MarkingStatus.SUBMITTED if shown is MarkingStatus.PARTLY else shown


class ShowsConflictAsNone(WiseflowExporter):
    def status(self, user_id: UserId) -> MarkingStatus:
        shown = super().status(user_id)
        return MarkingStatus.NONE if shown is MarkingStatus.CONFLICT else shown


class ShowsUnlockedAsSubmitted(WiseflowExporter):
    def status(self, user_id: UserId) -> MarkingStatus:
        known = self.register.find(user_id)
        unlocked = any(each.state == "reopened" for each in known.assessments)
        shown = super().status(user_id)
        return MarkingStatus.SUBMITTED if unlocked and shown is MarkingStatus.NONE else shown


class CountsDrafts(WiseflowExporter):
    def status(self, user_id: UserId) -> MarkingStatus:
        shown, known = super().status(user_id), self.register.find(user_id)
        begun = any(each.state == "draft" for each in known.assessments)
        return MarkingStatus.PARTLY if begun and shown is MarkingStatus.NONE else shown


class TellsNobody(WiseflowExporter):
    @property
    def notices(self) -> tuple[Notice, ...]:
        return ()


class TellsTheLastOnly(WiseflowExporter):
    @property
    def notices(self) -> tuple[Notice, ...]:
        return super().notices[-1:]


class LeavesConflictsClosed(WiseflowExporter):
    """Tells the assessors of a conflict that they cannot resolve."""

    def is_reopened(self, user_id: UserId) -> bool:
        conflict = self.status(user_id) is MarkingStatus.CONFLICT
        return super().is_reopened(user_id) and not conflict


class DeletesOnUnlocking(WiseflowExporter):
    def unlock(self, user_id: UserId) -> None:
        super().unlock(user_id)
        self.register.keep(self.emptied(self.register.find(user_id)))

    def emptied(self, participant: Participant) -> Participant:
        drafts = tuple(replace(each, state="draft") for each in participant.assessments)
        return replace(participant, assessments=drafts)


class ShowsOnlyFinalGrades(WiseflowExporter):
    def registered(self, user_id: UserId) -> str:
        return self.decisions.final_grade(self.flow, self.register.find(user_id))


MUTANTS = (
    flawed(
        "shows-partly-as-submitted",
        "Shows a grade as submitted as soon as one of the co-assessors has submitted.",
        ("WF-STATUS",),
        exporter=ShowsPartlyAsSubmitted,
    ),
    flawed(
        "shows-conflict-as-none",
        "Shows conflicting assessments as if none had been submitted.",
        ("WF-STATUS",),
        exporter=ShowsConflictAsNone,
    ),
    flawed(
        "shows-unlocked-as-submitted",
        "Shows an unlocked grade as ready for export.",
        ("WF-STATUS",),
        exporter=ShowsUnlockedAsSubmitted,
    ),
    flawed(
        "counts-drafts",
        "Shows a draft as a partly submitted grade.",
        ("WF-STATUS",),
        exporter=CountsDrafts,
    ),
    flawed(
        "tells-nobody-of-conflicts",
        "Reopens conflicting assessments without telling the assessors.",
        ("WF-REOPEN",),
        exporter=TellsNobody,
    ),
    flawed(
        "tells-the-last-assessor-only",
        "Tells only one of the assessors who disagree.",
        ("WF-REOPEN",),
        exporter=TellsTheLastOnly,
    ),
    flawed(
        "leaves-conflicts-closed",
        "Shows conflicting assessments as closed.",
        ("WF-REOPEN",),
        exporter=LeavesConflictsClosed,
    ),
    flawed(
        "deletes-on-unlocking",
        "Deletes the registered grade when a manager unlocks it.",
        ("WF-UNLOCK-KEEPS",),
        exporter=DeletesOnUnlocking,
    ),
    flawed(
        "shows-only-final-grades",
        "Shows no registered grade while it is unlocked.",
        ("WF-UNLOCK-KEEPS",),
        exporter=ShowsOnlyFinalGrades,
    ),
)
