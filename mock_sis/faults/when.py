# Hooks share one signature; few use every argument.
# ruff: noqa: ARG002
"""When an armed fault acts: the next times, the nth time, always, by chance, between two times.

Each is a value that decides from the fault's counts and the time of the call: `seen` is the number
of matching calls, this one included; `fired` is how often the fault fired before.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from mock_sis.faults.chance import Chance

Count = Annotated[int, msgspec.Meta(ge=1, le=10**9)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class When(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a fault acts."""

    @property
    def seed(self) -> int | None:
        """The seed of the random source; None leaves it to the plan."""
        return None

    def due(self, seen: int, fired: int, now: float, chance: Chance) -> bool:
        """Whether the fault acts on this call."""
        raise NotImplementedError

    def spent(self, seen: int, fired: int) -> bool:
        """Whether the fault will never act again."""
        return False


class Next(When, frozen=True):
    """The next `next` times that the fault can act."""

    next: Annotated[
        Count, msgspec.Meta(description="The next so many times that the fault can act.")
    ]

    def due(self, seen: int, fired: int, now: float, chance: Chance) -> bool:
        return fired < self.next

    def spent(self, seen: int, fired: int) -> bool:
        return fired >= self.next


class Nth(When, frozen=True):
    """On the `nth` matching call only, counted from 1."""

    nth: Annotated[
        Count, msgspec.Meta(description="On the matching call of this number, counted from 1.")
    ]

    def due(self, seen: int, fired: int, now: float, chance: Chance) -> bool:
        return seen == self.nth

    def spent(self, seen: int, fired: int) -> bool:
        return seen >= self.nth


class Always(When, frozen=True):
    """On every matching call."""

    always: Annotated[Literal[True], msgspec.Meta(description="On every matching call.")]

    def due(self, seen: int, fired: int, now: float, chance: Chance) -> bool:
        return True


class Probability(When, frozen=True):
    """On each matching call with this probability, drawn from a source seeded with `seed` (None
    leaves the seed to the plan)."""

    probability: Annotated[
        float, msgspec.Meta(ge=0, le=1, description="On each matching call with this probability.")
    ]
    seed: Annotated[int | None, msgspec.Meta(description="Seed of the draws of `probability`.")] = (
        None
    )

    def due(self, seen: int, fired: int, now: float, chance: Chance) -> bool:
        return chance.source.random() < self.probability


class Between(When, frozen=True):
    """On matching calls received from the first of two times on, and before the second. Never
    spent, because a clock can be set back."""

    between: Annotated[
        tuple[Moment, Moment],
        msgspec.Meta(
            description="On matching calls received from the first time on, and before the second."
        ),
    ]

    def __post_init__(self) -> None:
        if self.between[0] >= self.between[1]:
            first, second = (each.isoformat() for each in self.between)
            raise ValueError(
                f"between must be two times, the earlier first (got {first} and {second})"
            )

    def due(self, seen: int, fired: int, now: float, chance: Chance) -> bool:
        start, end = self.between
        return start.timestamp() <= now < end.timestamp()


KINDS: Mapping[str, type[When]] = {
    "next": Next,
    "nth": Nth,
    "always": Always,
    "probability": Probability,
    "between": Between,
}
"""The kinds of moment, by the member that names each."""

ONCE = Next(1)
FOR_GOOD = Always(True)


def when_from(plain: Mapping[str, Any]) -> When:
    """The moment of a `when` object that keeps its schema. Raises msgspec.ValidationError."""
    named = next(kind for name, kind in KINDS.items() if name in plain)
    return msgspec.convert(plain, named)
