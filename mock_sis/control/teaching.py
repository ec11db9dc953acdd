"""What a teacher does in the SIS: scores, line items, categories and grading periods by hand.

A teacher is not bound by the rules for exporters, but must not leave dangling references. The
author of every line item and score made here begins with "control.", by which the dialects
distinguish the work of the SIS from that of a client. A line item that is moved or weighted, and a
result that is flagged, keep their author.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from mock_sis.clock import moment
from mock_sis.control.gradebook import SECTION, section_of
from mock_sis.control.inputs import body, nonsense, only
from mock_sis.errors import Conflict, NotFound
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.formats.numbers import LARGEST, whole_number
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.client_names import NamedType
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import (
    Assignment,
    Category,
    Grade,
    ResultDetails,
    by_place,
)
from mock_sis.gradebook.totals import EXCUSED
from mock_sis.gradebook.values import Section
from mock_sis.world import Context


def post_line_item(context: Context, call: Call, params: Params) -> Reply:
    """Make a line item."""
    given = body(call, "control/line-item-edit.schema.json")
    due = given.get("due", "")
    if due and moment(due) is None:  # such as a leap second, which the schema accepts
        raise nonsense(
            "/due", f"due must be an existing day or date-time such as 2026-06-20 (got {due!r})."
        )
    book = context.world.gradebook
    section, _ = _found(book, params)
    item = Assignment(
        book.free_assignment_id(),
        given["title"],
        max_points=given.get("max_points", 100),
        category=given.get("category", 0),
        period=given.get("period", 0),
        due=due,
        at=call.received,
        by=context.operation,
    )
    try:
        book.add_assignment(section.id, item)
    except NotFound as error:
        raise nonsense("", str(error)) from error
    place = f"/_control/gradebook/sections/{quote(section.id, safe='')}/line_items/{item.id}"
    return json_reply(msgspec.to_builtins(item), 201, (("Location", place),))


def delete_line_item(context: Context, call: Call, params: Params) -> Reply:
    """Remove a line item and its results."""
    only(call, ())
    book = context.world.gradebook
    section, work = _found(book, params)
    book.remove_assignment(section.id, _item(book, section, work, params).id)
    return Reply(204)


def put_result(context: Context, call: Call, params: Params) -> Reply:
    """Replace a score together with its comment and its exception."""
    given = body(call, "control/result-edit.schema.json")
    book = context.world.gradebook
    section, work = _found(book, params)
    item = _item(book, section, work, params)
    exempt = given.get("exempt", False)
    score = given.get("score")
    if exempt and score is not None:
        raise nonsense("/score", f"score must be null or absent if exempt is true (got {score}).")
    grade = Grade(
        item.id,
        book.enrollment(section.id, params["person"]).id,
        score,
        call.received,
        context.operation,
        EXCUSED if exempt else 0,
        given.get("comment", ""),
    )
    book.put_grades(section.id, by_place([grade]))
    return json_reply(msgspec.to_builtins(grade))


def put_line_item(context: Context, call: Call, params: Params) -> Reply:
    """Put a line item into another category of its section, or change its weight."""
    given = body(call, "control/line-item-setting.schema.json")
    book = context.world.gradebook
    section, work = _found(book, params)
    item = _item(book, section, work, params)
    item = msgspec.structs.replace(item, **given, at=call.received)
    if item.category and item.category not in work.categories:
        raise nonsense("/category", f"The section has no category {item.category}.")
    book.change_assignment(section.id, item)
    return json_reply(msgspec.to_builtins(item))


def put_late(context: Context, call: Call, params: Params) -> Reply:
    """Flag a result as late, or remove the flag. Its score and its author stay."""
    given = body(call, "control/late-flag.schema.json")
    book = context.world.gradebook
    section, work = _found(book, params)
    item = _item(book, section, work, params)
    grade = work.grade(item.id, book.enrollment(section.id, params["person"]).id)
    if grade is None:
        raise NotFound(f"The line item has no result of {params['person'][:80]!r}.")
    late: bool = given["late"]
    known = grade.details or ResultDetails()
    details = msgspec.structs.replace(known, late=late, late_by_hand=late)
    grade = msgspec.structs.replace(grade, details=details, at=call.received)
    book.put_grades(section.id, by_place([grade]))
    return json_reply(msgspec.to_builtins(grade))


def put_category(context: Context, call: Call, params: Params) -> Reply:
    """Rename a category or change its weight. A free number makes a new category."""
    given = body(call, "control/category-edit.schema.json")
    book = context.world.gradebook
    section, work = _found(book, params)
    number = _category_number(book, section, params["category"])
    old = work.categories.get(number) or Category(number, "")
    new = msgspec.structs.replace(old, title=given["title"], weight=given.get("weight", old.weight))
    book.put_category(section.id, new)
    return json_reply(msgspec.to_builtins(new))


def delete_category(context: Context, call: Call, params: Params) -> Reply:
    """Remove a category that contains no line items."""
    only(call, ())
    book = context.world.gradebook
    section, work = _found(book, params)
    number = _category_number(book, section, params["category"])
    if number not in work.categories:
        raise NotFound(f"The section has no category {number}.")
    if any(item.category == number for item in work.assignments.values()):
        raise Conflict(
            f"Category {number} still contains line items. Remove them or put them into another "
            "category first."
        )
    book.remove_category(section.id, number)
    return Reply(204)


def put_period(context: Context, call: Call, params: Params) -> Reply:
    """Close a grading period of a section to results, or reopen it."""
    state = body(call, "control/section-edit.schema.json")["state"]
    book = context.world.gradebook
    section, work = _found(book, params)
    period = work.periods.get(_number(params["period"]))
    if period is None:
        raise NotFound(f"The section has no grading period {params['period'][:80]!r}.")
    changed = msgspec.structs.replace(period, closed=state == "closed")
    book.put_period(section.id, changed)
    return json_reply(msgspec.to_builtins(changed))


def _found(book: Gradebook, params: Params) -> tuple[Section, Coursework]:
    section = section_of(book, params["section"])
    return section, book.coursework(section.id)


def _item(book: Gradebook, section: Section, work: Coursework, params: Params) -> Assignment:
    """The line item with that number or else with that client-chosen name. Raises NotFound."""
    name = params["item"]
    number = _number(name)
    if number not in work.assignments:
        number = _named(book, "lineItem", section, name)
    if number not in work.assignments:
        raise NotFound(f"The section has no line item {name[:80]!r}.")
    return work.assignments[number]


def _category_number(book: Gradebook, section: Section, name: str) -> int:
    """The number of a category, existing or new, from its number or its client-chosen name.
    Raises NotFound."""
    number = _named(book, "category", section, name) or _number(name)
    if not number:
        raise NotFound(f"The section has no category {name[:80]!r}.")
    return number


def _named(book: Gradebook, kind: NamedType, section: Section, name: str) -> int:
    """The number of the object with a client-chosen name in this section, or 0."""
    place = book.aliases.find(kind, name)
    return int(place[1]) if place is not None and place[0] == section.id else 0


def _number(name: str) -> int:
    """The id that a name gives as a number, otherwise 0."""
    return whole_number(name, 0, LARGEST) or 0


ROUTES = (
    Route(
        "control.gradebook.line_items.post",
        "POST",
        f"{SECTION}/line_items",
        post_line_item,
        "Make a line item by hand",
    ),
    Route(
        "control.gradebook.late.put",
        "PUT",
        f"{SECTION}/line_items/{{item}}/results/{{person}}/late",
        put_late,
        "Flag a result as late",
    ),
    Route(
        "control.gradebook.line_items.delete",
        "DELETE",
        f"{SECTION}/line_items/{{item}}",
        delete_line_item,
        "Remove a line item by hand",
    ),
    Route(
        "control.gradebook.line_items.put",
        "PUT",
        f"{SECTION}/line_items/{{item}}",
        put_line_item,
        "Move a line item to another category, or weight it",
    ),
    Route(
        "control.gradebook.results.put",
        "PUT",
        f"{SECTION}/line_items/{{item}}/results/{{person}}",
        put_result,
        "Change a score by hand",
    ),
    Route(
        "control.gradebook.categories.put",
        "PUT",
        f"{SECTION}/categories/{{category}}",
        put_category,
        "Rename a category, or add one",
    ),
    Route(
        "control.gradebook.categories.delete",
        "DELETE",
        f"{SECTION}/categories/{{category}}",
        delete_category,
        "Remove a category",
    ),
    Route(
        "control.gradebook.periods.put",
        "PUT",
        f"{SECTION}/periods/{{period}}/state",
        put_period,
        "Close a grading period of a section, or reopen it",
    ),
)
