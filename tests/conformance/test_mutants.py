"""The rules can fail: every one of them does, for the exporters whose flaw it is about, and no
other does."""

from __future__ import annotations

from functools import partial

import pytest

from conformance.dialects import RULES
from conformance.drivers.spec import driver
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.store import Store
from conformance.exporters.mutants import MUTANTS, Mutant, mutant_adapter
from conformance.exporters.schoology import mutants as schoology
from conformance.exporters.skyward import mutants as skyward
from conformance.exporters.wiseflow import mutants as wiseflow
from conformance.judging.report import Report
from conformance.judging.verdicts import Status, judge
from conformance.model.proofs import Proof
from conformance.model.rule import Rule
from conformance.runner.run import Options, run
from helpers.suite.playing import TIMED, Outcome, outcome, tried

KINDS = (wiseflow.MUTANTS, schoology.MUTANTS, skyward.MUTANTS)
DIALECTS = {mutant.dialect for mutant in MUTANTS.values()}

KILLED = [
    ("remembers-in-memory-only", "WF-ONCE-RESTART"),
    ("writes-after-sending", "WF-ONCE-RESTART"),
    ("sends-again-after-restart", "WF-ONCE-RESTART"),
    ("says-exported-on-sending", "WF-ONCE-AMBIGUOUS"),
    ("retries-on-restart", "WF-NORETRY-STATUS"),
    ("course-forgets-over-a-kill", "SK-NO-DUPLICATE"),
    ("course-forgets-whose-it-is", "SK-ON-TRANSFER"),
    ("course-never-goes-on", "SK-COMPLETE"),
]
"""Flaws that only a process that is really killed can prove."""


@pytest.fixture(autouse=True)
def _states_that_only_have_to_survive_a_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "synchronous", "OFF")


def rules_of(dialect: str) -> list[Rule]:
    return [rule for rule in RULES if rule.profile == dialect]


def broken_beside(report: Report, rules: list[Rule]) -> set[str]:
    """The rules among those that hold everywhere that are broken in the cases of the report."""
    return {
        rule.id
        for rule in rules
        if rule.everywhere
        for evidence in report.evidence.values()
        if judge(rule, rule.scenarios[0], evidence).violations
    }


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda mutant: mutant.name)
def test_each_mutant_breaks_the_rules_it_names_and_no_other(mutant: Mutant) -> None:
    """In the situations of these rules; in all situations of the dialect, if one of the rules is
    broken in those of another rule only."""
    every = rules_of(mutant.dialect)
    named = [rule for rule in every if rule.id in (*mutant.breaks, *mutant.hides)]
    timed = mutant.name in TIMED
    expected = Outcome(frozenset(mutant.breaks), frozenset(mutant.hides), timed=timed)
    report = tried(partial(mutant_adapter, mutant), named)
    if outcome(report) != expected:
        report = tried(partial(mutant_adapter, mutant), every)
    assert outcome(report) == expected
    assert broken_beside(report, every) <= {*mutant.breaks}


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_the_reference_breaks_none(dialect: str) -> None:
    report = tried(ReferenceAdapter, rules_of(dialect))
    assert outcome(report) == Outcome(frozenset())


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_every_rule_is_broken_by_a_mutant(dialect: str) -> None:
    broken = {name for mutant in MUTANTS.values() for name in mutant.breaks}
    assert {rule.id for rule in rules_of(dialect)} - broken == set()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=lambda mutant: mutant.name)
def test_a_mutant_names_rules_of_its_dialect_once(mutant: Mutant) -> None:
    named = [*mutant.breaks, *mutant.hides]
    assert set(named) <= {rule.id for rule in rules_of(mutant.dialect)}
    assert len(set(named)) == len(named)
    assert mutant.breaks


def test_no_two_mutants_share_a_name_or_a_title() -> None:
    assert len(MUTANTS) == sum(map(len, KINDS))
    assert len({mutant.title for mutant in MUTANTS.values()}) == len(MUTANTS)


@pytest.mark.parametrize(("name", "rule"), KILLED, ids=[name for name, _ in KILLED])
async def test_what_a_kill_brings_out_shows_in_a_process_that_is_killed(
    name: str, rule: str
) -> None:
    killed = [each for each in rules_of(MUTANTS[name].dialect) if Proof.RESTART in each.proofs]
    chosen = {each.id: each for each in (*killed, *RULES) if each in killed or each.id == rule}
    report = await run([*chosen.values()], driver(f"mutant:{name}"), name, Options())
    (verdict,) = (each for each in report.verdicts if each.rule.id == rule)
    restarted = [
        proof.used
        for judged in verdict.judged
        if judged.violations
        for proof in judged.proofs
        if proof.proof is Proof.RESTART
    ]
    rests = Proof.RESTART in verdict.rule.proofs
    assert (verdict.status, set(restarted)) == (Status.FAIL, {True} if rests else set())
