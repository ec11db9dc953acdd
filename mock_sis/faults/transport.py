# Hooks share one signature; few use every argument.
# ruff: noqa: ARG002
"""Faults of the connection: refused, reset, closed, stalled or slow."""

import math
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.faults.chance import Chance
from mock_sis.faults.parameters import Kept, Seconds
from mock_sis.faults.what import Memory, OwnAnswer, Phase, What

LONGEST_DELAY = 3600.0
"""Seconds. A log-normal draw has no upper limit; a delay has."""


class RefuseConnection(What, frozen=True, tag="refuse_connection"):
    """The connection is reset as it is made, before a byte is read."""

    phases: ClassVar[tuple[Phase, ...]] = ("connect",)


class ResetBefore(What, frozen=True, tag="reset_before"):
    """The request is read and the connection reset; nothing is committed."""

    phases: ClassVar[tuple[Phase, ...]] = ("before",)

    def before(self, call: Call, memory: Memory) -> Hangup:
        return Hangup("reset")


class ResetAfter(What, frozen=True, tag="reset_after"):
    """The call is carried out and the connection reset; the answer is lost."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)

    def after(self, reply: Reply) -> Hangup:
        return Hangup("reset")


class CloseWithoutAnswer(OwnAnswer, frozen=True, tag="close_without_answer"):
    """The connection is closed in good order, without an answer."""

    def answer(self) -> Hangup:
        return Hangup("close")


class ResetMidBody(What, frozen=True, tag="reset_mid_body"):
    """The head and part of the body arrive, then the connection is reset. `keep` says how much of
    the body is sent: below 1 a share, from 1 on a number of bytes."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)

    keep: Kept = 0.5

    def after(self, reply: Reply) -> Reply:
        cut = kept(self.keep, len(reply.body))
        return replace(reply, delivery=replace(reply.delivery, cut_after=cut, ending="reset"))


class Stall(OwnAnswer, frozen=True, tag="stall"):
    """Nothing is sent for `seconds`, then the connection is closed. With `part` "headers" the
    answer is missing; with "body" its head arrives and its body does not."""

    seconds: Annotated[Seconds, Meta(description="How long nothing is sent, in seconds.")] = 60.0
    part: Annotated[
        Literal["headers", "body"],
        Meta(
            description="What is not sent: the whole answer (headers), or only its body, which "
            "takes phase after."
        ),
    ] = "headers"

    def __post_init__(self) -> None:
        if self.part == "body" and self.phase == "before":
            raise ValueError(
                'part "body" must have "phase": "after"; only a true answer has a body to stall'
            )

    def answer(self) -> Hangup:
        return Hangup("close", hold=self.seconds)

    def after(self, reply: Reply) -> Reply | Hangup:
        if self.part == "headers":
            return self.answer()
        stalled = replace(reply.delivery, cut_after=0, ending="stall", stall=self.seconds)
        return replace(reply, delivery=stalled)


class Drip(What, frozen=True, tag="drip"):
    """The body is sent slowly, at `bytes_per_second`."""

    phases: ClassVar[tuple[Phase, ...]] = ("pace",)

    bytes_per_second: Annotated[
        float, Meta(gt=0, le=10**9, description="Bytes of the body sent each second.")
    ]

    def pace(self, outcome: Reply | Hangup, call: Call, memory: Memory) -> Reply | Hangup:
        if isinstance(outcome, Hangup):
            return outcome
        return replace(outcome, delivery=replace(outcome.delivery, drip=self.bytes_per_second))


class Lognormal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delay whose logarithm is normally distributed."""

    median: Annotated[
        float, Meta(gt=0, le=3600, description="The median of the draws, in seconds.")
    ]
    sigma: Annotated[
        float, Meta(ge=0, le=5, description="The standard deviation of the logarithm.")
    ]


class Delay(What, frozen=True, tag="delay"):
    """The answer, or the hang-up, comes late: by fixed `seconds`, or by a draw from `uniform`
    [least, most] or `lognormal`. Exactly one of the three is given."""

    phases: ClassVar[tuple[Phase, ...]] = ("pace",)

    one_of: ClassVar[tuple[str, ...]] = ("seconds", "uniform", "lognormal")

    seconds: Annotated[Seconds | None, Meta(description="A fixed delay, in seconds.")] = None
    uniform: Annotated[
        tuple[Seconds, Seconds] | None,
        Meta(description="Least and most seconds of an evenly distributed delay."),
    ] = None
    lognormal: Annotated[
        Lognormal | None,
        Meta(
            description="A delay whose logarithm is normally distributed: `median` in seconds, and "
            "`sigma`. It never exceeds an hour."
        ),
    ] = None
    seed: Annotated[
        int | None,
        Meta(description="Seed of the draws; without one, each armed fault has its own."),
    ] = None

    def __post_init__(self) -> None:
        if sum(getattr(self, name) is not None for name in self.one_of) != 1:
            raise ValueError("delay must have exactly one of seconds, uniform and lognormal")
        if self.uniform is not None and self.uniform[0] > self.uniform[1]:
            least, most = self.uniform
            raise ValueError(f"uniform must be [least, most] (got [{least:g}, {most:g}])")

    def pace(self, outcome: Reply | Hangup, call: Call, memory: Memory) -> Reply | Hangup:
        return later(outcome, self._drawn(memory.chance))

    def _drawn(self, chance: Chance) -> float:
        if self.uniform is not None:
            return chance.source.uniform(*self.uniform)
        if self.lognormal is not None:
            mean = math.log(self.lognormal.median)
            return min(chance.source.lognormvariate(mean, self.lognormal.sigma), LONGEST_DELAY)
        return self.seconds or 0.0


def later(outcome: Reply | Hangup, seconds: float) -> Reply | Hangup:
    """The same outcome, `seconds` later."""
    if isinstance(outcome, Hangup):
        return replace(outcome, hold=outcome.hold + seconds)
    return replace(
        outcome, delivery=replace(outcome.delivery, delay=outcome.delivery.delay + seconds)
    )


def kept(keep: float, length: int) -> int:
    """The bytes out of `length` that `keep` leaves: below 1 a share, from 1 on a number."""
    return int(length * keep) if keep < 1 else min(int(keep), length)
