"""What the armed faults do to one call, phase by phase, and which of them fired.

Asking is not acting: a fault counts as fired when it changes an answer or a write, not when it is
looked at. Faults of the phases before, rows, after and pace act at once. For those of token and sis
a handler asks for an `Altered` value, and calls `act` when it uses the value: a write that is
refused in between uses no fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

import msgspec

from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.faults.chance import Chance
from mock_sis.faults.row_fate import RowFate
from mock_sis.faults.spec import Fault
from mock_sis.faults.what import Memory, Phase, What

T = TypeVar("T")


class Slot(msgspec.Struct, eq=False):
    """The plan's record of one armed fault; only the plan and its effects change it."""

    id: str
    fault: Fault
    memory: Memory
    chance: Chance
    seen: int = 0
    fired: int = 0


class Altered(msgspec.Struct, Generic[T], frozen=True):
    """A value as the due faults make it, and the fault that changes it, if one does."""

    value: T
    effects: Effects
    slot: Slot | None = None

    def act(self) -> T:
        """Count the fault as fired, once a call, and give the value."""
        if self.slot is not None:
            self.effects.note(self.slot)
        return self.value


class Effects:
    """The faults that are due on one call.

    Of those that replace the answer (phases before and after), only the first armed that has
    something to do acts, so that several queue up over as many calls. Each row is changed by the
    first fault that can change it. Those of phase pace add up.
    """

    __slots__ = ("_call", "_due", "_fired", "before")

    before: Reply | Hangup | None
    """The final outcome in place of the handler's; None lets the call through."""

    def __init__(self, call: Call, due: Sequence[Slot]) -> None:
        self._call = call
        self._due = due
        self._fired: list[Slot] = []
        self.before = self._instead()

    @property
    def fired(self) -> tuple[str, ...]:
        """The ids of the faults that fired on this call so far, in order."""
        return tuple(slot.id for slot in self._fired)

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds of the faults that fired on this call so far, in order."""
        return tuple([slot.fault.what.kind for slot in self._fired])

    @property
    def bend_rows(self) -> bool:
        """Whether `rows` may change anything; if not, a bulk write need not call it."""
        return next(self._of("rows"), None) is not None

    def rows(self, rows: Sequence[RowFate], listed: bool = True) -> tuple[RowFate, ...]:
        """The rows to report and store, in the same order. `listed` says whether the answer lists
        them; if not, only what is stored can change."""
        bent = tuple(rows)
        touched: frozenset[int] = frozenset()
        for slot in self._of("rows"):
            bent, touched = self._bend(slot, bent, touched, listed)
        return bent

    def token_lifetime(self, usual: float) -> Altered[float]:
        """The seconds that a token issued by this call lives."""
        return self._altered("token", usual, lambda what, lifetime: what.lifetime(lifetime))

    def posting_lag(self, usual: float) -> Altered[float]:
        """The seconds until a write of this call shows."""
        return self._altered("sis", usual, lambda what, lag: what.posting(lag))

    def category_title(self, title: str) -> Altered[str]:
        """The title of a category by the time that this call names it."""
        return self._altered("sis", title, lambda what, name: what.category(name))

    def _altered(self, phase: Phase, usual: T, alter: Callable[[What, T], T]) -> Altered[T]:
        """The value as the first fault of a phase that changes it makes it."""
        for slot in self._of(phase) if self._due else ():
            value = alter(slot.fault.what, usual)
            if value != usual:
                return Altered(value, self, slot)
        return Altered(usual, self)

    def spoil(self, outcome: Reply | Hangup) -> Reply | Hangup:
        """The outcome that replaces a finished one, unless `before` has replaced it already."""
        if self.before is not None or not self._due:
            return outcome
        return self._paced(self._replaced(outcome) if isinstance(outcome, Reply) else outcome)

    def _of(self, phase: Phase) -> Iterator[Slot]:
        return (slot for slot in self._due if slot.fault.what.phase == phase)

    def note(self, slot: Slot) -> None:
        """Count a fault as fired, once a call."""
        if slot not in self._fired:
            slot.fired += 1
            self._fired.append(slot)

    def _instead(self) -> Reply | Hangup | None:
        for slot in self._of("before"):
            outcome = slot.fault.what.before(self._call, slot.memory)
            if outcome is not None:
                self.note(slot)
                return self._paced(outcome)
        return None

    def _replaced(self, reply: Reply) -> Reply | Hangup:
        for slot in self._of("after"):
            outcome = slot.fault.what.after(reply)
            if outcome != reply:
                self.note(slot)
                return outcome
        return reply

    def _paced(self, outcome: Reply | Hangup) -> Reply | Hangup:
        for slot in self._of("pace"):
            paced = slot.fault.what.pace(outcome, self._call, slot.memory)
            if paced != outcome:
                self.note(slot)
            outcome = paced
        return outcome

    def _bend(
        self, slot: Slot, rows: tuple[RowFate, ...], touched: frozenset[int], listed: bool
    ) -> tuple[tuple[RowFate, ...], frozenset[int]]:
        """The rows with this fault's changes, and the indexes of all rows changed so far."""
        wanted = _wanted(slot.fault)
        bent = {
            place: slot.fault.what.row(row)
            for place, row in enumerate(rows)
            if place not in touched and (wanted is None or row.subject in wanted)
        }
        changed = {
            place: row
            for place, row in bent.items()
            if row.stored != rows[place].stored or (listed and row != rows[place])
        }
        if not changed:
            return rows, touched
        self.note(slot)
        return (
            tuple(changed.get(place, row) for place, row in enumerate(rows)),
            touched | changed.keys(),
        )


def _wanted(fault: Fault) -> frozenset[str] | None:
    """The people whose rows the fault changes; None means all."""
    named = fault.what.subjects
    wanted = None if named is None else frozenset(str(each) for each in named)
    if fault.where.subject is None:
        return wanted
    alone = frozenset({str(fault.where.subject)})
    return alone if wanted is None else wanted & alone


NO_EFFECTS = Effects(Call("", ""), ())
"""The effects on a call on which no fault is due."""
