"""Rules about how an exporter handles refusals, delays, lost answers and expired tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    duplicates,
    entered,
    item_in_words,
    item_key,
    item_keys,
    missing_items,
    score_in_words,
    score_key,
    shown,
    unstored_scores,
)
from conformance.skyward.evidence.wire import (
    SERVICE,
    SentObject,
    line_items,
    require_line_items,
    require_transfer,
    results,
)
from conformance.skyward.scenarios import failing
from conformance.skyward.scenarios.common import JOSE, ONE, TWO
from mock_sis.exchange import Reply

CLOSED_ITEM = "essay"
CLOSED_ITEMS = ((CLOSED_ITEM, ONE), (CLOSED_ITEM, TWO))
DROPPED_SCORES = (("essay", str(JOSE)), ("poster", str(JOSE)))
TEXTS = "row.messages"


def creates_nothing_twice(evidence: Evidence) -> Iterator[Violation]:
    """At the end the SIS holds each item once in each section, and each score as entered."""
    require_transfer(evidence)
    yield from duplicates(evidence)
    yield from missing_items(evidence)
    yield from unstored_scores(evidence)


def shows_the_refused_item(evidence: Evidence) -> Iterator[Violation]:
    """The item in the closed period is shown as failed. All others arrive and are not."""
    refused = [each for each in require_line_items(evidence) if each.refused]
    reasons = {item_key(evidence, each): each.description for each in refused}
    end = shown(evidence, "end")
    for key in CLOSED_ITEMS:
        found = end.items.get(key)
        yield from _not_failed(evidence, found, item_in_words(key), reasons.get(key, ""))
    for key, (state, _) in end.scores.items():
        if key[0] == CLOSED_ITEM and state == "exported":
            text = f"shows {score_in_words(key)} as exported although the SIS refuses the item"
            yield Violation(text, steps=("end",))
    spared = {*CLOSED_ITEMS, *reasons}
    yield from _failed(
        (item_in_words(key), state) for key, (state, _) in end.items.items() if key not in spared
    )
    yield from missing_items(evidence, but=CLOSED_ITEMS)
    yield from unstored_scores(evidence)


def shows_the_refused_student(evidence: Evidence) -> Iterator[Violation]:
    """The scores of the dropped student are shown as failed. All others arrive and are not."""
    require_transfer(evidence)
    where = item_keys(evidence)
    reasons = {
        score_key(each, where): each.description for each in results(evidence) if each.refused
    }
    end = shown(evidence, "end")
    for key in DROPPED_SCORES:
        found = end.scores.get(key)
        yield from _not_failed(evidence, found, score_in_words(key), reasons.get(key, ""))
    spared = {*DROPPED_SCORES, *reasons}
    yield from _failed(
        (score_in_words(key), state) for key, (state, _) in end.scores.items() if key not in spared
    )
    yield from missing_items(evidence)
    yield from unstored_scores(evidence, but=DROPPED_SCORES)


def _not_failed(
    evidence: Evidence, found: tuple[str, str] | None, what: str, reason: str
) -> Iterator[Violation]:
    """Check that a refused item or score is shown as failed, with the reason of the SIS.

    `found` is its state and message. Messages are checked only if the exporter has them.
    """
    state, text = found or ("absent", "")
    if state != "failed":
        text = f"shows {what} as {state}; expected failed, since the SIS refuses it"
        yield Violation(text, steps=("end",))
    elif TEXTS in evidence.exporter.features and (not text or reason not in text):
        expected = f"the SIS said {reason!r}" if reason else "expected a reason"
        text = f"shows {what} as failed with the message {text!r}; {expected}"
        yield Violation(text, steps=("end",))


def _failed(rest: Iterable[tuple[str, str]]) -> Iterator[Violation]:
    """Check that no accepted item or score is shown as failed. `rest` are pairs of its words and
    its state."""
    for what, state in rest:
        if state == "failed":
            yield Violation(f"shows {what} as failed although the SIS accepts it", steps=("end",))


def waits_until_it_shows(evidence: Evidence) -> Iterator[Violation]:
    """No accepted item or score is sent again before the SIS shows it, not even changed.

    Only a score that the teacher has edited since may be sent again.
    """
    if not any(each.accepted for each in line_items(evidence, until="soon")):
        raise NotTestable(
            "the SIS accepted nothing in the first transfer, so this rule cannot be judged"
        )
    where = item_keys(evidence)
    items = _again(line_items(evidence, until="again"), lambda each: item_key(evidence, each))
    for first, sent in items:
        text = f"sent line item {sent.sourced_id!r} again (#{sent.number}); the SIS had accepted it"
        yield Violation(f"{text} (#{first.number})", (first.number, sent.number))
    scores = _again(results(evidence, until="again"), lambda each: score_key(each, where))
    for first, sent in scores:
        said = sent.raw.get("score")
        score = entered(evidence, before=sent.number).get(score_key(sent, where))
        if said == first.raw.get("score") or said != score:
            text = (
                f"sent result {sent.sourced_id!r} again (#{sent.number}); the SIS had accepted it"
            )
            yield Violation(f"{text} (#{first.number})", (first.number, sent.number))


def _again(
    sendings: list[SentObject], key_of: Callable[[SentObject], tuple[str, str]]
) -> Iterator[tuple[SentObject, SentObject]]:
    """Pairs of an accepted object and a later one with the same sourcedId or the same key."""
    accepted: dict[tuple[str, str], SentObject] = {}
    for sent in sendings:
        keys = [("", sent.sourced_id), *(key for key in (key_of(sent),) if key[0])]
        first = next((accepted[key] for key in keys if key in accepted), None)
        if first is not None:
            yield first, sent
        if sent.accepted:
            accepted.update(dict.fromkeys(keys, sent))


def renews_its_token(evidence: Evidence) -> Iterator[Violation]:
    """After the 401 the exporter asks for one new token and completes the transfer."""
    refused = [
        entry
        for entry in evidence.calls(f"{SERVICE}.*")
        if isinstance(entry.outcome, Reply) and entry.outcome.status == 401
    ]
    if not refused:
        raise NotTestable("the SIS refused no token, so this rule cannot be judged")
    first = refused[0].number
    renewed = [each for each in evidence.calls("oneroster.token") if each.number > first]
    if len(renewed) != 1:
        text = (
            f"asked for {len(renewed)} new tokens after the SIS refused an expired one (#{first})"
        )
        yield Violation(f"{text}; expected 1", (first, *(each.number for each in renewed)))
    yield from duplicates(evidence)
    yield from missing_items(evidence)
    yield from unstored_scores(evidence)


RULES = (
    Rule(
        id="SK-NO-DUPLICATE",
        level=Level.MUST_INFERRED,
        title="must not create duplicates on a second transfer or after a lost reply or restart",
        sources=(sources.ON_TRANSFER, sources.LOST_REPLIES, sources.CRASHES),
        scenarios=(
            failing.TWICE,
            failing.ITEM_REPLY_LOST,
            failing.RESULT_REPLY_LOST,
            failing.KILLED,
        ),
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.RESTART, Proof.QUIET),
        check=creates_nothing_twice,
        fix="Choose one sourcedId for each item and section, and store it before sending. Then a"
        " PUT can be repeated.",
    ),
    Rule(
        id="SK-CLOSED",
        level=Level.SHOULD_INFERRED,
        title="should show which item the SIS refused (closed period), and send the others",
        sources=(sources.REFUSALS,),
        scenarios=(failing.CLOSED,),
        proofs=(Proof.COUNT,),
        check=shows_the_refused_item,
        fix="Store the SIS's answer with the item, and continue with the next item.",
    ),
    Rule(
        id="SK-DROPPED",
        level=Level.SHOULD_INFERRED,
        title="should show which student the SIS refused (dropped student), and send the others",
        sources=(sources.REFUSALS,),
        scenarios=(failing.DROPPED,),
        proofs=(Proof.COUNT,),
        check=shows_the_refused_student,
        fix="Store the SIS's answer with the score, and continue with the next score.",
    ),
    Rule(
        id="SK-LAG",
        level=Level.SHOULD_INFERRED,
        title="should not resend what the SIS has accepted but does not show yet",
        sources=(sources.TAKES_MINUTES,),
        scenarios=(failing.LAGGING,),
        proofs=(Proof.COUNT,),
        check=waits_until_it_shows,
        fix="Record what the SIS accepted, and send only what was edited since. Do not rely on"
        " what the SIS shows.",
    ),
    Rule(
        id="SK-TOKEN",
        level=Level.SHOULD_INFERRED,
        title="should renew a token once if it expires during a transfer, and finish the transfer",
        sources=(sources.TOKENS,),
        scenarios=(failing.TOKEN_EXPIRES,),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=renews_its_token,
        fix="Get a new token after a 401, and repeat only the refused request.",
    ),
)
