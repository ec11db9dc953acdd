"""Verdicts on the rules that a walk or a story broke, so that they are told like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conformance.exploring.outcome import ADAPTER, Outcome
from conformance.judging.verdicts import WORST, Judged, Status, Verdict
from conformance.model.account import Carried
from conformance.model.dialect import Dialect
from conformance.model.rule import Level, Rule, Scenario

FIX = "Run `conformance doctor`; the last lines that the adapter wrote to stderr may say more."


def rule_of(name: str, dialect: Dialect, scenario: Scenario) -> Rule:
    """The rule of an id as one that only this scenario tries. The one of ADAPTER stands for the
    adapter itself."""
    for rule in dialect.rules:
        if rule.id == name:
            return replace(rule, scenarios=(scenario,))
    assert dialect.vocabulary is not None
    return Rule(
        id=name,
        level=Level.MUST,
        title="must have an adapter that answers every message",
        sources=(),
        scenarios=(scenario,),
        proofs=(),
        check=Carried(name, dialect.vocabulary.ledger),
        fix=FIX,
    )


def judged(name: str, dialect: Dialect, outcome: Outcome) -> Judged:
    """What became of one rule in one outcome."""
    scenario, violations = outcome.scenario, outcome.broken.get(name, ())
    if ADAPTER in outcome.broken:
        return Judged(scenario, Status.ERROR, reason=outcome.broken[ADAPTER][0].message)
    if violations:
        binding = rule_of(name, dialect, scenario).level.binding
        return Judged(scenario, Status.FAIL if binding else Status.WARN, violations)
    return Judged(scenario, Status.PASS)


def verdict(name: str, dialect: Dialect, outcomes: Sequence[Outcome]) -> Verdict:
    """The verdict on one rule by these outcomes."""
    found = [judged(name, dialect, each) for each in outcomes]
    status = min((each.status for each in found), key=WORST.index)
    reason = next((each.reason for each in found if each.status is status), "")
    return Verdict(
        rule_of(name, dialect, outcomes[0].scenario), status, reason, tuple(found), len(found)
    )
