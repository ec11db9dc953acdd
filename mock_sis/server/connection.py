"""One accepted connection: aiohttp's HTTP protocol with resets, refusals and early ends added."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Protocol, cast

from aiohttp import StreamReader, web
from aiohttp.http import RawRequestMessage

from mock_sis.exchange import Reply
from mock_sis.formats.negotiation import defect_reply
from mock_sis.server import steps
from mock_sis.server.unparsed import HEAD_BYTES, LINE_BYTES, cause_of

KEEP_ALIVE_SECONDS = 75.0
LINGER_SECONDS = 5.0
"""Seconds for which the rest of an unwanted body is read and dropped, so that its sender reads the
answer."""
_NO_LINGER = struct.pack("ii", 1, 0)


class Host(Protocol):
    """What a connection needs from its server."""

    manager: web.Server
    connections: set[Connection]

    def refuses(self, peer: str) -> bool:
        """Whether to refuse this connection before reading from it."""

    def refusal_of_bytes(
        self, peer: str, raw: bytes, error: BaseException | None, message: str | None
    ) -> Reply:
        """The answer to bytes that could not be parsed, for the reason that the parser gave."""


class Connection(web.RequestHandler):
    """One accepted connection.

    `gone` is done when no client waits for an answer any more, `lost` when the connection is
    closed. `reading` is the body that is being read, if any. `used`: it has carried a request.
    `half_closed`: the client sends no more, and waits for the answers to what it has sent.
    `waiting`: the server is pausing on purpose, or sends an endless answer.
    """

    def __init__(self, host: Host, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            host.manager,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # aiohttp takes None for no access log
            auto_decompress=False,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            lingering_time=LINGER_SECONDS,
            max_line_size=LINE_BYTES,
        )
        self._host = host
        self._socket: asyncio.Transport | None = None
        self.peer = ""
        self.used = False
        self.reading: StreamReader | None = None
        self.half_closed = False
        self.waiting = False
        self._received = 0
        self._answered = 0
        self._payload: StreamReader | None = None
        self._unparsed = b""
        self.gone: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast(asyncio.Transport, transport)
        self._host.connections.add(self)
        self.peer = _peer(transport)
        if self._host.refuses(self.peer):
            self.reset()
        else:
            super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.let_go()
        self.lost.set_result(None)
        self._host.connections.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Pass data to aiohttp, and end the current body if its framing is broken. aiohttp's
        compiled parser queues that error, and would leave the reader waiting."""
        if self.reading is None:
            self._unparsed = (self._unparsed + data)[:HEAD_BYTES]
        queued = len(self._messages)
        super().data_received(data)
        if len(self._messages) > queued:
            self._received += len(self._messages) - queued
            self._payload = self._messages[-1][1]
            if isinstance(self._messages[-1][0], RawRequestMessage):
                self._unparsed = b""
        if self.reading is None or self.reading.is_eof() or not self._messages:
            return
        if not isinstance(self._messages[-1][0], RawRequestMessage):
            _, cause = cause_of(None, getattr(self._messages[-1][0], "message", ""))
            self.reading.set_exception(web.RequestPayloadError(cause))

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio takes a bool
        """Keep the connection of a client that has closed its sending side and is owed an answer.

        The same segment announces a client that has gone. So it ends a pause that a fault made, in
        which clients give up, and an endless answer, which has no other end. TLS has no half-closed
        connections (asyncio cannot keep one).
        """
        self.half_closed = not self.waiting and self._owes_answer() and not self._is_secure()
        return self.half_closed

    def _owes_answer(self) -> bool:
        """Whether the last request has arrived whole and has not been answered."""
        waits = self._received > self._answered
        return waits and self._payload is not None and self._payload.is_eof()

    def _is_secure(self) -> bool:
        return self._socket is not None and self._socket.get_extra_info("sslcontext") is not None

    @property
    def is_last(self) -> bool:
        """Whether the present request is the last of a client that sends no more."""
        return self.half_closed and self._received - self._answered <= 1

    def count_answer(self) -> None:
        """The present request has been answered."""
        self._answered += 1

    def let_go(self) -> None:
        """End the current pause, since the client no longer waits."""
        if not self.gone.done():
            self.gone.set_result(None)

    def close_if_idle(self) -> None:
        """Close the connection if it waits for a request and has received nothing of one."""
        waiting = self._waiter
        if self._socket is not None and waiting is not None and not waiting.done():
            self._socket.close()

    def reset(self) -> None:
        """Close the connection with a TCP RST."""
        if self._socket is None or self._socket.is_closing():
            return
        self._socket.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER
        )
        self._socket.abort()

    def abort(self) -> None:
        """Close the connection at once and drop unsent data."""
        if self._socket is not None:
            self._socket.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer bytes that are not HTTP as the simulator does, and an exception of the server,
        which is logged with its traceback, as a defect."""
        if status < 500:
            reply = self._host.refusal_of_bytes(self.peer, self._unparsed, exc, message)
        else:
            self.log_exception(
                "%s %s could not be answered", request.method, request.path, exc_info=exc
            )
            reply = defect_reply()
        response = web.Response(status=reply.status, body=reply.body, headers=reply.headers)
        response.headers["Server"] = steps.SERVER
        return response


def _peer(transport: asyncio.BaseTransport) -> str:
    name = transport.get_extra_info("peername")
    # A socket for both versions of IP gives IPv4 addresses in this form.
    return f"{name[0].removeprefix('::ffff:')}:{name[1]}" if name else ""
