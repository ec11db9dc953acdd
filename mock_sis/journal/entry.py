"""One exchange as the journal keeps it."""

from __future__ import annotations

from itertools import chain
from sys import getsizeof
from typing import Literal

import msgspec

from mock_sis.exchange import Call, Hangup, Headers, Reply

OVERHEAD = 1536
"""What an entry is taken to weigh beside its bodies, headers and target, in bytes."""
_PAIR = 64
"""What keeps a header's name and value together."""


class Delivered(msgspec.Struct, frozen=True, gc=False):
    """What became of the answer's bytes.

    `at` is Unix seconds by the simulator's clock; `sent_bytes` counts bytes of the body that were
    handed to the connection; `how` says whether all of it left ("complete"), a fault "cut" it, or
    the client had gone away ("client_gone").
    """

    at: float
    sent_bytes: int
    how: Literal["complete", "cut", "client_gone"]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One exchange: what came in, what was answered, and why.

    `faults` are the kinds of the faults that fired; `took` is seconds spent on the answer, for
    people to look at: it is not part of the fold. `delivered` is None until the answer has left.
    """

    number: int
    operation: str
    call: Call
    outcome: Reply | Hangup
    faults: tuple[str, ...] = ()
    took: float = 0.0
    delivered: Delivered | None = None

    @property
    def received(self) -> float:
        """When the call came in: Unix seconds by the simulator's clock."""
        return self.call.received

    @property
    def weight(self) -> int:
        """Bytes this entry counts for in a bounded journal; the same however it was delivered."""
        call, outcome = self.call, self.outcome
        weight = OVERHEAD + getsizeof(call.target) + len(call.body) + _weight(call.headers)
        if isinstance(outcome, Reply):
            weight += len(outcome.body) + _weight(outcome.headers)
        return weight


def _weight(headers: Headers) -> int:
    # A text takes up to four bytes for each character, and some before the first.
    return _PAIR * len(headers) + sum(map(getsizeof, chain.from_iterable(headers)))
