"""Steps that all writes share: accept them, answer, and resolve references in bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mock_sis.dialects.oneroster.bodies import Given, reference
from mock_sis.dialects.oneroster.lists import ObjectType, rows_of
from mock_sis.dialects.oneroster.roster import JsonObject, Rows
from mock_sis.dialects.oneroster.rules import sis_wins
from mock_sis.dialects.oneroster.sourcedids import SCHOOL, find_scale
from mock_sis.dialects.oneroster.statusinfo import RuleBroken
from mock_sis.errors import Invalid
from mock_sis.exchange import Call, Reply
from mock_sis.formats.negotiation import json_reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.delayed_writes import Write
from mock_sis.gradebook.values import Section
from mock_sis.world import Context

DELETED = Reply(204)


def accept(context: Context, call: Call, writes: Sequence[Write]) -> None:
    """Apply the writes, now or after the posting lag."""
    lag = _lag(context, call.received, writes)
    yields = sis_wins(context.policy.rules)
    context.world.gradebook.accept(writes, call.received, lag, yields=yields)


def _lag(context: Context, now: float, writes: Sequence[Write]) -> float:
    """The posting lag of these writes, in seconds.

    A fault that changes the lag fires only if it changes when one of them is applied: a write can
    have to wait longer than either lag for earlier writes.
    """
    usual: float = context.policy.posting_lag
    lag = context.effects.posting_lag(usual)
    if lag.value == usual:
        return usual
    longest = max(lag.value, usual)
    due = context.world.gradebook.posting.due
    acts = any(due(write, now, longest) == now + longest for write in writes)
    return lag.act() if acts else usual


def put_reply(
    context: Context, existed: bool, kind: ObjectType, row: Callable[[Rows], JsonObject]
) -> Reply:
    """The answer to an accepted PUT. `row` builds the object as reads will show it."""
    policy = context.policy
    status = policy.put_existing_status if existed else 201
    if policy.put_answer == "nothing":
        return Reply(status)
    return json_reply({kind.one: row(rows_of(context))}, status)


def pairs_reply(listed: Sequence[Given], names: Iterable[str]) -> Reply:
    """The answer to an accepted POST: the sourcedId of each object."""
    pairs = [
        {"suppliedSourcedId": str(given.get("sourcedId", "")), "allocatedSourcedId": name}
        for given, name in zip(listed, names, strict=True)
    ]
    return json_reply({"sourcedIdPairs": pairs}, 201)


def refuse_duplicates(named: Iterable[object], what: str) -> None:
    """Raise Invalid if a POST has two objects with the same value of `what`; None is ignored."""
    seen: dict[object, int] = {}
    for number, each in enumerate(named, 1):
        if each is not None and each in seen:
            twice = f"objects {seen[each]} and {number} do not"
            raise Invalid(f"The objects of a POST must differ in {what} ({twice}).")
        seen[each] = number


def section_named(book: Gradebook, given: Given, section: Section | None) -> Section:
    """The class that a body names. Raises Invalid, also if it is not `section`, the path's."""
    named = reference(given, "class")
    if named is None or named not in book.sections:
        raise unknown("class", named)
    if section is not None and named != section.id:
        raise Invalid(f"class must be {section.id!r}, as in the path (got {named[:200]!r}).")
    return book.sections[named]


def scale_named(context: Context, named: str | None) -> int:
    """The number of the named score scale; 0 for None. Raises Invalid and RuleBroken."""
    if named is None:
        return 0
    scale = find_scale(context.world.gradebook, named)
    if scale is None:
        raise unknown("score scale", named)
    if context.policy.rules.points_only and scale.levels:
        message = f"scoreScale must be numeric (got the letter scale {named[:80]!r})."
        raise RuleBroken("points_only", message)
    return scale.number


def refuse_other_school(given: Given) -> None:
    """Raise Invalid if a body names a school other than the only one."""
    if reference(given, "school") not in (None, SCHOOL):
        raise unknown("school", reference(given, "school"))


def unknown(what: str, named: str | None) -> Invalid:
    """The error for a reference in a body to an unknown object."""
    return Invalid(f"No {what} has the sourcedId {(named or '')[:200]!r}.")
