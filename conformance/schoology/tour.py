"""The tour: every operation that an adapter may be asked for, once, over a section."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import Advance, Export, Load, Pull, Retry, Settle, State
from conformance.schoology.evidence.wire import PUT
from conformance.schoology.scenarios.common import GRADED, JOSE, ZOE, edit, fails_once

TOUR = Scenario(
    "tour-of-a-section",
    "every operation once, over a section",
    GRADED,
    (
        Load(),
        State(),
        Pull(),
        edit(ZOE, 70),
        # The SIS refuses one grade, so that the product shows every state.
        fails_once(PUT, "rows_fail", subjects=[JOSE]),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(),
        Advance(1),
    ),
)
