"""The flow of a scenario, for the exporter and for the SIS.

One value gives both the `load` message of the adapter and the seed document of the simulator, so
the two agree unless a scenario says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from conformance.model.profile import Profile
from conformance.model.subject import Period
from conformance.wiseflow.profile import PROFILE
from mock_sis.clock import iso

UserId = int | str


@dataclass(frozen=True, slots=True)
class Assessor:
    """An assessor, co-assessor or reviewer of a flow."""

    id: str
    role: Literal["assessor", "co_assessor", "reviewer"] = "assessor"
    name: str = "Ida Holm"


@dataclass(frozen=True, slots=True)
class Assessment:
    """One assessor's grade for one participant. It is a draft until it is submitted."""

    assessor: str
    grade: str
    submitted: bool = True


@dataclass(frozen=True, slots=True)
class Participant:
    """A participant of the exam.

    `sis` is the enrollment in the SIS ("absent": the SIS does not know the person), and
    `registered` the mark that the SIS holds at the start.
    """

    user_id: UserId
    given_name: str
    family_name: str
    assessments: tuple[Assessment, ...] = ()
    source: Literal["sis", "manual"] = "sis"
    alternative_grade: str | None = None
    unlocked: bool = False
    sis: Literal["active", "withdrawn", "absent"] = "active"
    registered: str = ""

    @property
    def number(self) -> str:
        """The matriculation number."""
        return f"S-{self.user_id}"


@dataclass(frozen=True, slots=True)
class Flow:
    """One exam: its participants, assessors and scale. `late` are people whom the SIS knows, but
    who are added to the flow only later."""

    profile: ClassVar[Profile] = PROFILE

    participants: tuple[Participant, ...]
    assessors: tuple[Assessor, ...] = (Assessor("a1"),)
    sis_code: str = "UNI||MATH101||2026"
    title: str = "Mathematics 101"
    scale: tuple[str, ...] = ("A", "B", "C", "D", "E", "F", "0")
    instant_export: bool = False
    sis_sources: tuple[str, ...] | None = None
    late: tuple[Participant, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """The codes of the SIS sources, the master first."""
        return (self.sis_code,) if self.sis_sources is None else self.sis_sources

    def load_fields(self, period: Period) -> dict[str, Any]:
        """The fields of the `load` message."""
        return {
            "flow": {
                "sis_code": self.sis_code,
                "title": self.title,
                "marking": {"start": iso(period.start), "end": iso(period.end)},
                "scale": list(self.scale),
                "instant_export": self.instant_export,
                "sis_sources": list(self.sources),
                "assessors": [
                    {"id": each.id, "role": each.role, "name": each.name} for each in self.assessors
                ],
                "participants": [as_loaded(each) for each in self.participants],
            }
        }

    def seed(self, period: Period) -> dict[str, Any]:
        """The people, the scale and the section in the SIS."""
        everybody = (*self.participants, *self.late)
        known = [each for each in everybody if each.sis != "absent"]
        return {
            "people": [
                {
                    "id": each.user_id,
                    "given_name": each.given_name,
                    "family_name": each.family_name,
                    "number": each.number,
                }
                for each in known
            ],
            "scales": [{"id": "scale", "title": "The flow's scale", "levels": _levels(self)}],
            "sections": [_section(self, period, known)],
        }


def as_loaded(participant: Participant) -> dict[str, Any]:
    """A participant in the shape of the `load` message."""
    return {
        "user_id": participant.user_id,
        "given_name": participant.given_name,
        "family_name": participant.family_name,
        "number": participant.number,
        "source": participant.source,
        "alternative_grade": participant.alternative_grade,
        "assessments": [
            {"assessor": each.assessor, "grade": each.grade, "submitted": each.submitted}
            for each in participant.assessments
        ],
        "unlocked": participant.unlocked,
    }


def _levels(flow: Flow) -> list[dict[str, Any]]:
    return [
        {"mark": mark, "value": len(flow.scale) - position}
        for position, mark in enumerate(flow.scale)
    ]


def _section(flow: Flow, period: Period, known: list[Participant]) -> dict[str, Any]:
    return {
        "id": "exam",
        "sis_code": flow.sis_code,
        "title": flow.title,
        "scale": "scale",
        "flow": {"exam_id": "E1", "marking": {"start": iso(period.start), "end": iso(period.end)}},
        "enrollments": [{"person": each.user_id, "state": each.sis} for each in known],
        "scores": [
            {"person": each.user_id, "mark": each.registered} for each in known if each.registered
        ],
    }
