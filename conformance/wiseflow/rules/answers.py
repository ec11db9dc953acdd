"""Rules about how an exporter reads the answer of the SIS, and what it shows."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import (
    disagreements,
    exports,
    faulted_export,
    participants,
    require_exports,
    shown,
)
from conformance.wiseflow.scenarios import failing, once, selection


def shows_each_result(evidence: Evidence) -> Iterator[Violation]:
    """Participants named in `errors` are shown as failed, the others as exported."""
    faulted_export(evidence)
    now = shown(evidence, "end")
    for sent in exports(evidence):
        for user_id in sent.user_ids:
            expected = "failed" if user_id in sent.answer.refused else "exported"
            state = now.states.get(user_id, "absent")
            if state != expected:
                yield Violation(
                    f"shows participant {user_id} as {state}; expected {expected} by the answer to"
                    f" #{sent.number}",
                    entries=(sent.number,),
                    steps=("end",),
                )


def shows_the_error_info(evidence: Evidence) -> Iterator[Violation]:
    """The message shown for each refused participant contains its errorInfo."""
    sent = faulted_export(evidence)
    messages = shown(evidence, "end").messages
    for user_id, cause in sent.answer.refused.items():
        if cause not in messages.get(user_id, ""):
            shows = repr(messages.get(user_id, ""))
            yield Violation(
                f"shows participant {user_id} with the message {shows}; expected the errorInfo"
                f" {cause!r}",
                entries=(sent.number,),
                steps=("end",),
            )


def is_no_full_success(evidence: Evidence) -> Iterator[Violation]:
    """The flow is not shown as exported."""
    sent = faulted_export(evidence)
    flow = shown(evidence, "end").flow
    if flow == "exported":
        yield Violation(
            f"shows the flow as exported after the SIS answered {sent.answer.summary}",
            entries=(sent.number,),
            steps=("end",),
        )


def shows_no_more_than_counted(evidence: Evidence) -> Iterator[Violation]:
    """The flow is not shown as exported, nor are more participants than the SIS counted."""
    yield from is_no_full_success(evidence)
    sent = faulted_export(evidence)
    states = shown(evidence, "end").states
    exported = [user_id for user_id in sent.user_ids if states.get(user_id) == "exported"]
    if sent.answer.successes is not None and len(exported) > sent.answer.successes:
        yield Violation(
            f"shows {participants(exported)} as exported; expected at most {sent.answer.successes}"
            f" of them after the SIS answered {sent.answer.summary}",
            entries=(sent.number,),
            steps=("end",),
        )


def agrees_with_the_sis(evidence: Evidence) -> Iterator[Violation]:
    """The states that the product shows agree with the SIS."""
    require_exports(evidence)
    yield from disagreements(evidence, "end")


RULES = (
    Rule(
        id="WF-PARTIAL",
        level=Level.MUST,
        title="must show participants in errors as failed and the others as exported",
        sources=(sources.SOME_FAILED, sources.REPORT),
        scenarios=(failing.PARTLY_REFUSED,),
        proofs=(Proof.WITNESS,),
        check=shows_each_result,
        fix="Set each participant's state by the errors in the answer, not by its status code.",
    ),
    Rule(
        id="WF-PARTIAL-SHOWN",
        level=Level.SHOULD,
        title="should show each participant's errorInfo",
        sources=(sources.REPORT,),
        scenarios=(failing.PARTLY_REFUSED,),
        proofs=(Proof.WITNESS,),
        check=shows_the_error_info,
        fix="Store errorInfo with the participant, and show it beside the retry button.",
        needs=("participant.messages",),
    ),
    Rule(
        id="WF-200-IS-NOT-SUCCESS",
        level=Level.MUST,
        title="must not show a 200 with numberOfErrors > 0 as a full success",
        sources=(sources.REPORT,),
        scenarios=(failing.PARTLY_REFUSED, failing.ALL_REFUSED),
        proofs=(Proof.WITNESS,),
        check=is_no_full_success,
        fix="Decide by the counts in the answer, not by its status code, whether it is a success.",
    ),
    Rule(
        id="WF-COUNTS",
        level=Level.MUST_INFERRED,
        title="must not show success when counts and errors do not add up to what was sent",
        sources=(sources.REPORT,),
        scenarios=(failing.COUNT_SHORT, failing.ERROR_UNNAMED),
        proofs=(Proof.WITNESS,),
        check=shows_no_more_than_counted,
        fix="Compare the sum of both counts with the participants sent, and numberOfErrors with"
        " the errors listed.",
    ),
    Rule(
        id="WF-FOREIGN-ERROR",
        level=Level.SHOULD_INFERRED,
        title="should not show success when errors name an unknown or repeated userId",
        sources=(sources.REPORT,),
        scenarios=(failing.UNKNOWN_NAMED, failing.NAMED_TWICE),
        proofs=(Proof.WITNESS,),
        check=shows_no_more_than_counted,
        fix="Match every error to one participant of the request. If one is left over, show the"
        " outcome as unknown.",
    ),
    Rule(
        id="WF-TRUTH",
        level=Level.MUST_INFERRED,
        title="must not show exported for a grade the SIS lacks, nor failed for one it confirmed",
        sources=(sources.TWO_SOURCES,),
        scenarios=(
            selection.PLAIN,
            failing.PARTLY_REFUSED,
            failing.PARTLY_RETRIED,
            failing.FAILED_THEN_RETRIED,
            failing.ALL_REFUSED,
            failing.UNAVAILABLE,
            failing.THROTTLED,
            failing.UNAUTHORISED,
            failing.RESET,
            failing.UNREADABLE,
            failing.GRADES_REDIRECTED,
            once.EXPORTED_TWICE,
        ),
        proofs=(Proof.COUNT,),
        check=agrees_with_the_sis,
        fix="Change a state only on an answer of the SIS that was read and understood.",
    ),
)
