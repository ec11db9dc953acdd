"""The situations that exporters are put in, each a few lines of data."""

from __future__ import annotations

from conformance.flow import Assessment, Flow, Participant
from conformance.rule import Scenario
from conformance.steps import (
    Advance,
    EndPeriod,
    Export,
    Load,
    Quiet,
    Settle,
    State,
    Step,
    Sync,
)

NAMES = {
    1001: ("Åsa", "O'Neill"),
    1002: ("José", "García & Söhne"),
    1003: ("ليلى", "حداد"),
    1004: ("Zoë", "Ng"),
    1005: ("Bo", "<Null>"),
}
"""People whose names go wrong where something is escaped badly."""


def graded(user_id: int, grade: str) -> Participant:
    """Somebody from the SIS whose only assessor submitted this grade."""
    return Participant(user_id, *NAMES[user_id], (Assessment("a1", grade),))


def ungraded(user_id: int) -> Participant:
    """Somebody from the SIS without any grade."""
    return Participant(user_id, *NAMES[user_id])


GRADED = Flow((graded(1001, "A"), graded(1002, "C"), graded(1003, "F"), ungraded(1004)))
"""Three that can be exported and one without a grade."""

READY: tuple[Step, ...] = (Load(), Sync(), EndPeriod())
"""Up to the moment from which an export is allowed."""

AFTERWARDS: tuple[Step, ...] = (Settle(), Advance(30), Settle(), Quiet(), State(label="end"))
"""Everything that would bring a late or hidden attempt to light."""

EXPORTED_TWICE = Scenario(
    name="exported-twice",
    title="the export succeeds, and the manager presses the button once more",
    flow=GRADED,
    steps=(*READY, Export(), Settle(), State(label="exported"), Export(label="again"), *AFTERWARDS),
)
