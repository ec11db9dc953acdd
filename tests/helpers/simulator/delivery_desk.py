"""A simulator that answers as it is told, and a client that sees every byte and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from mock_sis.clock import Clock
from mock_sis.exchange import Call, Feed, Outcome, Reply
from mock_sis.journal.journal import Journal
from mock_sis.server import serving
from mock_sis.settings import Settings
from mock_sis.simulator import Exchange, Simulator

NOW = 1_750_000_000.0
PATIENCE = 60.0
"""Seconds that a test waits for what must happen; only a hang takes so long."""


@dataclass
class _World:
    clock: Clock = field(default_factory=lambda: Clock("virtual", NOW))
    journal: Journal = field(default_factory=Journal)
    settings: Settings = field(default_factory=lambda: Settings(body_limit=1000))


@dataclass
class FakeSimulator:
    """Answers every call with `answers(call)` and remembers it; refuses connections if told to."""

    answers: Callable[[Call], Outcome] = lambda call: Reply(200, (), call.body)
    refusing: bool = False
    world: _World = field(default_factory=_World)

    def listens_at(self, url: str) -> None:
        """A simulator with no links to make has no use for its own root."""

    def exchange(self, call: Call) -> Exchange:
        outcome = self.answers(call)
        if isinstance(outcome, Feed):
            return Exchange(outcome, None)
        return Exchange(outcome, self.world.journal.append("fake", call, outcome))

    def answer(self, call: Call) -> Outcome:
        return self.exchange(call).outcome

    def refuses_connection(self, peer: str, now: float) -> bool:
        return self.refusing

    @property
    def calls(self) -> list[Call]:
        return [entry.call for entry in self.world.journal]


@contextlib.asynccontextmanager
async def served(fake: FakeSimulator, **options: Any) -> AsyncIterator[str]:
    async with serving(cast(Simulator, fake), **options) as url:
        yield url


class Line(asyncio.Protocol):
    """One connection: what was heard so far, and how it ended ("eof" or "reset")."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._changed = asyncio.Event()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.heard += data
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended.set_result("eof" if exc is None else "reset")
        self._changed.set()

    def say(self, data: bytes) -> None:
        self._transport.write(data)

    def stop_sending(self) -> None:
        self._transport.write_eof()

    def hang_up(self) -> None:
        self._transport.abort()

    def pause(self) -> None:
        self._transport.pause_reading()

    def resume(self) -> None:
        self._transport.resume_reading()

    @property
    def address(self) -> str:
        host, port = self._transport.get_extra_info("sockname")[:2]
        return f"{host}:{port}"

    async def hears(self, data: bytes, times: int = 1) -> None:
        """Wait until those bytes have come that often."""
        async with asyncio.timeout(PATIENCE):
            while self.heard.count(data) < times:
                assert not self.ended.done(), bytes(self.heard)
                self._changed.clear()
                await self._changed.wait()

    async def ends(self) -> str:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.shield(self.ended)


async def dial(url: str) -> Line:
    """A connection that the server is to end."""
    place = urlsplit(url)
    _, line = await asyncio.get_running_loop().create_connection(Line, place.hostname, place.port)
    return line


@contextlib.asynccontextmanager
async def dialled(url: str) -> AsyncIterator[Line]:
    """A connection that ends with the block, if not before."""
    line = await dial(url)
    try:
        yield line
    finally:
        line.hang_up()
        await line.ends()


async def told(url: str, request: bytes) -> Line:
    """Send bytes on a connection of their own and listen to its end."""
    async with dialled(url) as line:
        line.say(request)
        await line.ends()
    return line


def request(
    method: str = "GET", target: str = "/", *headers: str, body: bytes = b"", close: bool = False
) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: sis", *headers]
    if close:
        lines.append("Connection: close")
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def status(line: Line) -> int:
    """Of the first answer heard."""
    return statuses(line)[0]


def statuses(line: Line) -> list[int]:
    """Of every answer heard, interim ones too."""
    return [int(code) for code in re.findall(rb"HTTP/1\.\d (\d{3}) ", line.heard)]


def body(line: Line) -> bytes:
    return bytes(line.heard).partition(b"\r\n\r\n")[2]


async def until(holds: Callable[[], bool]) -> None:
    """Let the server take its turns until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110  # what is waited for is the server's own state
            await asyncio.sleep(0)
