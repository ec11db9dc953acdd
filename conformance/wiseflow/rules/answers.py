"""Rules about how an exporter reads the answer of the SIS, and what it shows.

The ledger carries all of them.
"""

from __future__ import annotations

from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule
from conformance.wiseflow import sources
from conformance.wiseflow.ledger import carried
from conformance.wiseflow.scenarios import data, failing, once, pairs, selection

RULES = (
    Rule(
        id="WF-PARTIAL",
        level=Level.MUST,
        title="must show participants in errors as failed and the others as exported",
        sources=(sources.SOME_FAILED, sources.REPORT),
        scenarios=(failing.PARTLY_REFUSED, data.PARTLY, data.MANY_PARTLY),
        proofs=(Proof.WITNESS,),
        check=carried("WF-PARTIAL"),
        everywhere=True,
        fix="Set each participant's state by the errors in the answer, not by its status code.",
    ),
    Rule(
        id="WF-PARTIAL-SHOWN",
        level=Level.SHOULD,
        title="should show each participant's errorInfo",
        sources=(sources.REPORT,),
        scenarios=(failing.PARTLY_REFUSED,),
        proofs=(Proof.WITNESS,),
        check=carried("WF-PARTIAL-SHOWN"),
        everywhere=True,
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
        check=carried("WF-200-IS-NOT-SUCCESS"),
        everywhere=True,
        fix="Decide by the counts in the answer, not by its status code, whether it is a success.",
    ),
    Rule(
        id="WF-COUNTS",
        level=Level.MUST_INFERRED,
        title="must not show success when counts and errors do not add up to what was sent",
        sources=(sources.REPORT,),
        scenarios=(failing.COUNT_SHORT, failing.ERROR_UNNAMED),
        proofs=(Proof.WITNESS,),
        check=carried("WF-COUNTS"),
        everywhere=True,
        fix="Compare the sum of both counts with the participants sent, and numberOfErrors with"
        " the errors listed.",
    ),
    Rule(
        id="WF-FOREIGN-ERROR",
        level=Level.MUST_INFERRED,
        title="must not show success when errors name an unknown or repeated userId",
        sources=(sources.REPORT,),
        scenarios=(failing.UNKNOWN_NAMED, failing.NAMED_TWICE),
        proofs=(Proof.WITNESS,),
        check=carried("WF-FOREIGN-ERROR"),
        everywhere=True,
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
            once.ASKED_IN_FLIGHT,
            *pairs.PAIRS,
        ),
        proofs=(Proof.COUNT,),
        check=carried("WF-TRUTH"),
        everywhere=True,
        fix="Change a state only on an answer of the SIS that was read and understood.",
    ),
)
