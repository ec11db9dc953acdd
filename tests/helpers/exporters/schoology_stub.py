"""A SIS's gradebook that stores what it is sent, or behaves as a test scripts it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer

from conformance.exporters.schoology.formats import Json, Xml
from helpers.exporters.schoology_sections import SECTION

LETTERS = {"A": 47.5, "B": 42.5}
PATH = f"/v1/sections/{SECTION}/grades"


@dataclass(frozen=True)
class Heard:
    """One request as it was received."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        is_xml = "xml" in self.headers.get("Content-Type", "")
        return (Xml() if is_xml else Json()).read(self.body)

    def rows(self, outer: str = "grades", inner: str = "grade") -> list[dict[str, Any]]:
        found = (self.document.get(outer) or {}).get(inner, [])
        return found if isinstance(found, list) else [found]

    @property
    def subjects(self) -> list[int]:
        return [int(row["enrollment_id"]) for row in self.rows()]


async def to_oneself(_: web.Request) -> web.StreamResponse:
    return web.Response(status=303, headers={"Location": "/v1/users/48289"})


Behaviour = Callable[["StubGradebook", web.Request, Heard], Awaitable[web.StreamResponse]]


class StubGradebook:
    """Answers each PUT and GET of grades with the next scripted behaviour, and rightly when none is
    left. Its clock ticks with every write."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.script: dict[str, deque[Behaviour]] = {"PUT": deque(), "GET": deque()}
        self.grades: dict[tuple[str, str], dict[str, Any]] = {}
        self.comments: dict[tuple[str, str], dict[str, Any]] = {}
        self.now = 1_389_651_403
        self.page_size = 20
        self.as_xml = False
        self.me: Callable[[web.Request], Awaitable[web.StreamResponse]] = to_oneself
        application = web.Application(client_max_size=2**24)
        application.router.add_route("*", "/{anything:.*}", self._answer)
        self._server = TestServer(application)

    @property
    def url(self) -> str:
        return str(self._server.make_url("/v1"))

    @property
    def puts(self) -> list[Heard]:
        return [each for each in self.heard if each.method == "PUT"]

    @property
    def gets(self) -> list[Heard]:
        return [each for each in self.heard if each.path == PATH and each.method == "GET"]

    def on_put(self, *behaviours: Behaviour) -> None:
        self.script["PUT"].extend(behaviours)

    def on_get(self, *behaviours: Behaviour) -> None:
        self.script["GET"].extend(behaviours)

    def hold(self, enrollment: int, assignment: int, grade: Any, **facts: Any) -> None:
        """The SIS has this, and since now."""
        self.now += 1
        self.grades[str(assignment), str(enrollment)] = {
            "enrollment_id": enrollment,
            "assignment_id": assignment,
            "grade": grade,
            "exception": 0,
            "timestamp": self.now,
            "comment": "",
            "comment_status": None,
            **facts,
        }

    def grade(self, enrollment: int, assignment: int) -> Any:
        return self.grades[str(assignment), str(enrollment)]["grade"]

    async def start(self) -> None:
        await self._server.start_server()

    async def close(self) -> None:
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        heard = Heard(request.method, request.path, request.query, dict(request.headers), body)
        self.heard.append(heard)
        if heard.path == "/v1/users/me":
            return await self.me(request)
        if heard.path != PATH:
            return web.json_response({})
        script = self.script[heard.method]
        right: Behaviour = store if heard.method == "PUT" else listing
        return await (script.popleft() if script else right)(self, request, heard)

    def take(self, row: Mapping[str, Any]) -> None:
        assignment, enrollment = str(row["assignment_id"]), str(row["enrollment_id"])
        given = row.get("grade")
        facts = {name: row[name] for name in ("comment", "comment_status") if name in row}
        exception = int(row.get("exception", 0))
        grade = None if given is None or exception else LETTERS.get(str(given), given)
        self.hold(int(enrollment), int(assignment), grade, exception=exception, **facts)

    def take_comment(self, row: Mapping[str, Any]) -> None:
        self.comments[str(row["enrollment_id"]), str(row["period_id"])] = dict(row)

    def respond(self, data: dict[str, Any], status: int = 200) -> web.Response:
        written = Xml() if self.as_xml else Json()
        return web.Response(
            status=status, body=written.write(data), content_type=written.media_type
        )


async def store(stub: StubGradebook, _: web.Request, heard: Heard) -> web.Response:
    """Takes every row and says so."""
    for row in heard.rows():
        stub.take(row)
    for row in heard.rows("final_comments", "final_comment"):
        stub.take_comment(row)
    return stub.respond(report(heard), 207)


def report(heard: Heard, refused: Mapping[int, str] | None = None) -> dict[str, Any]:
    """The row codes, with these enrollments refused."""

    def told(row: Mapping[str, Any], name: str) -> dict[str, Any]:
        said = {"enrollment_id": row["enrollment_id"], name: row[name]}
        text = (refused or {}).get(int(row["enrollment_id"]))
        if text is None:
            return {**said, "response_code": 200}
        return {**said, "response_code": 403, "message": text}

    grades = [told(row, "assignment_id") for row in heard.rows()]
    comments = [told(row, "period_id") for row in heard.rows("final_comments", "final_comment")]
    return {"grades": {"grade": grades}, "final_comments": {"final_comment": comments}}


async def listing(stub: StubGradebook, request: web.Request, heard: Heard) -> web.Response:
    """One page of the grades that the query asks for."""
    start, since = int(heard.query.get("start", 0)), int(heard.query.get("timestamp", 0))
    only = heard.query.get("enrollment_id")
    found = [
        each
        for each in stub.grades.values()
        if each["timestamp"] >= since and only in (None, str(each["enrollment_id"]))
    ]
    page = found[start : start + stub.page_size]
    data: dict[str, Any] = {"grades": {"grade": page}}
    if only is not None:
        rows = [row for (who, _), row in stub.comments.items() if who == only]
        data["final_grade"] = [{"enrollment_id": only, "period": rows}]
    if start + stub.page_size < len(found):
        query = urlencode({**heard.query, "start": start + stub.page_size})
        data["links"] = {"self": str(request.url), "next": f"{stub.url}{PATH[3:]}?{query}"}
    return stub.respond(data)


def answer(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Behaviour:
    """These bytes, whatever was asked; nothing is stored."""

    async def behave(_: StubGradebook, __: web.Request, ___: Heard) -> web.Response:
        return web.Response(status=status, body=body, headers=headers)

    return behave


def stored_but(other: Behaviour) -> Behaviour:
    """Takes every row, and answers otherwise."""

    async def behave(stub: StubGradebook, request: web.Request, heard: Heard) -> Any:
        await store(stub, request, heard)
        return await other(stub, request, heard)

    return behave


async def hang_up(_: StubGradebook, request: web.Request, __: Heard) -> web.StreamResponse:
    """Cuts the connection without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def refusing(refused: Mapping[int, str], status: int = 207) -> Behaviour:
    """Takes all rows but those of these enrollments, and says so."""

    async def behave(stub: StubGradebook, _: web.Request, heard: Heard) -> web.Response:
        for row in heard.rows():
            if int(row["enrollment_id"]) not in refused:
                stub.take(row)
        return stub.respond(report(heard, refused), status)

    return behave


def telling(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Behaviour:
    """Takes every row, and gives a report changed like this."""

    async def behave(stub: StubGradebook, request: web.Request, heard: Heard) -> web.Response:
        await store(stub, request, heard)
        rows = json.loads(json.dumps(report(heard)["grades"]["grade"]))
        return stub.respond({"grades": {"grade": change(rows)}}, 207)

    return behave
