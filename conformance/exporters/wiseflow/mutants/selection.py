"""Exporters of a flow that send the wrong participants, or the wrong grades."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from conformance.exporters.wiseflow import marking
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.model import (
    LICENCE_ADMINISTRATOR,
    Flow,
    Participant,
    SentRow,
    UserId,
)
from conformance.exporters.wiseflow.mutants.flawed import flawed

HOURS_AHEAD = 2 * 3600.0
"""Seconds by which the exporter's local time is ahead of UTC."""


class SendsUngraded(Decisions):
    def is_graded(self, flow: Flow, participant: Participant) -> bool:  # noqa: ARG002
        return True


class TakesZeroForNone(Decisions):
    def is_graded(self, flow: Flow, participant: Participant) -> bool:
        return self.overall_grade(flow, participant) not in ("", "0")


class SendsManual(Decisions):
    def is_from_sis(self, participant: Participant) -> bool:  # noqa: ARG002
        return True


class TakesDraftsForSubmitted(Decisions):
    def final_grade(self, flow: Flow, participant: Participant) -> str:
        taken = tuple(
            replace(each, state="submitted") if each.state == "draft" else each
            for each in participant.assessments
        )
        return super().final_grade(flow, replace(participant, assessments=taken))


class TakesOneForAll(Decisions):
    def final_grade(self, flow: Flow, participant: Participant) -> str:
        if any(each.state == "reopened" for each in participant.assessments):
            return ""
        grades = set(marking.submitted_grades(participant).values())
        approved = participant.approved or not flow.ids("reviewer")
        return grades.pop() if len(grades) == 1 and approved else ""


class TakesTheFirstOfTwo(Decisions):
    def final_grade(self, flow: Flow, participant: Participant) -> str:
        grades = [each.grade for each in participant.assessments if each.state != "draft"]
        differ = len(set(grades)) > 1
        return grades[0] if differ else super().final_grade(flow, participant)


class TakesTheMean(Decisions):
    def final_grade(self, flow: Flow, participant: Participant) -> str:
        grades = {each.grade for each in participant.assessments if each.state != "draft"}
        if len(grades) < 2:
            return super().final_grade(flow, participant)
        places = [flow.scale.index(grade) for grade in grades]
        return flow.scale[sum(places) // len(places)]


class IgnoresUnlocking(Decisions):
    def final_grade(self, flow: Flow, participant: Participant) -> str:
        taken = tuple(
            replace(each, state="submitted") if each.state == "reopened" else each
            for each in participant.assessments
        )
        return super().final_grade(flow, replace(participant, assessments=taken))


class MixesUpMarks(Decisions):
    def body(self, rows: Sequence[SentRow]) -> bytes:
        marks = sorted(row.mark for row in rows)
        by_id = sorted(rows, key=lambda row: row.key, reverse=True)
        return super().body(
            [replace(row, mark=mark) for row, mark in zip(by_id, marks, strict=True)]
        )


class SendsTheAlternativeAsMark(Decisions):
    def row(self, flow: Flow, participant: Participant) -> SentRow:
        return SentRow(participant.user_id, self.overall_grade(flow, participant), "")


class IgnoresTheAlternative(Decisions):
    def alternative_grade(self, participant: Participant) -> str:  # noqa: ARG002
        return ""


class WantsAMarkBesides(Decisions):
    def is_graded(self, flow: Flow, participant: Participant) -> bool:
        return self.final_grade(flow, participant) != ""


class ThawsAlternatives(Decisions):
    def alternative_is_frozen(self, participant: Participant) -> bool:  # noqa: ARG002
        return False


class LetsThemBeWithdrawn(WiseflowExporter):
    def set_alternative_grade(
        self, user_id: UserId, grade: str, by: str = LICENCE_ADMINISTRATOR
    ) -> None:
        if grade:
            super().set_alternative_grade(user_id, grade, by)
        else:
            participant = self.register.find(user_id)
            self.register.keep(replace(participant, alternative_grade=""))


class ExportsUnsynchronised(Decisions):
    def is_synchronised(self, flow: Flow) -> bool:  # noqa: ARG002
        return True


class IgnoresThePeriod(Decisions):
    def period_has_ended(self, flow: Flow, now: float) -> bool:  # noqa: ARG002
        return True


class ComparesDates(Decisions):
    def period_has_ended(self, flow: Flow, now: float) -> bool:
        today, last = (datetime.fromtimestamp(each, UTC).date() for each in (now, flow.marking_end))
        return today >= last


class RetriesWhoeverFailed(Decisions):
    def to_retry(self, flow: Flow, people: Iterable[Participant]) -> list[Participant]:  # noqa: ARG002
        return [each for each in people if self.is_retriable(each)]


class TakesLocalTimeForUtc(Decisions):
    def period_has_ended(self, flow: Flow, now: float) -> bool:
        return super().period_has_ended(flow, now + HOURS_AHEAD)


class ExportsUnconnected(Decisions):
    def has_source(self, flow: Flow) -> bool:  # noqa: ARG002
        return True


MUTANTS = (
    flawed(
        "sends-ungraded",
        "Sends participants who have no grade.",
        ("WF-CONFLICT", "WF-GRADED-ONLY", "WF-PARTLY", "WF-UNLOCKED"),
        (),
        decisions=SendsUngraded,
    ),
    flawed(
        "takes-zero-for-none",
        "Treats the grade 0 as no grade.",
        ("WF-GRADED-ONLY", "WF-COMPLETE"),
        decisions=TakesZeroForNone,
    ),
    flawed(
        "sends-manual",
        "Sends participants who were added by hand.",
        ("WF-SIS-ONLY", "WF-CANARY"),
        decisions=SendsManual,
    ),
    flawed(
        "takes-drafts-for-submitted",
        "Counts an assessor's draft as a submission.",
        ("WF-PARTLY",),
        decisions=TakesDraftsForSubmitted,
    ),
    flawed(
        "takes-one-for-all",
        "Treats a grade as final when only one of the co-assessors has submitted it.",
        ("WF-PARTLY", "WF-INSTANT"),
        decisions=TakesOneForAll,
    ),
    flawed(
        "takes-the-first-of-two",
        "Sends the first assessor's grade if the co-assessors disagree.",
        ("WF-CONFLICT", "WF-INSTANT-AGREED"),
        decisions=TakesTheFirstOfTwo,
    ),
    flawed(
        "takes-the-mean",
        "Sends the middle grade if the co-assessors disagree.",
        ("WF-CONFLICT", "WF-INSTANT-AGREED"),
        decisions=TakesTheMean,
    ),
    flawed(
        "ignores-unlocking",
        "Sends a grade that a manager unlocked, because it is still registered.",
        ("WF-UNLOCKED",),
        decisions=IgnoresUnlocking,
    ),
    flawed(
        "retries-whoever-failed",
        "Retries every failed participant without checking who may be sent.",
        ("WF-UNLOCKED",),
        decisions=RetriesWhoeverFailed,
    ),
    flawed(
        "mixes-up-marks",
        "Sorts participants and marks differently, and so sends wrong pairs.",
        ("WF-VALUE",),
        decisions=MixesUpMarks,
    ),
    flawed(
        "sends-the-alternative-as-mark",
        "Sends the alternative grade in the field mark.",
        ("WF-ALT",),
        ("WF-ALT-FROZEN",),
        decisions=SendsTheAlternativeAsMark,
    ),
    flawed(
        "ignores-the-alternative",
        "Sends the markers' grade although an alternative grade is set.",
        ("WF-ALT", "WF-INSTANT-NO-ALT", "WF-RETRY-CURRENT"),
        ("WF-ALT-FROZEN",),
        decisions=IgnoresTheAlternative,
    ),
    flawed(
        "wants-a-mark-besides",
        "Leaves out participants who have only an alternative grade.",
        ("WF-ALT",),
        decisions=WantsAMarkBesides,
    ),
    flawed(
        "thaws-alternatives",
        "Lets an alternative grade be changed after it was exported.",
        ("WF-ALT-FROZEN",),
        decisions=ThawsAlternatives,
    ),
    flawed(
        "lets-alternatives-be-withdrawn",
        "Lets an exported alternative grade be withdrawn, though not changed.",
        ("WF-ALT-FROZEN",),
        exporter=LetsThemBeWithdrawn,
    ),
    flawed(
        "exports-unsynchronised",
        "Exports a flow that was never synchronised with the SIS.",
        ("WF-SYNC", "WF-INSTANT-SYNC"),
        decisions=ExportsUnsynchronised,
    ),
    flawed(
        "ignores-the-period",
        "Exports during the assessment period.",
        ("WF-PERIOD",),
        decisions=IgnoresThePeriod,
    ),
    flawed(
        "compares-dates",
        "Treats the period as over from midnight of its last day.",
        ("WF-PERIOD",),
        decisions=ComparesDates,
    ),
    flawed(
        "takes-local-time-for-utc",
        "Compares the end of the period, which is in UTC, with the local time.",
        ("WF-PERIOD",),
        decisions=TakesLocalTimeForUtc,
    ),
    flawed(
        "exports-unconnected",
        "Exports a flow that has no SIS source.",
        ("WF-SOURCE",),
        decisions=ExportsUnconnected,
    ),
)
