"""The tour: every operation that an adapter may be asked for, once, over a course."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import Advance, Export, Load, Retry, Settle, State
from conformance.skyward.scenarios.common import ASA, CHOSEN, COURSE, edit

TOUR = Scenario(
    "tour-of-a-course",
    "every operation once, over a course",
    COURSE,
    (
        Load(),
        State(),
        *CHOSEN,
        edit("essay", ASA, 41),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        Advance(1),
    ),
)
