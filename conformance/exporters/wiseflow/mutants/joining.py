"""Exporters of a flow that mishandle people who are added to it late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.model import Flow, Participant, UserId, key_of
from conformance.exporters.wiseflow.mutants.flawed import flawed
from conformance.exporters.wiseflow.parts import STANDARD, Parts


class Remembers(WiseflowExporter):
    """Remembers who joined late."""

    def __init__(self, settings: SisSettings, parts: Parts = STANDARD) -> None:
        super().__init__(settings, parts)
        self.joined: set[str] = set()

    def add_participant(self, document: Mapping[str, Any]) -> None:
        super().add_participant(document)
        self.joined.add(key_of(document["user_id"]))


class SendsThemOnTheirOwn(Remembers):
    def submit_assessment(self, user_id: UserId, assessor: str, grade: str) -> None:
        super().submit_assessment(user_id, assessor, grade)
        due = self.decisions.to_export(self.flow, self.people)
        late = [each for each in due if each.key in self.joined]
        if late and not self.decisions.refusal(self.flow, "manager", self.clock.now()):
            self.runs.start("export", late)


class SendsTheOthersAlong(Remembers):
    async def export(self, by: str = "manager") -> str:
        if not self.joined:
            return await super().export(by)
        if refusal := self.decisions.refusal(self.flow, by, self.clock.now()):
            raise NotAllowed(refusal)
        everybody = [each for each in self.people if self.decisions.is_eligible(self.flow, each)]
        return self.runs.start("export", everybody)


class TakesAllForTheSis(WiseflowExporter):
    def add_participant(self, document: Mapping[str, Any]) -> None:
        super().add_participant({**document, "source": "sis"})


class ExportsTheFirstListOnly(Remembers):
    async def export(self, by: str = "manager") -> str:
        first = [each.key for each in self.people if each.key not in self.joined]
        self.runs.decisions = OnlyThese(first)
        return await super().export(by)


class OnlyThese(Decisions):
    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = frozenset(keys)

    def to_export(self, flow: Flow, people: Iterable[Participant]) -> list[Participant]:
        return [each for each in super().to_export(flow, people) if each.key in self.keys]


class LeavesInstantExportOn(WiseflowExporter):
    def add_participant(self, document: Mapping[str, Any]) -> None:
        before = self.flow
        super().add_participant(document)
        self.register.keep(before)


MUTANTS = (
    flawed(
        "sends-late-joiners-on-their-own",
        "Exports a participant who was added after the export as soon as the grade is final.",
        ("WF-ASKED",),
        exporter=SendsThemOnTheirOwn,
    ),
    flawed(
        "sends-the-others-along",
        "Exports the whole flow again once a participant has been added.",
        ("WF-ONCE",),
        exporter=SendsTheOthersAlong,
    ),
    flawed(
        "takes-late-joiners-for-the-sis",
        "Exports participants who were added by hand after synchronisation.",
        ("WF-SIS-ONLY",),
        exporter=TakesAllForTheSis,
    ),
    flawed(
        "exports-the-first-list-only",
        "Leaves out participants who were added after the flow was loaded.",
        ("WF-COMPLETE",),
        exporter=ExportsTheFirstListOnly,
    ),
    flawed(
        "late-joiners-leave-instant-export-on",
        "Leaves instant export on when a participant is added after marking began.",
        ("WF-INSTANT-OFF",),
        exporter=LeavesInstantExportOn,
    ),
)
