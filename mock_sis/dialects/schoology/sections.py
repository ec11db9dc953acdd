"""Sections and what belongs to them: enrollments, scales, categories and grading periods.

Field names and their spelling (which numbers are text) follow the other pages of the public
documentation and clients of the real system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mock_sis.clock import day, day_at
from mock_sis.dialects.schoology import queries
from mock_sis.dialects.schoology.answers import answer
from mock_sis.dialects.schoology.daytimes import daytime
from mock_sis.dialects.schoology.lookup import enrollment_of, section_of
from mock_sis.dialects.schoology.numbers import plain
from mock_sis.dialects.schoology.paging import page
from mock_sis.errors import Malformed
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.values import Enrollment, Scale, Section
from mock_sis.world import Context

CALCULATIONS = {"percent": 1, "points": 2}


def get_section(context: Context, call: Call, params: Params) -> Reply:
    """One section."""
    section = section_of(context, params)
    return answer(call, section_row(context, section))


def list_sections(context: Context, call: Call, _params: Params) -> Reply:
    """A page of the sections with these codes, past ones if include_past asks for them."""
    codes = queries.listed(call, "section_school_codes")
    if codes is None:
        raise Malformed("section_school_codes is missing; list the codes of sections in it.")
    by_code = context.world.gradebook.section_by_sis_code
    return page_of(context, call, [each for each in map(by_code, codes) if each])


def page_of(context: Context, call: Call, found: list[Section]) -> Reply:
    """A page of these sections."""
    asked, past = page(context, call), queries.flag(call, "include_past")
    found = [each for each in found if past or not _is_past(context, each, call.received)]
    rows = [
        {
            **section_row(context, each),
            "links": {"self": f"{context.base_url}/sections/{each.id}"},
        }
        for each in asked.of(found)
    ]
    total = len(found)
    return answer(call, {"section": rows, "total": str(total), "links": asked.links(total)})


def _is_past(context: Context, section: Section, now: float) -> bool:
    """Whether the last day of every grading period is over; one without an end never is."""
    book = context.world.gradebook
    ends = [day(row.end, book.zone) for row in book.coursework(section.id).periods.values()]
    return bool(ends) and "" not in ends and max(ends) < day_at(now, book.zone)


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
    """A page of the enrollments that fit uid, enrollment_status and type, withdrawn ones too."""
    section, asked = section_of(context, params), page(context, call)
    book = context.world.gradebook
    roster = _narrowed(call, list(book.roster(section.id).values()))
    url = f"{context.base_url}/sections/{section.id}/enrollments"
    rows = [
        {**enrollment_row(book, each), "links": {"self": f"{url}/{each.id}"}}
        for each in asked.of(roster)
    ]
    total = len(roster)
    return answer(call, {"enrollment": rows, "total": str(total), "links": asked.links(total)})


def _narrowed(call: Call, roster: list[Enrollment]) -> list[Enrollment]:
    tests: tuple[tuple[Iterable[str] | None, Callable[[Enrollment], str]], ...] = (
        (queries.listed(call, "uid"), lambda each: each.person),
        (queries.chosen(call, "enrollment_status", queries.STATUSES), _status),
        (queries.chosen(call, "type", queries.TYPES), _type),
    )
    for wanted, shown in tests:
        if wanted is not None:
            among = frozenset(wanted)
            roster = [each for each in roster if shown(each) in among]
    return roster


def _status(enrollment: Enrollment) -> str:
    """1 is active, 5 archived."""
    return "1" if enrollment.state == "active" else "5"


def _type(enrollment: Enrollment) -> str:
    return "admin" if enrollment.role == "teacher" else "member"


def get_enrollment(context: Context, call: Call, params: Params) -> Reply:
    """One enrollment."""
    return answer(call, enrollment_row(context.world.gradebook, enrollment_of(context, params)))


def enrollment_row(book: Gradebook, enrollment: Enrollment) -> dict[str, Any]:
    """An enrollment object."""
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
        "status": _status(enrollment),
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
