"""Rules about how an exporter takes the SIS's answer, its slowness, or the want of either."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import sources
from conformance.evidence import Evidence
from conformance.proofs import Proof
from conformance.rule import Level, NotTestable, Rule, Violation
from conformance.scenarios.skyward import failing
from conformance.scenarios.skyward.common import JOSE, ONE
from conformance.skyward import (
    Spot,
    doubled,
    line_items,
    results,
    shown,
    some_line_items,
    spell,
    spell_spot,
    spot_of,
    spots,
    unstored,
)
from mock_sis.exchange import Reply

CLOSED_SPOT = ("essay", ONE)
DROPPED_PLACES = (("essay", str(JOSE)), ("poster", str(JOSE)))
TEXTS = "row.messages"


def creates_nothing_twice(evidence: Evidence) -> Iterator[Violation]:
    """In the end the SIS has each item once in a section, and each score as it was entered."""
    some_line_items(evidence)
    yield from doubled(evidence)
    yield from unstored(evidence)


def shows_the_refused_item(evidence: Evidence) -> Iterator[Violation]:
    """The item of the closed period stands as failed; all the others arrive."""
    some_line_items(evidence)
    refused = [each for each in line_items(evidence) if each.status == 422]
    told = {spot_of(evidence, each): each.told for each in refused}
    yield from _shown_failed(
        evidence,
        shown(evidence, "end").items.get(CLOSED_SPOT),
        spell_spot(CLOSED_SPOT),
        told.get(CLOSED_SPOT, ""),
    )
    yield from _unsent(evidence)
    late = [place for place in _all_places(evidence) if place[0] == "essay"]
    yield from unstored(evidence, but=tuple(late))


def _unsent(evidence: Evidence) -> Iterator[Violation]:
    """The items that nothing was wrong with, and that the SIS never got."""
    taken = {spot_of(evidence, each) for each in line_items(evidence) if each.taken}
    for spot in (("quiz", ONE), ("poster", ONE)):
        if spot not in taken:
            yield Violation(f"never sent {spell_spot(spot)}, which the SIS would have taken")


def _all_places(evidence: Evidence) -> list[Spot]:
    return list(shown(evidence, "end").scores)


def shows_the_refused_student(evidence: Evidence) -> Iterator[Violation]:
    """The scores of who was dropped stand as failed; all the others arrive."""
    some_line_items(evidence)
    where = spots(evidence)
    told = {
        (where.get(each.ref("lineItem"), ("", ""))[0], each.ref("student")): each.told
        for each in results(evidence)
        if not each.taken
    }
    for place in DROPPED_PLACES:
        found = shown(evidence, "end").scores.get(place)
        yield from _shown_failed(evidence, found, spell(place), told.get(place, ""))
    yield from _unsent(evidence)
    yield from unstored(evidence, but=DROPPED_PLACES)


def _shown_failed(
    evidence: Evidence, found: tuple[str, str] | None, what: str, told: str
) -> Iterator[Violation]:
    """Whether what was refused stands as failed, with the SIS's words where there are texts."""
    state, text = found or ("absent", "")
    if state != "failed":
        yield Violation(f"shows {what} as {state}, which the SIS does not take", steps=("end",))
    elif TEXTS in evidence.exporter.features and (not text or told not in text):
        yield Violation(f"shows {what} with {text!r}; the SIS said {told!r}", steps=("end",))


def waits_until_it_shows(evidence: Evidence) -> Iterator[Violation]:
    """What was accepted is not sent once more, shown or not."""
    if len(evidence.calls(since="soon")) == 0:
        raise NotTestable("nothing was asked of the SIS at the second press, which the rule needs")
    some_line_items(evidence)
    taken: dict[str, int] = {}
    for sent in (*line_items(evidence), *results(evidence)):
        first = taken.get(sent.name)
        if first is not None:
            text = f"sent {sent.name!r} again (#{sent.number}); the SIS had accepted the same"
            yield Violation(f"{text} (#{first})", (first, sent.number))
        elif sent.taken:
            taken[sent.name] = sent.number
    yield from doubled(evidence)


def renews_its_token(evidence: Evidence) -> Iterator[Violation]:
    """After the 401 one new token is asked for, and the transfer goes on from there."""
    refused = [
        entry
        for entry in evidence.calls("oneroster.gradebook.*")
        if isinstance(entry.outcome, Reply) and entry.outcome.status == 401
    ]
    if not refused:
        raise NotTestable("no token had expired, which the rule presupposes")
    first = refused[0].number
    renewed = [each for each in evidence.calls("oneroster.token") if each.number > first]
    if len(renewed) != 1:
        text = f"asked for {len(renewed)} new tokens after the SIS had said that one expired"
        yield Violation(f"{text} (#{first})", (first, *(each.number for each in renewed)))
    yield from doubled(evidence)
    yield from unstored(evidence)


RULES = (
    Rule(
        id="SK-NO-DUPLICATE",
        level=Level.MUST_INFERRED,
        title="creates nothing twice on a second transfer, after a lost reply or after a kill",
        sources=(sources.ON_TRANSFER, sources.LOST_REPLIES, sources.CRASHES),
        scenarios=(
            failing.TWICE,
            failing.ITEM_REPLY_LOST,
            failing.RESULT_REPLY_LOST,
            failing.KILLED,
        ),
        proofs=(Proof.COUNT, Proof.RESTART, Proof.QUIET),
        check=creates_nothing_twice,
        mend="Choose one sourcedId for an item in a section and write it down before it is sent;"
        " a PUT of it can be repeated.",
    ),
    Rule(
        id="SK-CLOSED",
        level=Level.SHOULD_INFERRED,
        title="shows which item a closed grading period refused, and sends the rest",
        sources=(sources.REFUSALS,),
        scenarios=(failing.CLOSED,),
        proofs=(Proof.COUNT,),
        check=shows_the_refused_item,
        mend="Keep the SIS's answer beside the item it is about, and go on with the next.",
    ),
    Rule(
        id="SK-DROPPED",
        level=Level.SHOULD_INFERRED,
        title="shows which student's score was refused, and sends the rest",
        sources=(sources.REFUSALS,),
        scenarios=(failing.DROPPED,),
        proofs=(Proof.COUNT,),
        check=shows_the_refused_student,
        mend="Keep the SIS's answer beside the score it is about, and go on with the next.",
    ),
    Rule(
        id="SK-LAG",
        level=Level.SHOULD_INFERRED,
        title="does not send again while the SIS has accepted but not yet shown",
        sources=(sources.TAKES_MINUTES,),
        scenarios=(failing.LAGGING,),
        proofs=(Proof.COUNT,),
        check=waits_until_it_shows,
        mend="Go by what the SIS accepted, not by what it shows.",
    ),
    Rule(
        id="SK-TOKEN",
        level=Level.SHOULD_INFERRED,
        title="renews an expired token once in mid-transfer, and loses or doubles nothing",
        sources=(sources.TOKENS,),
        scenarios=(failing.TOKEN_EXPIRES,),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=renews_its_token,
        mend="Take a 401 for a sign to get a new token, and make that one request again.",
    ),
)
