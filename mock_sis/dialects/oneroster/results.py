"""Results: lists that use the gradebook's index, so that a page costs the same out of a thousand
as out of a million."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mock_sis.coursework import Grade
from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.lists import RESULTS, rows_of, url_of
from mock_sis.dialects.oneroster.marks import result_row
from mock_sis.dialects.oneroster.query import Query, read, read_one, select
from mock_sis.dialects.oneroster.roster import Row, Rows
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook import Gradebook, Section
from mock_sis.media import json_reply
from mock_sis.sourcedids import find_line_item, find_result
from mock_sis.world import Context

INDEXED = frozenset({"sourcedId", "class.sourcedId", "lineItem.sourcedId", "student.sourcedId"})
"""The fields that results can be found by without looking at all of them."""


@dataclass(frozen=True, slots=True)
class Stripe:
    """Results of one section, of one assignment, of one enrollment, or of two of these."""

    section: Section
    assignment: int | None = None
    enrollment: int | None = None

    def page(self, book: Gradebook, start: int, limit: int) -> tuple[list[Grade], int]:
        """A page of the grades in it, and how many there are."""
        return book.coursework(self.section.id).page(
            start, limit, assignment=self.assignment, enrollment=self.enrollment
        )


def list_results(context: Context, call: Call, params: Params) -> Reply:
    """The results below what the path names."""
    query = read(call, fields_of(RESULTS.schema))
    rows = rows_of(context)
    named = _named(rows.book, params)
    if _by_index(query):
        stripes = list(_narrowed(rows.book, named, query))
        found, total = _paged(rows, stripes, query.offset, query.limit)
        found = [dict(query.shown(row)) for row in found]
    else:
        everything = (row for stripe in _stripes(rows.book, named) for row in _all(rows, stripe))
        shown, total = select(query, everything)
        found = [dict(row) for row in shown]
    headers = query.headers(url_of(context, call), total)
    return json_reply({RESULTS.many: found}, headers=headers)


def get_result(context: Context, call: Call, params: Params) -> Reply:
    """One result."""
    query, rows = read_one(call, fields_of(RESULTS.schema)), rows_of(context)
    place = find_result(rows.book, params["result"])
    if place is None:
        raise NotFound(f"There is no result {params['result'][:200]!r}.")
    section, assignment, enrollment = place
    grade = rows.book.coursework(section).grade(assignment, enrollment)
    assert grade is not None
    row = result_row(rows, rows.book.sections[section], grade)
    return json_reply({RESULTS.one: query.shown(row)})


def _named(book: Gradebook, params: Params) -> dict[str, str]:
    """What the path names, as the fields that say so. Raises NotFound for what is not there."""
    named: dict[str, str] = {}
    if "class" in params:
        named["class.sourcedId"] = book.section(params["class"]).id
    if "lineItem" in params:
        place = find_line_item(book, params["lineItem"])
        if place is None or place[0] != params.get("class", place[0]):
            raise NotFound(f"There is no line item {params['lineItem'][:200]!r} here.")
        named["lineItem.sourcedId"] = params["lineItem"]
    if "student" in params:
        book.enrollment(params["class"], params["student"])
        named["student.sourcedId"] = params["student"]
    return named


def _by_index(query: Query) -> bool:
    """Whether the index alone can answer: no order asked for, and only equalities it knows."""
    if query.sort is not None:
        return False
    if query.filter is None:
        return True
    clauses = query.filter.clauses
    fields = {clause.field for clause in clauses}
    known = all(clause.operator == "=" and clause.field in INDEXED for clause in clauses)
    return (
        known
        and len(fields) == len(clauses)
        and (len(clauses) == 1 or query.filter.joiner == "AND")
    )


def _narrowed(book: Gradebook, named: dict[str, str], query: Query) -> Iterator[Stripe]:
    wanted = dict(named)
    for field in INDEXED:
        value = query.equal(field)
        if value is not None and wanted.setdefault(field, value) != value:
            return
    if "sourcedId" in wanted:
        place = find_result(book, wanted.pop("sourcedId"))
        if place is not None:
            yield from _matching(book, Stripe(book.sections[place[0]], place[1], place[2]), wanted)
        return
    yield from _stripes(book, wanted)


def _matching(book: Gradebook, stripe: Stripe, wanted: dict[str, str]) -> Iterator[Stripe]:
    """The stripe, if it lies within all that is wanted."""
    for other in _stripes(book, wanted):
        same = other.section.id == stripe.section.id
        if (
            same
            and other.assignment in (None, stripe.assignment)
            and other.enrollment in (None, stripe.enrollment)
        ):
            yield stripe


def _stripes(book: Gradebook, wanted: dict[str, str]) -> Iterator[Stripe]:
    """Where the results of a class, a line item, a student, or several of these stand."""
    assignment: int | None = None
    student = wanted.get("student.sourcedId")
    sections = list(book.sections.values()) if student is None else book.sections_of(student)
    if "class.sourcedId" in wanted:
        sections = [row for row in sections if row.id == wanted["class.sourcedId"]]
    if "lineItem.sourcedId" in wanted:
        place = find_line_item(book, wanted["lineItem.sourcedId"])
        if place is None:
            return
        assignment = place[1]
        sections = [row for row in sections if row.id == place[0]]
    for section in sections:
        enrollment = None if student is None else book.enrollment(section.id, student).id
        yield Stripe(section, assignment, enrollment)


def _paged(rows: Rows, stripes: list[Stripe], start: int, limit: int) -> tuple[list[Row], int]:
    """A page over stripes, one after the other."""
    found: list[Row] = []
    total = 0
    for stripe in stripes:
        grades, here = stripe.page(rows.book, max(0, start - total), limit - len(found))
        found += [result_row(rows, stripe.section, grade) for grade in grades]
        total += here
    return found, total


def _all(rows: Rows, stripe: Stripe) -> Iterator[Row]:
    grades, _ = stripe.page(rows.book, 0, 2**31)
    return (result_row(rows, stripe.section, grade) for grade in grades)
