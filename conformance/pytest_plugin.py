"""The suite inside pytest: one test for each rule, so that -k, -x, --lf, -n and --junitxml work.

Load it with -p, so that its options exist only in runs of the suite::

    pytest -p conformance.pytest_plugin --pyargs conformance --exporter "process:node adapter.js"

A conftest.py could not add the options: pytest reads them before it loads the conftest.py of a
package named by --pyargs.

The scenarios of all selected rules are played concurrently in a background thread from the first
test on; under pytest-xdist each worker plays those of its tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from conformance.dialects import DIALECTS, RULES
from conformance.drivers.spec import driver
from conformance.judging.known import read_known
from conformance.judging.verdicts import Verdict
from conformance.model.rule import Rule
from conformance.reports.terminal import explain
from conformance.runner.background import Background
from conformance.runner.mapping_file import OwnForms, read_mapping
from conformance.runner.run import WATCH, Options
from mock_sis.errors import UsageError

Try = Callable[[Rule], tuple[Verdict, str]]
"""Gives the verdict on a rule, and the text that explains it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the suite."""
    group = parser.getgroup("conformance", "conformance of a grade exporter")
    group.addoption("--exporter", metavar="SPEC", help="the adapter, as for `conformance run`")
    names = [dialect.name for dialect in DIALECTS]
    group.addoption("--profile", choices=names, help="only the rules of this dialect")
    group.addoption("--known", metavar="FILE", help="rules that are known to fail, one on a line")
    group.addoption("--mapping", metavar="FILE", help="the form of your institution, for wiseflow")
    group.addoption(
        "--adapter-timeout",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="how long the adapter may take for one message (default: 30)",
    )
    group.addoption(
        "--watch",
        type=float,
        default=WATCH,
        metavar="SECONDS",
        help=f"how long all SISs are watched after the last test (default: {WATCH:g})",
    )


@pytest.fixture(scope="session")
def tried(request: pytest.FixtureRequest) -> Iterator[Try]:
    """Tries rules against the exporter of the command line, all in one run."""
    try:
        exporter = driver(request.config.getoption("--exporter"))
        options = _options(request.config)
    except UsageError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
    background = Background(exporter, options)
    # A worker of pytest-xdist does not know its tests beforehand, so it plays nothing in advance.
    if not hasattr(request.config, "workerinput"):
        background.foresee(_selected(request.session.items))

    def give(rule: Rule) -> tuple[Verdict, str]:
        verdict = background.verdict(rule)
        return verdict, "\n".join(explain(verdict, background.evidence))

    try:
        yield give
        late = background.watch()
    finally:
        background.close()
    if late:
        pytest.fail("\n".join(f"Late: {each}." for each in late), pytrace=False)


def _options(config: pytest.Config) -> Options:
    listed = config.getoption("--known")
    known = read_known(Path(listed), [rule.id for rule in RULES]) if listed else {}
    mapping = config.getoption("--mapping")
    own = read_mapping(Path(mapping)) if mapping else OwnForms()
    return Options(
        timeout=config.getoption("--adapter-timeout"),
        known=known,
        watch=config.getoption("--watch"),
        policies=own.policies,
        excused=own.excused,
    )


def _selected(items: Sequence[pytest.Item]) -> list[Rule]:
    parameters = (getattr(item, "callspec", None) for item in items)
    return [each.params["rule"] for each in parameters if each and "rule" in each.params]
