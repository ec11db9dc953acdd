"""Rules about what the product shows of the marking. The ledger carries all of them."""

from __future__ import annotations

from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule
from conformance.wiseflow import sources
from conformance.wiseflow.ledger import carried
from conformance.wiseflow.scenarios import statuses

RULES = (
    Rule(
        id="WF-STATUS",
        level=Level.MUST,
        title="must show truly whether an assessment is missing, conflicting, partly submitted or"
        " submitted",
        sources=(sources.FOUR_STATUSES, sources.STATUSES),
        scenarios=(
            statuses.ONE_ASSESSOR,
            statuses.ALL_FOUR,
            statuses.DISAGREED,
            statuses.UNLOCKED,
            statuses.APPROVED,
        ),
        proofs=(Proof.COUNT,),
        check=carried("WF-STATUS"),
        needs=("status",),
        everywhere=True,
        fix="Derive the status from the submitted assessments each time that it is shown.",
    ),
    Rule(
        id="WF-REOPEN",
        level=Level.MUST,
        title="must reopen conflicting assessments and tell their assessors",
        sources=(sources.REOPENED,),
        scenarios=(statuses.DISAGREED,),
        proofs=(Proof.COUNT,),
        check=carried("WF-REOPEN"),
        needs=("status",),
        everywhere=True,
        fix="When grades differ on submission, reopen every submitted assessment of the participant"
        " and notify each of the assessors.",
    ),
    Rule(
        id="WF-UNLOCK-KEEPS",
        level=Level.MUST,
        title="must keep the registered grade when a manager unlocks it",
        sources=(sources.UNLOCKING,),
        scenarios=(statuses.UNLOCKED, statuses.APPROVED),
        proofs=(Proof.COUNT,),
        check=carried("WF-UNLOCK-KEEPS"),
        needs=("status",),
        everywhere=True,
        fix="Unlocking makes the grade editable. Do not delete it.",
    ),
)
