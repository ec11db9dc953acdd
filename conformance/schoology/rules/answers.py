"""Rules about how an exporter handles answers of the SIS, and missing answers. The ledger carries
them."""

from __future__ import annotations

from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule
from conformance.schoology import sources
from conformance.schoology.ledger import carried
from conformance.schoology.scenarios import failing, pairs, restarting, stories

RULES = (
    Rule(
        id="SC-ROWS",
        level=Level.MUST_INFERRED,
        title="must read the row codes of a bulk answer and show the failed rows",
        sources=(sources.ROW_CODES,),
        scenarios=(
            *failing.SOME_REFUSED,
            *failing.SOME_REFUSED_200,
            *failing.COMMENTS_REFUSED,
            *stories.REFUSED_RETRIED,
            *stories.AWKWARD_REFUSED,
            *stories.FAILS_BY_FORMAT[-1],
            *failing.ASKED_IN_FLIGHT,
            *restarting.REFUSED,
        ),
        proofs=(Proof.COUNT,),
        check=carried("SC-ROWS"),
        fix="Set each row's state by its response_code, not by the status code of the answer.",
        everywhere=True,
    ),
    Rule(
        id="SC-RATE",
        level=Level.MUST_INFERRED,
        title="must wait as long as Retry-After says after a 429, and lose no grade",
        sources=(sources.RATES,),
        scenarios=(*failing.THROTTLED, *failing.THROTTLED_PULL),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=carried("SC-RATE"),
        fix="Keep the pending grades, wait as long as Retry-After says, and continue.",
        everywhere=True,
    ),
    Rule(
        id="SC-LOST-REPLY",
        level=Level.MUST_INFERRED,
        title="must agree with the SIS about every grade at the end, even after a lost reply",
        sources=(sources.LOST_REPLIES, sources.TWO_SOURCES),
        scenarios=(
            *failing.REPLY_LOST,
            *failing.REQUEST_LOST,
            *failing.KILLED_IN_FLIGHT,
            *stories.AWKWARD_LOST,
            stories.KILLED_AMONG_MANY,
            *restarting.KILLED_UNSTORED,
            *stories.LOST,
            *pairs.PAIRS,
        ),
        proofs=(Proof.WITNESS, Proof.ONE_SHOT, Proof.RESTART, Proof.QUIET),
        check=carried("SC-LOST-REPLY"),
        fix="Treat a request without an answer as unknown. Read the grades back, or send the same"
        " request again.",
        everywhere=True,
    ),
)
