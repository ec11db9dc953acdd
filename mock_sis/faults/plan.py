"""The plan: every armed fault with its counts, and what they do to a call.

Only the plan changes counts, random sources and the memory of stateful faults. It depends on the
calls alone, so the same calls in the same order meet the same faults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec

from mock_sis.exchange import Call
from mock_sis.faults.chance import Chance
from mock_sis.faults.effects import NO_EFFECTS, Effects, Slot
from mock_sis.faults.spec import CONTROL, Fault, fault_from
from mock_sis.faults.what import Memory, What

__all__ = ["INLINE", "NO_EFFECTS", "Armed", "Effects", "Plan"]

INLINE = "inline"
"""The id of a fault that a request asked for by header."""


class Armed(msgspec.Struct, frozen=True):
    """An armed fault at one moment. `seen` counts the calls it matched, `fired` those on which it
    fired; `exhausted` means that it will never fire again."""

    id: str
    fault: Fault
    seen: int
    fired: int
    exhausted: bool

    @property
    def kind(self) -> str:
        """The name of the kind."""
        return self.fault.what.kind


class Plan:
    """The armed faults, in the order of arming. The random source of each fault is seeded from
    `seed` and the fault's id, unless the fault names a seed."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._slots: list[Slot] = []
        self._live: list[Slot] = []
        self._number = 0

    def arm(self, spec: Mapping[str, Any] | Fault, now: float) -> Armed:
        """Arm a fault at Unix time `now`. Raises FaultError and arms nothing."""
        fault = fault_from(spec.as_json() if isinstance(spec, Fault) else spec)
        self._number += 1
        slot = self._slot(f"f{self._number}", fault, now)
        self._slots.append(slot)
        self._live.append(slot)
        return self._snapshot(slot)

    def disarm(self, fault_id: str) -> bool:
        """Disarm one fault; False if no fault has this id."""
        kept = [slot for slot in self._slots if slot.id != fault_id]
        found = len(kept) < len(self._slots)
        self._slots = kept
        self._live = [slot for slot in self._live if slot.id != fault_id]
        return found

    def clear(self) -> None:
        """Disarm every fault. No id is used again."""
        self._slots, self._live = [], []

    @property
    def idle(self) -> bool:
        """Whether no armed fault can fire any more."""
        return not self._live

    @property
    def armed(self) -> tuple[Armed, ...]:
        """Every armed fault, exhausted ones included, in the order of arming."""
        return tuple(self._snapshot(slot) for slot in self._slots)

    @property
    def never_fired(self) -> tuple[Armed, ...]:
        """The armed faults that have not fired yet."""
        return tuple(armed for armed in self.armed if not armed.fired)

    def strike(
        self,
        operation: str,
        call: Call,
        subjects: Callable[[], frozenset[str]],
        extra: Sequence[What] = (),
    ) -> Effects:
        """The faults that are due on this call.

        `subjects` gives the ids of the people whom the call is about, and is called only if a fault
        is for one person; `extra` holds the faults that the call itself asked for.
        """
        if not (self._live or extra) or operation.startswith(CONTROL):
            return NO_EFFECTS
        self._forget_spent()
        due = [self._slot(INLINE, Fault(what), call.received) for what in extra]
        asked = cache(subjects)  # it may have to read a whole body
        for slot in self._live:
            if slot.fault.what.phase == "connect" or not _matches(slot, operation, call, asked):
                continue
            if _counts_and_is_due(slot, call.received):
                due.append(slot)
        return Effects(call, due) if due else NO_EFFECTS

    def connect(self, _peer: str, now: float) -> Armed | None:
        """The fault that refuses a new connection, or None."""
        if not self._live:
            return None
        self._forget_spent()
        slots = [slot for slot in self._live if slot.fault.what.phase == "connect"]
        due = [slot for slot in slots if _counts_and_is_due(slot, now)]
        if not due:
            return None
        due[0].fired += 1
        return self._snapshot(due[0])

    def _slot(self, fault_id: str, fault: Fault, now: float) -> Slot:
        return Slot(
            fault_id,
            fault,
            Memory(self._chance(fault.what.seed, f"{fault_id}/what"), armed_at=now),
            self._chance(fault.moment.seed, f"{fault_id}/when"),
        )

    def _chance(self, seed: int | None, name: str) -> Chance:
        """A random source with this seed, or by default one that no other draw disturbs."""
        return Chance(f"{self._seed}/{name}" if seed is None else seed)

    def _forget_spent(self) -> None:
        self._live = [slot for slot in self._live if not _spent(slot)]

    @staticmethod
    def _snapshot(slot: Slot) -> Armed:
        return Armed(slot.id, slot.fault, slot.seen, slot.fired, _spent(slot))


def _matches(
    slot: Slot, operation: str, call: Call, subjects: Callable[[], frozenset[str]]
) -> bool:
    fault = slot.fault
    return fault.what.reaches(operation) and fault.where.matches(operation, call, subjects)


def _counts_and_is_due(slot: Slot, now: float) -> bool:
    slot.seen += 1
    return slot.fault.moment.due(slot.seen, slot.fired, now, slot.chance)


def _spent(slot: Slot) -> bool:
    return slot.fault.moment.spent(slot.seen, slot.fired)
