"""The pytest fixtures `mock_sis` and `mock_sis_factory`, for test suites of exporters.

docs/pytest.md has examples. Nothing here imports a web server before a fixture is used: pytest
loads every installed plugin, and test runs that do not use this one must not become slower.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_sis.journal.entry import Entry
    from mock_sis.server.embedded import EmbeddedSimulator

MAX_EXCHANGES = 20
"""How many of the last exchanges are shown with a failed test."""

MAX_CHARACTERS = 200
"""How much of each answer is shown there."""

UNFIRED = "mock_sis_unfired_faults"
"""The option that says what becomes of faults that never fired, on the command line and in a
configuration file."""

Factory = Callable[..., AbstractContextManager["EmbeddedSimulator"]]

_RUNNING = pytest.StashKey[list["EmbeddedSimulator"]]()
_HEARD = pytest.StashKey[dict[int, int]]()
"""The number of the last exchange before a test began, by the identity of the simulator."""


class UnfiredFault(pytest.PytestWarning):
    """A fault was armed and never fired, so the test did not try what it seems to try."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """What happens if an armed fault never fires."""
    said = "what happens if an armed fault of mock_sis never fires: warn (default), error or ignore"
    option = "--" + UNFIRED.replace("_", "-")
    choices = ["warn", "error", "ignore"]
    group = parser.getgroup("mock_sis", "the simulated student information system")
    group.addoption(option, dest=UNFIRED, choices=choices, help=said)
    parser.addini(UNFIRED, said, default="warn")


def pytest_configure(config: pytest.Config) -> None:
    """Raises UsageError for an unknown value in the configuration file."""
    config.stash[_RUNNING] = []
    if _unfired(config) not in ("warn", "error", "ignore"):
        raise pytest.UsageError(
            f"{UNFIRED} is {_unfired(config)!r}; it must be warn, error or ignore."
        )


@pytest.fixture(scope="session")
def mock_sis_factory(pytestconfig: pytest.Config) -> Factory:
    """Makes simulators for fixtures of any scope: `with mock_sis_factory(seed) as sis: …`. The
    parameters are those of EmbeddedSimulator."""

    @contextmanager
    def running(
        seed: str | Mapping[str, Any] = "demo", **options: Any
    ) -> Iterator[EmbeddedSimulator]:
        from mock_sis.server.embedded import EmbeddedSimulator

        at_work = pytestconfig.stash[_RUNNING]
        with EmbeddedSimulator(seed, **options) as simulator:
            at_work.append(simulator)
            try:
                yield simulator
            finally:
                at_work.remove(simulator)
        _complain(simulator, _unfired(pytestconfig))

    return running


@pytest.fixture
def mock_sis(mock_sis_factory: Factory) -> Iterator[EmbeddedSimulator]:
    """A simulated student information system for this test, on a free port: `.url`, `.seed(...)`,
    `.fault(...)`, `.journal`, `.gradebook`, `.advance(...)`."""
    with mock_sis_factory() as simulator:
        yield simulator


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note what the simulators of wider scopes have heard so far."""
    item.stash[_HEARD] = {id(each): each.last for each in item.config.stash[_RUNNING]}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the simulators heard during a test that failed."""
    report = yield
    if report.failed:
        before = item.stash.get(_HEARD, {})
        for simulator in item.config.stash[_RUNNING]:
            since = before.get(id(simulator), 0)
            # One of a wider scope may be none of this test's business.
            if id(simulator) not in before or simulator.last > since:
                report.sections.append(("mock_sis journal", _summary(simulator, since)))
    return report


def _unfired(config: pytest.Config) -> str:
    return str(config.getoption(UNFIRED) or config.getini(UNFIRED))


def _complain(simulator: EmbeddedSimulator, how: str) -> None:
    """Warn of faults that never fired, or fail."""
    text = " ".join(_idle(simulator))
    if not text or how == "ignore":
        return
    text += " Remove what is armed in vain by control('DELETE', '/_control/faults')."
    if how == "error":
        pytest.fail(text, pytrace=False)
    warnings.warn(UnfiredFault(text), stacklevel=2)


def _idle(simulator: EmbeddedSimulator) -> list[str]:
    """A sentence for each fault that never fired."""
    return [
        f"The fault {armed['fault']['fault']['kind']} never fired; {armed['seen']} requests matched"
        " it."
        for armed in simulator.faults
        if not armed["fired"]
    ]


def _summary(simulator: EmbeddedSimulator, since: int) -> str:
    """The exchanges after this number, and the faults that never fired."""
    entries = (entry for entry in simulator.journal if entry.number > since)
    heard = [entry for entry in entries if not entry.operation.startswith("control.")]
    omitted = len(heard) - MAX_EXCHANGES
    lines = [f"({omitted} earlier exchanges omitted)"] if omitted > 0 else []
    lines += [_line(entry) for entry in heard[-MAX_EXCHANGES:]] or ["It received no requests."]
    return "\n".join([*lines, *_idle(simulator)])


def _line(entry: Entry) -> str:
    from mock_sis.contracts.contract import abbreviate
    from mock_sis.exchange import Hangup

    request = f"#{entry.number} {entry.call.method} {entry.call.target}"
    fault = f" [fault: {', '.join(entry.faults)}]" if entry.faults else ""
    if isinstance(entry.outcome, Hangup):
        return f"{request} -> no answer ({entry.outcome.how}){fault}"
    text = " ".join(entry.outcome.body.decode(errors="replace").split())
    return f"{request} -> {entry.outcome.status}{fault} {abbreviate(text, MAX_CHARACTERS)}".rstrip()
