"""The rows of each collection, limited to the class, user or term in the path."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from mock_sis.dialects.oneroster.gradebook_rows import category_row, line_item_row, scale_row
from mock_sis.dialects.oneroster.paged import ByClass, LazyRows
from mock_sis.dialects.oneroster.query import Pages
from mock_sis.dialects.oneroster.roster import JsonObject, Rows
from mock_sis.dialects.oneroster.sourcedids import TERM, course_section, refuse_unknown_school
from mock_sis.errors import NotFound
from mock_sis.exchange import Params
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.values import Person, Section, key

Source = Callable[[Rows, Params], Pages]
"""Gives the rows of a collection that belong to the objects in the params. Raises NotFound."""


def _sections(book: Gradebook, params: Params) -> list[Section]:
    """The class in the params, or all classes. Raises NotFound."""
    if "class" in params:
        return [book.section(params["class"])]
    return list(book.sections.values())


def _few(rows: list[JsonObject]) -> Pages:
    """Rows of a collection that is always small, by sourcedId."""
    return LazyRows(sorted(rows, key=lambda row: str(row["sourcedId"])), lambda row: row)


def in_school(source: Source) -> Source:
    """The same rows for the one school, which has all of them. Raises NotFound for another one."""

    def within(rows: Rows, params: Params) -> Pages:
        refuse_unknown_school(params["school"])
        return source(rows, {name: each for name, each in params.items() if name != "school"})

    return within


def nothing(_rows: Rows, _params: Params) -> Pages:
    """The rows of a collection that the SIS keeps nothing of."""
    return _few([])


def orgs(rows: Rows, _params: Params) -> Pages:
    """All orgs."""
    return _few(rows.orgs())


def schools(rows: Rows, _params: Params) -> Pages:
    """The one school."""
    return _few(rows.schools())


def sessions(rows: Rows, _params: Params) -> Pages:
    """Term and grading periods."""
    return _few(rows.sessions())


def terms(rows: Rows, _params: Params) -> Pages:
    """The one term."""
    return _few(rows.terms())


def grading_periods(rows: Rows, params: Params) -> Pages:
    """All grading periods, which belong to the one term. Raises NotFound for another term."""
    _refuse_other_term(params)
    return _few(rows.grading_periods())


def _refuse_other_term(params: Params) -> None:
    if params.get("term", TERM) != TERM:
        raise NotFound(f"No term has the sourcedId {params['term'][:200]!r}.")


def courses(rows: Rows, _params: Params) -> Pages:
    """The courses: one for each class."""
    sections = rows.book.sections
    return LazyRows(_names(rows.book), lambda name: rows.course(sections[name]))


def classes(rows: Rows, params: Params) -> Pages:
    """The classes of the user, course or term in the path, or all. Raises NotFound."""
    _refuse_other_term(params)
    if "course" in params:
        section = course_section(rows.book, params["course"])
        if section is None:
            raise NotFound(f"No course has the sourcedId {params['course'][:200]!r}.")
        return _few([rows.klass(section)])
    if "user" not in params:
        return LazyRows(_names(rows.book), lambda name: rows.klass(rows.book.sections[name]))
    sections = rows.book.sections_of(_person(rows, params).id)
    return _few([rows.klass(section) for section in sections if _belongs(rows, section, params)])


def _names(book: Gradebook) -> list[str]:
    return book.remembered("sections", lambda: sorted(book.sections))


def users(rows: Rows, _params: Params) -> Pages:
    """All people."""
    book = rows.book
    names = book.remembered("people", lambda: sorted(book.people))
    return LazyRows(names, lambda name: rows.user(book.people[name]))


def demographics(rows: Rows, _params: Params) -> Pages:
    """The demographics of all people."""
    book = rows.book
    names = book.remembered("people", lambda: sorted(book.people))
    return LazyRows(names, lambda name: rows.demographics(book.people[name]))


def in_role(role: str) -> Source:
    """The source of students or of teachers, in all classes or the one in the params."""

    def source(rows: Rows, params: Params) -> Pages:
        book = rows.book
        section = book.section(params["class"]).id if "class" in params else None

        def find() -> list[str]:
            if section is not None:
                return sorted(
                    key(person.id) for person in rows.members(book.sections[section], role)
                )
            teaching = role == "teacher"
            people = book.people.items()
            return sorted(name for name, person in people if rows.teaches(person) == teaching)

        names = book.remembered((role, section), find)
        return LazyRows(names, lambda name: rows.user(book.people[name]))

    return source


def enrollments(rows: Rows, params: Params) -> Pages:
    """Active enrollments: all, or those of the class or user in the params."""
    book = rows.book
    user, section = params.get("user"), params.get("class")

    def find() -> list[int]:
        sections = _sections(book, params) if user is None else book.sections_of(user)
        within = [each.id for each in sections if section in (None, each.id)]
        if user is None:
            found = [row for name in within for row in book.roster(name).values()]
        else:
            found = [book.enrollment(name, user) for name in within]
        return sorted([row.id for row in found if row.state == "active"], key=str)

    def make(number: int) -> JsonObject:
        found = book.enrollment_of(number)
        assert found is not None
        return rows.enrollment(*found)

    return LazyRows(find() if user else book.remembered(("enrollments", section), find), make)


def categories(rows: Rows, params: Params) -> Pages:
    """Categories: all, or those of the class in the params."""
    sections = _sections(rows.book, params)
    parts = [(each, rows.book.coursework(each.id).categories) for each in sections]
    return ByClass(parts, partial(category_row, rows))


def line_items(rows: Rows, params: Params) -> Pages:
    """Line items: all, or those of the class in the params."""
    sections = _sections(rows.book, params)
    parts = [(each, rows.book.coursework(each.id).assignments) for each in sections]
    return ByClass(parts, partial(line_item_row, rows))


def scales(rows: Rows, params: Params) -> Pages:
    """Score scales: all, or those that the class in the params can use. Scales without a class are
    shown for the first class."""
    return _few(
        [
            scale_row(rows, section, scale)
            for section in _sections(rows.book, params)[:1]
            for scale in rows.book.scales.values()
            if "class" not in params or scale.section in ("", section.id)
        ]
    )


def _belongs(rows: Rows, section: Section, params: Params) -> bool:
    """Whether the user in the path is in a class and was not dropped."""
    return rows.book.enrollment(section.id, params["user"]).state == "active"


def _person(rows: Rows, params: Params) -> Person:
    found = rows.book.people.get(params["user"])
    if found is None:
        raise NotFound(f"No user has the sourcedId {params['user'][:200]!r}.")
    return found
