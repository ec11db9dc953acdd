"""Assignments of a section, and the wider list of its grade items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from mock_sis.clock import moment
from mock_sis.contracts.contract import contract
from mock_sis.dialects.schoology.answers import answer, nothing
from mock_sis.dialects.schoology.body import TYPES
from mock_sis.dialects.schoology.daytimes import daytime
from mock_sis.dialects.schoology.lookup import assignment_number, section_of
from mock_sis.dialects.schoology.numbers import absent, decimal, whole
from mock_sis.dialects.schoology.paging import page
from mock_sis.errors import Invalid, Malformed, NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.formats.negotiation import JSON_TYPE, request_format
from mock_sis.formats.numbers import digits
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import Assignment
from mock_sis.world import Context

LARGEST_POINTS = 1_000_000


def list_assignments(context: Context, call: Call, params: Params) -> Reply:
    """A page of the assignments, midterms and finals last."""
    return _list(context, call, params, "assignments", {"assignment"})


def list_grade_items(context: Context, call: Call, params: Params) -> Reply:
    """A page of all that can be graded, discussions too."""
    return _list(context, call, params, "grade_items", {"assignment", "discussion"})


def _list(context: Context, call: Call, params: Params, name: str, types: set[str]) -> Reply:
    section, asked = section_of(context, params), page(context, call)
    book = context.world.gradebook
    items = [row for row in book.coursework(section.id).assignments.values() if row.type in types]
    items.sort(key=lambda item: (item.is_final, daytime(item.due, book.zone), item.id))
    url = f"{context.base_url}/sections/{section.id}/{name}"
    rows = [_with_link(assignment_row(book, item), f"{url}/{item.id}") for item in asked.of(items)]
    total = len(items)
    return answer(call, {"assignment": rows, "total": total, "links": asked.links(total)})


def get_assignment(context: Context, call: Call, params: Params) -> Reply:
    """One assignment or grade item."""
    return answer(call, assignment_row(context.world.gradebook, _found(context, params)))


def _found(context: Context, params: Params) -> Assignment:
    work = context.world.gradebook.coursework(section_of(context, params).id)
    return work.assignment(assignment_number(params))


def assignment_row(book: Gradebook, item: Assignment) -> dict[str, Any]:
    """An assignment object."""
    scale = book.scale_by_number(item.scale)
    return {
        "id": item.id,
        "title": item.title,
        "description": item.description,
        "due": daytime(item.due, book.zone),
        "grading_scale": str(item.scale),
        "grading_period": str(item.period),
        "grading_category": str(item.category),
        "max_points": digits(item.max_points),
        "factor": "1",
        "is_final": str(int(item.is_final)),
        "show_comments": "0",
        "grade_stats": "0",
        "allow_dropbox": "1",
        "allow_discussion": "1",
        "published": int(item.published),
        "type": item.type,
        "grade_item_id": item.id,
        "available": 1,
        "completed": 0,
        "dropbox_locked": 0,
        "grading_scale_type": scale.type if scale else 0,
        "auto_publish_grades": 1,
        "num_assignees": 0,
        "assignees": [],
        "completion_status": "",
    }


def _with_link(row: dict[str, Any], url: str) -> dict[str, Any]:
    return {**row, "links": {"self": url}}


def post_assignment(context: Context, call: Call, params: Params) -> Reply:
    """Make an assignment; the section chooses its id."""
    section = section_of(context, params)
    book = context.world.gradebook
    work = book.coursework(section.id)
    given = _given(call, title_needed=True)
    item = _changed(book, work, Assignment(book.free_assignment_id(), ""), given)
    book.add_assignment(section.id, item)
    url = f"{context.base_url}/sections/{section.id}/assignments/{item.id}"
    row = _with_link(assignment_row(book, item), url)
    return answer(call, row, 201, (("Location", url),))


def put_assignment(context: Context, call: Call, params: Params) -> Reply:
    """Change the fields that are given."""
    item, book = _found(context, params), context.world.gradebook
    section = params["section"]
    given = _given(call, title_needed=False)
    book.change_assignment(section, _changed(book, book.coursework(section), item, given))
    return nothing(204)


def delete_assignment(context: Context, _call: Call, params: Params) -> Reply:
    """Remove an assignment and the grades on it."""
    item = _found(context, params)
    context.world.gradebook.remove_assignment(params["section"], item.id)
    return nothing(204)


def _given(call: Call, *, title_needed: bool) -> Mapping[str, Any]:
    chosen = request_format(call, TYPES)
    data = chosen.decode(call.body)
    if chosen.media_type != JSON_TYPE and isinstance(data, str) and not data.strip():
        data = {}  # an XML root without elements says what {} says
    problems = contract("schoology/assignment-request.schema.json").problems(data)
    if problems:
        raise Invalid("The body is not an assignment.", problems=problems)
    given: Mapping[str, Any] = data
    if title_needed and absent(given.get("title")):
        raise Malformed("A new assignment needs a title.")
    return given


def _changed(
    book: Gradebook, work: Coursework, item: Assignment, given: Mapping[str, Any]
) -> Assignment:
    """The item with the fields that are given. Raises Malformed for one that makes no sense."""
    changes = {
        ours: read(given[name], name)
        for name, (ours, read) in FIELDS.items()
        if name in given and (name in EMPTIED or not absent(given[name]))
    }
    changed = msgspec.structs.replace(item, **changes)
    _refuse_dangling(book, work, changed)
    return changed


def _refuse_dangling(book: Gradebook, work: Coursework, item: Assignment) -> None:
    """A scale, category or period that is not there is the request's mistake; 404 would say that
    the section or the assignment is not."""
    if item.scale and book.scale_by_number(item.scale) is None:
        raise Malformed(f"No grading scale has the number {item.scale}.")
    try:
        work.refuse_dangling(item)
    except NotFound as error:
        raise Malformed(str(error)) from error


def _text(value: Any, _name: str) -> str:
    return "" if absent(value) else str(value)


def _due(value: Any, name: str) -> str:
    text = _text(value, name)
    if text and moment(text) is None:
        raise Malformed(f"The field {name} is a date and time that the calendar does not have.")
    return text


def _number(value: Any, name: str) -> int:
    found = whole(value)
    if found is None:
        raise Malformed(f"The field {name} is a whole number.")
    return found


def _points(value: Any, name: str) -> float:
    found = decimal(value)
    if found is None or not 0 <= found <= LARGEST_POINTS:
        raise Malformed(f"The field {name} is a number from 0 to {LARGEST_POINTS}.")
    return found


def _flag(value: Any, _name: str) -> bool:
    return whole(value) == 1  # the schema takes nothing but 0 and 1


FIELDS = {
    "title": ("title", _text),
    "description": ("description", _text),
    "due": ("due", _due),
    "grading_scale": ("scale", _number),
    "grading_period": ("period", _number),
    "grading_category": ("category", _number),
    "max_points": ("max_points", _points),
    "is_final": ("is_final", _flag),
    "published": ("published", _flag),
    "type": ("type", _text),
}
"""The fields of a request that are kept: our name, and how each is read."""
EMPTIED = frozenset({"description", "due"})
"""The fields that null or an empty element takes away; of the others these say nothing."""
