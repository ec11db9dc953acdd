"""An outcome as the steps that deliver it, worked out without a socket.

A Reply or a Hangup becomes a sequence of steps: send these bytes, pause, end the connection in this
way. Tests can therefore examine every faulty delivery as a value; `front.py` carries it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Literal

import msgspec

from mock_sis import __version__
from mock_sis.exchange import PLAIN, Delivery, Hangup, Headers, Reply

SERVER = f"mock-sis/{__version__}"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
NOT_A_CHUNK_SIZE = b"not-a-number"

_PHRASES = {int(status): status.phrase for status in HTTPStatus}
_BODILESS = frozenset({204, 304})
_FRAMED = frozenset({"content-length", "transfer-encoding"})
# RFC 9110 section 5.5: CR, LF or NUL in a value would end the header early.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TOGETHER = 64 * 1024
"""Bodies up to this many bytes are sent in one write with the head. For longer ones, copying costs
more than a second write."""
_DRIPS_A_SECOND = 10

Ending = Literal["keep", "close", "reset"]


class Send(msgspec.Struct, frozen=True):
    """Write `data`, of which `body` bytes belong to the reply's body. If the head is in it,
    `framing` are the headers that frame the answer."""

    data: bytes
    body: int = 0
    framing: Headers = ()


class Pause(msgspec.Struct, frozen=True):
    """Wait for seconds, or until the client has gone."""

    seconds: float


class End(msgspec.Struct, frozen=True):
    """Keep the connection, close it, or reset it (TCP RST). `whole`: the body was sent in full."""

    how: Ending
    whole: bool


Step = Send | Pause | End
_KEEP, _CLOSE = End("keep", whole=True), End("close", whole=True)


def steps(
    outcome: Reply | Hangup, *, method: str, date: str, keep_alive: bool = True
) -> Iterable[Step]:
    """The steps that deliver an outcome; the last one is an End.

    `method` is the request's (HEAD gets no body), `date` an HTTP date. Without `keep_alive`, the
    answer says `Connection: close` and ends the connection. Dripping slows the body only; the head
    is sent at once.
    """
    if isinstance(outcome, Hangup):
        return _hang_up(outcome)
    body = b"" if method == "HEAD" or outcome.status in _BODILESS else outcome.body
    if outcome.delivery is PLAIN and len(body) <= _TOGETHER:
        top = head(outcome, date, keep_alive)
        whole = Send(top.data + body, len(body), top.framing)
        return whole, (_KEEP if keep_alive else _CLOSE)
    top = head(outcome, date, keep_alive)
    if outcome.delivery.bad_chunks and method != "HEAD":
        top = msgspec.structs.replace(top, data=top.data + NOT_A_CHUNK_SIZE + b"\r\n")
    return _deliver(top, outcome.delivery, body, keep_alive)


def _hang_up(hangup: Hangup) -> Iterator[Step]:
    if hangup.hold:
        yield Pause(hangup.hold)
    yield End(hangup.how, whole=False)


def _deliver(top: Send, plan: Delivery, whole: bytes, keep_alive: bool) -> Iterator[Step]:
    body = whole[: plan.cut_after]
    if plan.delay:
        yield Pause(plan.delay)
    yield from _paced(top, body, plan)
    if plan.ending == "stall":
        yield Pause(plan.stall)
    yield End(_ending(plan, keep_alive), whole=len(body) == len(whole))


def _ending(plan: Delivery, keep_alive: bool) -> Ending:
    if plan.ending == "reset":
        return "reset"
    return "keep" if plan.ending == "keep" and keep_alive else "close"


def _paced(top: Send, body: bytes, plan: Delivery) -> Iterator[Step]:
    if plan.drip is not None:
        yield top
        yield from _dripping(body, plan.drip)
    elif len(body) <= _TOGETHER:
        yield Send(top.data + body, len(body), top.framing)
    else:
        yield top
        yield Send(body, len(body))


def _dripping(body: bytes, rate: float) -> Iterator[Step]:
    """Pieces of a body, with pauses that add up to `rate` bytes per second."""
    size = max(1, int(rate / _DRIPS_A_SECOND))
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield Pause(len(piece) / rate)
        yield Send(piece, len(piece))


def head(reply: Reply, date: str, keep_alive: bool = True) -> Send:
    """The status line, the headers and the empty line. Control characters in values become spaces,
    so that one value cannot become two headers."""
    plan, length = reply.delivery, len(reply.body)
    if plan.bad_chunks:
        framing: Framing = ("Transfer-Encoding", "chunked")
    elif plan.claimed_length is not None:
        framing = ("Content-Length", plan.claimed_length)
    else:
        framing = None if reply.status in _BODILESS else length
    return _head(reply.status, reply.headers, framing, date, keep_alive)


Framing = tuple[str, str | int] | int | None
"""How the client learns where the body ends: a header that replaces the reply's own; or a length,
used if the reply has no such header; or None."""


@lru_cache(maxsize=64)  # most small answers within one second have the same head
def _head(status: int, headers: Headers, framing: Framing, date: str, keep_alive: bool) -> Send:
    given = {name.lower() for name, _ in headers}
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unassigned')}"]
    if isinstance(framing, tuple):
        headers = tuple(pair for pair in headers if pair[0].lower() != "content-length")
    lines += [f"{name}: {value}" for name, value in headers]
    if isinstance(framing, tuple):
        lines.append("{}: {}".format(*framing))
    elif framing is not None and not given & _FRAMED:
        lines.append(f"Content-Length: {framing}")
    if "date" not in given:
        lines.append(f"Date: {date}")
    if "server" not in given:
        lines.append(f"Server: {SERVER}")
    if not keep_alive and "connection" not in given:
        lines.append("Connection: close")
    if not "".join(lines).isprintable():  # control characters are not printable
        lines = [_CONTROL.sub(" ", line) for line in lines]
    data = "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n"
    return Send(data, framing=_framing_headers(lines[1:]))


_FRAMING = _FRAMED | {"connection"}


def _framing_headers(lines: list[str]) -> Headers:
    pairs = (line.partition(": ") for line in lines)
    return tuple((name, value) for name, _, value in pairs if name.lower() in _FRAMING)


def feed_head(date: str) -> bytes:
    """The head of a stream of server-sent events. The stream ends with the connection."""
    lines = (
        "HTTP/1.1 200 OK",
        "Content-Type: text/event-stream; charset=utf-8",
        "Cache-Control: no-store",
        f"Date: {date}",
        f"Server: {SERVER}",
        "Connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"
