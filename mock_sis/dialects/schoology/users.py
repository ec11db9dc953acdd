"""Users: who they are, their sections, and the grades of one user over all of them.

Source: "Grade/Grades" of the Schoology documentation, GET users/{id}/grades.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta, tzinfo
from typing import Any

from mock_sis.dialects.schoology import finals, queries, sections
from mock_sis.dialects.schoology.answers import answer, nothing
from mock_sis.dialects.schoology.list_grades import grade_row
from mock_sis.dialects.schoology.lookup import person_of
from mock_sis.dialects.schoology.numbers import whole
from mock_sis.dialects.schoology.paging import page
from mock_sis.errors import Forbidden, NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import OTHER, Grade
from mock_sis.gradebook.values import Person, Section
from mock_sis.world import Context

BUILDING = 1
"""The only building of the school."""


def get_user(context: Context, call: Call, params: Params) -> Reply:
    """One user."""
    book = context.world.gradebook
    return answer(call, user_row(book, person_of(context, params), call.received))


def user_row(book: Gradebook, person: Person, now: float) -> dict[str, Any]:
    """A user object; its offset from UTC, in hours, is that of `now`."""
    return {**listed_user_row(book, person, now), "send_message": 0}


def listed_user_row(book: Gradebook, person: Person, now: float) -> dict[str, Any]:
    """A user object as lists have it."""
    return {
        "uid": str(person.id),
        "id": _number(person),
        "school_id": 1,
        "synced": 0,
        "school_uid": person.number,
        "building_id": BUILDING,
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
        "role_id": _role(book, person),
        "tz_offset": _hours(book.zone, now),
        "tz_name": str(book.zone),
        "parents": None,
        "child_uids": None,
    }


def _role(book: Gradebook, person: Person) -> int:
    """1 for who teaches a section, 2 for all others."""
    taken = book.sections_of(person.id)
    teaches = any(book.enrollment(each.id, person.id).role == "teacher" for each in taken)
    return 1 if teaches else 2


def list_users(context: Context, call: Call, _params: Params) -> Reply:
    """A page of the users that fit school_uids, role_ids and building_id."""
    book, asked = context.world.gradebook, page(context, call)
    numbers, roles = queries.listed(call, "school_uids"), queries.numbers(call, "role_ids")
    people = list(book.people.values()) if numbers is None else book.people_numbered(numbers)
    if roles is not None:
        people = [person for person in people if _role(book, person) in roles]
    if queries.number(call, "building_id") not in (None, BUILDING):
        people = []
    rows = [listed_user_row(book, person, call.received) for person in asked.of(people)]
    total = len(people)
    return answer(call, {"user": rows, "total": str(total), "links": asked.links(total)})


def find_user(context: Context, _call: Call, params: Params) -> Reply:
    """Sends the client on to the user with a number of the school's own records, to be signed
    again."""
    for person in context.world.gradebook.people_numbered([params["school_uid"]]):
        return nothing(303, (("Location", f"{context.base_url}/users/{person.id}"),))
    raise NotFound(f"No user has the school_uid {params['school_uid'][:80]!r}.")


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
    """A page of the sections in which a user is active, past ones if include_past asks for them."""
    person = person_of(context, params)
    found = _sections(context.world.gradebook, person, inactive=False)
    return sections.page_of(context, call, found)


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
    since = queries.number(call, "timestamp")
    inactive = queries.flag(call, "include_all_enrollments")
    found = _asked_for(context, call, _sections(context.world.gradebook, person, inactive=inactive))
    wanted = queries.periods(call, "grading_period_ids")
    paged = since is not None or inactive
    shown = asked.of(found) if paged else found
    data: dict[str, Any] = {
        "section": [_section(context, section, person, wanted, since) for section in shown]
    }
    if not paged:
        return answer(call, {**data, "links": {"self": asked.undivided}})
    return answer(call, {**data, "links": asked.links(len(found)), "total": len(found)})


def _asked_for(context: Context, call: Call, found: list[Section]) -> list[Section]:
    section_id = queries.text(call, "section_id")
    if section_id is None:
        if context.policy.user_grades_need_section:
            raise Forbidden("The parameter section_id is required here.")
        return found
    return [section for section in found if section.id == section_id]


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
    grades = _grades(work, enrollment, since)
    final = finals.user_rows(work, enrollment, names)
    if since is not None:
        changed = finals.changed(work, enrollment, grades, since)
        final = [row for row in final if row["period_id"] in changed]
    return {
        "section_id": section.id,
        "period": _periods(book, work, grades, names, where),
        "final_grade": final,
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
