"""Each flawed gradebook breaks the rules that it names and no other; the reference breaks none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.drivers.inprocess import InProcessDriver
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.schoology_mutants import GRADEBOOK, Mutant
from conformance.rules import RULES
from conformance.runner.run import Options, run
from conformance.verdicts import Status

ABOUT_SECTIONS = [rule for rule in RULES if rule.profile == "schoology"]


async def verdicts(make: Callable[[], ReferenceAdapter]) -> dict[str, Status]:
    report = await run(ABOUT_SECTIONS, InProcessDriver(make), "spec", Options())
    return {each.rule.id: each.status for each in report.verdicts}


async def test_the_reference_keeps_every_rule() -> None:
    assert set((await verdicts(ReferenceAdapter)).values()) == {Status.PASS}


@pytest.mark.parametrize("mutant", GRADEBOOK, ids=lambda mutant: mutant.name)
async def test_a_flaw_breaks_exactly_the_rules_it_names(mutant: Mutant) -> None:
    found = await verdicts(mutant.adapter)
    broken = {name for name, status in found.items() if status in (Status.FAIL, Status.WARN)}
    assert broken == set(mutant.breaks)
    assert {found[name] for name in found.keys() - broken} == {Status.PASS}


def test_every_rule_is_broken_by_somebody() -> None:
    assert {name for mutant in GRADEBOOK for name in mutant.breaks} == {
        rule.id for rule in ABOUT_SECTIONS
    }
