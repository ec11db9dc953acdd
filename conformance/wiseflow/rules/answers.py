"""Rules about how an exporter reads the SIS's answer, and what it shows of it."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import disagreements, disturbed, exports, shown
from conformance.wiseflow.scenarios import failures, once, selection


def marks_each_as_told(evidence: Evidence) -> Iterator[Violation]:
    """Who is named in `errors` stands as Failed, and the others of the call as exported."""
    disturbed(evidence)
    now = shown(evidence, "end")
    for sent in exports(evidence):
        for subject in sent.subjects:
            expected = "failed" if subject in sent.told.refused else "exported"
            state = now.states.get(subject, "absent")
            if state != expected:
                yield Violation(
                    f"shows participant {subject} as {state}; by the SIS's answer they are"
                    f" {expected}",
                    entries=(sent.number,),
                    steps=("end",),
                )


def shows_the_cause(evidence: Evidence) -> Iterator[Violation]:
    """The errorInfo of each refused participant is there to be read."""
    sent = disturbed(evidence)
    messages = shown(evidence, "end").messages
    for subject, cause in sent.told.refused.items():
        if cause not in messages.get(subject, ""):
            yield Violation(
                f"shows {messages.get(subject, '')!r} for participant {subject}; the SIS said"
                f" {cause!r}",
                entries=(sent.number,),
                steps=("end",),
            )


def is_no_full_success(evidence: Evidence) -> Iterator[Violation]:
    """The flow does not stand as exported."""
    sent = disturbed(evidence)
    flow = shown(evidence, "end").flow
    if flow == "exported":
        yield Violation(
            f"shows the flow as exported after the SIS answered: {sent.told.summary}",
            entries=(sent.number,),
            steps=("end",),
        )


def claims_no_more_than_told(evidence: Evidence) -> Iterator[Violation]:
    """Neither the flow nor more participants of the call than the SIS counts stand as exported."""
    yield from is_no_full_success(evidence)
    sent = disturbed(evidence)
    states = shown(evidence, "end").states
    exported = [subject for subject in sent.subjects if states.get(subject) == "exported"]
    if sent.told.successes is not None and len(exported) > sent.told.successes:
        yield Violation(
            f"shows {len(exported)} participants as exported ({', '.join(exported)}) after the SIS"
            f" answered: {sent.told.summary}",
            entries=(sent.number,),
            steps=("end",),
        )


def tells_the_truth(evidence: Evidence) -> Iterator[Violation]:
    """What the exporter says of itself agrees with the SIS."""
    if not exports(evidence):
        raise NotTestable("nothing was exported, which the rule presupposes")
    yield from disagreements(evidence, "end")


RULES = (
    Rule(
        id="WF-PARTIAL",
        level=Level.MUST,
        title="marks those in errors Failed and the others exported",
        sources=(sources.SOME_FAILED, sources.REPORT),
        scenarios=(failures.PARTLY_REFUSED,),
        proofs=(Proof.WITNESS,),
        check=marks_each_as_told,
        mend="Set each participant's state by the errors of the answer, not by its status.",
    ),
    Rule(
        id="WF-PARTIAL-SHOWN",
        level=Level.SHOULD,
        title="shows each participant's errorInfo",
        sources=(sources.REPORT,),
        scenarios=(failures.PARTLY_REFUSED,),
        proofs=(Proof.WITNESS,),
        check=shows_the_cause,
        mend="Keep errorInfo with the participant and show it where the manager decides to retry.",
        needs=("participant.messages",),
    ),
    Rule(
        id="WF-200-IS-NOT-SUCCESS",
        level=Level.MUST,
        title="does not show a 200 with numberOfErrors > 0 as a full success",
        sources=(sources.REPORT,),
        scenarios=(failures.PARTLY_REFUSED, failures.ALL_REFUSED),
        proofs=(Proof.WITNESS,),
        check=is_no_full_success,
        mend="Call an export a success by its counts, never by its status.",
    ),
    Rule(
        id="WF-COUNTS",
        level=Level.MUST_INFERRED,
        title="does not show success when counts and errors do not reconcile with what was sent",
        sources=(sources.REPORT,),
        scenarios=(failures.COUNT_SHORT, failures.ERROR_UNNAMED),
        proofs=(Proof.WITNESS,),
        check=claims_no_more_than_told,
        mend="Add up both counts, compare with what was sent and with the errors that are named.",
    ),
    Rule(
        id="WF-FOREIGN-ERROR",
        level=Level.SHOULD_INFERRED,
        title="does not show success when errors name an unknown or repeated userId",
        sources=(sources.REPORT,),
        scenarios=(failures.UNKNOWN_NAMED, failures.NAMED_TWICE),
        proofs=(Proof.WITNESS,),
        check=claims_no_more_than_told,
        mend="Match every error to one participant of the call; if one is left over, the outcome is"
        " unknown.",
    ),
    Rule(
        id="WF-TRUTH",
        level=Level.MUST_INFERRED,
        title="never says exported for what the SIS does not have, nor failed for what it"
        " confirmed",
        sources=(sources.TWO_SOURCES,),
        scenarios=(
            selection.PLAIN,
            failures.PARTLY_REFUSED,
            failures.PARTLY_RETRIED,
            failures.FAILED_THEN_RETRIED,
            failures.ALL_REFUSED,
            failures.UNAVAILABLE,
            failures.THROTTLED,
            failures.UNAUTHORISED,
            failures.RESET,
            failures.UNREADABLE,
            failures.GRADES_REDIRECTED,
            once.EXPORTED_TWICE,
        ),
        proofs=(Proof.COUNT,),
        check=tells_the_truth,
        mend="Change what is shown only by an answer of the SIS that was read and understood.",
    ),
)
