"""Rules about how an exporter handles refusals, delays, lost answers and expired tokens."""

from __future__ import annotations

from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule
from conformance.skyward import sources
from conformance.skyward.ledger import carried
from conformance.skyward.rules.reading import reads_every_page, stops_when_new_tokens_are_refused
from conformance.skyward.scenarios import data, failing, pairs, sending, stories

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
            stories.KILLED_AT_AN_ITEM,
        ),
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.RESTART, Proof.QUIET),
        check=carried("SK-NO-DUPLICATE"),
        everywhere=True,
        fix="Choose one sourcedId for each item and section, and store it before sending. Then a"
        " PUT can be repeated.",
    ),
    Rule(
        id="SK-CLOSED",
        level=Level.MUST_INFERRED,
        title="must show which item the SIS refused (closed period), and send the others",
        sources=(sources.REFUSALS,),
        scenarios=(failing.CLOSED, stories.TOO_LONG),
        proofs=(Proof.COUNT,),
        check=carried("SK-CLOSED"),
        everywhere=True,
        fix="Store the SIS's answer with the item, and continue with the next item.",
    ),
    Rule(
        id="SK-DROPPED",
        level=Level.MUST_INFERRED,
        title="must show which student the SIS refused (dropped student), and send the others",
        sources=(sources.REFUSALS,),
        scenarios=(failing.DROPPED, data.AWKWARD),
        proofs=(Proof.COUNT,),
        check=carried("SK-DROPPED"),
        everywhere=True,
        fix="Store the SIS's answer with the score, and continue with the next score.",
    ),
    Rule(
        id="SK-TRUTH",
        level=Level.MUST_INFERRED,
        title="must not show as transferred what the SIS refused or did not store, nor as failed"
        " what it accepted",
        sources=(sources.TWO_SOURCES,),
        scenarios=(
            failing.CLOSED,
            failing.DROPPED,
            failing.ITEM_REPLY_LOST,
            sending.PLAIN,
            stories.CLEARED,
            *stories.FAILED_SCORES,
            *stories.FAILED_ITEMS,
            failing.ASKED_IN_FLIGHT,
            *pairs.PAIRS,
        ),
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.QUIET, Proof.RESTART),
        check=carried("SK-TRUTH"),
        everywhere=True,
        fix="Store the answer of the SIS with each item and score, and show that. Until an answer"
        " or a later read confirms a row, it is not transferred.",
    ),
    Rule(
        id="SK-LAG",
        level=Level.SHOULD_INFERRED,
        title="should not resend what the SIS has accepted but does not show yet",
        sources=(sources.TAKES_MINUTES,),
        scenarios=(failing.LAGGING,),
        proofs=(Proof.COUNT,),
        check=carried("SK-LAG"),
        everywhere=True,
        fix="Record what the SIS accepted, and send only what was edited since. Do not rely on"
        " what the SIS shows.",
    ),
    Rule(
        id="SK-TOKEN",
        level=Level.MUST_INFERRED,
        title="must renew a token once if it expires during a transfer, and finish the transfer",
        sources=(sources.TOKENS,),
        scenarios=(failing.TOKEN_EXPIRES,),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=carried("SK-TOKEN"),
        everywhere=True,
        fix="Get a new token after a 401, and repeat only the refused request.",
    ),
    Rule(
        id="SK-AUTH-LOOP",
        level=Level.MUST_INFERRED,
        title="must stop after a renewed token is refused too",
        sources=(sources.REFUSED_TOKENS,),
        scenarios=(stories.REFUSED_TOKENS,),
        proofs=(Proof.WITNESS, Proof.COUNT),
        check=stops_when_new_tokens_are_refused,
        everywhere=True,
        fix="Repeat a request once after a 401, with a new token. If that is refused too, show the"
        " rows as failed.",
    ),
    Rule(
        id="SK-PAGES",
        level=Level.MUST_INFERRED,
        title="must read every page of a list",
        sources=(sources.PAGED,),
        scenarios=(data.MANY,),
        proofs=(Proof.COUNT,),
        check=reads_every_page,
        everywhere=True,
        fix="Ask for pages until you have as many rows as X-Total-Count says, or until no next page"
        " is linked. A page may be shorter than you asked for.",
    ),
)
