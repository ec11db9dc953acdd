"""Rules about how an exporter takes the SIS's answer, or the want of one."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.model.steps import Pull
from conformance.schoology import sources
from conformance.schoology.evidence.content import GradePlace, spell
from conformance.schoology.evidence.record import disagreements, misread, shown, unstored
from conformance.schoology.evidence.wire import Sent, some_puts
from conformance.schoology.scenarios import failing
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

SLACK = 0.05
"""Seconds by which an exporter's timer may be early."""


def shows_what_became_of_each_row(evidence: Evidence) -> Iterator[Violation]:
    """Who was refused stands as failed, with the SIS's words where rows have texts; the others of
    the call stand as exported."""
    now, answered = shown(evidence, "end"), some_puts(evidence)
    if all(code.stored for sent in answered for code in sent.told.values()):
        raise NotTestable("the SIS refused nobody, which the rule presupposes")
    for sent in answered:
        for place, code in sent.told.items():
            expected = "exported" if code.stored else "failed"
            state = now.states.get(place, "absent")
            if state != expected:
                yield _misshown(sent, place, f"as {state}", f"answered {code.status} for it")
            elif "row.messages" in evidence.exporter.features:
                text = now.messages.get(place, "")
                if code.message not in text:
                    yield _misshown(sent, place, f"with {text!r}", f"said {code.message!r}")


def _misshown(sent: Sent, place: GradePlace, how: str, told: str) -> Violation:
    text = f"shows {spell(place)} {how}; the SIS {told} (#{sent.number})"
    return Violation(text, (sent.number,), ("end",))


def waits_when_told_to(evidence: Evidence) -> Iterator[Violation]:
    """After a 429 nothing is asked of the SIS until Retry-After has passed, and nothing is
    lost by it."""
    yield from _too_early(evidence)
    pulled = isinstance(evidence.step("press").step, Pull)
    yield from misread(evidence, "end") if pulled else unstored(evidence)


def _too_early(evidence: Evidence) -> Iterator[Violation]:
    asked = evidence.calls("schoology.*", since="press", until="again")
    told = next((entry for entry in asked if _status(entry) == 429), None)
    if told is None:
        raise NotTestable("the SIS never answered 429, which the rule presupposes")
    for entry in asked:
        waited = evidence.waited(told, entry)
        if entry.number > told.number and waited < failing.RETRY_AFTER - SLACK:
            yield Violation(
                f"asked again (#{entry.number}) after {waited:.1f} s; the SIS had said to wait"
                f" {failing.RETRY_AFTER} s (#{told.number})",
                (told.number, entry.number),
            )


def _status(entry: Entry) -> int | None:
    return entry.outcome.status if isinstance(entry.outcome, Reply) else None


def ends_in_agreement(evidence: Evidence) -> Iterator[Violation]:
    """In the end the SIS holds what was entered, and the product shows that it does."""
    some_puts(evidence)
    yield from unstored(evidence)
    yield from disagreements(evidence, "end")


RULES = (
    Rule(
        id="SC-ROWS",
        level=Level.MUST_INFERRED,
        title="reads the row codes of a bulk answer and shows the failed rows",
        sources=(sources.ROW_CODES,),
        scenarios=(failing.SOME_REFUSED, failing.SOME_REFUSED_200, failing.COMMENTS_REFUSED),
        proofs=(Proof.COUNT,),
        check=shows_what_became_of_each_row,
        mend="Set each row's state by its own response_code, whatever the status of the answer.",
    ),
    Rule(
        id="SC-RATE",
        level=Level.SHOULD_INFERRED,
        title="slows down at 429 and loses nothing",
        sources=(sources.RATES,),
        scenarios=(failing.THROTTLED, failing.THROTTLED_PULL),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=waits_when_told_to,
        mend="Keep what was to be sent, wait as long as Retry-After says, and go on from there.",
    ),
    Rule(
        id="SC-LOST-REPLY",
        level=Level.MUST_INFERRED,
        title="after a lost reply ends with the SIS and its own record the same",
        sources=(sources.LOST_REPLIES, sources.TWO_SOURCES),
        scenarios=(failing.REPLY_LOST, failing.REQUEST_LOST, failing.KILLED_IN_FLIGHT),
        proofs=(Proof.WITNESS, Proof.ONE_SHOT, Proof.RESTART, Proof.QUIET),
        check=ends_in_agreement,
        mend="Take a request without an answer for neither stored nor lost: read back, or send the"
        " same again.",
    ),
)
