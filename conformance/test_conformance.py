"""The suite as one test with the rules as parameters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conformance.dialects import RULES
from conformance.judging.verdicts import Status
from conformance.model.rule import Rule
from conformance.pytest_plugin import Try


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each rule, or for each rule of the profile."""
    if not metafunc.config.getoption("--exporter", default=None):
        raise pytest.UsageError(
            "--exporter is missing: pytest -p conformance.pytest_plugin --pyargs conformance"
            " --exporter SPEC, for example --exporter reference"
        )
    profile = metafunc.config.getoption("--profile")
    rules = [rule for rule in RULES if profile in (None, rule.profile)]
    metafunc.parametrize("rule", rules, ids=[rule.id for rule in rules])


def test_exporter(rule: Rule, tried: Try, record_property: Callable[[str, object], None]) -> None:
    """The exporter keeps the rule."""
    verdict, text = tried(rule)
    record_property("verdict", verdict.status.value)
    match verdict.status:
        case Status.NOT_APPLICABLE:
            pytest.skip(verdict.reason)
        case Status.KNOWN:
            pytest.xfail(verdict.reason)
        case Status.PASS | Status.WARN:
            print(text)
        case _:
            pytest.fail(text, pytrace=False)
