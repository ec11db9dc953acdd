"""Credentials, redirects and deadlines: what reaches which host, and when it stops."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.wiseflow import WiseflowExporter
from helpers.deadlines import Deadlines
from helpers.exporters.flows import flow, person
from helpers.exporters.opening import Ready
from helpers.exporters.stub_sis import StubSis, answer


@pytest.fixture
async def elsewhere() -> AsyncIterator[StubSis]:
    """Another host."""
    stub = StubSis()
    await stub.start()
    yield stub
    await stub.close()


async def exported(exporter: WiseflowExporter) -> str:
    await exporter.export()
    await exporter.settle()
    return exporter.people[0].state.name


def basic(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("credentials", "header", "value"),
    [
        ({"type": "none"}, "Authorization", None),
        ({"type": "basic", "username": "ü", "password": "p:q"}, "Authorization", basic("ü:p:q")),
        ({"type": "bearer", "token": "abc"}, "Authorization", "Bearer abc"),
        ({"type": "api_key", "header": "X-API-Key", "key": "k"}, "X-API-Key", "k"),
    ],
)
async def test_every_request_says_who_we_are(
    ready: Ready, sis: StubSis, credentials: dict[str, Any], header: str, value: str | None
) -> None:
    assert await exported(await ready(flow(person(1)), credentials=credentials)) == "EXPORTED"
    assert [each.headers.get(header) for each in sis.heard] == [value, value]


def oauth2(sis: StubSis, **more: str) -> dict[str, str]:
    known = {"client_id": "a b", "client_secret": "c:d", "token_url": sis.token_url}
    return {"type": "oauth2", **known, **more}


async def test_a_token_is_fetched_before_grades_are_sent(ready: Ready, sis: StubSis) -> None:
    credentials = oauth2(sis, scope="grades")
    assert await exported(await ready(flow(person(1)), credentials=credentials)) == "EXPORTED"
    asked = [each.path.rpartition("/")[2] for each in sis.heard]
    assert asked == ["token", "UNI%7C%7CMATH101%7C%7C2026", "token", "grades"]
    assert sis.heard[0].body == b"grant_type=client_credentials&scope=grades"
    assert sis.heard[0].headers["Authorization"] == basic("a+b:c%3Ad")
    assert sis.exports[0].headers["Authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    "token",
    [
        lambda: web.json_response({"error": "invalid_client"}, status=401),
        lambda: web.json_response({"access_token": 7}),
        lambda: web.Response(body=b"\xff"),
    ],
)
async def test_without_a_token_no_grade_is_sent(ready: Ready, sis: StubSis, token: Any) -> None:
    exporter = await ready(flow(person(1)), credentials=oauth2(sis))
    sis.token = token
    assert await exported(exporter) == "FAILED"
    assert str(exporter.people[0].message).startswith("Nothing was sent")
    assert sis.exports == []


async def test_a_token_that_never_comes_is_given_up_on_and_nothing_was_sent(
    ready: Ready, sis: StubSis, deadlines: Deadlines
) -> None:
    exporter = await ready(flow(person(1)), credentials=oauth2(sis))
    sis.token_stalls = True
    before = len(sis.heard)
    await exporter.export()
    await sis.until_heard(before + 1)
    deadlines.expire()
    await exporter.settle()
    assert exporter.people[0].state.name == "FAILED"
    assert str(exporter.people[0].message).startswith("Nothing was sent")
    assert sis.exports == []


async def test_a_401_on_the_export_is_a_failure_and_never_resent(
    ready: Ready, sis: StubSis
) -> None:
    sis.script.append(answer(401))
    exporter = await ready(flow(person(1)), credentials=oauth2(sis))
    assert await exported(exporter) == "FAILED"
    assert sis.sent == [[1]]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("same_host", [True, False])
async def test_grades_follow_no_redirect(
    ready: Ready, sis: StubSis, elsewhere: StubSis, status: int, same_host: bool
) -> None:
    target = (sis if same_host else elsewhere).url + "/flows/x/grades"
    sis.script.append(answer(status, headers={"Location": target}))
    exporter = await ready(flow(person(1)), credentials={"type": "bearer", "token": "abc"})
    assert await exported(exporter) == "FAILED"
    assert sis.sent == [[1]]
    assert elsewhere.heard == []


async def test_a_synchronisation_follows_redirects_on_its_own_host_only(
    ready: Ready, sis: StubSis, elsewhere: StubSis
) -> None:
    exporter = await ready(flow(person(1)), credentials={"type": "bearer", "token": "abc"})
    for target in (elsewhere.url, "http://127.0.0.1:99999/", "http://[", ""):
        sis.flow = lambda target=target: web.Response(status=302, headers={"Location": target})
        with pytest.raises(NotAllowed, match="302"):
            await exporter.synchronise()
    assert elsewhere.heard == []
    moved = iter([web.Response(status=302, headers={"Location": "/sis/moved"})])
    sis.flow = lambda: next(moved, web.json_response({"participants": []}))
    await exporter.synchronise()
    assert sis.heard[-1].path == "/sis/moved"


async def test_redirects_in_a_circle_end(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1)))
    sis.flow = lambda: web.Response(status=302, headers={"Location": "/sis/flows/x"})
    with pytest.raises(NotAllowed, match="302"):
        await exporter.synchronise()
    assert len(sis.heard) == 1 + 6


async def test_a_key_that_would_forge_a_header_sends_nothing(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1)))
    forged = {"type": "api_key", "header": "X-API-Key", "key": "k\r\nX-Forged: 1"}
    exporter.client._settings = dataclasses.replace(exporter.client._settings, credentials=forged)
    assert await exported(exporter) == "FAILED"
    assert sis.exports == []


async def test_an_answer_that_drips_for_ever_is_given_up_on(ready: Ready, sis: StubSis) -> None:
    async def drip(request: web.Request, _rows: list[dict[str, Any]]) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while not sis.released.is_set() and request.transport is not None:
            await response.write(b" ")
            await asyncio.sleep(0.02)  # shorter than the deadline, so that no gap ends the wait
        return response

    sis.script.append(drip)
    exporter = await ready(flow(person(1)))
    exporter.client._settings = dataclasses.replace(exporter.client._settings, timeout=0.3)
    assert await exported(exporter) == "FAILED"


async def test_thousands_of_participants_go_in_one_call(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(*(person(each) for each in range(6000))))
    assert await exported(exporter) == "EXPORTED"
    assert len(sis.exports) == 1
    assert len(json.loads(sis.exports[0].body)["participants"]) == 6000
