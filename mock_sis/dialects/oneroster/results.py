"""Lists of results and single results. Lists use the gradebook's indexes, so that a page costs the
same among a thousand results as among a million."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.gradebook_rows import result_row
from mock_sis.dialects.oneroster.lists import RESULTS, rows_of, url_of
from mock_sis.dialects.oneroster.query import Query, read, read_one, select
from mock_sis.dialects.oneroster.roster import JsonObject, Rows
from mock_sis.dialects.oneroster.search import CLASS, LINE_ITEM, STUDENT, Lookup, search
from mock_sis.dialects.oneroster.sourcedids import find_line_item, find_result
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.formats.negotiation import json_reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.world import Context

Shown = Mapping[str, Any]
"""The selected fields of a row."""


def list_results(context: Context, call: Call, params: Params) -> Reply:
    """List the results of the class, line item or student in the path, or all."""
    query = read(call, fields_of(RESULTS.schema), context.policy.page_most)
    rows = rows_of(context)
    found = search(rows.book, _named(rows.book, params), query.filter)
    if found.exact and query.sort is None:
        shown, total = _paged(rows, found.lookups, query)
    else:
        shown, total = select(query, _all(rows, found.lookups))
    headers = query.headers(url_of(context, call), total)
    return json_reply({RESULTS.many: shown}, headers=headers)


def get_result(context: Context, call: Call, params: Params) -> Reply:
    """Show one result."""
    query, rows = read_one(call, fields_of(RESULTS.schema)), rows_of(context)
    place = find_result(rows.book, params["result"])
    if place is None:
        raise NotFound(f"No result has the sourcedId {params['result'][:200]!r}.")
    section, assignment, enrollment = place
    grade = rows.book.coursework(section).grade(assignment, enrollment)
    assert grade is not None
    row = result_row(rows, rows.book.sections[section], grade)
    return json_reply({RESULTS.one: query.shown(row)})


def _named(book: Gradebook, params: Params) -> dict[str, str]:
    """The path parameters as values of fields. Raises NotFound for unknown objects."""
    named: dict[str, str] = {}
    if "class" in params:
        named[CLASS] = book.section(params["class"]).id
    if "lineItem" in params:
        place = find_line_item(book, params["lineItem"])
        if place is None or place[0] != params.get("class", place[0]):
            item = params["lineItem"][:200]
            raise NotFound(f"No line item of this class has the sourcedId {item!r}.")
        named[LINE_ITEM] = params["lineItem"]
    if "student" in params:
        book.enrollment(params["class"], params["student"])
        named[STUDENT] = params["student"]
    return named


def _paged(rows: Rows, lookups: Iterable[Lookup], query: Query) -> tuple[list[Shown], int]:
    """One page of the results of several lookups, one after the other, and their total."""
    shown: list[Shown] = []
    total = 0
    for lookup in lookups:
        start, limit = max(0, query.offset - total), query.limit - len(shown)
        found, here = lookup.page(rows.book, start, limit)
        shown += [query.shown(result_row(rows, *each)) for each in found]
        total += here
    return shown, total


def _all(rows: Rows, lookups: Iterable[Lookup]) -> Iterator[JsonObject]:
    """The rows of all results of the lookups, without duplicates."""
    seen: set[tuple[str, int, int]] = set()
    for lookup in lookups:
        for section, grade in lookup.page(rows.book)[0]:
            place = (section.id, grade.assignment, grade.enrollment)
            if place not in seen:
                seen.add(place)
                yield result_row(rows, section, grade)
