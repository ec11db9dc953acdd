"""Settings and fixtures of all tests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from helpers.deadlines import Deadlines

# How long an example takes depends on the machine, not on whether the code is right.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture
def deadlines(monkeypatch: pytest.MonkeyPatch) -> Deadlines:
    """The deadlines that the code under test sets, which a test lets pass without waiting."""
    return Deadlines(monkeypatch)
