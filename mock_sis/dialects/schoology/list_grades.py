"""GET sections/{id}/grades: the grades of a section, a page at a time, with periods and totals.

Source: "Grade/Grades" of the Schoology documentation.
"""

from __future__ import annotations

from typing import Any

from mock_sis.dialects.schoology import finals
from mock_sis.dialects.schoology.answers import answer
from mock_sis.dialects.schoology.lookup import section_of
from mock_sis.dialects.schoology.numbers import plain
from mock_sis.dialects.schoology.paging import page
from mock_sis.dialects.schoology.queries import number
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import Grade
from mock_sis.world import Context


def list_grades(context: Context, call: Call, params: Params) -> Reply:
    """The grades that fit assignment_id, enrollment_id and timestamp.

    With a timestamp, the final comments that changed since then follow the grades, so that the
    pages hold every change. They count as rows, and are shown among the final grades.
    """
    section = section_of(context, params)
    book = context.world.gradebook
    work, asked = book.coursework(section.id), page(context, call)
    item, enrollment = number(call, "assignment_id"), number(call, "enrollment_id")
    since = number(call, "timestamp")
    found, total = work.page(
        asked.start, asked.limit, assignment=item, enrollment=enrollment, since=since
    )
    whose = [grade.enrollment for grade in found]
    if since is None:
        whose = whose if enrollment is None else _known(book, section.id, enrollment)
    elif item is None:
        start, limit = max(0, asked.start - total), asked.limit - len(found)
        said, more = work.comments_since(since, start, limit, enrollment=enrollment)
        whose += [comment.enrollment for comment in said]
        total += more
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
        "final_grade": [finals.section_row(work, each) for each in dict.fromkeys(whose)],
    }
    if asked.partial(total):
        data |= {"links": asked.links(total), "total": total}
    return answer(call, data)


def _known(book: Gradebook, section_id: str, enrollment: int) -> list[int]:
    """The enrollment that is asked for, if the section has it."""
    return [enrollment] if book.enrollment_by_id(section_id, enrollment) else []


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
