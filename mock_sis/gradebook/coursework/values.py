"""The rows of a section's coursework.

Names and meanings follow "Grade/Grades" of the Schoology documentation; ids are the integers that
it shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

OTHER = 0
"""The period of assignments that belong to none."""

Calculation = Literal["percent", "points"]
ItemType = Literal["assignment", "discussion"]


class Period(msgspec.Struct, frozen=True):
    """A grading period. `weight` is its share of the final grade in per cent, None for none; a
    `closed` one takes no more results from outside."""

    id: int
    title: str
    start: str = ""
    end: str = ""
    weight: float | None = None
    closed: bool = False


class Category(msgspec.Struct, frozen=True):
    """A grading category. By "percent" it is the mean of its items' percents, by "points" their
    points over the possible ones. `weight` counts where the section weights its categories."""

    id: int
    title: str
    calculation: Calculation = "percent"
    weight: float | None = None


class Assignment(msgspec.Struct, frozen=True):
    """A grade item. `scale` is the id of a grading scale, 0 for plain numbers; `category` and
    `period` are 0 where it is in none; `is_final` marks a midterm or final item, and
    `weight` is what such a one weighs beside the periods; `by` is the operation that made it, ""
    where it was made in the SIS."""

    id: int
    title: str
    max_points: float = 100
    scale: int = 0
    category: int = 0
    period: int = OTHER
    is_final: bool = False
    type: ItemType = "assignment"
    due: str = ""
    description: str = ""
    published: bool = True
    assign_date: str = ""
    min_points: float = 0
    metadata: dict[str, Any] = {}
    at: float = 0.0
    by: str = ""
    weight: float | None = None


class ResultDetails(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What only OneRoster says of a result: its score status, its day, and flags."""

    score_status: str = ""
    score_date: str = ""
    text_score: str = ""
    late: bool = False
    in_progress: bool = False
    metadata: dict[str, Any] = {}


class Grade(msgspec.Struct, frozen=True, gc=False):
    """What somebody has on an assignment.

    `grade` is points, None for none. `exception` is 0 none, 1 excused, 2 incomplete, 3 missing; any
    but 0 goes with no grade. `comment_status` is 1 where the student may see the comment. `at` is
    the Unix time of the last change of any kind and `by` the operation that made it.
    """

    assignment: int
    enrollment: int
    grade: float | None
    at: float
    by: str
    exception: int = 0
    comment: str = ""
    comment_status: int | None = None
    details: ResultDetails | None = None


Place = tuple[int, int]
"""(assignment, enrollment)"""


def by_place(grades: Iterable[Grade]) -> dict[Place, Grade]:
    """Grades by where they stand; of one place the last."""
    return {(grade.assignment, grade.enrollment): grade for grade in grades}


class FinalComment(msgspec.Struct, frozen=True):
    """A comment on somebody's grade for a period ("p13011") or for the course ("final")."""

    enrollment: int
    period: str
    comment: str
    comment_status: int
    at: float


class Override(msgspec.Struct, frozen=True):
    """A final grade that was set by hand, for a period ("p13011", "other") or the course
    ("final"); it wins over the computed one."""

    enrollment: int
    period: str
    grade: float


class Policy(msgspec.Struct, frozen=True):
    """How a section grades: whether categories are weighted, whether missing counts as 0, and
    whether a period's grade that was set by hand counts in the grade of the course. `scale` is the
    grading scale of its final grades, 0 for none."""

    weighted: bool = False
    missing_counts: bool = True
    overrides_count: bool = True
    scale: int = 0
