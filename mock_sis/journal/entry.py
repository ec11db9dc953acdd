"""One exchange, as the journal records it."""

from __future__ import annotations

from itertools import chain
from sys import getsizeof
from typing import Literal

import msgspec

from mock_sis.exchange import Call, Hangup, Headers, Reply

OVERHEAD = 1792
"""Bytes that an entry is assumed to take besides its bodies, headers and target."""
_PAIR = 64
"""Bytes of the tuple that holds a header's name and value."""


class Delivered(msgspec.Struct, frozen=True, gc=False):
    """How much of the answer was sent.

    `at` is Unix seconds by the simulator's clock; `sent_bytes` counts the bytes of the body that
    were written to the connection; `how` is "complete" if that is the whole body, "cut" if a fault
    cut it, and "client_gone" if the client had closed the connection. `framing` are the headers
    about the body's length and the connection that were sent.
    """

    at: float
    sent_bytes: int
    how: Literal["complete", "cut", "client_gone"]
    framing: Headers = ()


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One exchange: the request, the answer, and the faults that changed it.

    `faults` are the kinds of the faults that fired. `took` is the seconds of work on the answer;
    it is informative only, and differs in a replay. `delivered` stays None until the answer is
    sent.
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
        """The time of receipt, in Unix seconds by the simulator's clock."""
        return self.call.received

    @property
    def weight(self) -> int:
        """Bytes that this entry counts towards the journal's limit, however it is delivered."""
        call, outcome = self.call, self.outcome
        weight = OVERHEAD + getsizeof(call.target) + len(call.body) + _weight(call.headers)
        weight += len(call.cause)
        if isinstance(outcome, Reply):
            weight += len(outcome.body) + _weight(outcome.headers)
        return weight


def _weight(headers: Headers) -> int:
    # A Python string takes up to four bytes per character, plus a constant.
    return _PAIR * len(headers) + sum(map(getsizeof, chain.from_iterable(headers)))
