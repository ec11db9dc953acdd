"""PUT, POST and DELETE of line items, results and categories, under the rules of the SIS.

Every check comes before the first write, so that nothing is half-applied. A write that the SIS
posts late is accepted here and applied when its time has come.
"""

from __future__ import annotations

from typing import Any

import msgspec

from mock_sis.coursework import Assignment, Category, Coursework, Grade, ResultDetails
from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.bodies import Given, day_or_moment, reference
from mock_sis.dialects.oneroster.lists import CATEGORIES, LINE_ITEMS, RESULTS
from mock_sis.dialects.oneroster.marks import EXCUSED, EXEMPT, INCOMPLETE, MISSING
from mock_sis.dialects.oneroster.names import find_category, find_line_item, find_result
from mock_sis.dialects.oneroster.policy import (
    made_in_sis,
    may_put_item,
    may_put_result,
    may_write,
    with_due,
)
from mock_sis.dialects.oneroster.statusinfo import Minor, RuleBroken
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook import Gradebook, Section
from mock_sis.media import json_reply
from mock_sis.posting import DropItem, DropResult, PutItem, PutResult, Write
from mock_sis.world import Context

CREATED, DELETED = Reply(201), Reply(204)


def put_line_item(context: Context, call: Call, params: Params) -> Reply:
    """Make a line item of that name, or change it."""
    name = params["lineItem"]
    given = bodies.one(context, call, LINE_ITEMS, name)
    existed = _write_item(context, call, given, name, None)
    return _put(context, existed)


def post_line_items(context: Context, call: Call, params: Params) -> Reply:
    """Make line items in a class; the SIS names those that bring no name."""
    section = context.world.gradebook.section(params["class"])
    listed = bodies.many(context, call, LINE_ITEMS)
    names = _named(context, listed)
    for given, name in zip(listed, names, strict=True):
        _plan_item(context, call, given, name, section)
    for given, name in zip(listed, names, strict=True):
        _write_item(context, call, given, name, section)
    return _pairs(listed, names)


def _write_item(
    context: Context, call: Call, given: Given, name: str, section: Section | None
) -> bool:
    """Write one line item; whether there was one of that name."""
    section, before, item = _plan_item(context, call, given, name, section)
    context.world.gradebook.aliases.give("lineItem", (section.id, item.id), name)
    _accept(context, call, PutItem(section.id, item))
    return before is not None


def _plan_item(
    context: Context, call: Call, given: Given, name: str, section: Section | None
) -> tuple[Section, Assignment | None, Assignment]:
    """The line item to be written, once every check has let it through."""
    book, rules = context.world.gradebook, context.world.settings.oneroster.rules
    section = _section(book, given, section)
    may_write(rules, section)
    work = book.coursework(section.id)
    before = _item_before(book, section, name)
    item = _item(context, call, given, section, work, before)
    item = with_due(rules, work, item)
    may_put_item(rules, work, before, item)
    return section, before, item


def _section(book: Gradebook, given: Given, section: Section | None) -> Section:
    named = reference(given, "class")
    if named is None or named not in book.sections:
        raise _unknown("class", named)
    if section is not None and named != section.id:
        raise Minor(422, "invaliddata", "The class of the body is not that of the path.")
    return book.sections[named]


def _item_before(book: Gradebook, section: Section, name: str) -> Assignment | None:
    place = book.aliases.find("lineItem", name) or find_line_item(book, name)
    if place is None:
        return None
    if place[0] != section.id:
        raise Minor(422, "invaliddata", "The line item belongs to another class.")
    number = int(place[1])
    pending = book.posting.pending_item(section.id, number)
    return pending or book.coursework(section.id).assignments.get(number)


def _item(
    context: Context,
    call: Call,
    given: Given,
    section: Section,
    work: Coursework,
    before: Assignment | None,
) -> Assignment:
    book = context.world.gradebook
    number = before.id if before else book.free_assignment_id()
    return Assignment(
        id=number,
        title=str(given["title"]),
        max_points=float(given.get("resultValueMax", before.max_points if before else 100)),
        category=_category(book, given, section),
        period=_period(given, work),
        due=day_or_moment(given, "dueDate"),
        description=str(given.get("description", "")),
        assign_date=day_or_moment(given, "assignDate"),
        min_points=float(given.get("resultValueMin", 0)),
        metadata=dict(given.get("metadata", {})),
        at=call.received,
        by=before.by if before else context.operation,
    )


def _category(book: Gradebook, given: Given, section: Section) -> int:
    named = reference(given, "category")
    place = None if named is None else find_category(book, named)
    if place is None:
        raise _unknown("category", named)
    if place[0] != section.id:
        raise RuleBroken("own_category", "the category is not one of this class.")
    return place[1]


def _period(given: Given, work: Coursework) -> int:
    named = reference(given, "gradingPeriod") or reference(given, "academicSession")
    if named is None:
        return 0
    if not (named.isascii() and named.isdigit()) or int(named) not in work.periods:
        raise _unknown("grading period", named)
    return int(named)


def delete_line_item(context: Context, call: Call, params: Params) -> Reply:
    """Take a line item away, and the results on it."""
    book, rules = context.world.gradebook, context.world.settings.oneroster.rules
    place = find_line_item(book, params["lineItem"])
    if place is None:
        raise NotFound(f"There is no line item {params['lineItem'][:200]!r}.")
    section, number = place
    may_write(rules, book.sections[section])
    if rules.sis_items_frozen and made_in_sis(book.coursework(section).assignments[number].by):
        raise RuleBroken("sis_items_frozen", "this line item was made in the SIS.", 403)
    _accept(context, call, DropItem(section, number))
    return DELETED


def put_result(context: Context, call: Call, params: Params) -> Reply:
    """Write a result of that name."""
    name = params["result"]
    given = bodies.one(context, call, RESULTS, name)
    return _put(context, _write_result(context, call, given, name, None))


def post_results(context: Context, call: Call, params: Params) -> Reply:
    """Write results on a line item."""
    place = find_line_item(context.world.gradebook, params["lineItem"])
    if place is None:
        raise NotFound(f"There is no line item {params['lineItem'][:200]!r}.")
    return _post_results(context, call, params["lineItem"])


def post_session_results(context: Context, call: Call, params: Params) -> Reply:
    """Write results in a class and a grading period, on line items that the results name."""
    work = context.world.gradebook.coursework(params["class"])
    period = params["session"]
    if not (period.isascii() and period.isdigit()) or int(period) not in work.periods:
        raise NotFound(f"There is no academic session {period[:200]!r} in this class.")
    return _post_results(context, call, None)


def _post_results(context: Context, call: Call, line_item: str | None) -> Reply:
    listed = bodies.many(context, call, RESULTS)
    names = _named(context, listed)
    for given, name in zip(listed, names, strict=True):
        _plan_result(context, call, given, name, line_item)
    for given, name in zip(listed, names, strict=True):
        _write_result(context, call, given, name, line_item)
    return _pairs(listed, names)


def _write_result(
    context: Context, call: Call, given: Given, name: str, line_item: str | None
) -> bool:
    section, grade, existed = _plan_result(context, call, given, name, line_item)
    key = (section.id, grade.assignment, grade.enrollment)
    context.world.gradebook.aliases.give("result", key, name)
    _accept(context, call, PutResult(section.id, grade))
    return existed


def _plan_result(
    context: Context, call: Call, given: Given, name: str, line_item: str | None
) -> tuple[Section, Grade, bool]:
    """The grade to be written, once every check has let it through."""
    book, rules = context.world.gradebook, context.world.settings.oneroster.rules
    section, item = _item_of(book, given, line_item)
    may_write(rules, section)
    enrollment = _enrollment(context, book, section, given)
    work = book.coursework(section.id)
    before = work.grade(item.id, enrollment)
    known = book.aliases.find("result", name)
    if known is not None and known != (section.id, item.id, enrollment):
        raise Minor(422, "invaliddata", "The result of that name is about another score.")
    may_put_result(rules, work, item, before, str(given.get("textScore", "")))
    return section, _grade(context, call, given, item, enrollment), before is not None


def _item_of(book: Gradebook, given: Given, line_item: str | None) -> tuple[Section, Assignment]:
    named = reference(given, "lineItem")
    place = (
        None
        if named is None
        else (book.aliases.find("lineItem", named) or find_line_item(book, named))
    )
    if place is None:
        raise _unknown("line item", named)
    if line_item is not None and named != line_item:
        raise Minor(422, "invaliddata", "The line item of the body is not that of the path.")
    section, number = book.sections[str(place[0])], int(place[1])
    item = book.posting.pending_item(section.id, number)
    item = item or book.coursework(section.id).assignments.get(number)
    if item is None:
        raise _unknown("line item", named)
    if reference(given, "class") not in (None, section.id):
        raise Minor(422, "invaliddata", "The line item belongs to another class.")
    return section, item


def _enrollment(context: Context, book: Gradebook, section: Section, given: Given) -> int:
    named = reference(given, "student")
    found = None if named is None else book.roster(section.id).get(named)
    if found is None or found.role != "student":
        raise RuleBroken("enrolled_only", "the student is not enrolled in this class.")
    rules = context.world.settings.oneroster.rules
    if rules.enrolled_only and found.state == "withdrawn":
        raise RuleBroken("enrolled_only", "the student has been dropped from this class.")
    return found.id


def _grade(context: Context, call: Call, given: Given, item: Assignment, enrollment: int) -> Grade:
    score, status = given.get("score"), str(given["scoreStatus"])
    if score is not None and score < 0:
        raise Minor(422, "invaliddata", "The score is below 0.")
    exception = _exception(given, status)
    details = ResultDetails(
        score_status=status,
        score_date=day_or_moment(given, "scoreDate")[:10],
        text_score=str(given.get("textScore", "")),
        late=given.get("late") == "true",
        in_progress=given.get("inProgress") == "true",
        metadata=dict(given.get("metadata", {})),
    )
    return Grade(
        item.id,
        enrollment,
        None if exception or score is None else float(score),
        call.received,
        context.operation,
        exception,
        str(given.get("comment", "")),
        None,
        details,
    )


def _exception(given: Given, status: str) -> int:
    if status == EXEMPT:
        return EXCUSED
    if given.get("incomplete") == "true" and "score" not in given:
        return INCOMPLETE
    return MISSING if given.get("missing") == "true" and "score" not in given else 0


def delete_result(context: Context, call: Call, params: Params) -> Reply:
    """Take a result away."""
    book, rules = context.world.gradebook, context.world.settings.oneroster.rules
    place = find_result(book, params["result"])
    if place is None:
        raise NotFound(f"There is no result {params['result'][:200]!r}.")
    section, number, enrollment = place
    may_write(rules, book.sections[section])
    work = book.coursework(section)
    may_put_result(rules, work, work.assignments[number], work.grade(number, enrollment), "")
    _accept(context, call, DropResult(section, number, enrollment))
    return DELETED


def put_category(context: Context, call: Call, params: Params) -> Reply:
    """Make a category in the class that its metadata name, or change its title and weight."""
    name = params["category"]
    given = bodies.one(context, call, CATEGORIES, name)
    book = context.world.gradebook
    place = find_category(book, name)
    section = book.sections.get(place[0] if place else _class_of(given))
    if section is None:
        raise Minor(422, "invaliddata", "metadata.classSourcedId names no class.")
    may_write(context.world.settings.oneroster.rules, section)
    work = book.coursework(section.id)
    number = place[1] if place else 1 + max(work.categories, default=0)
    old = work.categories.get(number) or Category(number, "")
    weight = given.get("weight", old.weight)
    new = msgspec.structs.replace(old, title=str(given["title"]), weight=weight)
    work.put_category(new)
    book.aliases.give("category", (section.id, number), name)
    return _put(context, place is not None)


def _class_of(given: Given) -> str:
    metadata: Any = given.get("metadata", {})
    return str(metadata.get("classSourcedId", ""))


def delete_category(context: Context, _call: Call, params: Params) -> Reply:
    """Take a category away, where no line item is in it."""
    book = context.world.gradebook
    place = find_category(book, params["category"])
    if place is None:
        raise NotFound(f"There is no category {params['category'][:200]!r}.")
    section, number = place
    may_write(context.world.settings.oneroster.rules, book.sections[section])
    work = book.coursework(section)
    if any(item.category == number for item in work.assignments.values()):
        raise Minor(422, "deletefailure", "There are line items in this category.")
    work.remove_category(number)
    return DELETED


def _accept(context: Context, call: Call, write: Write) -> None:
    world = context.world
    lag = world.settings.oneroster.posting_lag
    world.gradebook.posting.accept(world.gradebook, write, call.received, lag)


def _put(context: Context, existed: bool) -> Reply:
    return Reply(context.world.settings.oneroster.put_existing_status) if existed else CREATED


def _named(context: Context, listed: list[Given]) -> list[str]:
    """The names of the objects of a POST; the SIS chooses one where none is brought."""
    book = context.world.gradebook
    return [str(each.get("sourcedId") or f"sis-{book.free_assignment_id()}") for each in listed]


def _pairs(listed: list[Given], names: list[str]) -> Reply:
    pairs = [
        {"suppliedSourcedId": str(given.get("sourcedId", "")), "allocatedSourcedId": name}
        for given, name in zip(listed, names, strict=True)
    ]
    return json_reply({"sourcedIdPairs": pairs}, 201)


def _unknown(what: str, named: str | None) -> Minor:
    return Minor(422, "invaliddata", f"There is no {what} {(named or '')[:200]!r}.")
