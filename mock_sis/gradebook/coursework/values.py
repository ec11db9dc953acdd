"""The rows of a section's coursework.

Names and meanings follow "Grade/Grades" of the Schoology documentation; ids are its integers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import msgspec

OTHER = 0
"""The period of assignments without a grading period."""

Calculation = Literal["percent", "points"]
ItemType = Literal["assignment", "discussion"]


class Period(msgspec.Struct, frozen=True):
    """A grading period. `weight` is its share of the final grade in per cent, None without one. A
    `closed` period accepts no more results from clients."""

    id: int
    title: str
    start: str = ""
    end: str = ""
    weight: float | None = None
    closed: bool = False


class Category(msgspec.Struct, frozen=True):
    """A grading category. Calculated by "percent", its grade is the mean of its items' percents; by
    "points", their points divided by the possible points. `weight` counts if the section weights
    its categories."""

    id: int
    title: str
    calculation: Calculation = "percent"
    weight: float | None = None


class Assignment(msgspec.Struct, frozen=True):
    """An assignment, which OneRoster calls a line item.

    `scale` is the number of a grading scale, 0 for plain numbers. `category` and `period` are ids,
    0 for no category or no period. `is_final` marks a midterm or final item, whose `weight` counts
    beside those of the periods. `by` is the operation that created the item, "" if the item comes
    from a seed or from Schoology.
    """

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
    """The fields of a result that only OneRoster has: score status, day and flags. `late_by_hand`
    says that a user of the SIS flagged it."""

    score_status: str = ""
    score_date: str = ""
    text_score: str = ""
    late: bool = False
    in_progress: bool = False
    metadata: dict[str, Any] = {}
    late_by_hand: bool = False


class Grade(msgspec.Struct, frozen=True, gc=False):
    """An enrollment's grade on an assignment.

    `grade` is in points, None if not graded. `exception` is 0 (no exception), 1 (excused), 2
    (incomplete) or 3 (missing); all but 0 exclude a grade. `comment_status` is 1 if the student may
    see the comment. `at` is the Unix time of the last change and `by` the operation that made it.
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


GradePlace = tuple[int, int]
"""(assignment, enrollment)"""


def by_place(grades: Iterable[Grade]) -> dict[GradePlace, Grade]:
    """Grades by place; of several grades at one place the last."""
    return {(grade.assignment, grade.enrollment): grade for grade in grades}


CommentPlace = tuple[int, str]
"""(enrollment, period)"""


class FinalComment(msgspec.Struct, frozen=True):
    """A comment on an enrollment's grade for a period ("p13011") or for the course ("final")."""

    enrollment: int
    period: str
    comment: str
    comment_status: int
    at: float


class Override(msgspec.Struct, frozen=True):
    """A final grade set by hand, for a period ("p13011", "other") or the course ("final"). It takes
    precedence over the computed grade."""

    enrollment: int
    period: str
    grade: float


class Policy(msgspec.Struct, frozen=True):
    """How a section computes final grades: whether categories are weighted, whether a missing item
    counts as 0, and whether a period's grade set by hand counts in the grade of the course. `scale`
    is the number of the scale of final grades, 0 for no scale."""

    weighted: bool = False
    missing_counts: bool = True
    overrides_count: bool = True
    scale: int = 0
