"""Look up one object of each collection by its sourcedId, without reading the whole list."""

from __future__ import annotations

from collections.abc import Callable

from mock_sis.dialects.oneroster.gradebook_rows import category_row, line_item_row, scale_row
from mock_sis.dialects.oneroster.roster import JsonObject, Rows
from mock_sis.dialects.oneroster.sourcedids import (
    ORG,
    SCHOOL,
    TERM,
    category_name,
    course_section,
    find_category,
    find_line_item,
    find_scale,
    number_of,
)
from mock_sis.gradebook.coursework.values import Category

Finder = Callable[[Rows, str], JsonObject | None]
"""Gives the row of the object with this sourcedId, or None if the collection lacks it."""


def org(rows: Rows, name: str) -> JsonObject | None:
    """The district or its school."""
    return rows.orgs()[0] if name == ORG else school(rows, name)


def school(rows: Rows, name: str) -> JsonObject | None:
    """The one school."""
    return rows.schools()[0] if name == SCHOOL else None


def term(rows: Rows, name: str) -> JsonObject | None:
    """The one term."""
    return rows.terms()[0] if name == TERM else None


def grading_period(rows: Rows, name: str) -> JsonObject | None:
    """A grading period."""
    period = rows.periods().get(number_of(name) or 0)
    return None if period is None else rows.grading_period(period)


def session(rows: Rows, name: str) -> JsonObject | None:
    """The term or a grading period."""
    return term(rows, name) or grading_period(rows, name)


def course(rows: Rows, name: str) -> JsonObject | None:
    """The course of a class."""
    section = course_section(rows.book, name)
    return None if section is None else rows.course(section)


def klass(rows: Rows, name: str) -> JsonObject | None:
    """A class."""
    section = rows.book.sections.get(name)
    return None if section is None else rows.klass(section)


def user(rows: Rows, name: str) -> JsonObject | None:
    """A person in any role."""
    person = rows.book.people.get(name)
    return None if person is None else rows.user(person)


def demographics(rows: Rows, name: str) -> JsonObject | None:
    """The demographics of a person."""
    person = rows.book.people.get(name)
    return None if person is None else rows.demographics(person)


def nothing(_rows: Rows, _name: str) -> JsonObject | None:
    """None: the SIS keeps nothing of the collection."""
    return None


def in_role(role: str) -> Finder:
    """The finder for people in this role, student or teacher."""

    def finder(rows: Rows, name: str) -> JsonObject | None:
        person = rows.book.people.get(name)
        if person is None or rows.teaches(person) != (role == "teacher"):
            return None
        return rows.user(person)

    return finder


def enrollment(rows: Rows, name: str) -> JsonObject | None:
    """An active enrollment."""
    found = rows.book.enrollment_of(number_of(name) or 0)
    if found is None or found[1].state != "active":
        return None
    return rows.enrollment(*found)


def category(rows: Rows, name: str) -> JsonObject | None:
    """A category, or the placeholder for line items without one."""
    place = find_category(rows.book, name)
    if place is None:
        return _no_category(rows, name)
    section, number = place
    found = rows.book.coursework(section).categories[number]
    return category_row(rows, rows.book.sections[section], found)


def _no_category(rows: Rows, name: str) -> JsonObject | None:
    """The placeholder category, since the standard requires one of every line item."""
    section = rows.book.sections.get(name.removeprefix("cat-").removesuffix("-0"))
    if section is None or name != category_name(rows.book, section.id, 0):
        return None
    return category_row(rows, section, Category(0, "Uncategorised"))


def line_item(rows: Rows, name: str) -> JsonObject | None:
    """A posted line item."""
    place = find_line_item(rows.book, name)
    if place is None:
        return None
    section, number = place
    found = rows.book.coursework(section).assignments[number]
    return line_item_row(rows, rows.book.sections[section], found)


def scale(rows: Rows, name: str) -> JsonObject | None:
    """A score scale, shown for the class that it belongs to, else for the first class."""
    found = find_scale(rows.book, name)
    section = next(iter(rows.book.sections.values()), None)
    return None if found is None or section is None else scale_row(rows, section, found)
