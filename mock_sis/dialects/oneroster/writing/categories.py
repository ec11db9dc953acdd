"""Categories that clients make, change and take away.

The standard gives a category no class; here its `metadata.classSourcedId` names it. Categories show
at once: they are how the SIS is set up, not what waits to be posted.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.bodies import Given
from mock_sis.dialects.oneroster.lists import CATEGORIES
from mock_sis.dialects.oneroster.marks import category_row
from mock_sis.dialects.oneroster.rules import may_write
from mock_sis.dialects.oneroster.sourcedids import find_category, refuse_reserved
from mock_sis.dialects.oneroster.statusinfo import Minor
from mock_sis.dialects.oneroster.writing.accepting import DELETED, put_reply
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Category
from mock_sis.gradebook.values import Section
from mock_sis.world import Context


def put_category(context: Context, call: Call, params: Params) -> Reply:
    """Make a category in the class that its metadata name, or change its title and weight."""
    name = params["category"]
    given = bodies.one(context, call, CATEGORIES, name)
    book = context.world.gradebook
    place = find_category(book, name)
    section = _section(book, given, place[0] if place else None)
    may_write(context.policy.rules, section)
    if place is None:
        refuse_reserved(book, name)
    work = book.coursework(section.id)
    number = place[1] if place else work.free_category_id()
    old = work.categories.get(number) or Category(number, "")
    weight = given.get("weight", old.weight)
    made = msgspec.structs.replace(old, title=str(given["title"]), weight=weight)
    book.put_category(section.id, made)
    book.give_name("category", (section.id, number), name)
    return put_reply(
        context, place is not None, CATEGORIES, lambda rows: category_row(rows, section, made)
    )


def _section(book: Gradebook, given: Given, known: str | None) -> Section:
    metadata: Any = given.get("metadata", {})
    named = metadata.get("classSourcedId", known)
    if not isinstance(named, str) or named not in book.sections:
        raise Minor(422, "invaliddata", "metadata.classSourcedId names no class.")
    if known not in (None, named):
        raise Minor(422, "invaliddata", "The category belongs to another class.")
    return book.sections[named]


def delete_category(context: Context, _call: Call, params: Params) -> Reply:
    """Take a category away, where no line item is in it."""
    book = context.world.gradebook
    place = find_category(book, params["category"])
    if place is None:
        raise NotFound(f"There is no category {params['category'][:200]!r}.")
    section, number = place
    may_write(context.policy.rules, book.sections[section])
    work = book.coursework(section)
    items = (*work.assignments.values(), *book.posting.pending_items(section))
    if any(item.category == number for item in items):
        raise Minor(422, "deletefailure", "There are line items in this category.")
    book.remove_category(section, number)
    return DELETED
