"""Rules about how an exporter handles answers of the SIS, and missing answers."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.model.steps import Pull
from conformance.schoology import sources
from conformance.schoology.evidence.content import GradeKey, key_in_words
from conformance.schoology.evidence.record import disagreements, misread, shown, unstored
from conformance.schoology.evidence.wire import GradesRequest, require_puts
from conformance.schoology.scenarios import failing
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

SLACK = 0.05
"""Seconds by which an exporter's timer may fire early."""


def shows_each_result(evidence: Evidence) -> Iterator[Violation]:
    """Refused rows are shown as failed, with the message of the SIS, and the others as exported.

    Messages are compared only if the exporter has the feature `row.messages`.
    """
    now, answered = shown(evidence, "end"), require_puts(evidence)
    if all(code.stored for sent in answered for code in sent.answers.values()):
        raise NotTestable("the SIS refused no row, so this rule cannot be judged")
    for sent in answered:
        for key, code in sent.answers.items():
            expected = "exported" if code.stored else "failed"
            state = now.states.get(key, "absent")
            if state != expected:
                yield _wrongly_shown(sent, key, f"as {state}", f"answered {code.status} for it")
            elif "row.messages" in evidence.exporter.features:
                text = now.messages.get(key, "")
                if code.message not in text:
                    shows = f"with the message {text!r}"
                    yield _wrongly_shown(sent, key, shows, f"said {code.message!r}")


def _wrongly_shown(sent: GradesRequest, key: GradeKey, how: str, answer: str) -> Violation:
    text = f"shows {key_in_words(key)} {how}; the SIS {answer} (#{sent.number})"
    return Violation(text, (sent.number,), ("end",))


def waits_after_a_429(evidence: Evidence) -> Iterator[Violation]:
    """No request follows a 429 before Retry-After has passed, and no grade is lost."""
    yield from _too_early(evidence)
    pulled = isinstance(evidence.step("press").step, Pull)
    yield from misread(evidence, "end") if pulled else unstored(evidence)


def _too_early(evidence: Evidence) -> Iterator[Violation]:
    asked = evidence.calls("schoology.*", since="press", until="again")
    refused = next((entry for entry in asked if _status(entry) == 429), None)
    if refused is None:
        raise NotTestable("the SIS never answered 429, so this rule cannot be judged")
    for entry in asked:
        waited = evidence.waited(refused, entry)
        if entry.number > refused.number and waited < failing.RETRY_AFTER - SLACK:
            yield Violation(
                f"sent a request (#{entry.number}) {waited:.1f} s after a 429 (#{refused.number});"
                f" Retry-After was {failing.RETRY_AFTER} s",
                (refused.number, entry.number),
            )


def _status(entry: Entry) -> int | None:
    return entry.outcome.status if isinstance(entry.outcome, Reply) else None


def ends_in_agreement(evidence: Evidence) -> Iterator[Violation]:
    """At the end the SIS holds what was entered, and the product shows it as exported."""
    require_puts(evidence)
    yield from unstored(evidence)
    yield from disagreements(evidence, "end")


RULES = (
    Rule(
        id="SC-ROWS",
        level=Level.MUST_INFERRED,
        title="must read the row codes of a bulk answer and show the failed rows",
        sources=(sources.ROW_CODES,),
        scenarios=(failing.SOME_REFUSED, failing.SOME_REFUSED_200, failing.COMMENTS_REFUSED),
        proofs=(Proof.COUNT,),
        check=shows_each_result,
        fix="Set each row's state by its response_code, not by the status code of the answer.",
    ),
    Rule(
        id="SC-RATE",
        level=Level.SHOULD_INFERRED,
        title="should wait as long as Retry-After says after a 429, and lose no grade",
        sources=(sources.RATES,),
        scenarios=(failing.THROTTLED, failing.THROTTLED_PULL),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=waits_after_a_429,
        fix="Keep the pending grades, wait as long as Retry-After says, and continue.",
    ),
    Rule(
        id="SC-LOST-REPLY",
        level=Level.MUST_INFERRED,
        title="must agree with the SIS about every grade at the end, even after a lost reply",
        sources=(sources.LOST_REPLIES, sources.TWO_SOURCES),
        scenarios=(failing.REPLY_LOST, failing.REQUEST_LOST, failing.KILLED_IN_FLIGHT),
        proofs=(Proof.WITNESS, Proof.ONE_SHOT, Proof.RESTART, Proof.QUIET),
        check=ends_in_agreement,
        fix="Treat a request without an answer as unknown. Read the grades back, or send the same"
        " request again.",
    ),
)
