"""Bad input over real sockets: each gets its error, the server goes on, nothing is half-applied."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import orjson
import pytest

from helpers.simulator.delivery_desk import (
    PATIENCE,
    Line,
    dial,
    dialled,
    request,
    status,
    statuses,
    told,
    until,
)
from helpers.simulator.wire_desk import CHUNKED, EXPORT, GRADES, JSON, LENGTH, LIMIT, Desk, post
from mock_sis.seeds import library
from mock_sis.server import connection, serving
from mock_sis.simulator import Simulator

TOO_LARGE = b'{"participants": [' + b" " * LIMIT + b"]}"


@pytest.fixture
def silence() -> float:
    """The longest pause within a body, in seconds; tests of stalled bodies have a shorter one."""
    return PATIENCE


@pytest.fixture
async def desk(silence: float) -> AsyncIterator[Desk]:
    simulator = Simulator(body_limit=LIMIT)
    simulator.world.load(library.builtin("demo"), 0.0)
    async with serving(simulator, body_timeout=silence) as url:
        yield Desk(simulator, url, simulator.world.gradebook.snapshot())


def silence_for(status: int) -> float:
    return 0.1 if status == 408 else PATIENCE


BAD_BODIES = {
    "larger than the limit, announced": (post(f"Content-Length: {LIMIT + 1}", sent=b""), 413),
    "larger than the limit, sent": (
        post(f"Content-Length: {len(TOO_LARGE)}", sent=TOO_LARGE),
        413,
    ),
    "larger than the limit, in chunks": (
        post(CHUNKED, sent=b"%x\r\n%b\r\n0\r\n\r\n" % (len(TOO_LARGE), TOO_LARGE)),
        413,
    ),
    "said to be of 2**63 bytes": (post(f"Content-Length: {2**63 - 1}", sent=b"{"), 413),
    "stalled": (post(LENGTH, sent=EXPORT[:20]), 408),
    "stalled before its first byte": (post(LENGTH, sent=b""), 408),
    "stalled between chunks": (post(CHUNKED, sent=b"5\r\n" + EXPORT[:5] + b"\r\n"), 408),
    "stalled where it is whole but for the last chunk": (
        post(CHUNKED, sent=b"%x\r\n%b\r\n" % (len(EXPORT), EXPORT)),
        408,
    ),
    "shorter than it says": (post(f"Content-Length: {len(EXPORT) + 1}"), 408),
    "longer than it says": (post(f"Content-Length: {len(EXPORT) - 1}"), 400),
    "absent": (post("Content-Length: 0", sent=b""), 400),
    "compressed": (
        post(
            "Content-Encoding: gzip",
            f"Content-Length: {len(gzip.compress(EXPORT))}",
            sent=gzip.compress(EXPORT),
        ),
        415,
    ),
}


@pytest.mark.parametrize(
    ("sent", "expected", "silence"),
    [(sent, status, silence_for(status)) for sent, status in BAD_BODIES.values()],
    ids=BAD_BODIES.keys(),
)
async def test_a_bad_body_gets_its_status(desk: Desk, sent: bytes, expected: int) -> None:
    async with dialled(desk.url) as line:
        line.say(sent)
        await line.hears(b'"detail"')
    assert status(line) == expected
    assert b"application/problem+json" in line.heard
    assert desk.untouched
    await desk.goes_on()


FORMS = {
    GRADES: (b"application/problem+json", b'"detail"'),
    "/v1/sections/4318461/grades": (b"text/plain", b"The body"),
    "/ims/oneroster/gradebook/v1p2/lineItems/x": (b"application/json", b"imsx_codeMajor"),
    "/_control/seed": (b"application/problem+json", b'"detail"'),
}


@pytest.mark.parametrize("target", FORMS)
@pytest.mark.parametrize(
    ("length", "sent", "expected", "silence"),
    [
        (LIMIT + 1, b"", 413, silence_for(413)),
        (10, b"{", 408, silence_for(408)),
        (10, b"", 408, silence_for(408)),
    ],
    ids=["too large", "stalled", "never begun"],
)
async def test_a_body_that_is_not_whole_is_refused_in_the_form_of_its_interface(
    desk: Desk, target: str, length: int, sent: bytes, expected: int
) -> None:
    media_type, mark = FORMS[target]
    method = "POST" if target == GRADES else "PUT"
    async with dialled(desk.url) as line:
        line.say(request(method, target, JSON, f"Content-Length: {length}") + sent)
        await line.hears(mark)
    assert status(line) == expected
    assert b"Content-Type: " + media_type in line.heard
    assert desk.untouched


async def test_of_a_body_over_the_limit_nothing_is_kept(desk: Desk) -> None:
    async with dialled(desk.url) as line:
        line.say(post(f"Content-Length: {len(TOO_LARGE)}", sent=TOO_LARGE))
        await line.hears(b'"detail"')
    (entry,) = desk.simulator.world.journal
    assert (entry.call.defect, entry.call.body) == ("too_large", b"")
    assert entry.operation == "wiseflow.flows.grades.post"


HUGE = 65 * 2**20


@pytest.mark.parametrize(
    ("framing", "start", "end"),
    [
        (f"Content-Length: {HUGE}", b"", b""),
        (CHUNKED, b"%x\r\n" % HUGE, b"\r\n0\r\n\r\n"),
    ],
    ids=["announced", "in one chunk"],
)
async def test_a_sender_of_too_much_gets_to_the_answer(
    desk: Desk, framing: str, start: bytes, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than 64 MiB, of which nothing is kept, and no reset that would hide the 413."""
    monkeypatch.setattr(connection, "LINGER_SECONDS", PATIENCE)
    async with dialled(desk.url) as line:
        line.say(post(framing, sent=start + bytes(HUGE) + end))
        assert await line.ends() == "eof"
    assert status(line) == 413
    (entry,) = desk.simulator.world.journal
    assert entry.call.body == b""
    await desk.goes_on()


async def test_garbage_after_a_good_chunk_is_a_400(desk: Desk) -> None:
    async with dialled(desk.url) as line:
        line.say(post(CHUNKED, "Expect: 100-continue", sent=b""))
        await line.hears(b"100 Continue")
        line.say(b"%x\r\n%b\r\nzz\r\n" % (len(EXPORT), EXPORT))
        await line.hears(b'"detail"')
    assert line.heard.count(b"HTTP/1.1 400") == 1
    assert desk.untouched
    await desk.goes_on()


@pytest.mark.parametrize(
    ("header", "sent"), [(LENGTH, EXPORT[:-1]), (CHUNKED, b"%x\r\n" % len(EXPORT) + EXPORT)]
)
async def test_who_leaves_in_mid_body_has_stored_nothing(
    desk: Desk, header: str, sent: bytes
) -> None:
    async with dialled(desk.url) as line:
        line.say(post(header, "Expect: 100-continue", sent=b""))
        await line.hears(b"100 Continue")
        line.say(sent)
    journal = desk.simulator.world.journal
    await until(lambda: len(journal) == 1 and journal.select()[0].delivered is not None)
    (entry,) = journal
    assert (entry.call.defect, entry.delivered and entry.delivered.how) == (
        "disconnected",
        "client_gone",
    )
    assert desk.untouched
    await desk.goes_on()


@pytest.mark.parametrize(
    "target",
    [
        "/wiseflow/flows/a%0d%0aSet-Cookie:%20evil=1",
        "/wiseflow/flows/%0AX-Evil:1/grades",
        "/_control/faults/f%0d%0aX-Evil:%201",
        "/%00%0d%0a%0d%0a",
        "/_control/journal?operation=%0d%0aX-Evil:1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_no_value_becomes_a_header(desk: Desk, method: str, target: str) -> None:
    line = await told(desk.url, request(method, target, JSON, body=EXPORT, close=True))
    head = bytes(line.heard).partition(b"\r\n\r\n")[0].lower()
    assert b"evil" not in head
    assert desk.untouched


async def test_a_fault_cannot_smuggle_a_header(desk: Desk) -> None:
    fault = {"kind": "status", "status": 503, "headers": {"X-Told": "a\r\nX-Evil: 1"}}
    armed = orjson.dumps({"operation": "wiseflow.flows.list", "fault": fault})
    await told(desk.url, request("POST", "/_control/faults", JSON, body=armed, close=True))
    line = await told(desk.url, request("GET", "/wiseflow/flows", close=True))
    assert b"\r\nX-Evil" not in line.heard
    await desk.goes_on()


async def test_a_bad_request_ends_the_pipeline(desk: Desk) -> None:
    async with dialled(desk.url) as line:
        line.say(request("GET", "/_control/health"))
        await line.hears(b'"ok"')
        line.say(b"rubbish\r\n\r\n" + request("POST", GRADES, JSON, body=EXPORT))
        assert await line.ends() == "eof"
    assert statuses(line) == [200, 400]
    assert desk.untouched
    await desk.goes_on()


async def test_a_whole_export_is_taken_though_rubbish_follows_it(desk: Desk) -> None:
    async with dialled(desk.url) as line:
        line.say(request("POST", GRADES, JSON, LENGTH, "Expect: 100-continue"))
        await line.hears(b"100 Continue")
        line.say(EXPORT + b"rubbish\r\n\r\n")
        await line.ends()
    assert statuses(line) == [100, 200, 400]
    assert not desk.untouched


async def test_pipelined_exports_are_each_applied_once_in_order(desk: Desk) -> None:
    async with dialled(desk.url) as line:
        line.say(request("POST", GRADES, JSON, body=EXPORT) * 2)
        await line.hears(b'"numberOfSuccess"', 2)
    assert successes(line) == [1, 0]


def successes(line: Line) -> list[int]:
    bodies = [part.partition(b"\r\n\r\n")[2] for part in line.heard.split(b"HTTP/1.1 ")[1:]]
    return [orjson.loads(told_of)["numberOfSuccess"] for told_of in bodies]


@pytest.mark.parametrize("silence", [silence_for(408)])
async def test_a_crowd_of_bad_clients_does_not_keep_a_good_one_waiting(desk: Desk) -> None:
    stalled = [await dial(desk.url) for _ in range(50)]
    for line in stalled:
        line.say(post(LENGTH, sent=EXPORT[:10]))
    await desk.goes_on()
    assert [await line.ends() for line in stalled] == ["eof"] * 50
    assert {status(line) for line in stalled} == {408}
