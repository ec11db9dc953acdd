"""GET sections/{id}/grades: the grades of a section, a page at a time, with periods and totals.

Source: "Grade/Grades" of the Schoology documentation.
"""

from __future__ import annotations

from typing import Any

from mock_sis.dialects.schoology import finals
from mock_sis.dialects.schoology.answers import answer
from mock_sis.dialects.schoology.lookup import section_of
from mock_sis.dialects.schoology.numbers import plain
from mock_sis.dialects.schoology.paging import optional_number, page
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import Grade
from mock_sis.world import Context


def list_grades(context: Context, call: Call, params: Params) -> Reply:
    """The grades that fit assignment_id, enrollment_id and timestamp."""
    section = section_of(context, params)
    book = context.world.gradebook
    work, asked = book.coursework(section.id), page(context, call)
    enrollment = optional_number(call, "enrollment_id")
    found, total = work.page(
        asked.start,
        asked.limit,
        assignment=optional_number(call, "assignment_id"),
        enrollment=enrollment,
        since=optional_number(call, "timestamp"),
    )
    where = f"{context.base_url}/sections/{section.id}/assignments"
    data: dict[str, Any] = {
        "grades": {"grade": [grade_row(book, work, grade, where) for grade in found]},
        "period": [
            {
                "period_id": f"p{row.id}",
                "period_title": row.title,
                "weight": None if row.weight is None else f"{row.weight:.2f}",
            }
            for row in work.periods.values()
        ],
        "final_grade": [
            finals.section_row(work, number)
            for number in _whose(book, section.id, found, enrollment)
        ],
    }
    if asked.partial(total):
        data |= {"links": asked.links(total), "total": total}
    return answer(call, data)


def _whose(
    book: Gradebook, section_id: str, found: list[Grade], enrollment: int | None
) -> list[int]:
    """The enrollments whose final grades go with a page: those on it, or the one asked for."""
    if enrollment is not None:
        known = book.enrollment_by_id(section_id, enrollment)
        return [] if known is None else [enrollment]
    return list(dict.fromkeys(grade.enrollment for grade in found))


def grade_row(book: Gradebook, work: Coursework, grade: Grade, where: str) -> dict[str, Any]:
    """A grade object. `where` is the URL of the section's assignments."""
    item = work.assignments[grade.assignment]
    scale = book.scale_by_number(item.scale)
    return {
        "enrollment_id": grade.enrollment,
        "assignment_id": item.id,
        "grade": plain(grade.grade),
        "exception": grade.exception,
        "max_points": plain(item.max_points),
        "is_final": int(item.is_final),
        "timestamp": int(grade.at),
        "comment": grade.comment,
        "comment_status": grade.comment_status,
        "override": None,
        "calculated_grade": None,
        "pending": None,
        "type": item.type,
        "location": f"{where}/{item.id}",
        "scale_id": item.scale,
        "scale_type": scale.type if scale else 0,
        "category_id": item.category,
    }
