"""The fixture `mock_sis` for other people's test suites; docs/pytest.md shows it at work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_sis.embedded import EmbeddedSimulator


@pytest.fixture
def mock_sis() -> Iterator[EmbeddedSimulator]:
    """A student information system of this test's own, on a free port: `.url`, `.seed(...)`,
    `.fault(...)`, `.journal`, `.gradebook`, `.advance(...)`."""
    # Imported here because pytest loads every installed plugin: who does not use the fixture
    # should not wait for a web server to be imported.
    from mock_sis.embedded import EmbeddedSimulator

    with EmbeddedSimulator() as simulator:
        yield simulator
