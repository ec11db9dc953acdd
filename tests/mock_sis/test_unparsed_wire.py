"""What cannot be parsed as a request gets its reason and its status, and leaves a trace."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from urllib.parse import quote

import orjson
import pytest

from helpers.simulator.delivery_desk import body, dialled, request, status, told, until
from helpers.simulator.wire_desk import CHUNKED, EXPORT, GRADES, LENGTH, LIMIT, Desk, post
from mock_sis.journal.journal import as_json, from_json
from mock_sis.seeds import library
from mock_sis.server import serving
from mock_sis.simulator import Simulator


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    simulator = Simulator(body_limit=LIMIT)
    simulator.world.load(library.builtin("demo"), 0.0)
    async with serving(simulator) as url:
        yield Desk(simulator, url, simulator.world.gradebook.snapshot())


NOT_HTTP: dict[str, tuple[bytes, int, str, str]] = {
    "rubbish": (b"rubbish\r\n\r\n", 400, "", ""),
    "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "", ""),
    "a version nobody speaks": (b"GET / HTTP/9.9\r\nHost: sis\r\n\r\n", 400, "GET", "/"),
    "a space in the target": (b"GET /a b HTTP/1.1\r\nHost: sis\r\n\r\n", 400, "GET", "/a b"),
    "a header without a colon": (
        b"GET / HTTP/1.1\r\nHost: sis\r\nnonsense\r\n\r\n",
        400,
        "GET",
        "/",
    ),
    "a space before the colon": (
        b"GET / HTTP/1.1\r\nHost: sis\r\nX-Name : 1\r\n\r\n",
        400,
        "GET",
        "/",
    ),
    "NUL in a value": (b"GET / HTTP/1.1\r\nHost: sis\r\nX-Name: a\x00b\r\n\r\n", 400, "GET", "/"),
    "a bare CR in a value": (
        b"GET / HTTP/1.1\r\nHost: sis\r\nX-Name: a\rSet: b\r\n\r\n",
        400,
        "GET",
        "/",
    ),
    "a header of 10,000 bytes": (post("X-Name: " + "a" * 10_000), 431, "POST", GRADES),
    "a name of 10,000 bytes": (post("a" * 10_000 + ": 1"), 431, "POST", GRADES),
    "a target of 70,000 bytes": (
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: sis\r\n\r\n",
        414,
        "GET",
        "/" + "a" * 70_000,
    ),
    "300 headers": (post(*(f"X-{number}: 1" for number in range(300))), 431, "POST", GRADES),
    "a length that is no number": (post("Content-Length: ten"), 400, "POST", GRADES),
    "a negative length": (post("Content-Length: -1"), 400, "POST", GRADES),
    "two lengths": (post("Content-Length: 1", LENGTH), 400, "POST", GRADES),
    "a length and chunks": (post(LENGTH, CHUNKED), 400, "POST", GRADES),
    "chunk sizes that are no numbers": (
        post(CHUNKED, sent=b"zz\r\n" + EXPORT),
        400,
        "POST",
        GRADES,
    ),
    "a chunk longer than it says": (
        post(CHUNKED, sent=b"3\r\n" + EXPORT + b"\r\n0\r\n\r\n"),
        400,
        "POST",
        GRADES,
    ),
}
DEFECTS = {400: "bad_head", 414: "long_target", 431: "large_head"}


@pytest.mark.parametrize(
    ("sent", "expected", "method", "target"), NOT_HTTP.values(), ids=NOT_HTTP.keys()
)
async def test_what_cannot_be_parsed_is_refused_with_its_cause_and_leaves_a_trace(
    desk: Desk, sent: bytes, expected: int, method: str, target: str
) -> None:
    line = await told(desk.url, sent)
    assert status(line) == expected
    assert b"application/problem+json" in line.heard
    problem = orjson.loads(body(line))
    entry = desk.simulator.world.journal.select()[-1]
    call = entry.call
    assert (problem["status"], call.defect) == (expected, DEFECTS[expected])
    assert call.cause
    assert f"({call.cause})" in problem["detail"]
    assert (call.method, call.target[:60_000]) == (method, target[:60_000])
    if len(sent) < 60_000:  # more may not have arrived when it is refused
        assert (call.header("Host") == "sis") == (b"Host: sis" in sent and method != "")
    assert call.body == sent[:1024]
    assert entry.delivered is not None
    assert desk.untouched
    await desk.goes_on()


async def test_causes_differ(desk: Desk) -> None:
    for sent, _, _, _ in NOT_HTTP.values():
        await told(desk.url, sent)
    causes = {entry.call.cause for entry in desk.simulator.world.journal}
    assert len(causes) > 12


@pytest.mark.parametrize(
    ("target", "media_type"),
    [
        (GRADES, b"application/problem+json"),
        ("/v1/sections/4318461/grades", b"text/plain"),
        ("/ims/oneroster/gradebook/v1p2/lineItems/x", b"application/json"),
    ],
)
async def test_what_cannot_be_parsed_is_refused_in_the_form_of_its_interface(
    desk: Desk, target: str, media_type: bytes
) -> None:
    line = await told(desk.url, request("PUT", target, "X-Name: " + "a" * 10_000))
    assert status(line) == 431
    assert b"Content-Type: " + media_type in line.heard


async def test_a_head_is_kept_though_it_came_in_pieces(desk: Desk) -> None:
    async with dialled(desk.url) as line:
        line.say(b"GET /wiseflow/flows HTTP/1.1\r\nHo")
        await until(lambda: True)
        line.say(b"st: sis\r\n")
        line.say(b"bad line\r\n\r\n")
        await line.ends()
    (entry,) = desk.simulator.world.journal
    assert (entry.call.target, entry.call.headers) == ("/wiseflow/flows", (("Host", "sis"),))
    assert entry.call.body.endswith(b"sis\r\nbad line\r\n\r\n")


TOKEN = "s3cret-t0ken/+="
SECRETS = {
    "a bearer token": f"Authorization: Bearer {TOKEN}",
    "a token of its own": f"Authorization: Token token={TOKEN}",
    "a cookie": f"Cookie: a=b; token={TOKEN}; c=d",
    "basic credentials": "Authorization: Basic " + b64encode(f"me:{TOKEN}".encode()).decode(),
    "basic credentials, shifted": "Authorization: Basic "
    + b64encode(f"mee:{TOKEN}".encode()).decode(),
    "a name": f"{TOKEN}: 1",
    "the offending line": f"bad line {TOKEN}",
    "half of it": f"Authorization: Bearer {TOKEN[:8]}",
}


@pytest.mark.parametrize("header", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("target", ["/x", f"/x?token={quote(TOKEN, safe='')}", f"/x?token={TOKEN}"])
async def test_no_trace_holds_the_control_token(header: str, target: str) -> None:
    simulator = Simulator(control_token=TOKEN)
    async with serving(simulator) as url:
        whole = header != SECRETS["half of it"]
        end = b"\r\nbad line\r\n\r\n" if whole else b""
        line = await told(url, f"GET {target} HTTP/1.1\r\nX : 1\r\n{header}".encode() + end)
        assert status(line) == 400
    (entry,) = simulator.world.journal
    kept = orjson.dumps(as_json(entry)).decode()
    forms = (TOKEN, quote(TOKEN, safe=""), TOKEN[:8], header.rpartition("Basic ")[2])
    assert [form for form in forms if form in kept] == []
    assert "GET" in kept


async def test_a_trace_can_be_replayed(desk: Desk) -> None:
    await told(desk.url, post("X-Name: " + "a" * 10_000))
    (entry,) = desk.simulator.world.journal
    assert from_json(orjson.loads(orjson.dumps(as_json(entry)))) == entry
    assert Simulator.replay(desk.simulator.world.journal).world.journal.select()[0].outcome == (
        entry.outcome
    )
