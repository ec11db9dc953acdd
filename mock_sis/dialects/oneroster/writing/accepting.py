"""What all writes have in common: how they are accepted, and how that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mock_sis.dialects.oneroster.bodies import Given, reference
from mock_sis.dialects.oneroster.lists import ObjectType, rows_of
from mock_sis.dialects.oneroster.roster import JsonObject, Rows
from mock_sis.dialects.oneroster.rules import sis_wins
from mock_sis.dialects.oneroster.sourcedids import SCHOOL, find_scale
from mock_sis.dialects.oneroster.statusinfo import Minor, RuleBroken
from mock_sis.exchange import Call, Reply
from mock_sis.formats.negotiation import json_reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.delayed_writes import Write
from mock_sis.gradebook.values import Section
from mock_sis.world import Context

DELETED = Reply(204)


def accept(context: Context, call: Call, writes: Sequence[Write]) -> None:
    """Let the SIS post these, now or after its posting lag."""
    lag = _lag(context, call.received, writes)
    yields = sis_wins(context.policy.rules)
    context.world.gradebook.accept(writes, call.received, lag, yields=yields)


def _lag(context: Context, now: float, writes: Sequence[Write]) -> float:
    """The posting lag of these writes. A fault that alters it acts on none that have to wait
    longer than either lag for the writes they follow."""
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
    """The answer to a PUT that was accepted. `row` makes the object as it will show."""
    policy = context.policy
    status = policy.put_existing_status if existed else 201
    if policy.put_answer == "nothing":
        return Reply(status)
    return json_reply({kind.one: row(rows_of(context))}, status)


def pairs_reply(listed: Sequence[Given], names: Iterable[str]) -> Reply:
    """The answer to a POST that was accepted: what each object is called."""
    pairs = [
        {"suppliedSourcedId": str(given.get("sourcedId", "")), "allocatedSourcedId": name}
        for given, name in zip(listed, names, strict=True)
    ]
    return json_reply({"sourcedIdPairs": pairs}, 201)


def refuse_twins(named: Iterable[object], what: str) -> None:
    """Raise Minor where a POST brings the same thing twice; None stands for no name."""
    seen: set[object] = set()
    for each in named:
        if each is not None and each in seen:
            raise Minor(422, "invaliddata", f"Two objects have the same {what}.")
        seen.add(each)


def section_named(book: Gradebook, given: Given, section: Section | None) -> Section:
    """The class of a body, which is that of the path where this has one. Raises Minor."""
    named = reference(given, "class")
    if named is None or named not in book.sections:
        raise unknown("class", named)
    if section is not None and named != section.id:
        raise Minor(422, "invaliddata", "The class of the body is not that of the path.")
    return book.sections[named]


def scale_named(context: Context, named: str | None) -> int:
    """The number of the score scale that a body names, 0 where it names none. Raises Minor."""
    if named is None:
        return 0
    scale = find_scale(context.world.gradebook, named)
    if scale is None:
        raise unknown("score scale", named)
    if context.policy.rules.points_only and scale.levels:
        raise RuleBroken("points_only", "scores are points; a scale of letters is not taken.")
    return scale.number


def refuse_other_school(given: Given) -> None:
    """Raise Minor where the school of a body is not the one there is."""
    if reference(given, "school") not in (None, SCHOOL):
        raise unknown("school", reference(given, "school"))


def unknown(what: str, named: str | None) -> Minor:
    """A reference in a body to what there is not."""
    return Minor(422, "invaliddata", f"There is no {what} {(named or '')[:200]!r}.")
