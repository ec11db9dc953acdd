"""The section of a scenario, for the exporter and for the SIS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from conformance.model.profile import Profile
from conformance.model.subject import Period
from conformance.schoology.profile import PROFILE

Points = int | float | str | None
"""A grade: points, a letter, or None for ungraded. Named with `int`, so that a story keeps 99 as 99
rather than as 99.0."""

ExceptionCode = Literal[0, 1, 2, 3]
"""0 none, 1 excused, 2 incomplete, 3 missing."""

RANGE = "points"
"""The id of the scale for grades that an officer of the SIS enters."""


@dataclass(frozen=True, slots=True)
class Student:
    """A student in the section. `sis` is the state of the enrollment in the SIS ("absent": the SIS
    does not know it)."""

    enrollment_id: int
    user_id: int
    given_name: str
    family_name: str
    sis: Literal["active", "withdrawn", "absent"] = "active"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A graded assignment. `letters` are those of its scale, the best first; without letters it
    takes points only."""

    assignment_id: int
    title: str
    max_points: int | float = 100
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A student's grade on an assignment."""

    assignment_id: int
    enrollment_id: int
    grade: Points
    exception: ExceptionCode = 0
    comment: str | None = None
    comment_visible: bool = False


@dataclass(frozen=True, slots=True)
class FinalComment:
    """A comment on a grading period ("p13011") or on the course ("final")."""

    enrollment_id: int
    period: str
    comment: str
    comment_visible: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its students, assignments, grades and final comments.

    `held` are the grades that the SIS holds at the start. `by_hand` is the assignment on which an
    officer of the SIS can enter grades, or 0. `periods` are the ids of the grading periods.
    """

    profile: ClassVar[Profile] = PROFILE

    students: tuple[Student, ...]
    assignments: tuple[Assignment, ...]
    grades: tuple[Grade, ...] = ()
    final_comments: tuple[FinalComment, ...] = ()
    held: tuple[Grade, ...] = ()
    by_hand: int = 0
    periods: tuple[int, ...] = (13011, 13012)
    id: str = "4318461"
    title: str = "Algebra & Geometry"

    def load_fields(self, period: Period) -> dict[str, Any]:  # noqa: ARG002 - a section has none
        """The fields of the `load` message."""
        return {
            "section": {
                "id": self.id,
                "title": self.title,
                "enrollments": [_enrollment_loaded(each) for each in self.students],
                "assignments": [_assignment_loaded(each) for each in self.assignments],
                "grades": [_grade_loaded(each) for each in self.grades],
                "final_comments": [_comment_loaded(each) for each in self.final_comments],
            }
        }

    def seed(self, period: Period) -> dict[str, Any]:  # noqa: ARG002
        """The people, the scales, the grading periods and the section in the SIS."""
        known = [each for each in self.students if each.sis != "absent"]
        people = {each.user_id: each for each in known}
        return {
            "people": [
                {"id": id, "given_name": each.given_name, "family_name": each.family_name}
                for id, each in people.items()
            ],
            "scales": [
                {"id": RANGE, "title": "Points", "range": {"min": 0, "max": 1000}},
                *(_scale(number, letters) for letters, number in _numbered(self.assignments)),
            ],
            "grading_periods": [{"id": id, "title": f"Period {id}"} for id in self.periods],
            "sections": [_section(self, known)],
        }


def _enrollment_loaded(student: Student) -> dict[str, Any]:
    return {
        "enrollment_id": student.enrollment_id,
        "user_id": student.user_id,
        "given_name": student.given_name,
        "family_name": student.family_name,
    }


def _assignment_loaded(assignment: Assignment) -> dict[str, Any]:
    return {
        "assignment_id": assignment.assignment_id,
        "title": assignment.title,
        "max_points": assignment.max_points,
        "letters": list(assignment.letters),
    }


def _grade_loaded(grade: Grade) -> dict[str, Any]:
    return {
        "assignment_id": grade.assignment_id,
        "enrollment_id": grade.enrollment_id,
        "grade": grade.grade,
        "exception": grade.exception,
        "comment": grade.comment,
        "comment_visible": grade.comment_visible,
    }


def _comment_loaded(comment: FinalComment) -> dict[str, Any]:
    return {
        "enrollment_id": comment.enrollment_id,
        "period": comment.period,
        "comment": comment.comment,
        "comment_visible": comment.comment_visible,
    }


def _numbered(assignments: Iterable[Assignment]) -> list[tuple[tuple[str, ...], int]]:
    """Each set of letters in use, with the number of its scale."""
    used = dict.fromkeys(each.letters for each in assignments if each.letters)
    return [(letters, number) for number, letters in enumerate(used, start=1)]


def _scale(number: int, letters: tuple[str, ...]) -> dict[str, Any]:
    step = 100 / len(letters)
    return {
        "id": f"letters-{number}",
        "number": number,
        "title": " to ".join((letters[0], letters[-1])),
        "levels": [
            {"mark": letter, "value": round(100 - place * step)}
            for place, letter in enumerate(letters)
        ],
    }


def _section(section: Section, known: list[Student]) -> dict[str, Any]:
    numbers = dict(_numbered(section.assignments))
    seeded = {
        "id": section.id,
        "title": section.title,
        "scale": RANGE,
        "periods": [{"id": id} for id in section.periods],
        "enrollments": [
            {"id": each.enrollment_id, "person": each.user_id, "state": each.sis} for each in known
        ],
        "assignments": [
            {
                "id": each.assignment_id,
                "title": each.title,
                "max_points": each.max_points,
                "scale": numbers.get(each.letters, 0),
                "period": section.periods[0],
                "grades": [_held(grade) for grade in section.held if _on(grade, each)],
            }
            for each in section.assignments
        ],
    }
    return {**seeded, "exam_assignment": section.by_hand} if section.by_hand else seeded


def _on(grade: Grade, assignment: Assignment) -> bool:
    return grade.assignment_id == assignment.assignment_id


def _held(grade: Grade) -> dict[str, Any]:
    return {
        "enrollment": grade.enrollment_id,
        "grade": grade.grade,
        "exception": grade.exception,
        "comment": grade.comment or "",
        "comment_status": int(grade.comment_visible),
    }
