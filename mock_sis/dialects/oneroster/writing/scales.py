"""Create, change and delete score scales.

A value may be a range such as "90-100"; the mark is then worth the start of the range.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import msgspec

from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.bodies import Given
from mock_sis.dialects.oneroster.gradebook_rows import scale_row
from mock_sis.dialects.oneroster.lists import SCALES
from mock_sis.dialects.oneroster.rules import check_class
from mock_sis.dialects.oneroster.sourcedids import find_scale, refuse_reserved
from mock_sis.dialects.oneroster.statusinfo import CodedRefusal
from mock_sis.dialects.oneroster.writing.accepting import DELETED, put_reply, section_named
from mock_sis.errors import Invalid, NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.formats.numbers import decimal
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Assignment
from mock_sis.gradebook.values import Scale, ScaleLevel
from mock_sis.world import Context


def put_scale(context: Context, call: Call, params: Params) -> Reply:
    """Create or change a score scale of a class."""
    name = params["scoreScale"]
    given = bodies.one(context, call, SCALES, name)
    book = context.world.gradebook
    section = section_named(book, given, None)
    check_class(context.policy.rules, section)
    before = find_scale(book, name)
    if before is None:
        refuse_reserved(book, name)
    elif before.section != section.id:
        raise Invalid(f"The score scale must belong to the class in the body (got {section.id!r}).")
    scale = msgspec.structs.replace(
        before or _new(book, section.id),
        title=str(given["title"]),
        kind=str(given["type"]),
        levels=tuple(_levels(given)),
        range=None,
    )
    book.put_scale(scale)
    book.give_name("scoreScale", (scale.id,), name)
    return put_reply(
        context, before is not None, SCALES, lambda rows: scale_row(rows, section, scale)
    )


def _new(book: Gradebook, section: str) -> Scale:
    number = book.free_scale_number()
    name = next(each for each in _ids(number, section) if each not in book.scales)
    return Scale(name, "", number=number, section=section)


def _ids(number: int, section: str) -> Iterator[str]:
    """Candidates for a scale's id, the best first; seeded scales may have taken some."""
    yield f"or-{number}"
    yield f"or-{number}-{section}"
    yield from (f"or-{number}-{section}-{nth}" for nth in count(2))


def _levels(given: Given) -> Iterator[ScaleLevel]:
    for row in given["scoreScaleValue"]:
        value = decimal(row["itemValueRHS"].partition("-")[0].strip())
        if value is None:
            got = row["itemValueRHS"][:40]
            raise Invalid(f"itemValueRHS must be a number or a range such as 90-100 (got {got!r}).")
        yield ScaleLevel(row["itemValueLHS"], value)


def _items(book: Gradebook, section: str) -> Iterator[Assignment]:
    """The line items of a class, including accepted ones that are not posted yet."""
    yield from book.coursework(section).assignments.values()
    yield from book.posting.pending_items(section)


def delete_scale(context: Context, _call: Call, params: Params) -> Reply:
    """Delete a score scale that a client made and no line item uses."""
    book = context.world.gradebook
    scale = find_scale(book, params["scoreScale"])
    if scale is None:
        raise NotFound(f"No score scale has the sourcedId {params['scoreScale'][:200]!r}.")
    if not scale.section:
        message = "The score scale belongs to the SIS; delete only scales that clients made."
        raise CodedRefusal(422, "deletefailure", message)
    check_class(context.policy.rules, book.sections[scale.section])
    if any(item.scale == scale.number for name in book.sections for item in _items(book, name)):
        raise CodedRefusal(
            422, "deletefailure", "Line items use the score scale; delete these first."
        )
    book.remove_scale(scale.id)
    return DELETED
