"""What a grade is worth in points on an assignment: a number, or a letter of its scale.

Source: "Grade/Grades" of the Schoology documentation, fields: letters that the scale defines are
stored as numbers.
"""

from __future__ import annotations

from mock_sis.dialects.schoology.codes import BAD, RowRefused
from mock_sis.dialects.schoology.numbers import absent, decimal
from mock_sis.gradebook.coursework.values import Assignment
from mock_sis.gradebook.totals import LetterValue, letter_points
from mock_sis.gradebook.values import Scale

LARGEST_GRADE = 1_000_000_000
"""Far above any extra credit; totals of such grades are still finite and exact."""

Given = float | str | None


class Worth(dict[Given, float | None]):
    """The points of each grade that was given on an assignment, None for one that says nothing.

    A request has few different grades, so each is looked at once. Raises RowRefused.
    """

    def __init__(self, assignment: Assignment, scale: Scale | None) -> None:
        super().__init__()
        self.assignment = assignment.id
        self._max_points = assignment.max_points
        self._levels = [LetterValue(row.mark, row.value) for row in scale.levels] if scale else []

    def __missing__(self, given: Given) -> float | None:
        points = self[given] = None if absent(given) else self._points(given)
        return points

    def _points(self, given: Given) -> float:
        number = decimal(given)
        if number is None and isinstance(given, str):
            number = letter_points(self._levels, given, self._max_points)
        if number is None:
            raise RowRefused(BAD, "The grade is neither a number nor a letter of the scale.")
        if number < 0:
            raise RowRefused(BAD, "The grade is below 0.")
        if number > LARGEST_GRADE:
            raise RowRefused(BAD, f"The grade is above {LARGEST_GRADE}.")
        return abs(number)  # there is a 0 below 0 too
