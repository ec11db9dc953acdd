"""Pass each request to the simulator, and carry out the steps of its answer."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from typing import Any, cast

from aiohttp import HttpVersion11, web

from mock_sis.control.journal import event
from mock_sis.exchange import Call, Feed, Hangup, Headers, Reply
from mock_sis.journal.entry import Delivered
from mock_sis.journal.trace import hidden
from mock_sis.server import steps
from mock_sis.server.connection import Connection
from mock_sis.server.reading import call_of, read_body, request_of
from mock_sis.server.request_log import Log, line
from mock_sis.server.unparsed import cause_of, head_of
from mock_sis.simulator import Exchange, Simulator

_AT_ONCE = 0.05
"""Seconds. aiohttp takes a timeout of 0 for no timeout."""
_TURNS = 3
"""Turns of the event loop in which aiohttp begins to wait for the next request of a connection."""


class Sent(web.StreamResponse):
    """Tell aiohttp that the answer has been written, and whether the connection stays open."""

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


_KEPT, _LAST = Sent(keep=True), Sent(keep=False)
"""Shared by all exchanges, since they hold nothing of one."""


class Front:
    """One simulator behind one listening socket."""

    def __init__(self, simulator: Simulator, body_timeout: float, log: Log | None = None) -> None:
        self._simulator = simulator
        self._body_timeout = body_timeout
        self._log = log
        self._busy: set[Connection] = set()
        self._idle = asyncio.Event()
        self.keeping = True
        """Whether connections may stay open after an answer."""
        self._closing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.connections: set[Connection] = set()
        self.manager = web.Server(self._handle, request_factory=request_of)

    def protocol(self) -> Connection:
        """The protocol of the next connection to be accepted."""
        return Connection(self, asyncio.get_running_loop())

    def now(self) -> float:
        """Unix seconds by the simulator's clock."""
        return self._simulator.world.clock.now()

    def refuses(self, peer: str) -> bool:
        """Whether a fault refuses this connection before anything is read from it."""
        return self._simulator.refuses_connection(peer, self.now())

    def refusal_of_bytes(
        self, peer: str, raw: bytes, error: BaseException | None, message: str | None
    ) -> Reply:
        """The simulator's answer to bytes that could not be parsed."""
        started = 0.0 if self._log is None else time.perf_counter()
        defect, cause = cause_of(error, message)
        token = self._simulator.world.settings.control_token
        call = Call(
            *head_of(raw),
            body=raw,
            received=self.now(),
            peer=peer,
            defect=defect,
            cause=hidden(cause, token),  # it quotes what was sent, and becomes part of the answer
        )
        done = self._simulator.exchange(call)
        outcome = done.outcome if isinstance(done.outcome, Reply) else Reply(400)
        if done.entry is not None:
            delivered = Delivered(self.now(), len(outcome.body), "complete")
            self._simulator.world.journal.note_delivery(done.entry.number, delivered)
        self._write_line(call, done, started)
        return outcome

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = cast(Connection, request.protocol)
        self._busy.add(connection)
        connection.used = True
        try:
            return await self._exchange(request, connection)
        finally:
            self._busy.discard(connection)
            if not self._busy and self._closing.done():
                self._idle.set()

    async def _exchange(self, request: web.BaseRequest, connection: Connection) -> Sent:
        in_flight = len(self._busy)
        started = 0.0 if self._log is None else time.perf_counter()
        connection.reading = request.content
        limit = self._simulator.world.settings.body_limit
        body, defect, cause = await read_body(request, limit, self._body_timeout)
        connection.reading = None
        call = call_of(
            request,
            body,
            defect,
            cause=cause,
            received=self.now(),
            peer=connection.peer,
            in_flight=in_flight,
        )
        done = self._simulator.exchange(call)
        if isinstance(done.outcome, Feed):
            await self._feed(request, connection, done.outcome)
            self._write_line(call, done, started)
            return _LAST
        keep = self._may_keep(request) and defect is None and not connection.is_last
        ending, delivered = await self._play(request, connection, done.outcome, keep)
        if done.entry is not None:
            self._simulator.world.journal.note_delivery(done.entry.number, delivered)
        self._write_line(call, done, started, delivered)
        if defect in ("stalled", "unreadable"):
            connection.force_close()  # or aiohttp would wait for the rest of the body
        # The port, or the sending side of the client, may have been closed since the answer began.
        kept = ending == "keep" and self.keeping and not connection.is_last
        connection.count_answer()
        return _KEPT if kept else _LAST

    def _write_line(
        self, call: Call, done: Exchange, started: float, delivered: Delivered | None = None
    ) -> None:
        """Write an exchange to the log of requests, if there is one."""
        if self._log is None:
            return
        token = self._simulator.world.settings.control_token
        gone = delivered is not None and delivered.how == "client_gone"
        faults = () if done.entry is None else done.entry.faults
        took = time.perf_counter() - started
        self._log(line(call, done.outcome, took, faults=faults, token=token, gone=gone))

    def _may_keep(self, request: web.BaseRequest) -> bool:
        """Whether the connection may stay open. HTTP/1.0 would need a header for that."""
        modern = request.version >= HttpVersion11
        asked = modern and bool(request.keep_alive)
        return asked and self.keeping and not self._closing.done()

    async def _play(
        self, request: web.BaseRequest, connection: Connection, outcome: Reply | Hangup, keep: bool
    ) -> tuple[steps.Ending, Delivered]:
        """Carry out the steps of an outcome. Return how the connection ends and what was sent."""
        sent = 0
        framing: Headers = ()
        date = _date(math.floor(self.now()))
        for step in steps.steps(outcome, method=request.method, date=date, keep_alive=keep):
            match step:
                case steps.Send(data, body, headers):
                    framing = framing or headers
                    if not await _write(request, connection, data):
                        break
                    sent += body
                case steps.Pause(seconds):
                    connection.waiting = True
                    await asyncio.wait({connection.gone}, timeout=seconds)
                    connection.waiting = False
                case steps.End(how, whole):
                    if connection.gone.done():
                        break
                    if how == "reset":
                        connection.reset()
                    return how, Delivered(self.now(), sent, "complete" if whole else "cut", framing)
        return "close", Delivered(self.now(), sent, "client_gone", framing)

    async def _feed(self, request: web.BaseRequest, connection: Connection, feed: Feed) -> None:
        """Send each journal entry as an event. Entries are read one by one from the journal, so a
        slow client takes the memory of one entry, and misses those that are evicted meanwhile."""
        journal = self._simulator.world.journal
        connection.waiting = True
        news = asyncio.Event()
        wake: Callable[[Any], None] = lambda _: news.set()  # noqa: E731
        enders = (connection.gone, self._closing)
        unsubscribe = journal.subscribe(wake)
        for ender in enders:
            ender.add_done_callback(wake)
        try:
            since = feed.since
            going = await _write(request, connection, steps.feed_head(formatdate(usegmt=True)))
            going = going and request.method != "HEAD"
            while going and not any(ender.done() for ender in enders):
                news.clear()
                newest = journal.last
                entry = next(iter(journal.select(feed.operation, since, limit=1)), None)
                since = max(since, newest) if entry is None else entry.number
                if entry is None:
                    await news.wait()
                else:
                    going = await _write(request, connection, event(entry))
        finally:
            unsubscribe()
            for ender in enders:
                ender.remove_done_callback(wake)

    async def close_idle(self) -> None:
        """Close the connections that wait for a further request."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        for connection in self.connections - self._busy:
            if connection.used:
                connection.close_if_idle()

    async def drain(self, grace: float) -> None:
        """Accept no more requests, let current ones finish for `grace` seconds, then end them."""
        self._closing.set_result(None)
        for connection in self.connections - self._busy:
            connection.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                if self._busy:
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


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    """An HTTP date; cached, because most answers leave in the same second as the one before."""
    return formatdate(second, usegmt=True)


async def _write(request: web.BaseRequest, connection: Connection, data: bytes) -> bool:
    """Write, waiting for a slow reader. Return False if the client has gone."""
    if connection.gone.done():
        return False
    try:
        await request.writer.write(data)
    except ConnectionError:
        return False
    return True
