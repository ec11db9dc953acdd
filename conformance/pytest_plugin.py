"""The suite inside pytest: one test for each rule, so that -k, -x, --lf, -n and --junitxml work.

It is named with -p, hence its options exist only where the suite is what runs::

    pytest -p conformance.pytest_plugin --pyargs conformance --exporter "process:node adapter.js"

(pytest does not load the conftest.py of a package named by --pyargs before it reads its options,
so that a conftest.py could not add them.)

The scenarios of all selected rules are played concurrently in a background thread from the first
test on; under pytest-xdist each worker plays what its own tests need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from conformance.drivers.spec import driver
from conformance.judging.known import read_known
from conformance.judging.verdicts import Verdict
from conformance.model.rule import Rule
from conformance.profiles import PROFILES
from conformance.reports.terminal import explain
from conformance.rules import RULES
from conformance.runner.background import Background
from conformance.runner.run import Options
from mock_sis.errors import UsageError

Try = Callable[[Rule], tuple[Verdict, str]]
"""Gives the verdict on a rule, and the text that explains it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the suite."""
    group = parser.getgroup("conformance", "conformance of a grade exporter")
    group.addoption("--exporter", metavar="SPEC", help="the adapter, as for `conformance run`")
    group.addoption("--profile", choices=list(PROFILES), help="only the rules of this dialect")
    group.addoption("--known", metavar="FILE", help="rules that are known to fail, one a line")
    group.addoption(
        "--adapter-timeout",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="how long the adapter may take for one message (default: 30)",
    )


@pytest.fixture(scope="session")
def tried(request: pytest.FixtureRequest) -> Iterator[Try]:
    """Tries rules in one run against the exporter of the command line."""
    try:
        exporter = driver(request.config.getoption("--exporter"))
        options = _options(request.config)
    except UsageError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    background = Background(exporter, options)
    # A worker of pytest-xdist does not know which tests it will be given, and so plays nothing
    # ahead of them.
    if not hasattr(request.config, "workerinput"):
        background.foresee(_selected(request.session.items))

    def give(rule: Rule) -> tuple[Verdict, str]:
        verdict = background.verdict(rule)
        return verdict, "\n".join(explain(verdict, background.evidence))

    try:
        yield give
    finally:
        background.close()


def _options(config: pytest.Config) -> Options:
    listed = config.getoption("--known")
    known = read_known(Path(listed), [rule.id for rule in RULES]) if listed else {}
    return Options(timeout=config.getoption("--adapter-timeout"), known=known)


def _selected(items: Sequence[pytest.Item]) -> list[Rule]:
    parameters = (getattr(item, "callspec", None) for item in items)
    return [each.params["rule"] for each in parameters if each and "rule" in each.params]
