# Hooks share one signature; few use every argument.
# ruff: noqa: ARG002
"""The base of every kind of fault, and the memory of the stateful ones.

Theory of operation. A fault is a frozen value: *what* it does (a kind with its parameters), *where*
(a pattern over operation names, a person, a request header) and *when* (the next times, the nth
call, by chance, between two times). The plan holds the armed faults and owns everything about them
that changes.

For each call, the plan finds the faults that are due. The call must match the fault's *where*, and
its operation the `reach` of the kind; every such call counts as *seen*. The moment then decides
from the counts, the time of receipt and a seeded random source. A fault that no operation can match
is rejected when it is armed.

Due faults act phase by phase. A kind overrides the hook of its phase:

========== ======================= ===========================================================
phase      hook                    when it acts
========== ======================= ===========================================================
connect    (none)                  as the connection is made, before anything is read
before     `before`                instead of the handler: nothing is committed
rows       `row`                   between judging the rows of a bulk write and committing them
token      `lifetime`              as a token is issued
sis        `posting`, `category`   inside the SIS, while a write is carried out
after      `after`                 on the finished answer: its writes are committed
pace       `pace`                  on the timing of the answer's bytes
========== ======================= ===========================================================

A hook with nothing to do returns its argument unchanged. A fault *fires* when it changes an answer
or a write, at most once a call; until then, one that is armed for the next time waits.

Kinds keep no state. What one remembers between calls is in its `Memory`, which belongs to the plan.
Clock and chance come from outside, so the same calls in the same order meet the same faults, and a
replayed journal gives the same gradebook.
"""

from collections import deque
from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Literal

import msgspec

from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.faults.chance import Chance
from mock_sis.faults.parameters import UserId
from mock_sis.faults.row_fate import RowFate

Phase = Literal["connect", "before", "rows", "token", "sis", "after", "pace"]
Side = Literal["before", "after"]
"""When a kind replaces the answer: before the call is carried out, or after."""


class Memory(msgspec.Struct, eq=False):
    """What the plan remembers for one armed fault: its random source, the Unix time of arming, and
    the times of the calls that it let pass."""

    chance: Chance
    armed_at: float = 0.0
    passed: deque[float] = msgspec.field(default_factory=deque)


class What(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One kind of fault with its parameters."""

    phases: ClassVar[tuple[Phase, ...]]
    reach: ClassVar[str] = "*"
    """The operations that this kind can act on, as a pattern."""
    lasting: ClassVar[bool] = False
    """Whether the fault is a condition, which by default lasts until it is disarmed, rather than an
    accident, which by default happens once."""

    one_of: ClassVar[tuple[str, ...]] = ()
    """Parameters of which exactly one is given; none of them has a default."""

    @classmethod
    def reaches(cls, operation: str) -> bool:
        """Whether this kind can act on the operation."""
        return fnmatchcase(operation, cls.reach)

    @property
    def kind(self) -> str:
        """The name of the kind, as in the plain form."""
        return str(self.__struct_config__.tag)

    @property
    def phase(self) -> Phase:
        """When this fault acts."""
        return self.phases[0]

    @property
    def seed(self) -> int | None:
        """The seed of the fault's random source; None leaves it to the plan."""
        return None

    @property
    def subjects(self) -> tuple[UserId, ...] | None:
        """The people whose rows change; None means all."""
        return None

    def before(self, call: Call, memory: Memory) -> Reply | Hangup | None:
        """The outcome that replaces the handler's; None lets the call through."""
        return None

    def row(self, row: RowFate) -> RowFate:
        """The row to report and store. The plan picks the rows by `subjects`."""
        return row

    def lifetime(self, usual: float) -> float:
        """The lifetime of a token, in seconds, instead of the usual one."""
        return usual

    def posting(self, usual: float) -> float:
        """The seconds until a write shows, instead of the usual ones."""
        return usual

    def category(self, title: str) -> str:
        """The title of a category that a write names, instead of the one the client read."""
        return title

    def after(self, reply: Reply) -> Reply | Hangup:
        """The outcome that replaces this finished answer."""
        return reply

    def pace(self, outcome: Reply | Hangup, call: Call, memory: Memory) -> Reply | Hangup:
        """The same outcome with another timing."""
        return outcome


class OwnAnswer(What, frozen=True):
    """A kind that replaces the answer, before or after the call is carried out."""

    phases: ClassVar[tuple[Phase, ...]] = ("before", "after")

    phase: Annotated[
        Side,
        msgspec.Meta(
            description="Before: nothing is committed. After: the call is carried out, then its "
            "answer is replaced."
        ),
    ] = "before"

    def answer(self) -> Reply | Hangup:
        """The answer that replaces the true one."""
        raise NotImplementedError

    def before(self, call: Call, memory: Memory) -> Reply | Hangup | None:
        return self.answer()

    def after(self, reply: Reply) -> Reply | Hangup:
        return self.answer()
