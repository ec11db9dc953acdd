"""The log of requests has a line for each, without credentials."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

import pytest

from helpers.simulator.delivery_desk import FakeSimulator, dialled, request, served, told, until
from mock_sis.exchange import Call, Feed, Hangup, Outcome, Reply
from mock_sis.seeds import library
from mock_sis.server import serving
from mock_sis.server.request_log import line
from mock_sis.simulator import Simulator

NOW = 1_781_514_000.0
TIME = "2026-06-15T09:00:00.000Z"
TOKEN = "s3cret/token"


def call(method: str = "GET", target: str = "/") -> Call:
    return Call(method, target, received=NOW)


LINES: dict[str, tuple[Call, Outcome, dict[str, Any], str]] = {
    "a reply": (call("POST", "/a?b=1"), Reply(422), {}, "POST /a?b=1 422 12.3 ms"),
    "a fault": (call(), Reply(503), {"faults": ("status",)}, "GET / 503 12.3 ms fault: status"),
    "a hang-up": (call(), Hangup("reset"), {}, "GET / no answer (reset) 12.3 ms"),
    "a feed": (call(), Feed(0), {}, "GET / 200 12.3 ms"),
    "a client that left": (call(), Reply(200), {"gone": True}, "GET / 200 12.3 ms client gone"),
    "bytes": (call("", ""), Reply(400), {}, "- - 400 12.3 ms"),
    "a new line": (call("GET", "/a\nGET /b"), Reply(200), {}, r"GET /a\nGET /b 200 12.3 ms"),
    "an escape": (call("GET", "/\x1b[2J\udcff"), Reply(404), {}, r"GET /\x1b[2J\udcff 404 12.3 ms"),
}


@pytest.mark.parametrize(("asked", "outcome", "more", "expected"), LINES.values(), ids=LINES.keys())
def test_a_line_says_what_was_asked_and_answered(
    asked: Call, outcome: Outcome, more: dict[str, Any], expected: str
) -> None:
    assert line(asked, outcome, 0.01234, **more) == f"{TIME} {expected}"


@pytest.mark.parametrize(
    "query",
    [
        "access_token=hush",
        "a=1&api_key=hush",
        "b=2&client_secret=hush",
        "PASSWORD=hush",
        "oauth_signature=hush",
        "sig=" + TOKEN,
        "x=" + TOKEN.replace("/", "%2F"),
        "x=" + b64encode(f"me:{TOKEN}".encode()).decode(),
    ],
)
def test_a_line_holds_no_secret_of_a_query(query: str) -> None:
    shown = line(call("GET", f"/a?{query}"), Reply(200), 0.0, token=TOKEN)
    assert "hush" not in shown
    assert TOKEN not in shown
    assert query.rpartition("=")[2] not in shown
    assert "/a?" in shown


async def test_every_request_has_a_line() -> None:
    lines: list[str] = []
    simulator = Simulator(control_token=TOKEN)
    simulator.world.load(library.builtin("demo"), NOW)
    async with serving(simulator, log=lines.append) as url:
        await told(
            url, request("GET", "/wiseflow/flows", f"Authorization: Bearer {TOKEN}", close=True)
        )
        await told(url, request("HEAD", "/_control/health", close=True))
        await told(url, b"rubbish\r\n\r\n")
    shown = [re.sub(r"^\S+ | [0-9.]+ ms", "", each) for each in lines]
    assert shown == ["GET /wiseflow/flows 200", "HEAD /_control/health 200", "- - 400"]


async def test_a_client_that_left_has_a_line() -> None:
    lines: list[str] = []
    fake = FakeSimulator(lambda _: Hangup("close", hold=3600.0))
    async with served(fake, log=lines.append) as url:
        async with dialled(url) as line:
            line.say(request())
            await until(lambda: bool(fake.calls))
        await until(lambda: bool(lines))
    assert lines[0].endswith("client gone")
