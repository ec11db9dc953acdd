"""The socket in front of a simulator: requests become Calls, outcomes become bytes.

This is the only module of mock_sis that imports aiohttp. It decides nothing about an answer: it
reads a request within its limits, asks the simulator, and plays the steps that wire.py lays out.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import struct
from collections.abc import AsyncIterator, Callable
from email.utils import formatdate
from typing import Any, cast

from aiohttp import HttpVersion11, web

from mock_sis import wire
from mock_sis.control.journal import event
from mock_sis.entry import Delivered
from mock_sis.exchange import Call, Defect, Feed, Hangup, Reply
from mock_sis.media import encode_json
from mock_sis.simulator import Simulator

KEEP_ALIVE_SECONDS = 75.0
LINGER_SECONDS = 5.0
"""How long a body that is not wanted any more is read and thrown away, so that its sender gets to
the answer."""
DRAIN_SECONDS = 5.0
"""How long exchanges under way may take to finish once the process is told to stop."""
_AT_ONCE = 0.05
"""aiohttp takes a timeout of 0 for none at all."""
_NO_LINGER = struct.pack("ii", 1, 0)


class Connection(web.RequestHandler):
    """One accepted connection. `gone` is done once nobody waits for an answer on it any more."""

    def __init__(self, front: Front, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            front.manager,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # aiohttp takes None for no access log
            auto_decompress=False,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            lingering_time=LINGER_SECONDS,
        )
        self._front = front
        self._socket: asyncio.Transport | None = None
        self.peer = ""
        self.gone: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast(asyncio.Transport, transport)
        self._front.connections.add(self)
        self.peer = _peer(transport)
        if self._front.refuses(self.peer):
            self.reset()
        else:
            super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.let_go()
        self.lost.set_result(None)
        self._front.connections.discard(self)
        super().connection_lost(exc)

    def let_go(self) -> None:
        """End whatever pause there is before the next bytes."""
        if not self.gone.done():
            self.gone.set_result(None)

    def reset(self) -> None:
        """Tear the connection down with a TCP RST."""
        if self._socket is None or self._socket.is_closing():
            return
        self._socket.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER
        )
        self._socket.abort()

    def abort(self) -> None:
        """Tear the connection down and forget what was not sent."""
        if self._socket is not None:
            self._socket.abort()

    async def flush(self, writer: Any) -> None:
        """Wait until every byte written has been handed to the operating system."""
        if self._socket is not None:
            self._socket.set_write_buffer_limits(high=0)
            await writer.drain()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002  # aiohttp's signature
    ) -> web.StreamResponse:
        """What is not HTTP is a client's mistake and gets a problem document like any other; an
        exception out of the simulator is ours, and is logged with its trace."""
        if status < 500:
            reply = self._front.refusal_of_bytes(self.peer)
        else:
            self.log_exception("the simulator failed at %s", request.path, exc_info=exc)
            reply = Reply(500, (("Content-Type", "application/problem+json"),), _FAILED)
        response = web.Response(status=reply.status, body=reply.body, headers=reply.headers)
        response.headers["Server"] = wire.SERVER
        response.force_close()
        return response


_FAILED = encode_json(
    {
        "type": "about:blank",
        "title": "Internal server error",
        "status": 500,
        "detail": "The simulator failed; its log says where. This is a bug in mock-sis.",
    }
)


class Sent(web.StreamResponse):
    """Tells aiohttp that an answer has left, and whether the connection goes on."""

    def __init__(self, keep: bool) -> None:
        super().__init__()
        self._kept = keep

    @property
    def keep_alive(self) -> bool:
        return self._kept

    async def prepare(self, request: web.BaseRequest) -> None:  # noqa: ARG002
        return None

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002
        return None


class Front:
    """One simulator behind one listening socket."""

    def __init__(self, simulator: Simulator, body_timeout: float) -> None:
        self._simulator = simulator
        self._body_timeout = body_timeout
        self._busy: set[Connection] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.connections: set[Connection] = set()
        self.manager = web.Server(self._handle)

    def protocol(self) -> Connection:
        """A protocol for a connection that is about to be accepted."""
        return Connection(self, asyncio.get_running_loop())

    def now(self) -> float:
        """Unix seconds by the simulator's clock."""
        return self._simulator.world.clock.now()

    def refuses(self, peer: str) -> bool:
        """Whether a fault refuses this connection before any byte of it is read."""
        return self._simulator.refuses_connection(peer, self.now())

    def refusal_of_bytes(self, peer: str) -> Reply:
        """The simulator's answer to bytes that are not HTTP."""
        call = Call("", "", received=self.now(), peer=peer, defect="unreadable")
        outcome = self._simulator.answer(call)
        return outcome if isinstance(outcome, Reply) else Reply(400)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = cast(Connection, request.protocol)
        self._busy.add(connection)
        self._idle.clear()
        try:
            return await self._exchange(request, connection)
        finally:
            self._busy.discard(connection)
            if not self._busy:
                self._idle.set()

    async def _exchange(self, request: web.BaseRequest, connection: Connection) -> Sent:
        in_flight = len(self._busy)
        body, defect = await _read(
            request, self._simulator.world.settings.body_limit, self._body_timeout
        )
        call = _call(request, body, defect, self.now(), connection.peer, in_flight)
        done = self._simulator.exchange(call)
        if isinstance(done.outcome, Feed):
            return await self._feed(request, connection, done.outcome)
        keep = self._may_keep(request) and defect is None
        ending, delivered = await self._play(request, connection, done.outcome, keep)
        if done.entry is not None:
            self._simulator.world.journal.note_delivery(done.entry.number, delivered)
        if defect == "stalled":
            connection.force_close()  # or aiohttp would linger for the rest that does not come
        return Sent(ending == "keep")

    def _may_keep(self, request: web.BaseRequest) -> bool:
        """Whether the connection may go on. HTTP/1.0 would want to be told so in a header."""
        modern = request.version >= HttpVersion11
        return modern and bool(request.keep_alive) and not self._closing.done()

    async def _play(
        self, request: web.BaseRequest, connection: Connection, outcome: Reply | Hangup, keep: bool
    ) -> tuple[wire.Ending, Delivered]:
        """Carry out the steps of an outcome. Says how the connection ended and what was sent."""
        sent = 0
        date = formatdate(self.now(), usegmt=True)
        for step in wire.steps(outcome, method=request.method, date=date, keep_alive=keep):
            match step:
                case wire.Pause(seconds):
                    await asyncio.wait({connection.gone}, timeout=seconds)
                case wire.Send(data, body):
                    if not await _write(request, connection, data):
                        break
                    sent += body
                case wire.End(how, whole):
                    if connection.gone.done():
                        break
                    if how == "reset":
                        await connection.flush(request.writer)
                        connection.reset()
                    return how, Delivered(self.now(), sent, "complete" if whole else "cut")
        return "close", Delivered(self.now(), sent, "client_gone")

    async def _feed(self, request: web.BaseRequest, connection: Connection, feed: Feed) -> Sent:
        """Send each entry as it comes, from the journal itself: a client that reads slowly costs
        no memory, and misses what was evicted meanwhile."""
        journal = self._simulator.world.journal
        news = asyncio.Event()
        ended: Callable[[Any], None] = lambda _: news.set()  # noqa: E731
        enders = (connection.gone, self._closing)
        unsubscribe = journal.subscribe(ended)
        for ender in enders:
            ender.add_done_callback(ended)
        try:
            since = feed.since
            going = await _write(request, connection, wire.feed_head(formatdate(usegmt=True)))
            while going and not any(ender.done() for ender in enders):
                news.clear()
                entries, since = journal.select(feed.operation, since), max(since, journal.last)
                for entry in entries:
                    going = going and await _write(request, connection, event(entry))
                await news.wait()
        finally:
            unsubscribe()
            for ender in enders:
                ender.remove_done_callback(ended)
        return Sent(keep=False)

    async def drain(self, grace: float) -> None:
        """Take no more requests; let what is under way finish for `grace` seconds, then cut it."""
        self._closing.set_result(None)
        for connection in self.connections - self._busy:
            connection.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._idle.wait()
        for connection in self.connections:
            connection.let_go()
        await self.manager.shutdown(_AT_ONCE)
        lost = {connection.lost for connection in self.connections}
        if lost:
            await asyncio.wait(lost, timeout=grace)
            for connection in self.connections:
                connection.abort()
            await asyncio.wait(lost)


async def _write(request: web.BaseRequest, connection: Connection, data: bytes) -> bool:
    """Write, waiting for a slow reader. False: there is nobody to write to."""
    if connection.gone.done():
        return False
    try:
        await request.writer.write(data)
    except ConnectionError:
        return False
    return True


async def _read(
    request: web.BaseRequest, limit: int, silence: float
) -> tuple[bytes, Defect | None]:
    """The request's body, or as much of it as came and why there is no more of it.

    `silence` is the longest gap in seconds. Of a body over the limit nothing is kept.
    """
    if (request.content_length or 0) > limit:
        return b"", "too_large"
    if request.headers.get("Expect", "").lower() == "100-continue":
        await _write(request, cast(Connection, request.protocol), wire.CONTINUE)
        request.writer.output_size = 0  # the answer itself has not started
    loop = asyncio.get_running_loop()
    received: list[bytes] = []
    size = 0
    defect: Defect | None = None
    try:
        async with asyncio.timeout(silence) as deadline:
            while chunk := await request.content.readany():
                size += len(chunk)
                if size > limit:
                    return b"", "too_large"
                received.append(chunk)
                deadline.reschedule(loop.time() + silence)
    except web.RequestPayloadError:
        defect = "unreadable"
    except TimeoutError:
        defect = "stalled"
    except (OSError, RuntimeError):  # aiohttp raises RuntimeError to who reads once it is closed
        defect = "disconnected"
    return b"".join(received), defect


def _call(
    request: web.BaseRequest,
    body: bytes,
    defect: Defect | None,
    received: float,
    peer: str,
    in_flight: int,
) -> Call:
    return Call(
        method=request.method,
        target=_target(request),
        headers=tuple((_text(name), _text(value)) for name, value in request.raw_headers),
        body=body,
        received=received,
        peer=peer,
        in_flight=in_flight,
        defect=defect,
    )


def _target(request: web.BaseRequest) -> str:
    """The request target as sent; of the absolute form a proxy is sent, path and query only."""
    target = request.raw_path
    if not target.startswith("/") and "://" in target:
        return str(request.rel_url)
    return _text(target.encode("utf-8", "surrogateescape"))


def _text(raw: bytes) -> str:
    """Header bytes as text: UTF-8 where they are, else Latin-1, which always fits."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _peer(transport: asyncio.BaseTransport) -> str:
    name = transport.get_extra_info("peername")
    return f"{name[0]}:{name[1]}" if name else ""


@contextlib.asynccontextmanager
async def serving(
    simulator: Simulator,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    body_timeout: float = 30.0,
    grace: float = 0.0,
) -> AsyncIterator[str]:
    """Serve a simulator while the block lasts; gives the base URL. Port 0 picks a free one.

    `body_timeout` is the longest silence in the middle of a body, `grace` what exchanges under way
    get at the end, both in seconds. Raises OSError where the address cannot be had.
    """
    front = Front(simulator, body_timeout)
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(front.protocol, host, port, backlog=1024)
    try:
        address = listener.sockets[0].getsockname()
        yield f"http://{f'[{host}]' if ':' in host else host}:{address[1]}"
    finally:
        listener.close()
        await front.drain(grace)
        await listener.wait_closed()


async def run(
    simulator: Simulator,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    *,
    body_timeout: float = 30.0,
) -> None:
    """Serve until SIGINT or SIGTERM, then drain. Calls `on_ready` with the base URL."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            loop.add_signal_handler(number, stop.set)
    async with serving(
        simulator, host, port, body_timeout=body_timeout, grace=DRAIN_SECONDS
    ) as url:
        on_ready(url)
        await stop.wait()
