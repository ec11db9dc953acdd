"""A section's exam as one of its assignments: conversion between marks and points.

An exam mark is stored in three structures, which must agree:

1. the `Score` of a person, which WISEflow reads and writes (`Gradebook.scores`);
2. the `Grade` of the person's enrollment on the section's `exam_assignment`, which Schoology and
   OneRoster read and write (`Coursework.grades`);
3. the indexes over all grades, one for each section and one for the gradebook, which list grades
   by place and by time of last change (`index.py`).

The Gradebook alone writes them, and each of its operations writes all three:

- `register_all` stores Scores and derives the Grades with `Exam.grades`. A comment on the grade is
  kept; an exception ends.
- `put_grades` stores Grades and derives the Scores with `Exam.mark` and `Exam.value`. A grade whose
  points are those of the Score leaves the Score as it is, so that a comment alone does not replace
  an alternative grade. A grade without points removes the Score.
- `remove_grade` removes Grade and Score.
- `remove_assignment` removes the Grades and unlinks the exam from the assignment. The Scores stay:
  the exam outlives the assignment, and WISEflow may go on registering marks on it.

A mark has a value on the scale of the exam, which is in per cent. On an assignment graded on that
same scale, a value of 100 is worth `max_points`; on any other assignment it is worth 100 points. If
several marks are worth the same points, these points are read back as the first of them. Points
that no mark is worth are read back as a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from mock_sis.formats.numbers import digits
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import Assignment, Grade, GradePlace
from mock_sis.gradebook.totals import LetterValue, letter_points


class Exam:
    """An exam and the assignment that shows its marks.

    `worth` maps the marks of the exam's scale to their values; `out_of` is the number of points
    that a value of 100 is worth.
    """

    def __init__(self, item: Assignment, worth: Mapping[str, float], out_of: float) -> None:
        self.item = item
        self._out_of = out_of
        levels = [LetterValue(mark, value) for mark, value in worth.items()]
        self._points = {mark: letter_points(levels, mark, out_of) for mark in worth}
        self._marks = {points: mark for mark, points in reversed(self._points.items())}

    def grades(
        self,
        held: Mapping[GradePlace, Grade],
        results: Iterable[tuple[int, str, float | None]],
        at: float,
        by: str,
    ) -> dict[GradePlace, Grade]:
        """The grades for registered results (enrollment, mark that counts, its value on the
        scale). Comments on the grades that are `held` are kept."""
        blank = Grade(self.item.id, 0, None, at, by)
        return {
            (self.item.id, enrollment): msgspec.structs.replace(
                held.get((self.item.id, enrollment), blank),
                enrollment=enrollment,
                grade=self.points(mark, value),
                exception=0,
                at=at,
                by=by,
            )
            for enrollment, mark, value in results
        }

    def points(self, mark: str, value: float | None) -> float | None:
        """The points that a mark with this value on the scale is worth."""
        return self._points.get(mark, value)

    def mark(self, points: float) -> str:
        """The mark worth exactly these points, otherwise the points as text."""
        return self._marks.get(points) or digits(points)

    def value(self, points: float) -> float:
        """The value on the scale of these points."""
        return points if self._out_of in (0, 100) else 100 * points / self._out_of


def exam_of(
    work: Coursework, assignment: int, worth: Mapping[str, float], scale: int
) -> Exam | None:
    """The exam shown by this assignment; None if the section does not have the assignment.

    `worth` maps the marks of the exam's scale to their values; `scale` is the number of that scale.
    """
    item = work.assignments.get(assignment)
    if item is None:
        return None
    return Exam(item, worth, item.max_points if item.scale and item.scale == scale else 100)
