"""The course of a scenario, for the exporter and for the SIS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from conformance.model.profile import Profile
from conformance.model.subject import Period
from conformance.skyward.profile import PROFILE

FIRST_OF_TEXT = 500_000
"""Where the numbers of the enrollments of students with text ids begin."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the course, which is a grading period in the SIS.

    `start` and `end` are days. Only the SIS knows whether it is `closed` and refuses scores.
    """

    id: int
    title: str
    start: str
    end: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A graded item. `term` is 0 for none, `due` is a day or "". Without `sections` the item is in
    all sections of the course."""

    id: str
    title: str
    kind: Literal["assignment", "test", "task", "other"] = "assignment"
    scale: Literal["score", "letter"] = "score"
    term: int = 2
    due: str = ""
    max_points: int = 100
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Student:
    """A student in a section. Text ids are for SISs that use text."""

    user_id: int | str
    section: str
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class Score:
    """A student's score on an item; None for ungraded."""

    item: str
    student: int | str
    score: int | float | None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A line item that was created in the SIS, with its scores."""

    title: str
    section: str
    scores: tuple[tuple[int, int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """One course. `sections` are pairs of a name and the titles of its categories, in order.

    Only the product knows `integration` and `pass_back`; the SIS accepts writes either way. Due
    dates have their days in the `time_zone` of the SIS.
    """

    profile: ClassVar[Profile] = PROFILE

    sections: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[Term, ...]
    items: tuple[Item, ...]
    students: tuple[Student, ...]
    scores: tuple[Score, ...]
    made: tuple[Made, ...] = ()
    integration: bool = True
    pass_back: bool = True
    id: str = "algebra"
    title: str = "Algebra & Geometry"
    time_zone: str = "UTC"

    def sections_of(self, item: Item) -> tuple[str, ...]:
        """The sections that have an item."""
        return item.sections or tuple(name for name, _ in self.sections)

    def load_fields(self, period: Period) -> dict[str, Any]:  # noqa: ARG002 - it has terms
        """The fields of the `load` message."""
        return {
            "course": {
                "id": self.id,
                "title": self.title,
                "integration": self.integration,
                "pass_back": self.pass_back,
                "sections": [name for name, _ in self.sections],
                "terms": [
                    {"id": str(each.id), "title": each.title, "start": each.start, "end": each.end}
                    for each in self.terms
                ],
                "items": [self._item_loaded(each) for each in self.items],
                "students": [
                    {"user_id": each.user_id, "section": each.section} for each in self.students
                ],
                "scores": [
                    {
                        "item": each.item,
                        "student": each.student,
                        "score": each.score,
                        "late": each.late,
                    }
                    for each in self.scores
                ],
            }
        }

    def _item_loaded(self, item: Item) -> dict[str, Any]:
        return {
            "id": item.id,
            "title": item.title,
            "kind": item.kind,
            "scale": item.scale,
            "term": str(item.term) if item.term else None,
            "due": item.due or None,
            "max_points": item.max_points,
            "sections": list(self.sections_of(item)),
        }

    def seed(self, period: Period) -> dict[str, Any]:  # noqa: ARG002
        """The people, the grading periods and the sections in the SIS."""
        return {
            "time_zone": self.time_zone,
            "people": [
                {
                    "id": each.user_id,
                    "given_name": each.given_name,
                    "family_name": each.family_name,
                }
                for each in self.students
            ],
            "grading_periods": [
                {
                    "id": each.id,
                    "title": each.title,
                    "start": each.start,
                    "end": each.end,
                    "closed": each.closed,
                }
                for each in self.terms
            ],
            "sections": list(self._sections()),
        }

    def _sections(self) -> Iterator[dict[str, Any]]:
        for name, categories in self.sections:
            yield {
                "id": name,
                "title": f"{self.title}, {name}",
                "integration": True,
                "pass_back": True,
                "periods": [{"id": each.id} for each in self.terms],
                "categories": [
                    {"id": number, "title": title} for number, title in enumerate(categories, 1)
                ],
                "enrollments": [
                    {"person": each.user_id, "id": _enrollment_id(each.user_id, place)}
                    for place, each in enumerate(self.students, FIRST_OF_TEXT)
                    if each.section == name
                ],
                "assignments": [
                    {
                        "id": number,
                        "title": each.title,
                        "category": 1,
                        "period": self.terms[-1].id,
                        "grades": [
                            {"enrollment": who, "grade": grade} for who, grade in each.scores
                        ],
                    }
                    for number, each in enumerate(self.made, 900)
                    if each.section == name
                ],
            }


def _enrollment_id(user_id: int | str, place: int) -> int:
    """The number of an enrollment: that of the student, or the place of one with a text id."""
    return user_id if isinstance(user_id, int) else place
