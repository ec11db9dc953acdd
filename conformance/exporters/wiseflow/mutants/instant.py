"""Exporters of a flow whose instant export sends too much, too early, too late, or never ends."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from conformance.exporters.wiseflow import marking
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.model import (
    LICENCE_ADMINISTRATOR,
    Change,
    Flow,
    Participant,
    UserId,
)
from conformance.exporters.wiseflow.mutants.flawed import flawed
from conformance.exporters.wiseflow.runs import Runs


class SendsEverybody(Runs):
    def instantly(self, before: Participant, after: Participant) -> None:
        flow, people = self.register.flow, self.register.people
        if self.decisions.goes_instantly(flow, before, after):
            self.start(
                "instant", [each for each in people if self.decisions.is_eligible(flow, each)]
            )


class SweepsUp(Runs):
    def instantly(self, before: Participant, after: Participant) -> None:
        flow = self.register.flow
        if self.decisions.goes_instantly(flow, before, after):
            self.start("instant", self.decisions.to_export(flow, self.register.people))


class ReachesBack(Decisions):
    def sent_on_enabling(self, flow: Flow, people: Iterable[Participant]) -> list[Participant]:
        return [each for each in people if self.is_instantly_eligible(flow, each)]


class OvertakesTheReviewer(Decisions):
    def final_grade(self, flow: Flow, participant: Participant) -> str:
        return marking.agreed_grade(flow, participant)


class WaitsForTheNight(WiseflowExporter):
    """Instant in name only: collects the grades of a day for a job."""

    def submit_assessment(self, user_id: UserId, assessor: str, grade: str) -> None:
        after = marking.submit(self.flow, self.register.find(user_id), assessor, grade)
        self.register.keep(after)
        self._reopen_conflict(after)

    def approve(self, user_id: UserId) -> None:
        self.register.keep(marking.approve(self.flow, self.register.find(user_id)))

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        people = self.decisions.to_export(self.flow, self.people)
        if people and self.flow.instant_export:
            self.runs.start("instant", people)


class SendsAlternatives(WiseflowExporter):
    def set_alternative_grade(
        self, user_id: UserId, grade: str, by: str = LICENCE_ADMINISTRATOR
    ) -> None:
        super().set_alternative_grade(user_id, grade, by)
        if grade and self.flow.instant_export and self.flow.synchronised:
            self.runs.start("instant", [self.register.find(user_id)])


class TakesAlternativesAlong(Decisions):
    def is_instantly_eligible(self, flow: Flow, participant: Participant) -> bool:
        return self.is_untried(participant) and self.is_eligible(flow, participant)


class SurvivesParticipants(Decisions):
    def turns_instant_off(self, flow: Flow, change: Change, now: float) -> bool:
        return change != "participants" and super().turns_instant_off(flow, change, now)


class SurvivesAssessors(Decisions):
    def turns_instant_off(self, flow: Flow, change: Change, now: float) -> bool:
        return change != "assessors" and super().turns_instant_off(flow, change, now)


class SurvivesDistribution(Decisions):
    def turns_instant_off(self, flow: Flow, change: Change, now: float) -> bool:
        return change != "distribution" and super().turns_instant_off(flow, change, now)


class GoesOnUnseen(Decisions):
    def goes_instantly(self, flow: Flow, before: Participant, after: Participant) -> bool:
        as_before = replace(flow, instant_export=flow.instant_export or flow.instant_lost)
        return super().goes_instantly(as_before, before, after)


class ShowsItAsOn(WiseflowExporter):
    @property
    def flow(self) -> Flow:
        known = super().flow
        return replace(known, instant_export=known.instant_export or known.instant_lost)


class TakesTheFailedAlong(Runs):
    def instantly(self, before: Participant, after: Participant) -> None:
        flow, people = self.register.flow, self.register.people
        if self.decisions.goes_instantly(flow, before, after):
            self.start("instant", [after, *self.decisions.to_retry(flow, people)])


class LetsManagersExport(Decisions):
    def may_press(self, flow: Flow, by: str) -> bool:  # noqa: ARG002
        return True


class LeavesAllToInstantExport(Decisions):
    def to_export(self, flow: Flow, people: Iterable[Participant]) -> list[Participant]:
        return [] if flow.instant_export else super().to_export(flow, people)


MUTANTS = (
    flawed(
        "instant-sends-everybody",
        "Sends the whole flow, exported or not, whenever one grade becomes final.",
        ("WF-INSTANT", "WF-INSTANT-LATE", "WF-INSTANT-NO-ALT", "WF-INSTANT-NORETRY"),
        runs=SendsEverybody,
        hides=("WF-INSTANT-BY-HAND",),
    ),
    flawed(
        "instant-sweeps-up",
        "Sends earlier final grades together with the one that became final.",
        ("WF-INSTANT-LATE", "WF-INSTANT-NO-ALT", "WF-INSTANT"),
        runs=SweepsUp,
        hides=("WF-INSTANT-BY-HAND",),
    ),
    flawed(
        "instant-reaches-back",
        "Sends earlier submissions when instant export is turned on.",
        ("WF-INSTANT-LATE",),
        decisions=ReachesBack,
        hides=("WF-INSTANT-BY-HAND",),
    ),
    flawed(
        "instant-overtakes-the-reviewer",
        "Sends a grade on submission, before a reviewer has approved it.",
        ("WF-INSTANT",),
        decisions=OvertakesTheReviewer,
    ),
    flawed(
        "instant-waits-for-the-night",
        "Collects final grades and sends them at night.",
        ("WF-INSTANT", "WF-INSTANT-LATE", "WF-INSTANT-NO-ALT", "WF-ASKED"),
        ("WF-INSTANT-NORETRY",),
        exporter=WaitsForTheNight,
    ),
    flawed(
        "instant-sends-alternatives",
        "Sends an alternative grade as soon as it is set.",
        ("WF-INSTANT-NO-ALT",),
        exporter=SendsAlternatives,
    ),
    flawed(
        "instant-takes-alternatives-along",
        "Sends an alternative grade with the mark that it overrides.",
        ("WF-INSTANT-NO-ALT",),
        decisions=TakesAlternativesAlong,
    ),
    flawed(
        "instant-survives-participants",
        "Leaves instant export on when participants are added or removed.",
        ("WF-INSTANT-OFF",),
        decisions=SurvivesParticipants,
    ),
    flawed(
        "instant-survives-assessors",
        "Leaves instant export on when the assessors change.",
        ("WF-INSTANT-OFF",),
        decisions=SurvivesAssessors,
    ),
    flawed(
        "instant-survives-distribution",
        "Leaves instant export on when participants get other assessors.",
        ("WF-INSTANT-OFF",),
        decisions=SurvivesDistribution,
    ),
    flawed(
        "instant-goes-on-unseen",
        "Shows instant export as off after a change, but goes on sending.",
        ("WF-INSTANT-OFF",),
        decisions=GoesOnUnseen,
    ),
    flawed(
        "instant-shows-as-on",
        "Ends instant export after a change, but goes on showing it as on.",
        ("WF-INSTANT-OFF",),
        exporter=ShowsItAsOn,
    ),
    flawed(
        "instant-takes-the-failed-along",
        "Sends failed participants again with the next grade that becomes final.",
        ("WF-INSTANT-NORETRY",),
        runs=TakesTheFailedAlong,
    ),
    flawed(
        "lets-managers-export",
        "Lets a manager export after instant export has turned itself off.",
        ("WF-INSTANT-ADMIN",),
        decisions=LetsManagersExport,
    ),
    flawed(
        "leaves-all-to-instant-export",
        "Exports nothing by hand while instant export is on.",
        ("WF-INSTANT-BY-HAND",),
        decisions=LeavesAllToInstantExport,
    ),
)
