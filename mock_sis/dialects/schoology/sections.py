"""Sections and what belongs to them: enrollments, scales, categories and grading periods.

Field names and their spelling (which numbers are text) follow the other pages of the public
documentation and clients of the real system.
"""

from __future__ import annotations

from typing import Any

from mock_sis.dialects.schoology.answers import answer
from mock_sis.dialects.schoology.daytimes import daytime
from mock_sis.dialects.schoology.lookup import enrollment_of, section_of
from mock_sis.dialects.schoology.numbers import plain
from mock_sis.dialects.schoology.paging import page
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.values import Enrollment, Scale, Section
from mock_sis.world import Context

CALCULATIONS = {"percent": 1, "points": 2}


def get_section(context: Context, call: Call, params: Params) -> Reply:
    """One section."""
    section = section_of(context, params)
    return answer(call, section_row(context, section))


def section_row(context: Context, section: Section) -> dict[str, Any]:
    """A section object."""
    work = context.world.gradebook.coursework(section.id)
    return {
        "id": section.id,
        "course_title": section.course_title or section.title,
        "course_code": section.flow.code,
        "course_id": section.id,
        "school_id": "1",
        "access_code": "",
        "section_title": section.title,
        "section_code": section.sis_code,
        "section_school_code": section.sis_code,
        "synced": "0",
        "active": int(section.state == "open"),
        "description": "",
        "grading_periods": list(work.periods),
        "profile_url": "",
        "location": "",
        "meeting_days": [""],
        "start_time": "",
        "end_time": "",
        "weight": "0",
        "options": {
            "weighted_grading_categories": str(int(work.policy.weighted)),
            "upload_documents": "0",
            "create_discussion": "0",
            "member_post": "0",
            "member_post_comment": "0",
        },
        "admin": 1,
    }


def list_enrollments(context: Context, call: Call, params: Params) -> Reply:
    """A page of a section's enrollments, withdrawn ones included."""
    section, asked = section_of(context, params), page(context, call)
    book = context.world.gradebook
    roster = list(book.roster(section.id).values())
    url = f"{context.base_url}/sections/{section.id}/enrollments"
    rows = [
        {**enrollment_row(book, each), "links": {"self": f"{url}/{each.id}"}}
        for each in asked.of(roster)
    ]
    total = len(roster)
    return answer(call, {"enrollment": rows, "total": str(total), "links": asked.links(total)})


def get_enrollment(context: Context, call: Call, params: Params) -> Reply:
    """One enrollment."""
    return answer(call, enrollment_row(context.world.gradebook, enrollment_of(context, params)))


def enrollment_row(book: Gradebook, enrollment: Enrollment) -> dict[str, Any]:
    """An enrollment object; status 1 is active, 5 archived."""
    person = book.people[enrollment.person]
    return {
        "id": str(enrollment.id),
        "uid": enrollment.person,
        "school_uid": person.number,
        "name_title": "",
        "name_title_show": "0",
        "name_first": person.given_name,
        "name_first_preferred": "",
        "name_middle": "",
        "name_middle_show": "0",
        "name_last": person.family_name,
        "name_display": person.name,
        "admin": int(enrollment.role == "teacher"),
        "status": "1" if enrollment.state == "active" else "5",
        "picture_url": "",
    }


def list_scales(context: Context, call: Call, params: Params) -> Reply:
    """The grading scales; every section may use all of them."""
    section = section_of(context, params)
    url = f"{context.base_url}/sections/{section.id}/grading_scales"
    rows = [scale_row(scale) for scale in context.world.gradebook.scales.values()]
    return answer(call, {"grading_scale": rows, "links": {"self": url}})


def scale_row(scale: Scale) -> dict[str, Any]:
    """A grading scale with its levels; `cutoff` is per cent."""
    levels = [
        {"grade": level.mark, "cutoff": plain(level.value), "average": plain(level.value)}
        for level in scale.levels
    ]
    return {
        "id": scale.number,
        "title": scale.title,
        "type": scale.type,
        "auto_averaging": 0,
        "hide_numeric": 0,
        "scale": {"level": levels},
    }


def list_categories(context: Context, call: Call, params: Params) -> Reply:
    """The grading categories of a section."""
    work = context.world.gradebook.coursework(section_of(context, params).id)
    rows = [
        {
            "id": row.id,
            "title": row.title,
            "delta": place,
            "calculation_type": CALCULATIONS[row.calculation],
            "default_max_points": 100,
            "default_grading_scale_id": 0,
            "drop_lowest": 0,
            **({} if row.weight is None else {"weight": plain(row.weight)}),
        }
        for place, row in enumerate(work.categories.values())
    ]
    return answer(call, {"grading_category": rows})


def list_periods(context: Context, call: Call, params: Params) -> Reply:
    """The grading periods of a section."""
    section = section_of(context, params)
    book = context.world.gradebook
    work = book.coursework(section.id)
    rows = [
        {
            "id": row.id,
            "title": row.title,
            "weight": plain(row.weight),
            "start": daytime(row.start, book.zone),
            "end": daytime(row.end, book.zone),
        }
        for row in work.periods.values()
    ]
    url = f"{context.base_url}/sections/{section.id}/grading_periods"
    return answer(call, {"grading_period": rows, "links": {"self": url}})
