"""Changes of a section's coursework, which only the Gradebook makes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mock_sis.errors import Conflict, NotFound
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import (
    Assignment,
    Category,
    FinalComment,
    Grade,
    GradePlace,
    Override,
    Period,
    Policy,
)


class MutableCoursework(Coursework):
    """Coursework that can be changed.

    The dialects decide beforehand whether a change is allowed. Every change carries its time;
    nothing here reads a clock.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self._listeners: tuple[Callable[[Collection[GradePlace]], None], ...] = ()

    def tell(self, listener: Callable[[Collection[GradePlace]], None]) -> None:
        """Call a listener with the places of all grades written or removed from now on."""
        self._listeners = (*self._listeners, listener)

    def add_period(self, period: Period) -> None:
        """Add a grading period. Raises Conflict if its id is taken."""
        _add(self._periods, period, "grading period")

    def put_period(self, period: Period) -> None:
        """Replace a grading period. Raises NotFound."""
        if period.id not in self._periods:
            raise NotFound(f"This section has no grading period {period.id}.")
        self._periods[period.id] = period
        self._remembered.clear()

    def add_category(self, category: Category) -> None:
        """Add a grading category. Raises Conflict if its id is taken."""
        _add(self._categories, category, "grading category")
        self._category_ids.note(category.id)

    def put_category(self, category: Category) -> None:
        """Add a grading category, or replace the one with the same id."""
        self._categories[category.id] = category
        self._category_ids.note(category.id)
        self._remembered.clear()

    def remove_category(self, category_id: int) -> None:
        """Remove a grading category, if present. No assignment may be in it."""
        self._categories.pop(category_id, None)
        self._remembered.clear()

    def add_assignment(self, assignment: Assignment) -> None:
        """Add an assignment. Raises Conflict if its id is taken, NotFound if its category or
        grading period is unknown."""
        self.refuse_dangling(assignment)
        _add(self._assignments, assignment, "assignment")

    def change_assignment(self, assignment: Assignment) -> None:
        """Replace an assignment. Raises NotFound if it, its category or its grading period is
        unknown."""
        self.assignment(assignment.id)
        self.refuse_dangling(assignment)
        self._assignments[assignment.id] = assignment
        self._remembered.clear()

    def remove_assignment(self, assignment_id: int) -> None:
        """Remove an assignment and the grades on it. Raises NotFound."""
        self.assignment(assignment_id)
        del self._assignments[assignment_id]
        gone = [(grade.assignment, grade.enrollment) for grade in self.of_assignment(assignment_id)]
        for place in gone:
            del self._grades[place]
        self._note(gone)

    def put_grades(self, grades: Mapping[GradePlace, Grade]) -> None:
        """Write grades, each replacing the one at its place."""
        self._grades.update(grades)
        self._note(grades)

    def remove_grade(self, assignment_id: int, enrollment: int) -> None:
        """Remove a grade, if present."""
        if self._grades.pop((assignment_id, enrollment), None) is not None:
            self._note([(assignment_id, enrollment)])

    def put_comment(self, comment: FinalComment) -> None:
        """Write a final comment, replacing the one at its place."""
        place = comment.enrollment, comment.period
        self._final_comments[place] = comment
        if self._comment_index is not None:
            self._comment_index.note([place])

    def put_override(self, override: Override) -> None:
        """Set a final grade by hand."""
        self._overrides[(override.enrollment, override.period)] = override
        self._remembered.pop(override.enrollment, None)

    def _note(self, places: Collection[GradePlace]) -> None:
        if self._index is not None:
            self._index.note(places)
        for listener in self._listeners:
            listener(places)
        for _, enrollment in places if self._remembered else ():
            self._remembered.pop(enrollment, None)


def _add(table: dict[int, Any], row: Any, kind: str) -> None:
    if row.id in table:
        raise Conflict(f"The {kind} {row.id} exists already.")
    table[row.id] = row
