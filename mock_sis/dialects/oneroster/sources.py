"""The rows of each collection, below what a path names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mock_sis.dialects.oneroster.marks import category_row, line_item_row, scale_row
from mock_sis.dialects.oneroster.roster import Row, Rows
from mock_sis.errors import NotFound
from mock_sis.exchange import Params
from mock_sis.gradebook import Person, Section
from mock_sis.sourcedids import TERM


def _sections(rows: Rows, params: Params) -> Iterable[Section]:
    """The class of the path, or all classes. Raises NotFound."""
    if "class" in params:
        return [rows.book.section(params["class"])]
    return rows.book.sections.values()


def orgs(rows: Rows, _params: Params) -> Iterable[Row]:
    """All orgs."""
    return rows.orgs()


def schools(rows: Rows, _params: Params) -> Iterable[Row]:
    """The one school."""
    return rows.schools()


def sessions(rows: Rows, _params: Params) -> Iterable[Row]:
    """Term and grading periods."""
    return rows.sessions()


def terms(rows: Rows, _params: Params) -> Iterable[Row]:
    """The one term."""
    return rows.terms()


def grading_periods(rows: Rows, params: Params) -> Iterable[Row]:
    """Grading periods, of the term of the path where it names one."""
    if params.get("term", TERM) != TERM:
        raise NotFound(f"There is no term {params['term'][:200]!r}.")
    return rows.grading_periods()


def courses(rows: Rows, _params: Params) -> Iterable[Row]:
    """The courses: one for each class."""
    return map(rows.course, rows.book.sections.values())


def classes(rows: Rows, params: Params) -> Iterable[Row]:
    """All classes, or those of the user of the path in their role."""
    if "user" not in params:
        return map(rows.klass, rows.book.sections.values())
    sections = rows.book.sections_of(_person(rows, params).id)
    return (rows.klass(section) for section in sections if _belongs(rows, section, params))


def users(rows: Rows, _params: Params) -> Iterable[Row]:
    """Everybody."""
    return map(rows.user, rows.book.people.values())


def in_role(role: str) -> Callable[[Rows, Params], Iterator[Row]]:
    """Students or teachers, of the class of the path where it names one."""

    def source(rows: Rows, params: Params) -> Iterator[Row]:
        if "class" in params:
            members = rows.members(rows.book.section(params["class"]), role)
            return (rows.user(person) for person in members)
        teaching = role == "teacher"
        people = rows.book.people.values()
        return (rows.user(person) for person in people if rows.teaches(person) == teaching)

    return source


def enrollments(rows: Rows, params: Params) -> Iterator[Row]:
    """Who is in which class; those who were dropped are gone."""
    for section in _sections(rows, params):
        for each in rows.book.roster(section.id).values():
            if each.state == "active":
                yield rows.enrollment(section, each)


def categories(rows: Rows, params: Params) -> Iterator[Row]:
    """Categories, of the class of the path where it names one."""
    for section in _sections(rows, params):
        for category in rows.book.coursework(section.id).categories.values():
            yield category_row(rows, section, category)


def line_items(rows: Rows, params: Params) -> Iterator[Row]:
    """Line items, of the class of the path where it names one."""
    for section in _sections(rows, params):
        for item in rows.book.coursework(section.id).assignments.values():
            yield line_item_row(rows, section, item)


def scales(rows: Rows, params: Params) -> Iterator[Row]:
    """Score scales, those made for other classes left out where the path names a class; what was
    made for none is shown as the first class uses it."""
    for section in list(_sections(rows, params))[:1]:
        for scale in rows.book.scales.values():
            if "class" not in params or scale.section in ("", section.id):
                yield scale_row(rows, section, scale)


def _belongs(rows: Rows, section: Section, params: Params) -> bool:
    """Whether the user of the path is in a class, and was not dropped from it."""
    return rows.book.enrollment(section.id, params["user"]).state == "active"


def _person(rows: Rows, params: Params) -> Person:
    found = rows.book.people.get(params["user"])
    if found is None:
        raise NotFound(f"There is no user {params['user'][:200]!r}.")
    return found
