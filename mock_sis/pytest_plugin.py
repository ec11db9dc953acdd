"""The fixture `mock_sis` for other people's test suites; docs/pytest.md shows it at work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_sis.journal.entry import Entry
    from mock_sis.server.embedded import EmbeddedSimulator

MOST = 20
"""How many exchanges are shown beside a test that failed: the last ones."""

LONGEST = 200
"""Characters of an answer that are shown there."""


@pytest.fixture
def mock_sis(request: pytest.FixtureRequest) -> Iterator[EmbeddedSimulator]:
    """A student information system of this test's own, on a free port: `.url`, `.seed(...)`,
    `.fault(...)`, `.journal`, `.gradebook`, `.advance(...)`."""
    # Imported here because pytest loads every installed plugin: who does not use the fixture
    # should not wait for a web server to be imported.
    from mock_sis.server.embedded import EmbeddedSimulator

    with EmbeddedSimulator() as simulator:
        yield simulator
    # pytest shows a section beside a test that failed, and drops it where none did.
    request.node.add_report_section("teardown", "mock_sis journal", _told(simulator))


def _told(simulator: EmbeddedSimulator) -> str:
    """What the simulator was asked and answered, and the faults that were armed in vain."""
    heard = [entry for entry in simulator.journal if not entry.operation.startswith("control.")]
    lines = [f"({len(heard) - MOST} before these)"] if len(heard) > MOST else []
    lines += [_line(entry) for entry in heard[-MOST:]] or ["Nothing was asked of it."]
    idle = [fault["fault"]["fault"]["kind"] for fault in simulator.faults if not fault["fired"]]
    return "\n".join([*lines, *(f"The fault {kind} never fired." for kind in idle)])


def _line(entry: Entry) -> str:
    from mock_sis.contracts.contract import abbreviate
    from mock_sis.exchange import Hangup

    asked = f"#{entry.number} {entry.call.method} {entry.call.target}"
    fault = f" [fault: {', '.join(entry.faults)}]" if entry.faults else ""
    if isinstance(entry.outcome, Hangup):
        return f"{asked} -> no answer ({entry.outcome.how}){fault}"
    text = " ".join(entry.outcome.body.decode(errors="replace").split())
    return f"{asked} -> {entry.outcome.status}{fault} {abbreviate(text, LONGEST)}".rstrip()
