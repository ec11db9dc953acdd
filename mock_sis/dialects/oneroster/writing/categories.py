"""Create, change and delete categories.

In the standard a category has no class. Here `metadata.classSourcedId` may name it, otherwise the
policy `category_class` does. Writes take effect at once, without the posting lag, since categories
are part of the setup of the SIS.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.bodies import Given
from mock_sis.dialects.oneroster.gradebook_rows import category_row
from mock_sis.dialects.oneroster.lists import CATEGORIES
from mock_sis.dialects.oneroster.rules import accepts_writes, check_class
from mock_sis.dialects.oneroster.sourcedids import find_category, refuse_reserved
from mock_sis.dialects.oneroster.statusinfo import CodedRefusal, RuleBroken
from mock_sis.dialects.oneroster.writing.accepting import DELETED, put_reply
from mock_sis.errors import Invalid, NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.coursework.values import Category
from mock_sis.gradebook.values import Section
from mock_sis.world import Context


def put_category(context: Context, call: Call, params: Params) -> Reply:
    """Create a category in the class that its metadata or the policy names, or change its title and
    weight."""
    name = params["category"]
    given = bodies.one(context, call, CATEGORIES, name)
    book = context.world.gradebook
    place = find_category(book, name)
    section = _section(context, given, place[0] if place else None)
    check_class(context.policy.rules, section)
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


def _section(context: Context, given: Given, known: str | None) -> Section:
    """The class of a category; `known` is that of an existing one. Raises Invalid."""
    book = context.world.gradebook
    metadata: Any = given.get("metadata", {})
    named = metadata.get("classSourcedId")
    if named is None:
        return book.sections[known] if known is not None else _usual_section(context)
    if not isinstance(named, str) or named not in book.sections:
        got = repr(named)[:80]
        raise Invalid(f"metadata.classSourcedId must be the sourcedId of a class (got {got}).")
    if known not in (None, named):
        raise Invalid(f"The category belongs to class {known!r}; it cannot move to {named!r}.")
    return book.sections[named]


def _usual_section(context: Context) -> Section:
    """The class of categories that name none. Raises Refused."""
    sections, rules = context.world.gradebook.sections, context.policy.rules
    named = context.policy.category_class
    if named is not None:
        if named not in sections:
            raise Invalid(
                f"The policy category_class must name a class (got {named[:80]!r}); change the "
                "seed document, or send metadata.classSourcedId."
            )
        return sections[named]
    for section in sections.values():
        if accepts_writes(rules, section):
            return section
    raise RuleBroken("integration_only", "no class accepts writes.", 403)


def delete_category(context: Context, _call: Call, params: Params) -> Reply:
    """Delete a category that has no line items."""
    book = context.world.gradebook
    place = find_category(book, params["category"])
    if place is None:
        raise NotFound(f"No category has the sourcedId {params['category'][:200]!r}.")
    section, number = place
    check_class(context.policy.rules, book.sections[section])
    work = book.coursework(section)
    items = (*work.assignments.values(), *book.posting.pending_items(section))
    if any(item.category == number for item in items):
        raise CodedRefusal(422, "deletefailure", "The category has line items; delete these first.")
    book.remove_category(section, number)
    return DELETED
