"""Create, change and delete line items."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.bodies import Given, date_or_date_time, reference
from mock_sis.dialects.oneroster.gradebook_rows import line_item_row
from mock_sis.dialects.oneroster.lists import LINE_ITEMS
from mock_sis.dialects.oneroster.rules import (
    check_class,
    check_drop_item,
    check_put_item,
    with_defaults,
)
from mock_sis.dialects.oneroster.settings import WriteBackRules as Rules
from mock_sis.dialects.oneroster.sourcedids import (
    TERM,
    category_name,
    find_accepted_line_item,
    find_category,
    line_item_name,
    number_of,
    refuse_reserved,
    refuse_unknown_school,
)
from mock_sis.dialects.oneroster.statusinfo import RuleBroken
from mock_sis.dialects.oneroster.writing.accepting import (
    DELETED,
    accept,
    pairs_reply,
    put_reply,
    refuse_duplicates,
    refuse_other_school,
    scale_named,
    section_named,
    unknown,
)
from mock_sis.errors import Invalid, NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.values import OTHER, Assignment
from mock_sis.gradebook.delayed_writes import DropItem, PutItem
from mock_sis.gradebook.values import Section
from mock_sis.world import Context

UNCATEGORISED = 0
"""The category of a line item that names none, or one of another class if `own_category` is off."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A line item that passed every check. `name` is its sourcedId from the client, if any;
    `category` is the class and number of the category that the body names, if any."""

    section: Section
    item: Assignment
    existed: bool
    name: str | None
    category: tuple[str, int] | None

    @property
    def write(self) -> PutItem:
        """The write for the gradebook."""
        return PutItem(self.section.id, self.item, not self.existed)


def put_line_item(context: Context, call: Call, params: Params) -> Reply:
    """Create or change the line item with the sourcedId of the path."""
    name = params["lineItem"]
    made = _plan(context, call, bodies.one(context, call, LINE_ITEMS, name), name, None)
    _write(context, call, [made])
    return put_reply(
        context, made.existed, LINE_ITEMS, lambda rows: line_item_row(rows, made.section, made.item)
    )


def post_line_items(context: Context, call: Call, params: Params) -> Reply:
    """Create line items in a class; the SIS chooses missing sourcedIds."""
    return _post(context, call, context.world.gradebook.section(params["class"]))


def post_school_line_items(context: Context, call: Call, params: Params) -> Reply:
    """Create line items in the classes of a school that they name."""
    refuse_unknown_school(params["school"])
    return _post(context, call, None)


def _post(context: Context, call: Call, section: Section | None) -> Reply:
    book = context.world.gradebook
    listed = bodies.many(context, call, LINE_ITEMS)
    refuse_duplicates((given.get("sourcedId") for given in listed), "sourcedId")
    planned = [_plan(context, call, given, given.get("sourcedId"), section) for given in listed]
    _write(context, call, planned)
    names = (line_item_name(book, row.section.id, row.item.id) for row in planned)
    return pairs_reply(listed, names)


def delete_line_item(context: Context, call: Call, params: Params) -> Reply:
    """Delete a line item and its results."""
    book, rules = context.world.gradebook, context.policy.rules
    found = find_accepted_line_item(book, params["lineItem"])
    if found is None:
        raise NotFound(f"No line item has the sourcedId {params['lineItem'][:200]!r}.")
    section, item = found
    check_class(rules, book.sections[section])
    check_drop_item(rules, book.coursework(section), item)
    accept(context, call, [DropItem(section, item.id)])
    return DELETED


def _write(context: Context, call: Call, planned: list[Planned]) -> None:
    book = context.world.gradebook
    for category in dict.fromkeys(row.category for row in planned):
        if category is not None:
            _rename_category(context, *category)
    for row in planned:
        if row.name is not None:
            book.give_name("lineItem", (row.section.id, row.item.id), row.name)
    accept(context, call, [row.write for row in planned])


def _plan(
    context: Context, call: Call, given: Given, name: str | None, section: Section | None
) -> Planned:
    """Check a line item and plan its write. Raises Refused."""
    book, rules = context.world.gradebook, context.policy.rules
    section = section_named(book, given, section)
    check_class(rules, section)
    refuse_other_school(given)
    before = None if name is None else _before(book, section, name)
    work = book.coursework(section.id)
    category = _category(book, given, section)
    if category is not None:
        number = _number(rules, category, section)
    else:
        number = before.category if before and not reference(given, "category") else UNCATEGORISED
    item = _item(context, call, given, work, number, before)
    item = with_defaults(rules, work, item, book.zone)
    check_put_item(rules, work, before, item, book.zone)
    return Planned(section, item, before is not None, name, category)


def _before(book: Gradebook, section: Section, name: str) -> Assignment | None:
    """The last accepted form of the line item with that sourcedId. Raises Invalid."""
    found = find_accepted_line_item(book, name)
    if found is None:
        refuse_reserved(book, name)
        return None
    if found[0] != section.id:
        raise Invalid(
            f"The line item belongs to class {found[0]!r}; it cannot move to {section.id!r}."
        )
    return found[1]


def _item(
    context: Context,
    call: Call,
    given: Given,
    work: Coursework,
    category: int,
    before: Assignment | None,
) -> Assignment:
    """The line item that the body describes; fields that OneRoster lacks keep their values."""
    book = context.world.gradebook
    least, most = float(given.get("resultValueMin", 0)), float(given.get("resultValueMax", 100))
    if least > most:
        raise Invalid(
            f"resultValueMin must not exceed resultValueMax (got {least:g} and {most:g})."
        )
    kept = before or Assignment(book.free_assignment_id(), "", by=context.operation)
    return msgspec.structs.replace(
        kept,
        title=str(given["title"]),
        max_points=most,
        category=category,
        period=_period(given, work),
        due=date_or_date_time(given, "dueDate"),
        description=str(given.get("description", "")),
        assign_date=date_or_date_time(given, "assignDate"),
        min_points=least,
        scale=scale_named(context, reference(given, "scoreScale")),
        metadata=dict(given.get("metadata", {})),
        at=call.received,
    )


def _category(book: Gradebook, given: Given, section: Section) -> tuple[str, int] | None:
    """The class and number of the category that a body names; None if it names none, or the
    placeholder for none. Raises Invalid."""
    named = reference(given, "category")
    if named is None or named == category_name(book, section.id, UNCATEGORISED):
        return None
    place = find_category(book, named)
    if place is None:
        raise unknown("category", named)
    return place


def _number(rules: Rules, category: tuple[str, int], section: Section) -> int:
    """The number of the line item's category in this class. Raises RuleBroken."""
    home, number = category
    if home == section.id:
        return number
    if rules.own_category:
        message = f"category must belong to class {section.id!r} (got one of {home!r})."
        raise RuleBroken("own_category", message)
    return UNCATEGORISED


def _rename_category(context: Context, section: str, number: int) -> None:
    """Rename a category if a fault does so, as a teacher might between a read and a write."""
    book = context.world.gradebook
    category = book.coursework(section).categories[number]
    title = context.effects.category_title(category.title)
    if title.value != category.title:
        book.put_category(section, msgspec.structs.replace(category, title=title.act()))


def _period(given: Given, work: Coursework) -> int:
    """The grading period in either of two fields; OTHER for none or the term. Raises Invalid."""
    period = OTHER
    for field in ("gradingPeriod", "academicSession"):
        named = reference(given, field)
        if named is None or named == TERM:
            continue
        number = number_of(named)
        if number is None or number not in work.periods:
            raise unknown("grading period", named)
        if period not in (OTHER, number):
            got = f"{period} and {number}"
            raise Invalid(f"gradingPeriod and academicSession must agree (got {got}).")
        period = number
    return period
