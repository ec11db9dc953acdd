"""How exchanges end early: clients disconnect, feeds end, the server drains."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from helpers.deadlines import Deadlines
from helpers.simulator.delivery_desk import (
    PATIENCE,
    FakeSimulator,
    Line,
    body,
    dial,
    dialled,
    request,
    served,
    status,
    told,
    until,
)
from mock_sis.exchange import Call, Delivery, Feed, Hangup, Outcome, Reply
from mock_sis.journal.journal import Journal
from mock_sis.server import connection

FOREVER = 3600.0


def held(**delivery: Any) -> FakeSimulator:
    return FakeSimulator(lambda _: Reply(200, (), b"0123456789", Delivery(**delivery)))


@pytest.mark.parametrize(
    "outcome",
    [
        Hangup("close", hold=FOREVER),
        Reply(200, (), b"0123456789", Delivery(delay=FOREVER)),
        Reply(200, (), b"0123456789", Delivery(drip=0.001)),
        Reply(200, (), b"0123456789", Delivery(cut_after=0, ending="stall", stall=FOREVER)),
    ],
    ids=str,
)
async def test_a_pause_ends_when_the_client_has_gone(outcome: Outcome) -> None:
    fake = FakeSimulator(lambda _: outcome)
    async with served(fake) as url:
        async with dialled(url) as line:
            line.say(request())
            await until(lambda: len(fake.calls) == 1)
        await until(lambda: next(iter(fake.world.journal)).delivered is not None)
    (entry,) = fake.world.journal
    assert entry.delivered is not None
    assert (entry.delivered.how, entry.delivered.sent_bytes) == ("client_gone", 0)


HALF_CLOSED: dict[str, tuple[bytes, int]] = {
    "a GET": (request(), 1),
    "a POST": (request("POST", "/", body=b"grades"), 1),
    "a chunked POST": (
        request("POST", "/", "Transfer-Encoding: chunked") + b"6\r\ngrades\r\n0\r\n\r\n",
        1,
    ),
    "HTTP/1.0": (b"GET / HTTP/1.0\r\n\r\n", 1),
    "a pipeline": (request() + request("POST", "/", body=b"grades") + request(), 3),
    "what is not HTTP": (b"rubbish\r\n\r\n", 1),
}


@pytest.mark.parametrize(("sent", "answers"), HALF_CLOSED.values(), ids=HALF_CLOSED.keys())
async def test_a_client_that_stops_sending_gets_its_answers(sent: bytes, answers: int) -> None:
    async with served(FakeSimulator()) as url, dialled(url) as line:
        line.say(sent)
        line.stop_sending()
        assert await line.ends() == "eof"
    assert line.heard.count(b"HTTP/1.") == answers


async def test_a_client_may_stop_sending_while_its_answer_is_on_its_way() -> None:
    large = bytes(20_000_000)
    fake = FakeSimulator(lambda _: Reply(200, (), large))
    async with served(fake) as url, dialled(url) as line:
        line.pause()
        line.say(request())
        await until(lambda: bool(fake.calls))
        line.stop_sending()
        line.resume()
        assert await line.ends() == "eof"
    assert len(body(line)) == len(large)
    (entry,) = fake.world.journal
    assert entry.delivered is not None
    assert entry.delivered.how == "complete"


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", request("POST", "/", "Content-Length: 10") + b"0123", request() * 2],
    ids=["nothing", "half a head", "half a body", "whole requests before"],
)
async def test_a_connection_ends_with_a_client_that_is_owed_nothing(sent: bytes) -> None:
    whole = sent.count(b"Host: sis\r\n\r\n")
    async with served(FakeSimulator()) as url, dialled(url) as line:
        line.say(sent)
        if whole:
            await line.hears(b"HTTP/1.1 200", whole)
        line.stop_sending()
        assert await line.ends() == "eof"
    assert line.heard.count(b"HTTP/1.1 200") == whole


@pytest.mark.parametrize(
    ("sent", "defect", "kept"),
    [
        (request("POST", "/", "Content-Length: 10") + b"01234", "disconnected", b"01234"),
        (
            request("POST", "/", "Transfer-Encoding: chunked") + b"5\r\n01234\r\n",
            "disconnected",
            b"01234",
        ),
    ],
)
async def test_a_client_that_closes_within_a_body_leaves_an_incomplete_call(
    sent: bytes, defect: str, kept: bytes
) -> None:
    fake = FakeSimulator(lambda _: Hangup("close"))
    async with served(fake) as url:
        async with dialled(url) as line:
            line.say(sent)
            # A round trip on another connection: by then the first one's request is being read.
            await told(url, request(close=True))
        await until(lambda: len(fake.calls) == 2)
    assert (fake.calls[1].defect, fake.calls[1].body) == (defect, kept)


async def test_a_pause_within_a_body_ends_after_the_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "LINGER_SECONDS", FOREVER)  # the rest of the body is not read
    fake = FakeSimulator(lambda call: Reply(408, (), str(call.defect).encode()))
    async with served(fake, body_timeout=0.05) as url:
        line = await told(url, request("POST", "/", "Content-Length: 10") + b"01234")
    assert (status(line), body(line)) == (408, b"stalled")
    assert b"Connection: close" in line.heard


async def test_each_piece_of_a_body_puts_the_deadline_off(deadlines: Deadlines) -> None:
    fake = FakeSimulator()
    async with served(fake, body_timeout=FOREVER) as url, dialled(url) as line:
        line.say(request("POST", "/", "Content-Length: 3"))
        await until(lambda: bool(deadlines.of(FOREVER)))
        (deadline,) = deadlines.of(FOREVER)
        for digit in b"01":
            before = deadline.when()
            line.say(bytes([digit]))
            await until(lambda: deadline.when() != before)  # noqa: B023
        line.say(b"2")
        await line.hears(b"012")
    assert fake.calls[0].defect is None


def events(line: Line) -> list[int]:
    told_of = [row for row in body(line).split(b"\n") if row.startswith(b"data: ")]
    return [orjson.loads(row.removeprefix(b"data: "))["number"] for row in told_of]


def feeding(call: Call) -> Outcome:
    if call.path == "/feed":
        return Feed(int(call.query.get("since", "0")), call.query.get("operation", "*"))
    return Reply(204)


async def test_a_feed_sends_each_entry_once_in_order() -> None:
    fake = FakeSimulator(feeding)
    async with served(fake) as url, dialled(url) as line:
        await told(url, request(close=True))
        await told(url, request(close=True))
        line.say(request(target="/feed?since=1"))
        await line.hears(b"data: ")
        await told(url, request(close=True))
        await line.hears(b"data: ", 2)
        await told(url, request(close=True))
        await line.hears(b"\n\nid: 4\n")
    assert b"text/event-stream" in line.heard
    assert events(line) == [2, 3, 4]


async def test_a_feed_skips_other_operations() -> None:
    fake = FakeSimulator(feeding)
    async with served(fake) as url, dialled(url) as line:
        line.say(request(target="/feed?operation=wanted.*"))
        await line.hears(b"\r\n\r\n")
        fake.world.journal.append("other", Call("GET", "/"), Reply(204))
        fake.world.journal.append("wanted.one", Call("GET", "/"), Reply(204))
        await line.hears(b"data: ")
    assert events(line) == [2]


async def test_a_slow_reader_of_a_feed_misses_what_was_evicted_meanwhile() -> None:
    fake = FakeSimulator(feeding)
    fake.world.journal = Journal(max_entries=3)
    large = Call("POST", "/", body=b"x" * 8 * 2**20)  # more than sockets hold
    async with served(fake) as url, dialled(url) as line:
        for _ in range(3):
            fake.world.journal.append("large", large, Reply(204))
        line.pause()
        line.say(request(target="/feed"))
        await told(url, request(close=True))  # by then the feed has begun: entry 4
        for _ in range(3):
            fake.world.journal.append("small", Call("GET", "/"), Reply(204))
        line.resume()
        await line.hears(b'"number":7')
    assert events(line)[-3:] == [5, 6, 7]
    assert set(events(line)) <= {1, 2, 5, 6, 7}


async def test_a_feed_ends_when_its_reader_has_gone() -> None:
    fake = FakeSimulator(feeding)
    subscribed: list[int] = []
    subscribe = fake.world.journal.subscribe

    def counting(callback: Any) -> Any:
        subscribed.append(1)
        unsubscribe = subscribe(callback)

        def leave() -> None:
            subscribed.pop()
            unsubscribe()

        return leave

    fake.world.journal.subscribe = counting  # type: ignore[method-assign]
    async with served(fake) as url:
        async with dialled(url) as line:
            line.say(request(target="/feed"))
            await line.hears(b"\r\n\r\n")
            assert subscribed == [1]
        await until(lambda: not subscribed)


async def test_draining_lets_a_current_request_finish() -> None:
    loop = asyncio.get_running_loop()
    fake = held(delay=0.1)
    async with served(fake, grace=PATIENCE) as url:
        line = await anxious(url, fake)
        started = loop.time()
    assert loop.time() - started < PATIENCE / 2
    assert await line.ends() == "eof"
    assert body(line) == b"0123456789"


async def test_draining_reads_the_rest_of_a_body() -> None:
    fake = FakeSimulator()
    closing = asyncio.Event()

    async def server() -> None:
        async with served(fake, grace=PATIENCE) as url:
            address.set_result(url)
            await closing.wait()

    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(server())
    url = await address
    async with dialled(url) as line:
        line.say(request("POST", "/", "Content-Length: 10", "Expect: 100-continue"))
        await line.hears(b"100 Continue")
        closing.set()
        await refuses(url)
        line.say(b"0123456789")
        assert await line.ends() == "eof"
    await serving
    assert body(line).endswith(b"0123456789")
    assert b"Connection: close" in line.heard


async def refuses(url: str) -> None:
    """Wait until the server accepts no more connections."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                line = await dial(url)
            except ConnectionError:
                return
            line.hang_up()
            await line.ends()


async def test_draining_ends_requests_that_outlast_the_grace() -> None:
    fake = held(delay=FOREVER)
    async with served(fake, grace=0.05) as url:
        line = await anxious(url, fake)
    assert await line.ends() in ("eof", "reset")
    (entry,) = fake.world.journal
    assert entry.delivered is not None
    assert entry.delivered.sent_bytes == 0


async def test_draining_does_not_wait_for_a_client_that_does_not_read() -> None:
    fake = FakeSimulator(lambda _: Reply(200, (), bytes(64 * 2**20)))
    async with served(fake, grace=0.05) as url:
        line = await dial(url)
        line.pause()
        line.say(request())
        await until(lambda: len(fake.calls) == 1)
    line.resume()
    assert await line.ends() in ("eof", "reset")


async def test_without_grace_draining_waits_for_nothing() -> None:
    fake = held(drip=0.001)
    loop = asyncio.get_running_loop()
    async with served(fake) as url:
        line = await anxious(url, fake)
        started = loop.time()
    assert loop.time() - started < PATIENCE / 2
    await line.ends()


async def test_draining_ends_feeds_and_idle_connections_at_once() -> None:
    loop = asyncio.get_running_loop()
    fake = FakeSimulator(feeding)
    async with served(fake, grace=PATIENCE) as url:
        feed, idle = await dial(url), await dial(url)
        feed.say(request(target="/feed"))
        idle.say(request())
        await feed.hears(b"\r\n\r\n")
        await idle.hears(b"\r\n\r\n")
        started = loop.time()
    assert loop.time() - started < PATIENCE / 2
    assert (await feed.ends(), await idle.ends()) == ("eof", "eof")


async def anxious(url: str, fake: FakeSimulator) -> Line:
    """A client whose request is not answered yet when the server is asked to stop."""
    line = await dial(url)
    line.say(request())
    await until(lambda: len(fake.calls) == 1)
    return line
