"""Explorations find mutants in a few walks, and say what is wrong with them."""

from __future__ import annotations

import pytest

from conformance.dialects import DIALECTS
from conformance.exploring.explore import Options
from conformance.exporters.kit.store import Store
from conformance.exporters.mutants import MUTANTS
from helpers.suite.exploring import explored, mutant

WALKS = 15

FOUND = {
    "sends-ungraded": "WF-PARTLY",
    "sends-manual": "WF-SIS-ONLY",
    "ignores-unlocking": "WF-UNLOCKED",
    "mixes-up-marks": "WF-VALUE",
    "sends-the-alternative-as-mark": "WF-ALT",
    "exports-unsynchronised": "WF-SYNC",
    "exports-unconnected": "WF-SOURCE",
    "forgets-that-it-exported": "WF-ONCE",
    "ignores-the-claim": "WF-ONCE-CONCURRENT",
    "writes-after-sending": "WF-ONCE-RESTART",
    "says-exported-on-sending": "WF-ONCE-AMBIGUOUS",
    "leaves-failed-queued": "WF-FAILED-STATE",
    "retries-everybody": "WF-RETRY-ONLY-FAILED",
    "retries-server-errors": "WF-NORETRY-STATUS",
    "announces-a-retry": "WF-NORETRY-PENDING",
    "believes-the-status": "WF-COUNTS",
    "believes-every-answer": "WF-TRUTH",
    "instant-sweeps-up": "WF-INSTANT-LATE",
    "instant-survives-assessors": "WF-INSTANT-OFF",
    "shows-partly-as-submitted": "WF-STATUS",
}
"""Mutants, one for each of twenty rules, and the rule that a walk breaks. docs/mutants.md has the
others."""


@pytest.fixture(autouse=True)
def _states_that_only_have_to_survive_a_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "synchronous", "OFF")


@pytest.mark.parametrize(("name", "rule"), FOUND.items(), ids=FOUND)
def test_a_mutant_is_found_in_few_walks(name: str, rule: str) -> None:
    (dialect,) = (each for each in DIALECTS if each.name == MUTANTS[name].dialect)
    sought = frozenset(MUTANTS[name].breaks)
    options = Options(walks=WALKS, first=True, sought=sought, shrink=False)

    result = explored(mutant(name), dialect, options)

    assert rule in sought
    assert [each.rule for each in result.findings if each.rule in sought] == [rule]


def test_a_search_goes_on_until_a_rule_that_is_sought_is_broken() -> None:
    name, rule = "calls-some-all", "WF-TRUTH"
    (dialect,) = (each for each in DIALECTS if each.name == MUTANTS[name].dialect)
    options = Options(walks=WALKS, first=True, shrink=False)
    any_rule = explored(mutant(name), dialect, options)
    sought = explored(mutant(name), dialect, Options(WALKS, 0, True, frozenset({rule}), False))

    assert len(any_rule.findings) == 1
    assert [each.rule for each in sought.findings] == [any_rule.findings[0].rule, rule]
    assert any_rule.shrinking == sought.shrinking == 0
    assert any_rule.walks == any_rule.findings[0].after < sought.findings[1].after
