# The hooks of a family share one signature; hardly any needs all of it.
# ruff: noqa: ARG002
"""What a fault does, as a value: the base of every kind, and the memory a stateful one is handed.

A kind overrides the one hook of its phase:

========== ======================= ===========================================================
phase      hook                    when it acts
========== ======================= ===========================================================
connect    (none)                  as the connection is made, before anything is read
before     `before`                instead of the handler: nothing is committed
rows       `row`                   between judging the rows of a bulk write and committing them
token      `lifetime`              as a token is issued
sis        `posting`, `category`   inside the SIS, while a write is carried out
after      `after`                 on the finished answer: whatever it wrote is committed
pace       `pace`                  on how the answer's bytes leave, whatever they are by then
========== ======================= ===========================================================
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
"""For the kinds that bring their own answer: is the call carried out first, or not at all?"""


class Memory(msgspec.Struct, eq=False):
    """What a plan remembers for one armed fault: a random source of its own, the Unix time at
    which the fault was armed, and the times of the calls it let pass."""

    chance: Chance
    armed_at: float = 0.0
    passed: deque[float] = msgspec.field(default_factory=deque)


class What(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One kind of fault with its parameters. Every hook returns what it was given, unchanged,
    where the fault has nothing to do; that is how a plan knows whether it took effect."""

    phases: ClassVar[tuple[Phase, ...]]
    reach: ClassVar[str] = "*"
    """The operations this kind can do anything to, as a pattern."""
    lasting: ClassVar[bool] = False
    """Whether the fault is a lasting condition (armed for good unless told otherwise) rather than
    an accident (armed for the next time it can happen)."""

    one_of: ClassVar[tuple[str, ...]] = ()
    """Parameters of which exactly one is given; none of them has a default."""

    @classmethod
    def reaches(cls, operation: str) -> bool:
        """Whether this kind can act on the operation."""
        return fnmatchcase(operation, cls.reach)

    @property
    def kind(self) -> str:
        """The kind's name, as in the plain form."""
        return str(self.__struct_config__.tag)

    @property
    def phase(self) -> Phase:
        """When this fault acts."""
        return self.phases[0]

    @property
    def seed(self) -> int | None:
        """The seed of the fault's random source; None leaves the choice to the plan."""
        return None

    @property
    def subjects(self) -> tuple[UserId, ...] | None:
        """The people whose rows are touched; None means everybody's."""
        return None

    def before(self, call: Call, memory: Memory) -> Reply | Hangup | None:
        """The outcome that takes the place of the handler's; None lets the call through."""
        return None

    def row(self, row: RowFate) -> RowFate:
        """The row as it shall be told and stored. The plan picks the rows by `subjects`."""
        return row

    def lifetime(self, usual: float) -> float:
        """The seconds that a token lives which would live for `usual`."""
        return usual

    def posting(self, usual: float) -> float:
        """The seconds until a write shows which usually shows after `usual`."""
        return usual

    def category(self, title: str) -> str:
        """What somebody renames the category to that a client is about to name."""
        return title

    def after(self, reply: Reply) -> Reply | Hangup:
        """The outcome that takes the place of this finished answer."""
        return reply

    def pace(self, outcome: Reply | Hangup, call: Call, memory: Memory) -> Reply | Hangup:
        """The same outcome, leaving in another rhythm."""
        return outcome


class OwnAnswer(What, frozen=True):
    """A kind that brings its own answer, and can do so before or after the call is carried out."""

    phases: ClassVar[tuple[Phase, ...]] = ("before", "after")

    phase: Annotated[
        Side,
        msgspec.Meta(
            description="Before: nothing is committed. After: the call is carried out, then its "
            "answer is replaced."
        ),
    ] = "before"

    def answer(self) -> Reply | Hangup:
        """The answer that is given instead of the true one."""
        raise NotImplementedError

    def before(self, call: Call, memory: Memory) -> Reply | Hangup | None:
        return self.answer()

    def after(self, reply: Reply) -> Reply | Hangup:
        return self.answer()
