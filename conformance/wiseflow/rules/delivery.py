"""Rules about when an export is sent, how often, and what follows a failed one.

The ledger carries all of them.
"""

from __future__ import annotations

from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Scenario
from conformance.model.sources import Source
from conformance.wiseflow import sources
from conformance.wiseflow.ledger import carried
from conformance.wiseflow.scenarios import (
    again,
    data,
    failing,
    families,
    instant,
    joining,
    once,
    selection,
)

UNTOUCHED = (Proof.COUNT, Proof.LATER, Proof.QUIET)
LEFT_ALONE = (
    Proof.ONE_SHOT,
    Proof.COUNT,
    Proof.WITNESS,
    Proof.LATER,
    Proof.RESTART,
    Proof.QUIET,
)


def _no_retry(
    name: str, after: str, fix: str, *scenarios: Scenario, source: Source = sources.NO_RETRY
) -> Rule:
    rule = f"WF-NORETRY-{name}"
    return Rule(
        id=rule,
        level=Level.MUST,
        title=f"must not retry by itself after {after}",
        sources=(source,),
        scenarios=scenarios,
        proofs=LEFT_ALONE,
        check=carried(rule),
        everywhere=True,
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
    scenarios=(
        once.EXPORTED_TWICE,
        again.NEXT_DAY,
        again.AFTER_INSTANT,
        again.AFTER_PARTIAL,
        again.AFTER_RETRY,
        again.AFTER_RESUBMISSION,
        again.AFTER_A_SYNC,
        joining.AFTER_EXPORT,
    ),
    proofs=UNTOUCHED,
    check=carried("WF-ONCE"),
    everywhere=True,
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
        check=carried("WF-SYNC"),
        everywhere=True,
        fix="Refuse the export until a fetch of the flow has succeeded.",
    ),
    Rule(
        id="WF-PERIOD",
        level=Level.MUST,
        title="must not export before the assessment period has ended",
        sources=(sources.PERIOD_OVER,),
        scenarios=(once.TOO_EARLY, once.A_MINUTE_EARLY),
        proofs=(Proof.COUNT, Proof.QUIET),
        check=carried("WF-PERIOD"),
        everywhere=True,
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
        check=carried("WF-ONCE-CONCURRENT"),
        everywhere=True,
        fix="Claim the participants in one transaction before sending, so that one press wins.",
    ),
    Rule(
        id="WF-ONCE-RESTART",
        level=Level.MUST_INFERRED,
        title="must not send participants again after a crash and a restart",
        sources=(sources.RUNS_ONCE, sources.CRASHES),
        scenarios=(once.RESTARTED_AFTER_SUCCESS, once.KILLED_IN_FLIGHT, again.KILLED_AFTER_PARTIAL),
        proofs=(*UNTOUCHED, Proof.RESTART),
        check=carried("WF-ONCE-RESTART"),
        everywhere=True,
        fix="Record durably what is about to be sent, then send it. Read the record at start-up.",
    ),
    Rule(
        id="WF-ONCE-AMBIGUOUS",
        level=Level.MUST_INFERRED,
        title="must neither show exported nor resend by itself after a reply was lost",
        sources=(sources.RUNS_ONCE, sources.LOST_REPLIES),
        scenarios=(once.REPLY_LOST, again.AFTER_A_LOST_REPLY, once.KILLED_IN_FLIGHT),
        proofs=LEFT_ALONE,
        check=carried("WF-ONCE-AMBIGUOUS"),
        everywhere=True,
        fix="Show Failed, say that the outcome is unknown, and wait for a manager.",
    ),
    _no_retry(
        "STATUS",
        "a status that is not a success, such as a 5xx",
        _SWITCH_OFF,
        failing.UNAVAILABLE,
        again.KILLED_AFTER_FAILURE,
        *families.FAILING,
    ),
    _no_retry(
        "THROTTLED",
        "a 429, with or without Retry-After",
        "Do not act on Retry-After. Show Failed and wait for a manager.",
        failing.THROTTLED,
        families.THROTTLING[0],
    ),
    _no_retry(
        "TIMEOUT",
        "a timeout",
        "Treat a timeout as a failure with an unknown outcome. Wait for a manager.",
        failing.STALLED,
    ),
    _no_retry(
        "RESET",
        "a broken connection",
        "Disable retries on connection errors; many HTTP clients enable them by default.",
        failing.RESET,
        failing.UNREACHABLE,
        *families.BROKEN,
    ),
    _no_retry(
        "BODY",
        "a success with an unreadable body",
        "Treat an unreadable answer as a failure with an unknown outcome. Wait for a manager.",
        failing.UNREADABLE,
        *families.UNREADABLE,
    ),
    _no_retry(
        "AUTH",
        "a 401 or a 403",
        "Renew a token before it expires. After a 401 show Failed; do not send the export again.",
        failing.UNAUTHORISED,
        families.FORBIDDING[0],
    ),
    _no_retry(
        "REFUSED",
        "a readable 200 that refuses participants",
        "Leave refused participants Failed until a manager retries them.",
        again.REFUSED_LEFT_ALONE,
    ),
    _no_retry(
        "RETRY",
        "a manual retry that failed",
        "A manual retry is one attempt. Show Failed again and wait for the manager.",
        again.RETRY_FAILED,
        again.RETRY_REFUSED,
        *families.ON_RETRY,
    ),
    Rule(
        id="WF-NORETRY-PENDING",
        level=Level.MUST,
        title="must not plan a sending that nobody asked for",
        sources=(sources.NO_RETRY,),
        scenarios=(failing.UNAVAILABLE, again.REFUSED_LEFT_ALONE),
        proofs=(Proof.WITNESS,),
        check=carried("WF-NORETRY-PENDING"),
        everywhere=True,
        fix="After a failure schedule nothing: no timer, no queue entry, no nightly job.",
        needs=("work.inspect",),
    ),
    Rule(
        id="WF-ASKED",
        level=Level.MUST,
        title="must not export when nobody asked for it",
        sources=(sources.ASKED_FOR,),
        scenarios=(once.NEVER_PRESSED, joining.AFTER_EXPORT),
        proofs=UNTOUCHED,
        check=carried("WF-ASKED"),
        everywhere=True,
        fix="Export on a press of a manager only, and instantly only where instant export is on.",
    ),
    Rule(
        id="WF-SOURCE",
        level=Level.MUST,
        title="must not export a flow that is not connected to a SIS source",
        sources=(sources.CONNECTED,),
        scenarios=(selection.UNCONNECTED,),
        proofs=UNTOUCHED,
        check=carried("WF-SOURCE"),
        everywhere=True,
        fix="Refuse the export of a flow without a SIS source.",
    ),
    Rule(
        id="WF-COMPLETE",
        level=Level.MUST,
        title="must send every participant who may be exported at the press that allows it",
        sources=(sources.ALL_IN_BULK, sources.ONLY_GRADED),
        scenarios=(selection.PLAIN, data.PLAIN, data.MANY_EXPORTED, joining.BEFORE_EXPORT),
        proofs=(Proof.COUNT,),
        check=carried("WF-COMPLETE"),
        everywhere=True,
        fix="Read all participants, however many pages or batches they take, and send them all.",
    ),
    Rule(
        id="WF-FAILED-STATE",
        level=Level.MUST,
        title="must show Failed after a failed export and let a manager retry",
        sources=(sources.FAILED_STATE,),
        scenarios=(failing.FAILED_THEN_RETRIED, instant.RETRIED_BY_ADMINISTRATORS),
        proofs=(Proof.WITNESS,),
        check=carried("WF-FAILED-STATE"),
        everywhere=True,
        fix="Set the flow and its participants to Failed unless the answer is a success. Accept a"
        " manager's retry.",
    ),
    Rule(
        id="WF-RETRY",
        level=Level.MUST,
        title="must send the failed participants on a manual retry and show them as exported",
        sources=(sources.FAILED_STATE,),
        scenarios=(
            failing.FAILED_THEN_RETRIED,
            data.PARTLY,
            data.MANY_PARTLY,
            data.MANY_FAILED,
            instant.RETRIED_BY_ADMINISTRATORS,
        ),
        proofs=(Proof.WITNESS,),
        check=carried("WF-RETRY"),
        everywhere=True,
        fix="Send every participant shown as Failed on a retry, and read the answer as usual.",
    ),
    Rule(
        id="WF-RETRY-ONLY-FAILED",
        level=Level.MUST_INFERRED,
        title="must not resend exported participants on a manual retry",
        sources=(sources.SOME_FAILED, sources.RUNS_ONCE),
        scenarios=(
            failing.PARTLY_RETRIED,
            again.RETRIED_AFTER_SUCCESS,
            again.RETRIED_TWICE,
            joining.FAILED,
        ),
        proofs=(Proof.COUNT, Proof.WITNESS),
        check=carried("WF-RETRY-ONLY-FAILED"),
        everywhere=True,
        fix="Select the participants of a retry by their states, not by the state of the flow.",
    ),
    Rule(
        id="WF-RETRY-CURRENT",
        level=Level.MUST_INFERRED,
        title="must send the grade as it stands at the retry, not as it failed",
        sources=(sources.CURRENT_GRADE, sources.ALTERNATIVE),
        scenarios=(again.CHANGED_BEFORE_RETRY, again.OVERRIDDEN_BEFORE_RETRY),
        proofs=(Proof.WITNESS,),
        check=carried("WF-RETRY-CURRENT"),
        everywhere=True,
        fix="Build the request of a retry anew; do not keep the request that failed.",
    ),
)
