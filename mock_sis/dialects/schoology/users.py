"""Users: who they are, their sections, and the grades of one user over all of them.

Source: "Grade/Grades" of the Schoology documentation, GET users/{id}/grades.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta, tzinfo
from typing import Any

from mock_sis.dialects.schoology import finals
from mock_sis.dialects.schoology.answers import answer, nothing
from mock_sis.dialects.schoology.list_grades import grade_row
from mock_sis.dialects.schoology.lookup import person_of
from mock_sis.dialects.schoology.numbers import whole
from mock_sis.dialects.schoology.paging import optional_number, page
from mock_sis.dialects.schoology.sections import section_row
from mock_sis.errors import Forbidden, Malformed, NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import OTHER, Grade
from mock_sis.gradebook.values import Person, Section
from mock_sis.world import Context


def get_user(context: Context, call: Call, params: Params) -> Reply:
    """One user."""
    book = context.world.gradebook
    return answer(call, user_row(book, person_of(context, params), call.received))


def user_row(book: Gradebook, person: Person, now: float) -> dict[str, Any]:
    """A user object; its offset from UTC, in hours, is that of `now`."""
    teaches = any(
        book.enrollment(section.id, person.id).role == "teacher"
        for section in book.sections_of(person.id)
    )
    return {
        "uid": str(person.id),
        "id": _number(person),
        "school_id": 1,
        "synced": 0,
        "school_uid": person.number,
        "building_id": 1,
        "additional_buildings": "",
        "name_title": "",
        "name_title_show": 0,
        "name_first": person.given_name,
        "name_first_preferred": "",
        "name_middle": "",
        "name_middle_show": 0,
        "name_last": person.family_name,
        "name_display": person.name,
        "username": person.username,
        "primary_email": person.email,
        "picture_url": "",
        "gender": None,
        "position": None,
        "grad_year": "",
        "password": "",
        "role_id": 1 if teaches else 2,
        "tz_offset": _hours(book.zone, now),
        "tz_name": str(book.zone),
        "parents": None,
        "child_uids": None,
        "send_message": 0,
    }


def _hours(zone: tzinfo, now: float) -> int:
    """The offset from UTC in whole hours."""
    offset = datetime.fromtimestamp(now, zone).utcoffset() or timedelta()
    return int(offset / timedelta(hours=1))


def me(context: Context, _call: Call, _params: Params) -> Reply:
    """Sends the client on to its own user, to be signed again."""
    person = _first(context.world.gradebook)
    return nothing(303, (("Location", f"{context.base_url}/users/{person.id}"),))


def app_user_info(context: Context, call: Call, _params: Params) -> Reply:
    """Whom the credentials belong to, and the server's time."""
    person = _first(context.world.gradebook)
    data = {"web_session_timestamp": int(call.received), "api_uid": _number(person)}
    return answer(call, data)


def _number(person: Person) -> int | str:
    """A user's id, as a number if it is one."""
    number = whole(person.id)
    return person.id if number is None else number


def _first(book: Gradebook) -> Person:
    """The credentials' own user: the first teacher, or the first person there is."""
    for section in book.sections.values():
        for enrollment in book.roster(section.id).values():
            if enrollment.role == "teacher":
                return book.people[enrollment.person]
    person = next(iter(book.people.values()), None)
    if person is None:
        raise NotFound("The SIS has no people.")
    return person


def list_user_sections(context: Context, call: Call, params: Params) -> Reply:
    """A page of the sections in which a user is active."""
    person, asked = person_of(context, params), page(context, call)
    sections = _sections(context.world.gradebook, person, inactive=False)
    rows = [
        {
            **section_row(context, section),
            "links": {"self": f"{context.base_url}/sections/{section.id}"},
        }
        for section in asked.of(sections)
    ]
    total = len(sections)
    return answer(call, {"section": rows, "total": str(total), "links": asked.links(total)})


def _sections(book: Gradebook, person: Person, *, inactive: bool) -> list[Section]:
    return [
        section
        for section in book.sections_of(person.id)
        if inactive or book.enrollment(section.id, person.id).state == "active"
    ]


def list_user_grades(context: Context, call: Call, params: Params) -> Reply:
    """A user's grades by section and period, with totals.

    With timestamp or include_all_enrollments the answer is paged by enrollment.
    """
    person, asked = person_of(context, params), page(context, call)
    since = optional_number(call, "timestamp")
    inactive = _flag(call, "include_all_enrollments")
    sections = _asked_for(
        context, call, _sections(context.world.gradebook, person, inactive=inactive)
    )
    wanted = _wanted(call)
    paged = since is not None or inactive
    shown = asked.of(sections) if paged else sections
    data: dict[str, Any] = {
        "section": [_section(context, section, person, wanted, since) for section in shown]
    }
    if not paged:
        return answer(call, {**data, "links": {"self": asked.undivided}})
    return answer(call, {**data, "links": asked.links(len(sections)), "total": len(sections)})


def _asked_for(context: Context, call: Call, sections: list[Section]) -> list[Section]:
    section_id = call.query.get("section_id")
    if not section_id:
        if context.policy.user_grades_need_section:
            raise Forbidden("The parameter section_id is required here.")
        return sections
    return [section for section in sections if section.id == section_id]


def _flag(call: Call, name: str) -> bool:
    text = call.query.get(name) or "0"
    if text not in ("0", "1"):
        raise Malformed(f"The parameter {name} is 0 or 1.")
    return text == "1"


def _wanted(call: Call) -> frozenset[str] | None:
    """The periods asked for, by the names of finals.py; None for all."""
    text = call.query.get("grading_period_ids")
    if not text:
        return None
    names = set()
    for part in text.split(","):
        name = part.strip()
        if name not in (finals.OTHER_PERIOD, finals.FINAL):
            number = whole(name.removeprefix("p"))
            if number is None:
                raise Malformed("The parameter grading_period_ids lists ids, other and final.")
            name = f"p{number}"
        names.add(name)
    return frozenset(names)


def _section(
    context: Context,
    section: Section,
    person: Person,
    wanted: frozenset[str] | None,
    since: float | None,
) -> dict[str, Any]:
    book = context.world.gradebook
    work = book.coursework(section.id)
    enrollment = book.enrollment(section.id, person.id).id
    names = finals.listed_for_users(work) if wanted is None else wanted
    where = f"{context.base_url}/sections/{section.id}/assignments"
    return {
        "section_id": section.id,
        "period": _periods(book, work, _grades(work, enrollment, since), names, where),
        "final_grade": finals.user_rows(work, enrollment, names),
        "grading_category": [
            {"id": row.id, "title": row.title} for row in work.categories.values()
        ],
    }


def _grades(work: Coursework, enrollment: int, since: float | None) -> list[Grade]:
    """All items, ungraded ones with the timestamp 0; with `since`, those that changed."""
    found = {grade.assignment: grade for grade in work.of_enrollment(enrollment)}
    if since is not None:
        return [grade for grade in found.values() if grade.at >= since]
    return [found.get(item) or Grade(item, enrollment, None, 0.0, "") for item in work.assignments]


def _periods(
    book: Gradebook, work: Coursework, grades: list[Grade], names: frozenset[str], where: str
) -> list[dict[str, Any]]:
    by_period: dict[int, list[Grade]] = defaultdict(list)
    for grade in grades:
        by_period[work.assignments[grade.assignment].period].append(grade)
    titles = {**{row.id: row.title for row in work.periods.values()}, OTHER: "Other"}
    return [
        {
            "period_id": finals.period_name(period),
            "period_title": title,
            "assignment": [grade_row(book, work, grade, where) for grade in by_period[period]],
        }
        for period, title in titles.items()
        if by_period[period] and finals.period_name(period) in names
    ]
