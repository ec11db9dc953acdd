"""Rules about when an export leaves, how often, and what happens after one that failed."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Scenario, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import (
    UNREADABLE,
    Sent,
    disturbed,
    exports,
    first_success,
    participants,
    people,
    shown,
)
from conformance.wiseflow.scenarios import failures, once

UNTOUCHED = (Proof.COUNT, Proof.LATER, Proof.QUIET)
LEFT_ALONE = (
    Proof.ONE_SHOT,
    Proof.COUNT,
    Proof.WITNESS,
    Proof.LATER,
    Proof.RESTART,
    Proof.QUIET,
)


def sends_only_after_sync(evidence: Evidence) -> Iterator[Violation]:
    """No export comes before a fetch of the flow that the SIS answered with 200."""
    fetched = [
        entry.number
        for entry in evidence.calls("wiseflow.flows.get")
        if getattr(entry.outcome, "status", None) == 200
    ]
    for sent in _some(evidence):
        if not fetched or sent.number < fetched[0]:
            yield Violation(
                f"sent {people(sent)} (#{sent.number}) before it had fetched the flow from the SIS"
                " successfully",
                entries=(sent.number,),
            )


def sends_only_after_the_period(evidence: Evidence) -> Iterator[Violation]:
    """No export comes before the assessment period is over."""
    _some(evidence)
    for sent in exports(evidence, until="ended"):
        yield Violation(
            f"sent {people(sent)} (#{sent.number}) while the assessment period was running",
            entries=(sent.number,),
            steps=("ended",),
        )


def sends_nothing_again(evidence: Evidence) -> Iterator[Violation]:
    """Whatever reaches the SIS after the second press is one export too many."""
    first = first_success(evidence, until="again")
    for sent in exports(evidence, since="again"):
        yield Violation(
            f"sent {people(sent)} (#{sent.number}) although the SIS had confirmed the export"
            f" (#{first.number})",
            entries=(first.number, sent.number),
            steps=("again",),
        )


def sends_nobody_twice(evidence: Evidence) -> Iterator[Violation]:
    """However often the button is pressed, everybody's grade is sent once."""
    earlier: dict[str, Sent] = {}
    for sent in _readable(evidence):
        again = [subject for subject in sent.subjects if subject in earlier]
        if again:
            first = earlier[again[0]]
            yield Violation(
                f"sent participants {', '.join(again)} twice (#{first.number} and #{sent.number})",
                entries=(first.number, sent.number),
            )
        earlier.update(dict.fromkeys(sent.subjects, sent))


def sends_nothing_after_the_crash(evidence: Evidence) -> Iterator[Violation]:
    """What left before the crash does not leave again after it."""
    before = {name: sent for sent in _readable(evidence, "killed") for name in sent.subjects}
    for sent in exports(evidence, since="killed"):
        again = [subject for subject in sent.subjects if subject in before]
        if again:
            first = before[again[0]]
            yield Violation(
                f"sent participants {', '.join(again)} again (#{sent.number}) after it was killed"
                f" and started anew; the SIS had stored them (#{first.number})",
                entries=(first.number, sent.number),
                steps=("killed",),
            )


def admits_that_it_does_not_know(evidence: Evidence) -> Iterator[Violation]:
    """A lost reply is neither taken for a success nor followed by another attempt."""
    lost = disturbed(evidence)
    if not evidence.has_step("again"):
        yield from makes_no_further_attempt(evidence)
    for label, when in (("shown", "right after the export"), ("end", "in the end")):
        if not evidence.has_step(label):
            continue
        now = shown(evidence, label)
        exported = [each for each in lost.subjects if now.states.get(each) == "exported"]
        if exported or now.flow == "exported":
            who = ", ".join(exported) or "the flow"
            yield Violation(
                f"showed {who} as exported {when}, and no answer of the SIS had reached it",
                steps=(label,),
            )


def makes_no_further_attempt(evidence: Evidence) -> Iterator[Violation]:
    """Nobody who was in the attempt that met the fault is sent again."""
    first = disturbed(evidence)
    for sent in exports(evidence):
        again = [subject for subject in sent.subjects if subject in first.subjects]
        # What cannot be read may hold anybody.
        if sent.number > first.number and (again or not sent.rows):
            who = participants(again) if again else "a request"
            yield Violation(
                f"sent {who} again by itself (#{sent.number}) after the attempt that failed"
                f" (#{first.number}, to which the SIS answered {first.told.summary}; the fault was"
                f" {', '.join(first.faults)})",
                entries=(first.number, sent.number),
            )


def stands_failed_until_retried(evidence: Evidence) -> Iterator[Violation]:
    """A failed export stands as Failed, and the retry button works."""
    sent = disturbed(evidence)
    now = shown(evidence, "failed")
    # Who sends in several calls may have brought some of the others in.
    others = any(each.confirmed for each in exports(evidence, until="retry"))
    if now.flow not in ("failed", "partly_exported" if others else ""):
        yield Violation(f"showed the flow as {now.flow} after a 503", (sent.number,), ("failed",))
    for subject in sent.subjects:
        state = now.states.get(subject, "absent")
        if state != "failed":
            yield Violation(
                f"showed participant {subject} as {state} after a 503", (sent.number,), ("failed",)
            )
    if not _accepted(evidence, "retry"):
        yield Violation("refused the manager's retry", steps=("retry",))


def retry_brings_them_in(evidence: Evidence) -> Iterator[Violation]:
    """What had failed is sent at the retry, and stands exported after it."""
    failed = disturbed(evidence)
    if not failed.rows:
        raise NotTestable(UNREADABLE)
    if not _accepted(evidence, "retry"):
        raise NotTestable("the exporter refused the retry")
    again = exports(evidence, since="retry")
    sent = {subject for each in again for subject in each.subjects}
    confirmed = {subject for each in again for subject in each.confirmed}
    if sent and not confirmed:
        raise NotTestable("the SIS took nothing of what was sent at the retry")
    end = shown(evidence, "end")
    for subject in failed.subjects:
        if subject not in sent:
            yield Violation(f"did not send participant {subject} at the retry", steps=("retry",))
        elif subject in confirmed and end.states.get(subject) != "exported":
            yield Violation(
                f"shows participant {subject} as {end.states.get(subject, 'absent')} after a retry"
                " that the SIS confirmed",
                steps=("end",),
            )


def retries_only_what_failed(evidence: Evidence) -> Iterator[Violation]:
    """Nobody whom the SIS confirmed is sent once more."""
    confirmed = {
        subject: sent for sent in exports(evidence, until="retry") for subject in sent.confirmed
    }
    again = exports(evidence, since="retry")
    if not again:
        raise NotTestable("nothing was sent at the retry")
    for sent in again:
        for subject in sent.subjects:
            before = confirmed.get(subject)
            if before:
                yield Violation(
                    f"sent participant {subject} at the retry (#{sent.number}); the SIS had"
                    f" registered them (#{before.number})",
                    entries=(before.number, sent.number),
                    steps=("retry",),
                )


def _some(evidence: Evidence, until: str = "") -> tuple[Sent, ...]:
    found = exports(evidence, until=until)
    if not found:
        raise NotTestable("nothing was exported, which the rule presupposes")
    return found


def _readable(evidence: Evidence, until: str = "") -> tuple[Sent, ...]:
    found = _some(evidence, until)
    if not all(sent.rows for sent in found):
        raise NotTestable(UNREADABLE)
    return found


def _accepted(evidence: Evidence, label: str) -> bool:
    return bool((evidence.step(label).answer or {}).get("accepted"))


def _no_retry(name: str, after: str, scenario: Scenario, mend: str) -> Rule:
    return Rule(
        id=f"WF-NORETRY-{name}",
        level=Level.MUST,
        title=f"makes no further attempt by itself after {after}",
        sources=(sources.NO_RETRY,),
        scenarios=(scenario,),
        proofs=LEFT_ALONE,
        check=makes_no_further_attempt,
        mend=mend,
    )


_SWITCH_OFF = "Turn off the retries of the HTTP client, the job queue and the scheduler."

ONCE = Rule(
    id="WF-ONCE",
    level=Level.MUST,
    title="sends nothing when export is pressed again after a success",
    sources=(sources.RUNS_ONCE,),
    scenarios=(once.EXPORTED_TWICE,),
    proofs=UNTOUCHED,
    check=sends_nothing_again,
    mend="Keep with the flow that it was exported, and refuse the button from then on.",
)

RULES = (
    Rule(
        id="WF-SYNC",
        level=Level.MUST,
        title="sends nothing before the flow was synchronised with the SIS successfully",
        sources=(sources.SYNCED_FIRST,),
        scenarios=(once.NEVER_SYNCED, once.SYNC_FAILED),
        proofs=UNTOUCHED,
        check=sends_only_after_sync,
        mend="Refuse the export until the last fetch of the flow has succeeded.",
    ),
    Rule(
        id="WF-PERIOD",
        level=Level.MUST,
        title="sends nothing before the assessment period has ended",
        sources=(sources.PERIOD_OVER,),
        scenarios=(once.TOO_EARLY,),
        proofs=(Proof.COUNT, Proof.QUIET),
        check=sends_only_after_the_period,
        mend="Refuse the export until the marking period is over; only instant export is exempt.",
    ),
    ONCE,
    Rule(
        id="WF-ONCE-CONCURRENT",
        level=Level.MUST_INFERRED,
        title="sends one export when the button is pressed twice at the same time",
        sources=(sources.RUNS_ONCE, sources.RACES),
        scenarios=(once.PRESSED_TOGETHER,),
        proofs=UNTOUCHED,
        check=sends_nobody_twice,
        mend="Claim the participants in one transaction before sending, so that one press wins.",
    ),
    Rule(
        id="WF-ONCE-RESTART",
        level=Level.MUST_INFERRED,
        title="sends nothing again after a crash and restart following a success",
        sources=(sources.RUNS_ONCE, sources.CRASHES),
        scenarios=(once.RESTARTED_AFTER_SUCCESS, once.KILLED_IN_FLIGHT),
        proofs=(*UNTOUCHED, Proof.RESTART),
        check=sends_nothing_after_the_crash,
        mend="Write durably what is about to be sent, then send it; at the start, read it back.",
    ),
    Rule(
        id="WF-ONCE-AMBIGUOUS",
        level=Level.MUST_INFERRED,
        title="neither says exported nor sends again by itself when a reply was lost",
        sources=(sources.RUNS_ONCE, sources.LOST_REPLIES),
        scenarios=(once.REPLY_LOST, once.KILLED_IN_FLIGHT),
        proofs=LEFT_ALONE,
        check=admits_that_it_does_not_know,
        mend="Show such an export as Failed with an unknown outcome, and leave it to a manager.",
    ),
    _no_retry("STATUS", "a 5xx", failures.UNAVAILABLE, _SWITCH_OFF),
    _no_retry(
        "THROTTLED",
        "a 429 with Retry-After",
        failures.THROTTLED,
        "Do not act on Retry-After; an export that was throttled has failed.",
    ),
    _no_retry(
        "TIMEOUT",
        "a SIS that did not answer in time",
        failures.STALLED,
        "Treat a timeout as a failure whose outcome is unknown.",
    ),
    _no_retry(
        "RESET",
        "a connection that was reset",
        failures.RESET,
        "Turn off the retry on connection errors, which many HTTP clients bring along.",
    ),
    _no_retry(
        "BODY",
        "a 200 that cannot be read",
        failures.UNREADABLE,
        "Treat an answer that cannot be read as a failure whose outcome is unknown.",
    ),
    _no_retry(
        "AUTH",
        "a 401",
        failures.UNAUTHORISED,
        "Renew a token before it expires, not by sending the export again.",
    ),
    Rule(
        id="WF-FAILED-STATE",
        level=Level.MUST,
        title="shows Failed after a failed export and lets a manager retry",
        sources=(sources.FAILED_STATE,),
        scenarios=(failures.FAILED_THEN_RETRIED,),
        proofs=(Proof.WITNESS,),
        check=stands_failed_until_retried,
        mend="Set flow and participants to Failed on any answer that is no success.",
    ),
    Rule(
        id="WF-RETRY",
        level=Level.MUST,
        title="on manual retry sends what had failed and ends exported",
        sources=(sources.FAILED_STATE,),
        scenarios=(failures.FAILED_THEN_RETRIED,),
        proofs=(Proof.WITNESS,),
        check=retry_brings_them_in,
        mend="Let a retry send all who stand as Failed, and read its answer as usual.",
    ),
    Rule(
        id="WF-RETRY-ONLY-FAILED",
        level=Level.MUST_INFERRED,
        title="on manual retry never sends a participant already exported",
        sources=(sources.SOME_FAILED, sources.RUNS_ONCE),
        scenarios=(failures.PARTLY_RETRIED,),
        proofs=(Proof.COUNT, Proof.WITNESS),
        check=retries_only_what_failed,
        mend="Select the participants of a retry by their own state, not by the flow's.",
    ),
)
