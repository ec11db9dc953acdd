"""A OneRoster provider that stores what it is sent, or behaves as a test scripts it."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from aiohttp import web
from aiohttp.test_utils import TestServer

from helpers.exporters.skyward_courses import ONE, TWO

GRADEBOOK, ROSTERING = ("gradebook", "v1p2"), ("rostering", "v1p2")
CATEGORIES = {ONE: ("Homework", "Tests"), TWO: ("Projects", "Homework")}
"""What both sections have as Homework are two categories."""


@dataclass(frozen=True)
class Heard:
    """One request as it was received; `path` is below the base, and decoded segment by segment."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def collection(self) -> str:
        """What it is about: lineItems, results, …; "token" where it asks for one."""
        return "token" if self.path == ("token",) else self.path[-1 - (self.method == "PUT")]

    @property
    def fields(self) -> dict[str, Any]:
        """The object in the body, under the name of its kind."""
        return dict(json.loads(self.body)[self.collection.removesuffix("s")])


Behaviour = Callable[["StubProvider", Heard], Awaitable[web.StreamResponse]]


class StubProvider:
    """Answers each PUT and each GET of a collection with the next scripted behaviour, and rightly
    when none is left. `at` scripts the requests by their place among all of them, from 1 on."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.script: dict[tuple[str, str], deque[Behaviour]] = {}
        self.at: dict[int, Behaviour] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.results: dict[str, dict[str, Any]] = {}
        self.categories = {
            (section, f"cat-{section}-{number}"): title
            for section, titles in CATEGORIES.items()
            for number, title in enumerate(titles, 1)
        }
        self.last_days = {"1": "2026-03-31", "2": "2026-06-30"}
        self.page = 100
        self.hidden: set[str] = set()
        """Line items that were accepted and do not show yet, nor their results."""
        self.made: list[str] = []
        """The sourcedIds of line items and results that did not exist before, in order."""
        self.reached = asyncio.Event()
        self.released = asyncio.Event()
        application = web.Application()
        application.router.add_route("*", "/{anything:.*}", self._answer)
        self._server = TestServer(application)

    @property
    def url(self) -> str:
        return str(self._server.make_url("/ims/oneroster"))

    @property
    def token_url(self) -> str:
        return str(self._server.make_url("/ims/oneroster/token"))

    def puts(self, collection: str) -> list[Heard]:
        return [e for e in self.heard if (e.method, e.collection) == ("PUT", collection)]

    @property
    def titles(self) -> list[tuple[str, str]]:
        """Title and class of each line item that was sent."""
        return [(e.fields["title"], e.fields["class"]["sourcedId"]) for e in self.puts("lineItems")]

    @property
    def scores(self) -> list[tuple[str, float]]:
        """Student and score of each result that was sent."""
        return [(e.fields["student"]["sourcedId"], e.fields["score"]) for e in self.puts("results")]

    @property
    def held(self) -> dict[tuple[str, str], Any]:
        """The scores that are stored, by title of the line item and student."""
        return {
            (
                self.items[each["lineItem"]["sourcedId"]]["title"],
                each["student"]["sourcedId"],
            ): each.get("score")
            for each in self.results.values()
        }

    def on(self, method: str, collection: str, *behaviours: Behaviour) -> None:
        self.script.setdefault((method, collection), deque()).extend(behaviours)

    def change(self, student: int, points: float | None) -> None:
        """A teacher changes a score of the first line item there is with one for the student."""
        found = next(
            each for each in self.results.values() if each["student"]["sourcedId"] == str(student)
        )
        found["score"] = points

    async def start(self) -> None:
        await self._server.start_server()

    async def close(self) -> None:
        self.released.set()
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        parts = request.raw_path.partition("?")[0].split("/")[3:]
        heard = Heard(
            request.method,
            tuple(map(unquote, parts)),
            dict(request.query),
            dict(request.headers),
            await request.read(),
        )
        self.heard.append(heard)
        scripted = self.at.get(len(self.heard))
        waiting = self.script.get((heard.method, heard.collection))
        behaviour = scripted or (waiting.popleft() if waiting else rightly)
        return await behaviour(self, heard)

    def store(self, heard: Heard) -> web.Response:
        name, fields = heard.path[-1], heard.fields
        kept = self.items if heard.collection == "lineItems" else self.results
        if name not in kept:
            self.made.append(name)
        kept[name] = fields
        return web.Response(status=201)

    def rows(self, heard: Heard) -> list[dict[str, Any]]:
        """The objects of a list."""
        if heard.collection == "gradingPeriods":
            return [{"sourcedId": k, "title": k, "endDate": v} for k, v in self.last_days.items()]
        section = heard.path[3]
        if heard.collection == "categories":
            return [
                {"sourcedId": name, "title": title}
                for (place, name), title in self.categories.items()
                if place == section
            ]
        if heard.collection == "lineItems":
            return [
                each
                for name, each in self.items.items()
                if each["class"]["sourcedId"] == section and name not in self.hidden
            ]
        wanted = heard.path[5]
        return [e for e in self.results.values() if e["lineItem"]["sourcedId"] == wanted]


async def rightly(stub: StubProvider, heard: Heard) -> web.Response:
    """What a SIS answers when all is well."""
    if heard.collection == "token":
        return web.json_response({"access_token": f"t-{len(stub.heard)}", "expires_in": 3600})
    roster = heard.collection == "gradingPeriods" or heard.path[-2] == "classes"
    if heard.path[:2] != (ROSTERING if roster else GRADEBOOK):
        return web.Response(status=404)
    if heard.method == "PUT":
        return stub.store(heard)
    if heard.path[-2] == "classes":
        found = {"sourcedId": heard.path[-1], "school": {"sourcedId": "school-1"}}
        return web.json_response({"class": found})
    rows = stub.rows(heard)
    first = int(heard.query["offset"])
    page = rows[first : first + min(stub.page, int(heard.query["limit"]))]
    kind = "academicSessions" if heard.collection == "gradingPeriods" else heard.collection
    return web.json_response({kind: page}, headers={"X-Total-Count": str(len(rows))})


def answer(status: int, data: Any = None, *, body: bytes = b"", headers: Any = None) -> Behaviour:
    """This answer, whatever was asked; nothing is stored."""

    async def behave(_: StubProvider, __: Heard) -> web.Response:
        written = body if data is None else json.dumps(data).encode()
        return web.Response(status=status, body=written, headers=headers)

    return behave


def refusal(text: str, status: int = 422) -> Behaviour:
    """No, with the reason."""
    info = {"imsx_codeMajor": "failure", "imsx_severity": "error", "imsx_description": text}
    return answer(status, info)


def stored_but(other: Behaviour) -> Behaviour:
    """Stores it, and answers otherwise."""

    async def behave(stub: StubProvider, heard: Heard) -> web.StreamResponse:
        if heard.method == "PUT":
            stub.store(heard)
        return await other(stub, heard)

    return behave


async def hang(stub: StubProvider, _: Heard) -> web.Response:
    """No answer until the test is over; `reached` is set when it comes to that."""
    stub.reached.set()
    await stub.released.wait()
    return web.Response(status=503)
