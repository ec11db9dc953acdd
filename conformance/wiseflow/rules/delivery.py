"""Rules about when an export is sent, how often, and what follows a failed one."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Scenario, Violation
from conformance.wiseflow import sources
from conformance.wiseflow.evidence import (
    UNREADABLE_BODY,
    ExportRequest,
    exports,
    faulted_export,
    first_success,
    participants,
    require_exports,
    shown,
    who_was_sent,
)
from conformance.wiseflow.scenarios import failing, once
from mock_sis.clock import iso

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
    """No export precedes a fetch of the flow that the SIS answered with 200."""
    fetched = [
        entry.number
        for entry in evidence.calls("wiseflow.flows.get")
        if getattr(entry.outcome, "status", None) == 200
    ]
    for sent in require_exports(evidence):
        if not fetched or sent.number < fetched[0]:
            yield Violation(
                f"sent {who_was_sent(sent)} (#{sent.number}) before the SIS had answered a fetch of"
                " the flow with 200",
                entries=(sent.number,),
            )


def sends_only_after_the_period(evidence: Evidence) -> Iterator[Violation]:
    """No export precedes the end of the assessment period."""
    require_exports(evidence)
    for sent in exports(evidence, until="ended"):
        yield Violation(
            f"sent {who_was_sent(sent)} at {iso(sent.at)} (#{sent.number}), before the assessment"
            " period ended",
            entries=(sent.number,),
            steps=("ended",),
        )


def sends_nothing_again(evidence: Evidence) -> Iterator[Violation]:
    """The second press sends no request."""
    first = first_success(evidence, until="again")
    for sent in exports(evidence, since="again"):
        yield Violation(
            f"sent {who_was_sent(sent)} (#{sent.number}) after the SIS had confirmed the export in"
            f" full (#{first.number})",
            entries=(first.number, sent.number),
            steps=("again",),
        )


def sends_each_participant_once(evidence: Evidence) -> Iterator[Violation]:
    """No participant is in two requests, however often the button is pressed."""
    earlier: dict[str, ExportRequest] = {}
    for sent in _require_readable(evidence):
        again = [user_id for user_id in sent.user_ids if user_id in earlier]
        if again:
            first = earlier[again[0]]
            yield Violation(
                f"sent {participants(again)} twice (#{first.number} and #{sent.number})",
                entries=(first.number, sent.number),
            )
        earlier.update(dict.fromkeys(sent.user_ids, sent))


def sends_nobody_again_after_a_crash(evidence: Evidence) -> Iterator[Violation]:
    """No participant sent before the kill is sent after it."""
    before = {
        name: sent for sent in _require_readable(evidence, "killed") for name in sent.user_ids
    }
    for sent in exports(evidence, since="killed"):
        again = [user_id for user_id in sent.user_ids if user_id in before]
        if again:
            first = before[again[0]]
            yield Violation(
                f"sent {participants(again)} again (#{sent.number}) after it was killed and"
                f" restarted; #{first.number} had brought them to the SIS",
                entries=(first.number, sent.number),
                steps=("killed",),
            )


def treats_a_lost_reply_as_unknown(evidence: Evidence) -> Iterator[Violation]:
    """A lost reply is neither shown as a success nor followed by another attempt."""
    lost = faulted_export(evidence)
    if not evidence.has_step("again"):
        yield from makes_no_further_attempt(evidence)
    for label, when in (("shown", "right after the export"), ("end", "at the end")):
        if not evidence.has_step(label):
            continue
        now = shown(evidence, label)
        exported = [each for each in lost.user_ids if now.states.get(each) == "exported"]
        if exported or now.flow == "exported":
            who = participants(exported) if exported else "the flow"
            yield Violation(
                f"showed {who} as exported {when}, although the answer to #{lost.number} never"
                " arrived",
                (lost.number,),
                (label,),
            )


def makes_no_further_attempt(evidence: Evidence) -> Iterator[Violation]:
    """No participant of the request that met the fault is sent again."""
    first = faulted_export(evidence)
    for sent in exports(evidence):
        again = [user_id for user_id in sent.user_ids if user_id in first.user_ids]
        # A body that cannot be read may name the same participants.
        if sent.number > first.number and (again or not sent.rows):
            who = participants(again) if again else who_was_sent(sent)
            yield Violation(
                f"sent {who} again by itself (#{sent.number}) after #{first.number} failed (fault"
                f" {', '.join(first.faults)}; the SIS answered {first.answer.summary})",
                entries=(first.number, sent.number),
            )


def shows_failed_until_retried(evidence: Evidence) -> Iterator[Violation]:
    """A failed export is shown as Failed, and the retry button works."""
    sent = faulted_export(evidence)
    now = shown(evidence, "failed")
    # An exporter that sends several requests may have exported the other participants.
    others = any(each.confirmed for each in exports(evidence, until="retry"))
    allowed = ("failed", "partly_exported") if others else ("failed",)
    if now.flow not in allowed:
        text = f"showed the flow as {now.flow} after a 503; expected {' or '.join(allowed)}"
        yield Violation(text, (sent.number,), ("failed",))
    for user_id in sent.user_ids:
        state = now.states.get(user_id, "absent")
        if state != "failed":
            text = f"showed participant {user_id} as {state} after a 503; expected failed"
            yield Violation(text, (sent.number,), ("failed",))
    if not _accepted(evidence, "retry"):
        yield Violation("refused the manager's retry of a failed export", steps=("retry",))


def retry_sends_the_failed(evidence: Evidence) -> Iterator[Violation]:
    """The retry sends the failed participants, and they are shown as exported after it."""
    failed = faulted_export(evidence)
    if not failed.rows:
        raise NotTestable(UNREADABLE_BODY)
    if not _accepted(evidence, "retry"):
        raise NotTestable(
            "the exporter refused the retry, so this rule cannot be judged (see WF-FAILED-STATE)"
        )
    again = exports(evidence, since="retry")
    sent = {user_id for each in again for user_id in each.user_ids}
    confirmed = {user_id for each in again for user_id in each.confirmed}
    if sent and not confirmed:
        raise NotTestable("the SIS confirmed no grade of the retry, so no retry succeeded")
    end = shown(evidence, "end")
    for user_id in failed.user_ids:
        if user_id not in sent:
            text = f"did not send participant {user_id} on the retry after #{failed.number} failed"
            yield Violation(text, (failed.number,), ("retry",))
        elif user_id in confirmed and end.states.get(user_id) != "exported":
            yield Violation(
                f"shows participant {user_id} as {end.states.get(user_id, 'absent')} after the SIS"
                " confirmed the retry; expected exported",
                steps=("end",),
            )


def retries_only_what_failed(evidence: Evidence) -> Iterator[Violation]:
    """The retry sends no participant that the SIS had confirmed."""
    confirmed = {
        user_id: sent for sent in exports(evidence, until="retry") for user_id in sent.confirmed
    }
    again = exports(evidence, since="retry")
    if not again:
        raise NotTestable("the retry sent nothing, so it selected no participants")
    for sent in again:
        for user_id in sent.user_ids:
            before = confirmed.get(user_id)
            if before:
                yield Violation(
                    f"sent participant {user_id} again on the retry (#{sent.number}); the SIS had"
                    f" registered the grade (#{before.number})",
                    entries=(before.number, sent.number),
                    steps=("retry",),
                )


def _require_readable(evidence: Evidence, until: str = "") -> tuple[ExportRequest, ...]:
    found = require_exports(evidence, until=until)
    if not all(sent.rows for sent in found):
        raise NotTestable(UNREADABLE_BODY)
    return found


def _accepted(evidence: Evidence, label: str) -> bool:
    return bool((evidence.step(label).answer or {}).get("accepted"))


def _no_retry(name: str, after: str, scenario: Scenario, fix: str) -> Rule:
    return Rule(
        id=f"WF-NORETRY-{name}",
        level=Level.MUST,
        title=f"must not retry by itself after {after}",
        sources=(sources.NO_RETRY,),
        scenarios=(scenario,),
        proofs=LEFT_ALONE,
        check=makes_no_further_attempt,
        fix=fix,
    )


_SWITCH_OFF = (
    "Disable automatic retries in the HTTP client, the job queue and the scheduler. Show Failed and"
    " wait for a manager."
)

ONCE = Rule(
    id="WF-ONCE",
    level=Level.MUST,
    title="must not send anything when export is pressed again after a success",
    sources=(sources.RUNS_ONCE,),
    scenarios=(once.EXPORTED_TWICE,),
    proofs=UNTOUCHED,
    check=sends_nothing_again,
    fix="Store with the flow that it was exported, and refuse further exports.",
)

RULES = (
    Rule(
        id="WF-SYNC",
        level=Level.MUST,
        title="must not export before the flow is synchronised with the SIS",
        sources=(sources.SYNCED_FIRST,),
        scenarios=(once.NEVER_SYNCED, once.SYNC_FAILED),
        proofs=UNTOUCHED,
        check=sends_only_after_sync,
        fix="Refuse the export until a fetch of the flow has succeeded.",
    ),
    Rule(
        id="WF-PERIOD",
        level=Level.MUST,
        title="must not export before the assessment period has ended",
        sources=(sources.PERIOD_OVER,),
        scenarios=(once.TOO_EARLY,),
        proofs=(Proof.COUNT, Proof.QUIET),
        check=sends_only_after_the_period,
        fix="Refuse the export until the assessment period has ended. Exempt only instant export.",
    ),
    ONCE,
    Rule(
        id="WF-ONCE-CONCURRENT",
        level=Level.MUST_INFERRED,
        title="must send one export when the button is pressed twice at the same time",
        sources=(sources.RUNS_ONCE, sources.RACES),
        scenarios=(once.PRESSED_TOGETHER,),
        proofs=UNTOUCHED,
        check=sends_each_participant_once,
        fix="Claim the participants in one transaction before sending, so that one press wins.",
    ),
    Rule(
        id="WF-ONCE-RESTART",
        level=Level.MUST_INFERRED,
        title="must not send participants again after a crash and a restart",
        sources=(sources.RUNS_ONCE, sources.CRASHES),
        scenarios=(once.RESTARTED_AFTER_SUCCESS, once.KILLED_IN_FLIGHT),
        proofs=(*UNTOUCHED, Proof.RESTART),
        check=sends_nobody_again_after_a_crash,
        fix="Record durably what is about to be sent, then send it. Read the record at start-up.",
    ),
    Rule(
        id="WF-ONCE-AMBIGUOUS",
        level=Level.MUST_INFERRED,
        title="must neither show exported nor resend by itself after a reply was lost",
        sources=(sources.RUNS_ONCE, sources.LOST_REPLIES),
        scenarios=(once.REPLY_LOST, once.KILLED_IN_FLIGHT),
        proofs=LEFT_ALONE,
        check=treats_a_lost_reply_as_unknown,
        fix="Show Failed, say that the outcome is unknown, and wait for a manager.",
    ),
    _no_retry("STATUS", "a 5xx", failing.UNAVAILABLE, _SWITCH_OFF),
    _no_retry(
        "THROTTLED",
        "a 429 with Retry-After",
        failing.THROTTLED,
        "Do not act on Retry-After. Show Failed and wait for a manager.",
    ),
    _no_retry(
        "TIMEOUT",
        "a timeout",
        failing.STALLED,
        "Treat a timeout as a failure with an unknown outcome. Wait for a manager.",
    ),
    _no_retry(
        "RESET",
        "a connection reset",
        failing.RESET,
        "Disable retries on connection errors; many HTTP clients enable them by default.",
    ),
    _no_retry(
        "BODY",
        "a 200 with an unreadable body",
        failing.UNREADABLE,
        "Treat an unreadable answer as a failure with an unknown outcome. Wait for a manager.",
    ),
    _no_retry(
        "AUTH",
        "a 401",
        failing.UNAUTHORISED,
        "Renew a token before it expires. After a 401 show Failed; do not send the export again.",
    ),
    Rule(
        id="WF-FAILED-STATE",
        level=Level.MUST,
        title="must show Failed after a failed export and let a manager retry",
        sources=(sources.FAILED_STATE,),
        scenarios=(failing.FAILED_THEN_RETRIED,),
        proofs=(Proof.WITNESS,),
        check=shows_failed_until_retried,
        fix="Set the flow and its participants to Failed unless the answer is a success. Accept a"
        " manager's retry.",
    ),
    Rule(
        id="WF-RETRY",
        level=Level.MUST,
        title="must send the failed participants on a manual retry and show them as exported",
        sources=(sources.FAILED_STATE,),
        scenarios=(failing.FAILED_THEN_RETRIED,),
        proofs=(Proof.WITNESS,),
        check=retry_sends_the_failed,
        fix="Send every participant shown as Failed on a retry, and read the answer as usual.",
    ),
    Rule(
        id="WF-RETRY-ONLY-FAILED",
        level=Level.MUST_INFERRED,
        title="must not resend exported participants on a manual retry",
        sources=(sources.SOME_FAILED, sources.RUNS_ONCE),
        scenarios=(failing.PARTLY_RETRIED,),
        proofs=(Proof.COUNT, Proof.WITNESS),
        check=retries_only_what_failed,
        fix="Select the participants of a retry by their states, not by the state of the flow.",
    ),
)
