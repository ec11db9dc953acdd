"""The owner of one section's coursework."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

import msgspec

from mock_sis.errors import Conflict, NotFound
from mock_sis.gradebook.coursework.index import BY_PLACE, BY_TIME, Index, Order, Span
from mock_sis.gradebook.coursework.index import since as from_then_on
from mock_sis.gradebook.coursework.values import (
    OTHER,
    Assignment,
    Category,
    FinalComment,
    Grade,
    Override,
    Period,
    Place,
    Policy,
)

T = TypeVar("T")

_BY_ENROLLMENT = Order(lambda place, _: place[::-1], lambda key: key[::-1])
_BY_ASSIGNMENT_AND_TIME = Order(lambda p, at: (p[0], at, p[1]), lambda key: (key[0], key[2]))
_BY_ENROLLMENT_AND_TIME = Order(lambda p, at: (p[1], at, p[0]), lambda key: (key[2], key[0]))


class Coursework:
    """Assignments, categories, periods, grades and final comments of a section.

    Whether a change is allowed is the dialect's judgement, made before it. Every change carries its
    time, and nothing here reads a clock.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.periods: dict[int, Period] = {}
        self.categories: dict[int, Category] = {}
        self._last_category = 0
        self.assignments: dict[int, Assignment] = {}
        self.final_comments: dict[tuple[int, str], FinalComment] = {}
        self.overrides: dict[tuple[int, str], Override] = {}
        self._grades: dict[Place, Grade] = {}
        self._index: Index[Place] | None = None
        self._listeners: tuple[Callable[[Collection[Place]], None], ...] = ()
        self._remembered: dict[int, Any] = {}

    def add_period(self, period: Period) -> None:
        """Add a grading period. Raises Conflict where its id is taken."""
        _add(self.periods, period, "grading period")

    def add_category(self, category: Category) -> None:
        """Add a grading category. Raises Conflict where its id is taken."""
        _add(self.categories, category, "grading category")
        self._last_category = max(self._last_category, category.id)

    def add_assignment(self, assignment: Assignment) -> None:
        """Add a grade item. Raises Conflict where its id is taken, NotFound where its category or
        period is not there."""
        self.refuse_dangling(assignment)
        _add(self.assignments, assignment, "assignment")

    def change_assignment(self, assignment: Assignment) -> None:
        """Replace a grade item. Raises NotFound."""
        self.assignment(assignment.id)
        self.refuse_dangling(assignment)
        self.assignments[assignment.id] = assignment
        self._remembered.clear()

    def remove_assignment(self, assignment_id: int) -> None:
        """Remove a grade item and the grades on it. Raises NotFound."""
        self.assignment(assignment_id)
        del self.assignments[assignment_id]
        gone = [(grade.assignment, grade.enrollment) for grade in self.of_assignment(assignment_id)]
        for place in gone:
            del self._grades[place]
        self._note(gone)

    def assignment(self, assignment_id: int) -> Assignment:
        """The grade item of that id. Raises NotFound."""
        if assignment_id not in self.assignments:
            raise NotFound(f"There is no assignment {assignment_id} in this section.")
        return self.assignments[assignment_id]

    def refuse_dangling(self, assignment: Assignment) -> None:
        """Raise NotFound where the item's category or period is not there."""
        if assignment.period != OTHER and assignment.period not in self.periods:
            raise NotFound(f"There is no grading period {assignment.period}.")
        if assignment.category and assignment.category not in self.categories:
            raise NotFound(f"There is no grading category {assignment.category}.")

    def grade(self, assignment_id: int, enrollment: int) -> Grade | None:
        """What somebody has on an assignment."""
        return self._grades.get((assignment_id, enrollment))

    @property
    def grades(self) -> Mapping[Place, Grade]:
        """All grades by assignment and enrollment. Not to be changed."""
        return self._grades

    def put_grades(self, grades: Mapping[Place, Grade]) -> None:
        """Write grades, each replacing what is at its place."""
        self._grades.update(grades)
        self._note(grades)

    def remove_grade(self, assignment_id: int, enrollment: int) -> None:
        """Take a grade away, where there is one."""
        if self._grades.pop((assignment_id, enrollment), None) is not None:
            self._note([(assignment_id, enrollment)])

    def put_category(self, category: Category) -> None:
        """Add a category, or replace the one of that id."""
        self.categories[category.id] = category
        self._last_category = max(self._last_category, category.id)
        self._remembered.clear()

    def free_category_id(self) -> int:
        """An id that no category has or had."""
        return self._last_category + 1

    def remove_category(self, category_id: int) -> None:
        """Take a category away; nothing may be in it."""
        self.categories.pop(category_id, None)
        self._remembered.clear()

    def put_period(self, period: Period) -> None:
        """Replace a grading period. Raises NotFound."""
        if period.id not in self.periods:
            raise NotFound(f"There is no grading period {period.id} in this section.")
        self.periods[period.id] = period
        self._remembered.clear()

    def put_comment(self, comment: FinalComment) -> None:
        """Write a final comment, replacing what is there."""
        self.final_comments[(comment.enrollment, comment.period)] = comment

    def put_override(self, override: Override) -> None:
        """Set a final grade by hand."""
        self.overrides[(override.enrollment, override.period)] = override
        self._remembered.pop(override.enrollment, None)

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
        """One page of the grades that fit, and how many fit in all; by assignment and enrollment,
        or by time where `since` or a span is given."""
        if since is not None:
            span = from_then_on(since)
        if assignment is not None and enrollment is not None:
            there = self._grades.get((assignment, enrollment))
            found = [there] if there and (span is None or span.holds(there.at)) else []
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

    def of_assignment(self, assignment_id: int) -> list[Grade]:
        """All grades on one assignment, by enrollment."""
        return self.page(0, len(self._grades), assignment=assignment_id)[0]

    def of_enrollment(self, enrollment: int) -> list[Grade]:
        """All grades of one enrollment, by assignment."""
        return self.page(0, len(self._grades), enrollment=enrollment)[0]

    def _time_of(self, place: Place) -> float | None:
        grade = self._grades.get(place)
        return None if grade is None else grade.at

    def tell(self, listener: Callable[[Collection[Place]], None]) -> None:
        """Tell a listener, from now on, of all places whose grades are written or removed."""
        self._listeners = (*self._listeners, listener)

    def remembered(self, enrollment: int, compute: Callable[[Coursework, int], T]) -> T:
        """What `compute` makes of an enrollment, computed again only after something that its
        final grades depend on changed."""
        if enrollment not in self._remembered:
            self._remembered[enrollment] = compute(self, enrollment)
        found: T = self._remembered[enrollment]
        return found

    def snapshot(self) -> dict[str, Any]:
        """Everything, as plain data in a fixed order."""
        return {
            "policy": msgspec.to_builtins(self.policy),
            "periods": _plain(self.periods),
            "categories": _plain(self.categories),
            "assignments": _plain(self.assignments),
            "grades": _plain(self._grades),
            "final_comments": _plain(self.final_comments),
            "overrides": _plain(self.overrides),
        }

    def _note(self, places: Collection[Place]) -> None:
        if self._index is not None:
            self._index.note(places)
        for listener in self._listeners:
            listener(places)
        for _, enrollment in places if self._remembered else ():
            self._remembered.pop(enrollment, None)


def _add(table: dict[int, Any], row: Any, kind: str) -> None:
    if row.id in table:
        raise Conflict(f"The {kind} {row.id} is there already.")
    table[row.id] = row


def _plain(table: dict[Any, Any]) -> list[Any]:
    return [msgspec.to_builtins(table[name]) for name in sorted(table)]
