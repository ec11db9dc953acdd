"""Rules about which items are transferred, and to which sections."""

from __future__ import annotations

from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule
from conformance.skyward import sources
from conformance.skyward.ledger import carried
from conformance.skyward.scenarios import data, failing, picking, sending, stories

RULES = (
    Rule(
        id="SK-COURSE",
        level=Level.MUST,
        title="must send only from courses created by the integration with pass-back on",
        sources=(sources.INTEGRATED,),
        scenarios=(sending.BY_HAND, sending.NO_PASS_BACK, sending.PLAIN),
        proofs=(Proof.COUNT,),
        check=carried("SK-COURSE"),
        everywhere=True,
        fix="Check how the course was created, and its pass-back setting, before you send it.",
    ),
    Rule(
        id="SK-TERM",
        level=Level.MUST,
        title="must send only items tagged to a term",
        sources=(sources.SENDABLE,),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=carried("SK-TERM"),
        everywhere=True,
        fix="Skip items without a term, and say so beside them.",
    ),
    Rule(
        id="SK-SCALE",
        level=Level.MUST,
        title="must send only items on a Score scale",
        sources=(sources.SENDABLE, sources.SCORE_SCALES),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=carried("SK-SCALE"),
        everywhere=True,
        fix="Skip items on any other scale, even if points could be computed.",
    ),
    Rule(
        id="SK-KIND",
        level=Level.MUST,
        title="must send assignments, tests and tasks, and no other kinds of items",
        sources=(sources.KINDS,),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=carried("SK-KIND"),
        everywhere=True,
        fix="Select items by kind, and include all three kinds.",
    ),
    Rule(
        id="SK-SECTIONS",
        level=Level.MUST,
        title="must send an item and its scores to every selected section and to no other",
        sources=(sources.EVERY_SECTION, sources.SCORES),
        scenarios=(sending.PLAIN, sending.ONE_SECTION, sending.ZERO_AND_NONE, picking.TICKED),
        proofs=(Proof.COUNT,),
        check=carried("SK-SECTIONS"),
        everywhere=True,
        fix="Create one line item in each selected section of the item, even without scores, and"
        " send a score for the line item of the student's section.",
    ),
    Rule(
        id="SK-COMPLETE",
        level=Level.MUST_INFERRED,
        title="must send every item and score that is selected and may be sent, at each transfer",
        sources=(sources.EVERY_SECTION, sources.ON_TRANSFER),
        scenarios=(
            sending.PLAIN,
            failing.ITEM_REPLY_LOST,
            failing.TWICE,
            data.AWKWARD,
            data.MANY,
            picking.ALIKE,
            stories.FAILED_READ,
            stories.RETRIED,
            *stories.FAILED_SCORES,
            *stories.FAILED_ITEMS,
        ),
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.QUIET),
        check=carried("SK-COMPLETE"),
        everywhere=True,
        fix="At each transfer go through all items and scores, and send each one that the SIS has"
        " not confirmed as it is now, including those that failed before.",
    ),
)
