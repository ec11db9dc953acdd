"""A SIS that answers as each test scripts it, and remembers what it heard."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Behaviour = Callable[[web.Request, list[dict[str, Any]]], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Heard:
    """One request as it was received."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(json.loads(self.body)["participants"])

    @property
    def users(self) -> list[Any]:
        return [row["userId"] for row in self.rows]


class StubSis:
    """Answers grades with the next scripted behaviour, and with full success when none is left."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.script: deque[Behaviour] = deque()
        self.flow: Callable[[], web.Response] = lambda: web.json_response({"participants": []})
        self.token: Callable[[], web.Response] = lambda: web.json_response({"access_token": "t-1"})
        self.token_stalls = False
        self.released = asyncio.Event()
        self._arrival = asyncio.Condition()
        application = web.Application()
        application.router.add_route("*", "/{anything:.*}", self._answer)
        self._server = TestServer(application)

    @property
    def url(self) -> str:
        return str(self._server.make_url("/sis"))

    @property
    def token_url(self) -> str:
        return self.url + "/oauth/token"

    @property
    def exports(self) -> list[Heard]:
        return [each for each in self.heard if each.path.endswith("/grades")]

    @property
    def sent(self) -> list[list[Any]]:
        """The userIds of each export, in order."""
        return [each.users for each in self.exports]

    async def until_exported(self) -> None:
        """Wait for the first export."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: bool(self.exports))

    async def until_heard(self, count: int) -> None:
        """Wait until this many requests have arrived."""
        async with self._arrival:
            await self._arrival.wait_for(lambda: len(self.heard) >= count)

    async def start(self) -> None:
        await self._server.start_server()

    async def close(self) -> None:
        self.released.set()
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        heard = Heard(request.method, request.raw_path, dict(request.headers), body)
        async with self._arrival:
            self.heard.append(heard)
            self._arrival.notify_all()
        if heard.path.endswith("/oauth/token"):
            if self.token_stalls:
                await self.released.wait()
            return self.token()
        if not heard.path.endswith("/grades"):
            return self.flow()
        behaviour = self.script.popleft() if self.script else report()
        return await behaviour(request, heard.rows)

    def hang(self) -> Behaviour:
        """Answers only when the test is over."""

        async def behave(_request: web.Request, _rows: list[dict[str, Any]]) -> web.Response:
            await self.released.wait()
            return web.Response()

        return behave


def report(errors: dict[Any, str] | None = None) -> Behaviour:
    """The recommended answer, with these users refused."""
    refused = errors or {}

    async def behave(_request: web.Request, rows: list[dict[str, Any]]) -> web.Response:
        listed = [{"userId": user, "errorInfo": text} for user, text in refused.items()]
        taken = len(rows) - len(listed)
        return web.json_response(
            {"numberOfSuccess": taken, "numberOfErrors": len(listed), "errors": listed}
        )

    return behave


def answer(
    status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None
) -> Behaviour:
    """These bytes, whatever was asked."""

    async def behave(_request: web.Request, _rows: list[dict[str, Any]]) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return behave


def hang_up(after: bytes = b"") -> Behaviour:
    """Cuts the connection, after the start of an answer where bytes are given."""

    async def behave(request: web.Request, _rows: list[dict[str, Any]]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(after) + 10)})
        if after:
            await response.prepare(request)
            await response.write(after)
        assert request.transport is not None
        request.transport.abort()
        return response

    return behave
