"""One section's coursework, to be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from mock_sis.errors import NotFound
from mock_sis.gradebook.coursework.index import BY_PLACE, BY_TIME, Index, Order, Span
from mock_sis.gradebook.coursework.index import since as from_then_on
from mock_sis.gradebook.coursework.values import (
    OTHER,
    Assignment,
    Category,
    CommentPlace,
    FinalComment,
    Grade,
    GradePlace,
    Override,
    Period,
    Policy,
)
from mock_sis.gradebook.free_ids import FreeIds

T = TypeVar("T")

_BY_ENROLLMENT = Order(lambda place, _: place[::-1], lambda key: key[::-1])
_BY_ASSIGNMENT_AND_TIME = Order(lambda p, at: (p[0], at, p[1]), lambda key: (key[0], key[2]))
_BY_ENROLLMENT_AND_TIME = Order(lambda p, at: (p[1], at, p[0]), lambda key: (key[2], key[0]))
_COMMENTS_OF_ENROLLMENT = Order(lambda p, at: (p[0], at, p[1]), lambda key: (key[0], key[2]))


class Coursework:
    """Assignments, categories, periods, grades, final comments and overrides of a section.

    This is the part that everyone may use. The Gradebook alone holds a section as
    `MutableCoursework`, so that no write bypasses its indexes, exam marks and client-chosen names.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self._periods: dict[int, Period] = {}
        self._categories: dict[int, Category] = {}
        self._category_ids = FreeIds()
        self._assignments: dict[int, Assignment] = {}
        self._final_comments: dict[CommentPlace, FinalComment] = {}
        self._overrides: dict[tuple[int, str], Override] = {}
        self._grades: dict[GradePlace, Grade] = {}
        self._index: Index[GradePlace] | None = None
        self._comment_index: Index[CommentPlace] | None = None
        self._remembered: dict[int, Any] = {}
        self.periods: Mapping[int, Period] = self._periods
        self.categories: Mapping[int, Category] = self._categories
        self.assignments: Mapping[int, Assignment] = self._assignments
        self.final_comments: Mapping[CommentPlace, FinalComment] = self._final_comments
        """By enrollment and period."""
        self.overrides: Mapping[tuple[int, str], Override] = self._overrides
        """By enrollment and period."""
        self.grades: Mapping[GradePlace, Grade] = self._grades

    def assignment(self, assignment_id: int) -> Assignment:
        """Return the assignment with that id. Raises NotFound."""
        if assignment_id not in self._assignments:
            raise NotFound(f"This section has no assignment {assignment_id}.")
        return self._assignments[assignment_id]

    def refuse_dangling(self, assignment: Assignment) -> None:
        """Raise NotFound if the assignment's category or grading period is unknown."""
        if assignment.period != OTHER and assignment.period not in self._periods:
            raise NotFound(f"This section has no grading period {assignment.period}.")
        if assignment.category and assignment.category not in self._categories:
            raise NotFound(f"This section has no grading category {assignment.category}.")

    def grade(self, assignment_id: int, enrollment: int) -> Grade | None:
        """An enrollment's grade on an assignment, if any."""
        return self._grades.get((assignment_id, enrollment))

    def free_category_id(self) -> int:
        """An id that no category has or has had."""
        return self._category_ids.next()

    def page(
        self,
        start: int,
        limit: int,
        *,
        assignment: int | None = None,
        enrollment: int | None = None,
        since: float | None = None,
        span: Span | None = None,
    ) -> tuple[list[Grade], int]:
        """Return one page of the matching grades and the number of all matching grades.

        They are sorted by assignment and enrollment, or by time if `since` (Unix time) or a span
        is given.
        """
        if since is not None:
            span = from_then_on(since)
        if assignment is not None and enrollment is not None:
            grade = self._grades.get((assignment, enrollment))
            found = [grade] if grade and (span is None or span.holds(grade.at)) else []
            return found[start : start + limit], len(found)
        if assignment is not None:
            order = _BY_ASSIGNMENT_AND_TIME if span else BY_PLACE
        elif enrollment is not None:
            order = _BY_ENROLLMENT_AND_TIME if span else _BY_ENROLLMENT
        else:
            order = BY_TIME if span else BY_PLACE
        within = tuple(each for each in (assignment, enrollment) if each is not None)
        if self._index is None:
            self._index = Index({place: grade.at for place, grade in self._grades.items()})
        places, total = self._index.page(self._time_of, order, within, span, start, limit)
        return [self._grades[place] for place in places], total

    def comments_since(
        self, since: float, start: int, limit: int, *, enrollment: int | None = None
    ) -> tuple[list[FinalComment], int]:
        """Return one page of the final comments that changed at or after a Unix time, sorted by
        time, and the number of all such comments."""
        if self._comment_index is None:
            times = {place: comment.at for place, comment in self._final_comments.items()}
            self._comment_index = Index(times)
        order, within = (
            (BY_TIME, ()) if enrollment is None else (_COMMENTS_OF_ENROLLMENT, (enrollment,))
        )
        places, total = self._comment_index.page(
            self._comment_time, order, within, from_then_on(since), start, limit
        )
        return [self._final_comments[place] for place in places], total

    def of_assignment(self, assignment_id: int) -> list[Grade]:
        """All grades on one assignment, by enrollment."""
        return self.page(0, len(self._grades), assignment=assignment_id)[0]

    def of_enrollment(self, enrollment: int) -> list[Grade]:
        """All grades of one enrollment, by assignment."""
        return self.page(0, len(self._grades), enrollment=enrollment)[0]

    def _time_of(self, place: GradePlace) -> float | None:
        grade = self._grades.get(place)
        return None if grade is None else grade.at

    def _comment_time(self, place: CommentPlace) -> float | None:
        comment = self._final_comments.get(place)
        return None if comment is None else comment.at

    def remembered(self, enrollment: int, compute: Callable[[Coursework, int], T]) -> T:
        """Return `compute(self, enrollment)`, from a cache until a change that can affect the
        enrollment's final grades."""
        if enrollment not in self._remembered:
            self._remembered[enrollment] = compute(self, enrollment)
        found: T = self._remembered[enrollment]
        return found

    def snapshot(self) -> dict[str, Any]:
        """The whole content as plain data, in a fixed order."""
        return {
            "policy": msgspec.to_builtins(self.policy),
            "periods": _plain(self._periods),
            "categories": _plain(self._categories),
            "assignments": _plain(self._assignments),
            "grades": _plain(self._grades),
            "final_comments": _plain(self._final_comments),
            "overrides": _plain(self._overrides),
        }


def _plain(table: dict[Any, Any]) -> list[Any]:
    return [msgspec.to_builtins(table[name]) for name in sorted(table)]
