"""The pytest fixture `mock_sis`, for test suites of exporters. docs/pytest.md has examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_sis.journal.entry import Entry
    from mock_sis.server.embedded import EmbeddedSimulator

MAX_EXCHANGES = 20
"""How many of the last exchanges are shown with a failed test."""

MAX_CHARACTERS = 200
"""How much of each answer is shown there."""


@pytest.fixture
def mock_sis(request: pytest.FixtureRequest) -> Iterator[EmbeddedSimulator]:
    """A simulated student information system for this test, on a free port: `.url`, `.seed(...)`,
    `.fault(...)`, `.journal`, `.gradebook`, `.advance(...)`."""
    # Imported here because pytest loads every installed plugin, and importing a web server would
    # slow test runs that do not use the fixture.
    from mock_sis.server.embedded import EmbeddedSimulator

    with EmbeddedSimulator() as simulator:
        yield simulator
    # pytest shows this section only if the test failed.
    request.node.add_report_section("teardown", "mock_sis journal", _summary(simulator))


def _summary(simulator: EmbeddedSimulator) -> str:
    """The exchanges of the test, and the faults that never fired."""
    heard = [entry for entry in simulator.journal if not entry.operation.startswith("control.")]
    omitted = len(heard) - MAX_EXCHANGES
    lines = [f"({omitted} earlier exchanges omitted)"] if omitted > 0 else []
    lines += [_line(entry) for entry in heard[-MAX_EXCHANGES:]] or ["It received no requests."]
    idle = [fault["fault"]["fault"]["kind"] for fault in simulator.faults if not fault["fired"]]
    return "\n".join([*lines, *(f"The fault {kind} never fired." for kind in idle)])


def _line(entry: Entry) -> str:
    from mock_sis.contracts.contract import abbreviate
    from mock_sis.exchange import Hangup

    request = f"#{entry.number} {entry.call.method} {entry.call.target}"
    fault = f" [fault: {', '.join(entry.faults)}]" if entry.faults else ""
    if isinstance(entry.outcome, Hangup):
        return f"{request} -> no answer ({entry.outcome.how}){fault}"
    text = " ".join(entry.outcome.body.decode(errors="replace").split())
    return f"{request} -> {entry.outcome.status}{fault} {abbreviate(text, MAX_CHARACTERS)}".rstrip()
