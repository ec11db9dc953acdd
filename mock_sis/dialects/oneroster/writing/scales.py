"""Score scales that clients make, change and take away.

A value may be a range ("90-100"): a mark is then worth where the range begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import msgspec

from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.bodies import Given
from mock_sis.dialects.oneroster.lists import SCALES
from mock_sis.dialects.oneroster.marks import scale_row
from mock_sis.dialects.oneroster.rules import may_write
from mock_sis.dialects.oneroster.sourcedids import find_scale, refuse_reserved
from mock_sis.dialects.oneroster.statusinfo import Minor
from mock_sis.dialects.oneroster.writing.accepting import DELETED, put_reply, section_named
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.formats.numbers import decimal
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Assignment
from mock_sis.gradebook.values import Scale, ScaleLevel
from mock_sis.world import Context


def put_scale(context: Context, call: Call, params: Params) -> Reply:
    """Make a score scale for a class, or change it."""
    name = params["scoreScale"]
    given = bodies.one(context, call, SCALES, name)
    book = context.world.gradebook
    section = section_named(book, given, None)
    may_write(context.policy.rules, section)
    before = find_scale(book, name)
    if before is None:
        refuse_reserved(book, name)
    elif before.section != section.id:
        raise Minor(422, "invaliddata", "The score scale is not one of this class.")
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
    """Ids for a scale, the best first; those of a seed may be any."""
    yield f"or-{number}"
    yield f"or-{number}-{section}"
    yield from (f"or-{number}-{section}-{nth}" for nth in count(2))


def _levels(given: Given) -> Iterator[ScaleLevel]:
    for row in given["scoreScaleValue"]:
        value = decimal(row["itemValueRHS"].partition("-")[0].strip())
        if value is None:
            raise Minor(422, "invaliddata", "itemValueRHS is a number, or a range of numbers.")
        yield ScaleLevel(row["itemValueLHS"], value)


def _items(book: Gradebook, section: str) -> Iterator[Assignment]:
    """The line items of a class, with those that are accepted and not posted yet."""
    yield from book.coursework(section).assignments.values()
    yield from book.posting.pending_items(section)


def delete_scale(context: Context, _call: Call, params: Params) -> Reply:
    """Take a score scale away that a client made, where no line item uses it."""
    book = context.world.gradebook
    scale = find_scale(book, params["scoreScale"])
    if scale is None:
        raise NotFound(f"There is no score scale {params['scoreScale'][:200]!r}.")
    if not scale.section:
        raise Minor(422, "deletefailure", "The score scale is the SIS's own.")
    may_write(context.policy.rules, book.sections[scale.section])
    if any(item.scale == scale.number for name in book.sections for item in _items(book, name)):
        raise Minor(422, "deletefailure", "There are line items on this score scale.")
    book.remove_scale(scale.id)
    return DELETED
