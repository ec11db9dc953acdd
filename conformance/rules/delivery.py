"""Rules about how often an export leaves, and what it leaves behind when it fails."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import scenarios, sources
from conformance.evidence import Evidence
from conformance.proofs import Proof
from conformance.rule import Level, Rule, Violation
from conformance.wiseflow import exports, first_success


def sends_nothing_again(evidence: Evidence) -> Iterator[Violation]:
    """Whatever reaches the SIS after the second press is one export too many."""
    first = first_success(evidence, until="again")
    for sent in exports(evidence, since="again"):
        yield Violation(
            f"sent {len(sent.rows)} participants (#{sent.number}) although the SIS had"
            f" confirmed the export (#{first.number})",
            entries=(first.number, sent.number),
            steps=("again",),
        )


ONCE = Rule(
    id="WF-ONCE",
    level=Level.MUST,
    title="sends nothing when export is pressed again after a success",
    sources=(sources.RUNS_ONCE,),
    scenarios=(scenarios.EXPORTED_TWICE,),
    proofs=(Proof.COUNT, Proof.LATER, Proof.QUIET),
    check=sends_nothing_again,
    mend="Keep with the flow that it was exported, and refuse the button from then on.",
)

RULES = (ONCE,)
