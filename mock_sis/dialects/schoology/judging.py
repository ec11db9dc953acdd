"""The verdict on each row of a request to set grades, before any of them is stored.

A row is judged by what the section holds and by the accepted rows before it, so that two rows may
say of one grade what one row could. Source: "Grade/Grades" of the Schoology documentation, fields.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache, lru_cache
from typing import Any

from msgspec import UNSET

from mock_sis.dialects.schoology.body import CommentRow, GradeRow
from mock_sis.dialects.schoology.codes import BAD, FORBIDDEN, MISSING, OK, RowRefused
from mock_sis.dialects.schoology.numbers import absent, whole
from mock_sis.dialects.schoology.worth import Worth
from mock_sis.formats.numbers import LARGEST, whole_number
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import FinalComment, Grade, GradePlace
from mock_sis.gradebook.values import Section

INTEGERS = range(-(2**63), 2**64)
"""What JSON writers of every kind can say as a number."""

Told = dict[str, Any]
"""A row of the report: the ids, `response_code`, and the `message` of one that was refused."""


class Judge:
    """Judges the rows of one request to a section, and keeps what the accepted ones write.

    `at` and `by` are the time and the operation of the request. `grades` and `comments` are what is
    to be stored, by their places, the last of a place only.
    """

    def __init__(self, book: Gradebook, section: Section, at: float, by: str) -> None:
        self.grades: dict[GradePlace, Grade] = {}
        self.comments: dict[tuple[int, str], FinalComment] = {}
        self._book, self._section = book, section
        self._work = book.coursework(section.id)
        self._closed = section.state == "closed"
        self._enrolled = book.enrollments_by_id(section.id).get
        self._held = self._work.grades.get
        self._at, self._by = at, by
        # A request has few different assignments.
        self._worth = cache(self._find_worth)
        self._shown_item = lru_cache(None, typed=True)(shown)

    def grade(self, row: GradeRow) -> Told:
        """The verdict on a grade."""
        given = row.enrollment_id
        # Most ids are text. Reading them here saves a call in each of 10,000 rows.
        number = whole_number(given, 0, LARGEST) if type(given) is str else whole(given)
        try:
            enrollment = self._enrollment(number)
            worth = self._worth(row.assignment_id)
            self._write(row, worth, enrollment)
        except RowRefused as refused:
            return {
                "enrollment_id": shown(given) if number is None else number,
                "assignment_id": self._shown_item(row.assignment_id),
                "response_code": refused.code,
                "message": str(refused),
            }
        return {
            "enrollment_id": enrollment,
            "assignment_id": worth.assignment,
            "response_code": OK,
        }

    def comment(self, row: CommentRow) -> Told:
        """The verdict on a final comment."""
        names = {
            "enrollment_id": shown(row.enrollment_id),
            "period_id": shown(row.period_id),
        }
        try:
            enrollment = self._enrollment(whole(row.enrollment_id))
            period = self._period(row.period_id)
            status = _flag(row.comment_status) or 0
        except RowRefused as refused:
            return {**names, "response_code": refused.code, "message": str(refused)}
        self.comments[enrollment, period] = FinalComment(
            enrollment, period, row.comment or "", status, self._at
        )
        return {**names, "response_code": OK}

    def forget(self, enrollments: Container[int]) -> None:
        """Store nothing of these enrollments."""
        self.grades = {
            place: grade
            for place, grade in self.grades.items()
            if grade.enrollment not in enrollments
        }
        self.comments = {
            place: comment
            for place, comment in self.comments.items()
            if comment.enrollment not in enrollments
        }

    def _enrollment(self, number: int | None) -> int:
        found = None if number is None else self._enrolled(number)
        if found is None:
            raise RowRefused(MISSING, "This section has no such enrollment.")
        if found.state == "withdrawn":
            raise RowRefused(FORBIDDEN, "The enrollment is not active.")
        if self._closed:
            raise RowRefused(FORBIDDEN, "The section is closed.")
        return found.id

    def _find_worth(self, given: int | str) -> Worth:
        number = whole(given)
        item = None if number is None else self._work.assignments.get(number)
        if item is None:
            raise RowRefused(MISSING, "This section has no such assignment.")
        return Worth(item, self._book.scale_by_number(item.scale))

    def _period(self, given: int | str) -> str:
        if given == "final":
            return "final"
        number = whole(given.removeprefix("p") if isinstance(given, str) else given)
        if number is None or number not in self._work.periods:
            raise RowRefused(MISSING, "This section has no such grading period.")
        return f"p{number}"

    def _write(self, row: GradeRow, worth: Worth, enrollment: int) -> None:
        """Keep the grade as the row leaves it; a row that says nothing leaves it as it is."""
        given, excepted = row.grade, row.exception
        said, visible = row.comment, row.comment_status
        if given is excepted is said is visible is UNSET:
            return
        assignment = worth.assignment
        place = assignment, enrollment
        before = (
            self.grades.get(place)
            or self._held(place)
            or Grade(assignment, enrollment, None, self._at, self._by)
        )
        if given is UNSET:
            points, exception = before.grade, before.exception
        else:  # a new grade ends an exception that stood before it
            points, exception = worth[given], 0
        if excepted is not UNSET:
            exception = _exception(excepted)
        comment = before.comment if said is UNSET else said or ""
        status = None if visible is UNSET else _flag(visible)
        if status is None:
            status = before.comment_status
        self.grades[place] = Grade(
            assignment,
            enrollment,
            None if exception else points,
            self._at,
            self._by,
            exception,
            comment,
            0 if status is None and comment else status,
        )


def _exception(given: Any) -> int:
    number = 0 if absent(given) else whole(given)
    if number not in (0, 1, 2, 3):
        raise RowRefused(
            BAD, "The exception must be 0 (none), 1 (excused), 2 (incomplete) or 3 (missing)."
        )
    return number


def _flag(given: Any) -> int | None:
    if given is UNSET or absent(given):
        return None
    number = whole(given)
    if number not in (0, 1):
        raise RowRefused(BAD, "The comment_status must be 1 (visible to the student) or 0.")
    return number


def shown(given: int | str) -> int | str:
    """An id as the report names it: as a whole number if it is one, else as sent."""
    number = whole(given)
    if number is not None:
        return number
    # Whether a float is in a range, Python finds out by walking through it.
    return given if isinstance(given, int) and given in INTEGERS else str(given)
