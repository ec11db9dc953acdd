"""What the fold keeps: presses, licences, and what it knows of each participant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from conformance.model import steps
from conformance.model.evidence import Done
from conformance.wiseflow.evidence import SentGrade
from conformance.wiseflow.ledger.due import Due
from conformance.wiseflow.ledger.exchanges import Exchange, Fate

Kind = Literal["", "export", "retry", "instant"]
"""What asked for a sending: a button, an action that may start an instant export, or nothing."""


@dataclass(eq=False)
class Press:
    """What a person did last, as far as it may send something.

    `blocked` is the rule that forbids every sending, "" if none does. With `sure` false nothing has
    to be sent. `disturbed` is "" until something keeps the rest from being sent, and then the rule
    against sending it without a further press.
    """

    kind: Kind = ""
    label: str = ""
    by: str = "manager"
    presses: int = 1
    action: str = ""
    participant: str = ""
    accepted: bool = True
    blocked: str = ""
    sure: bool = True
    disturbed: str = ""


def press_of(done: Done) -> Press:
    """The press of a step; one of no kind for a step that asks for no sending."""
    answer = done.answer or {}
    accepted = done.answer is None or bool(answer.get("accepted", answer.get("done")))
    step: Any = done.step
    match step:
        case steps.Export():
            return Press("export", step.label, step.by, step.presses, accepted=accepted)
        case steps.Retry():
            # In version 1 of the protocol, the message does not say who presses.
            told = done.message is None or "by" in done.message
            return Press("retry", step.label, step.by if told else "manager", accepted=accepted)
        case steps.Act():
            who = str(step.fields.get("participant", ""))
            return Press("instant", step.label, "", 1, step.action, who, accepted=accepted)
    return Press()


@dataclass(frozen=True, slots=True)
class Licence:
    """The permission to send one participant once, given by a press. `due` is what may be sent;
    `early` says that the grade was final before instant export was enabled."""

    kind: Kind
    due: Due
    must: bool
    early: bool = False


@dataclass
class Person:
    """One participant: the fate of the last row, and the exchange and press that carried it.

    `killed` says that the exporter was killed since, `shown` is the state that it showed last, and
    `late` says that the person was added to the flow after an export.
    """

    fate: Fate = Fate.NONE
    exchange: Exchange | None = None
    press: Press = field(default_factory=Press)
    row: SentGrade | None = None
    killed: bool = False
    shown: str = ""
    late: bool = False

    def final_fate(self, user_id: str) -> Fate:
        """The fate, also of an exchange whose answer was still outstanding."""
        if self.fate is Fate.OPEN and self.exchange is not None:
            return self.exchange.fate_of(user_id)
        return self.fate


def who(user_id: str) -> str:
    """A participant in the words of reports."""
    return f"participant {user_id}"
