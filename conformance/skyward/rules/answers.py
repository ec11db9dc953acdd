"""Rules about how an exporter takes the SIS's answer, its slowness, or the want of either."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    doubled,
    entered,
    missing,
    place_of,
    shown,
    spell,
    spell_spot,
    spot_of,
    spots,
    unstored,
)
from conformance.skyward.evidence.wire import (
    SERVICE,
    Written,
    line_items,
    presuppose_transfer,
    results,
    some_line_items,
)
from conformance.skyward.scenarios import failing
from conformance.skyward.scenarios.common import JOSE, ONE, TWO
from mock_sis.exchange import Reply

CLOSED_ITEM = "essay"
CLOSED_SPOTS = ((CLOSED_ITEM, ONE), (CLOSED_ITEM, TWO))
DROPPED_PLACES = (("essay", str(JOSE)), ("poster", str(JOSE)))
TEXTS = "row.messages"


def creates_nothing_twice(evidence: Evidence) -> Iterator[Violation]:
    """In the end the SIS has each item once in a section, and each score as it was entered."""
    presuppose_transfer(evidence)
    yield from doubled(evidence)
    yield from missing(evidence)
    yield from unstored(evidence)


def shows_the_refused_item(evidence: Evidence) -> Iterator[Violation]:
    """The item of the closed period stands as failed; all the others arrive, and stand so."""
    refused = [each for each in some_line_items(evidence) if each.refused]
    told = {spot_of(evidence, each): each.told for each in refused}
    end = shown(evidence, "end")
    for spot in CLOSED_SPOTS:
        found = end.items.get(spot)
        yield from _not_failed(evidence, found, spell_spot(spot), told.get(spot, ""))
    for place, (state, _) in end.scores.items():
        if place[0] == CLOSED_ITEM and state == "exported":
            text = f"shows {spell(place)} as exported, whose item the SIS does not take"
            yield Violation(text, steps=("end",))
    spared = {*CLOSED_SPOTS, *told}
    yield from _failed(
        (spell_spot(spot), state) for spot, (state, _) in end.items.items() if spot not in spared
    )
    yield from missing(evidence, but=CLOSED_SPOTS)
    yield from unstored(evidence)


def shows_the_refused_student(evidence: Evidence) -> Iterator[Violation]:
    """The scores of who was dropped stand as failed; all the others arrive, and stand so."""
    presuppose_transfer(evidence)
    where = spots(evidence)
    told = {place_of(each, where): each.told for each in results(evidence) if each.refused}
    end = shown(evidence, "end")
    for place in DROPPED_PLACES:
        found = end.scores.get(place)
        yield from _not_failed(evidence, found, spell(place), told.get(place, ""))
    spared = {*DROPPED_PLACES, *told}
    yield from _failed(
        (spell(place), state) for place, (state, _) in end.scores.items() if place not in spared
    )
    yield from missing(evidence)
    yield from unstored(evidence, but=DROPPED_PLACES)


def _not_failed(
    evidence: Evidence, found: tuple[str, str] | None, what: str, told: str
) -> Iterator[Violation]:
    """Whether what was refused stands as failed, with the SIS's words where there are texts."""
    state, text = found or ("absent", "")
    if state != "failed":
        yield Violation(f"shows {what} as {state}, which the SIS does not take", steps=("end",))
    elif TEXTS in evidence.exporter.features and (not text or told not in text):
        said = f"; the SIS said {told!r}" if told else ""
        yield Violation(f"shows {what} as failed with {text!r}{said}", steps=("end",))


def _failed(rest: Iterable[tuple[str, str]]) -> Iterator[Violation]:
    """Whether something that nothing was wrong with stands as failed: pairs of what it is, in
    words, and its state."""
    for what, state in rest:
        if state == "failed":
            yield Violation(f"shows {what} as failed, which the SIS takes", steps=("end",))


def waits_until_it_shows(evidence: Evidence) -> Iterator[Violation]:
    """What the SIS accepted is not sent once more before it shows, by no other name and in no other
    words; a score that the teacher has changed since is not the same."""
    if not any(each.taken for each in line_items(evidence, until="soon")):
        raise NotTestable("the SIS accepted nothing at first, which the rule presupposes")
    where = spots(evidence)
    items = _again(line_items(evidence, until="again"), lambda each: spot_of(evidence, each))
    for first, sent in items:
        text = f"sent line item {sent.name!r} again (#{sent.number}); the SIS had accepted it"
        yield Violation(f"{text} (#{first.number})", (first.number, sent.number))
    scores = _again(results(evidence, until="again"), lambda each: place_of(each, where))
    for first, sent in scores:
        said = sent.raw.get("score")
        score = entered(evidence, before=sent.number).get(place_of(sent, where))
        if said == first.raw.get("score") or said != score:
            text = f"sent result {sent.name!r} again (#{sent.number}); the SIS had accepted it"
            yield Violation(f"{text} (#{first.number})", (first.number, sent.number))


def _again(
    sendings: list[Written], subject: Callable[[Written], tuple[str, str]]
) -> Iterator[tuple[Written, Written]]:
    """Pairs of what was accepted and what was sent of the same thing after that: under the same
    name, or with the same subject, a spot or a place."""
    accepted: dict[tuple[str, str], Written] = {}
    for sent in sendings:
        keys = [("", sent.name), *(key for key in (subject(sent),) if key[0])]
        first = next((accepted[key] for key in keys if key in accepted), None)
        if first is not None:
            yield first, sent
        if sent.taken:
            accepted.update(dict.fromkeys(keys, sent))


def renews_its_token(evidence: Evidence) -> Iterator[Violation]:
    """After the 401 one new token is asked for, and the transfer goes on from there."""
    refused = [
        entry
        for entry in evidence.calls(f"{SERVICE}.*")
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
    yield from missing(evidence)
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
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.RESTART, Proof.QUIET),
        check=creates_nothing_twice,
        mend="Choose one sourcedId for an item in a section and write it down before it is sent;"
        " a PUT of it can be repeated.",
    ),
    Rule(
        id="SK-CLOSED",
        level=Level.SHOULD_INFERRED,
        title="shows per item what the SIS refused (closed period) and sends the rest",
        sources=(sources.REFUSALS,),
        scenarios=(failing.CLOSED,),
        proofs=(Proof.COUNT,),
        check=shows_the_refused_item,
        mend="Keep the SIS's answer beside the item it is about, and go on with the next.",
    ),
    Rule(
        id="SK-DROPPED",
        level=Level.SHOULD_INFERRED,
        title="shows per student what the SIS refused (dropped student) and sends the rest",
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
        mend="Go by what the SIS accepted, not by what it shows; send only what was changed since.",
    ),
    Rule(
        id="SK-TOKEN",
        level=Level.SHOULD_INFERRED,
        title="renews an expired token once in mid-transfer and loses or doubles nothing",
        sources=(sources.TOKENS,),
        scenarios=(failing.TOKEN_EXPIRES,),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=renews_its_token,
        mend="Take a 401 for a sign to get a new token, and make that one request again.",
    ),
)
