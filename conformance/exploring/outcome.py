"""What came of one walk or story: the breaches that its ledger tells, or why it ended early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model.account import told
from conformance.model.evidence import Evidence
from conformance.model.rule import Scenario, Violation
from conformance.model.vocabulary import Vocabulary

ADAPTER = "ADAPTER"
"""Stands in the place of a rule's id if the adapter broke."""


@dataclass(frozen=True)
class Outcome:
    """One scenario, played once. `broken` has the violations by rule id, in the order in which the
    rules were broken first."""

    scenario: Scenario
    evidence: Evidence
    broken: Mapping[str, tuple[Violation, ...]]


def outcome(scenario: Scenario, evidence: Evidence, vocabulary: Vocabulary) -> Outcome:
    """Judge what was played: only the ledger does, and an adapter that breaks or that
    declines what it declared."""
    if evidence.trouble is not None:
        return Outcome(scenario, evidence, {ADAPTER: (Violation(evidence.trouble.text),)})
    breaches = evidence.folded(vocabulary.ledger).breaches
    found = {rule: tuple(told(breaches, rule)) for rule in dict.fromkeys(e.rule for e in breaches)}
    return Outcome(scenario, evidence, {rule: each for rule, each in found.items() if each})
