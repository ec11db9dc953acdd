"""A section's exam as one of its grade items: a registered mark is a grade there, and the other way
round, so that each interface reads what another wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from mock_sis.formats.numbers import digits
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import Assignment, Grade
from mock_sis.gradebook.totals import Level, letter_points


class Exam:
    """An exam and the item it shows up as.

    `worth` is what the marks of its scale are worth, and `out_of` the points that 100 of it stand
    for: where the item is graded on that very scale, which is in per cent, all of the item's.
    """

    def __init__(
        self, work: Coursework, item: Assignment, worth: Mapping[str, float], out_of: float
    ) -> None:
        self.item = item
        self._work, self._out_of = work, out_of
        levels = [Level(mark, value) for mark, value in worth.items()]
        self._points = {mark: letter_points(levels, mark, out_of) for mark in worth}
        self._marks = {points: mark for mark, points in reversed(self._points.items())}

    def register(
        self, results: Iterable[tuple[int, str, float | None]], at: float, by: str
    ) -> None:
        """Grade what was registered: enrollment, the mark that counts, and its value on the scale.
        Comments stay as they are."""
        blank = Grade(self.item.id, 0, None, at, by)
        self._work.put_grades(
            {
                (self.item.id, enrollment): msgspec.structs.replace(
                    self._work.grade(self.item.id, enrollment) or blank,
                    enrollment=enrollment,
                    grade=self.points(mark, value),
                    exception=0,
                    at=at,
                    by=by,
                )
                for enrollment, mark, value in results
            }
        )

    def points(self, mark: str, value: float | None) -> float | None:
        """What a mark of this value on the scale is worth on the item."""
        return self._points.get(mark, value)

    def mark(self, points: float) -> str:
        """The mark worth exactly these points, else their number."""
        return self._marks.get(points) or digits(points)

    def value(self, points: float) -> float:
        """What points are on the scale."""
        return points if self._out_of in (0, 100) else 100 * points / self._out_of


def exam_of(
    work: Coursework, assignment: int, worth: Mapping[str, float], scale: int
) -> Exam | None:
    """The exam that shows up as this assignment, None where there is none (any more). `worth` and
    `scale` are the marks and the number of the exam's scale."""
    item = work.assignments.get(assignment)
    if item is None:
        return None
    return Exam(work, item, worth, item.max_points if item.scale and item.scale == scale else 100)
