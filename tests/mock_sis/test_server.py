"""Requests become calls and outcomes become bytes, observed through a real socket."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import cast

import pytest

from helpers.simulator.delivery_desk import (
    NOW,
    FakeSimulator,
    body,
    dialled,
    request,
    served,
    status,
    told,
    until,
)
from mock_sis import __version__, server
from mock_sis.exchange import Call, Delivery, Hangup, Outcome, Reply
from mock_sis.formats.negotiation import defect_reply
from mock_sis.server.port import listening
from mock_sis.simulator import Simulator

BODY = b"0123456789"
LARGE = bytes(range(256)) * 40_000


def answering(*outcomes: Outcome) -> FakeSimulator:
    rest = iter(outcomes)
    return FakeSimulator(lambda _: next(rest))


def reply(**delivery: object) -> Reply:
    return Reply(200, (), BODY, Delivery(**delivery))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "heard", "ended", "how"),
    [
        (reply(), BODY, "eof", "complete"),
        (reply(delay=0.01), BODY, "eof", "complete"),
        (reply(drip=1000), BODY, "eof", "complete"),
        (reply(ending="close"), BODY, "eof", "complete"),
        (reply(ending="reset"), BODY, "reset", "complete"),
        (reply(cut_after=4, ending="close"), b"0123", "eof", "cut"),
        (reply(cut_after=4, ending="reset"), b"0123", "reset", "cut"),
        (reply(cut_after=0, ending="reset"), b"", "reset", "cut"),
        (reply(cut_after=4, ending="stall", stall=0.01), b"0123", "eof", "cut"),
        (reply(claimed_length=99, ending="close"), BODY, "eof", "complete"),
        (reply(claimed_length=3), BODY, "eof", "complete"),
        (reply(bad_chunks=True), b"not-a-number\r\n" + BODY, "eof", "complete"),
        (Hangup("close"), b"", "eof", "cut"),
        (Hangup("reset"), b"", "reset", "cut"),
        (Hangup("close", hold=0.01), b"", "eof", "cut"),
        (Hangup("reset", hold=0.01), b"", "reset", "cut"),
    ],
    ids=str,
)
async def test_an_outcome_reaches_the_client_as_planned(
    outcome: Outcome, heard: bytes, ended: str, how: str
) -> None:
    fake = answering(outcome)
    async with served(fake) as url:
        line = await told(url, request(close=True))
    assert (body(line), await line.ended) == (heard, ended)
    assert bool(line.heard) == isinstance(outcome, Reply)
    (entry,) = fake.world.journal
    assert entry.delivered is not None
    assert (entry.delivered.how, entry.delivered.at) == (how, NOW)
    assert entry.delivered.sent_bytes == len(heard.removeprefix(b"not-a-number\r\n"))


@pytest.mark.parametrize(
    ("outcome", "least"),
    [
        (reply(delay=0.1), 0.1),
        (reply(drip=100), 0.1),
        (reply(cut_after=0, ending="stall", stall=0.1), 0.1),
        (Hangup("close", hold=0.1), 0.1),
        (reply(delay=0.1, ending="stall", stall=0.1), 0.2),
    ],
    ids=str,
)
async def test_delays_take_the_planned_time(outcome: Outcome, least: float) -> None:
    loop = asyncio.get_running_loop()
    async with served(answering(outcome)) as url:
        started = loop.time()
        await told(url, request(close=True))
        assert loop.time() - started >= least


async def test_a_stalled_body_comes_after_its_head() -> None:
    stalled = reply(cut_after=0, ending="stall", stall=3600)
    async with served(answering(stalled)) as url, dialled(url) as line:
        line.say(request())
        await line.hears(b"\r\n\r\n")
        assert not line.ended.done()
        assert body(line) == b""


@pytest.mark.parametrize("ending", ["keep", "close"])
async def test_a_slow_reader_gets_a_large_answer_completely(ending: str) -> None:
    answer = Reply(200, (), LARGE, Delivery(ending=ending))  # type: ignore[arg-type]
    fake = answering(answer)
    async with served(fake) as url, dialled(url) as line:
        line.pause()
        line.say(request(close=True))
        await until(lambda: len(fake.calls) == 1)
        line.resume()
        await line.ends()
    assert body(line) == LARGE


async def test_a_reset_in_a_large_answer_leaves_its_beginning() -> None:
    answer = Reply(200, (), LARGE, Delivery(cut_after=len(LARGE) // 2, ending="reset"))
    async with served(answering(answer)) as url:
        line = await told(url, request(close=True))
    assert await line.ended == "reset"
    assert 0 < len(body(line)) <= len(LARGE) // 2
    assert LARGE.startswith(body(line))


async def test_a_request_becomes_a_call_as_it_was_sent() -> None:
    fake = FakeSimulator()
    async with served(fake) as url, dialled(url) as line:
        line.say(
            request(
                "POST", "/a%2Fb/c%7C?x=%20&x=1", "X-One: 1", "x-one: 2", "X-Name: Åsa", body=BODY
            )
        )
        await line.hears(BODY)
        address = line.address
    (call,) = fake.calls
    assert (call.method, call.target, call.body) == ("POST", "/a%2Fb/c%7C?x=%20&x=1", BODY)
    assert call.headers == (
        ("Host", "sis"),
        ("X-One", "1"),
        ("x-one", "2"),
        ("X-Name", "Åsa"),
        ("Content-Length", "10"),
    )
    assert (call.received, call.in_flight, call.defect) == (NOW, 1, None)
    assert call.peer == address


@pytest.mark.parametrize(
    ("sent", "target"),
    [("*", "*"), ("http://sis:80/a%20b?c", "/a%20b?c"), ("//double/slash", "//double/slash")],
)
async def test_every_form_of_request_target_is_read(sent: str, target: str) -> None:
    fake = FakeSimulator()
    async with served(fake) as url:
        await told(url, request("OPTIONS", sent, close=True))
    assert [call.target for call in fake.calls] == [target]


@pytest.mark.parametrize("before", [b"", request(target="/before")])
async def test_a_connect_to_nowhere_is_a_call_like_any_other(before: bytes) -> None:
    fake = FakeSimulator()
    async with served(fake) as url, dialled(url) as line:
        line.say(before + b"CONNECT \r\nHost: sis\r\n\r\n")
        await until(lambda: len(fake.calls) == 1 + bool(before))
        assert await line.ends() == "eof"
    assert (fake.calls[-1].method, fake.calls[-1].target) == ("CONNECT", "")


async def test_a_client_that_offers_http_2_continues_with_http_1_1() -> None:
    """As Java's client does with its first request to an http: URL."""
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    fake = FakeSimulator()
    async with served(fake) as url, dialled(url) as line:
        line.say(request("POST", "/1", *offer, body=BODY))
        await line.hears(BODY)
        line.say(request("POST", "/2", body=BODY))
        await line.hears(BODY, 2)
    assert [(call.target, call.body) for call in fake.calls] == [("/1", BODY), ("/2", BODY)]


async def test_header_bytes_that_are_not_utf8_are_read_as_latin1() -> None:
    fake = FakeSimulator()
    async with served(fake) as url:
        await told(
            url, b"GET / HTTP/1.1\r\nHost: sis\r\nX-Name: \xc5sa\r\nConnection: close\r\n\r\n"
        )
    assert fake.calls[0].header("x-name") == "Åsa"


async def test_a_chunked_body_is_joined() -> None:
    chunks = b"3\r\n012\r\n7;ext=1\r\n3456789\r\n0\r\nTrailer: x\r\n\r\n"
    fake = FakeSimulator()
    async with served(fake) as url:
        await told(url, request("POST", "/", "Transfer-Encoding: chunked", close=True) + chunks)
    assert [call.body for call in fake.calls] == [BODY]


async def test_a_compressed_body_stays_compressed_in_the_call() -> None:
    fake = FakeSimulator()
    async with served(fake) as url:
        await told(url, request("POST", "/", "Content-Encoding: gzip", body=BODY, close=True))
    assert [call.body for call in fake.calls] == [BODY]


async def test_expect_100_continue_is_answered() -> None:
    fake = FakeSimulator()
    async with served(fake) as url, dialled(url) as line:
        line.say(request("PUT", "/", "Expect: 100-continue", "Content-Length: 10"))
        await line.hears(b"HTTP/1.1 100 Continue\r\n\r\n")
        line.say(BODY)
        await line.hears(BODY)
    assert line.heard.count(b"HTTP/1.1 200 OK") == 1


async def test_http_1_0_gets_no_100_continue() -> None:
    fake = FakeSimulator()
    async with served(fake) as url:
        asked = request("PUT", "/", "Expect: 100-continue", body=BODY)
        line = await told(url, asked.replace(b"HTTP/1.1", b"HTTP/1.0"))
    assert [call.body for call in fake.calls] == [BODY]
    assert line.heard.startswith(b"HTTP/1.1 200 OK")


async def test_expect_100_continue_for_a_body_over_the_limit_is_refused() -> None:
    fake = FakeSimulator(lambda call: Reply(413, (), str(call.defect).encode()))
    async with served(fake) as url, dialled(url) as line:
        line.say(request("PUT", "/", "Expect: 100-continue", "Content-Length: 1001"))
        await line.hears(b"too_large")
    assert status(line) == 413


async def test_requests_in_one_packet_are_answered_in_order_on_one_connection() -> None:
    fake = FakeSimulator(lambda call: Reply(200, (), f"<{call.target}>".encode()))
    async with served(fake) as url, dialled(url) as line:
        line.say(request(target="/1") + request("POST", "/2", body=BODY) + request(target="/3"))
        await line.hears(b"</3>")
        assert not line.ended.done()
    assert [line.heard.index(f"</{n}>".encode()) for n in (1, 2, 3)] == sorted(
        line.heard.index(f"</{n}>".encode()) for n in (1, 2, 3)
    )


async def test_a_connection_is_kept_and_ends_when_the_client_says_so() -> None:
    async with served(FakeSimulator()) as url, dialled(url) as line:
        line.say(request())
        await line.hears(b"HTTP/1.1 200")
        assert not line.ended.done()
        assert b"Connection" not in line.heard
        line.say(request(close=True))
        assert await line.ends() == "eof"
    assert line.heard.count(b"HTTP/1.1 200") == 2
    assert line.heard.count(b"Connection: close") == 1


async def test_idle_connections_can_be_closed_while_the_service_goes_on() -> None:
    fake = answering(reply(), reply(ending="stall", stall=60.0, cut_after=4), reply())
    async with (
        listening(cast(Simulator, fake)) as port,
        dialled(port.url) as idle,
        dialled(port.url) as busy,
    ):
        for line, heard in ((idle, BODY), (busy, BODY[:4])):
            line.say(request())
            await line.hears(heard)
        # An answer is heard a moment before the server knows that its connection is idle.
        while not idle.ended.done():
            await port.close_idle()
        assert await idle.ends() == "eof"
        assert not busy.ended.done()
        assert status(await told(port.url, request(close=True))) == 200


async def test_http_1_0_gets_an_answer_and_the_connection_ends() -> None:
    async with served(FakeSimulator()) as url:
        line = await told(url, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert status(line) == 200


async def test_head_gets_the_length_without_the_body() -> None:
    async with served(answering(reply())) as url:
        line = await told(url, request("HEAD", close=True))
    assert b"Content-Length: 10\r\n" in line.heard
    assert body(line) == b""


async def test_answers_carry_the_simulators_name_and_its_time() -> None:
    async with served(answering(reply())) as url:
        line = await told(url, request(close=True))
    assert f"Server: mock-sis/{__version__}\r\n".encode() in line.heard
    assert b"Date: Sun, 15 Jun 2025 15:06:40 GMT\r\n" in line.heard


async def test_a_refused_connection_is_reset_before_anything_is_read() -> None:
    fake = FakeSimulator(refusing=True)
    async with served(fake) as url, dialled(url) as line:
        assert await line.ends() == "reset"
        fake.refusing = False
        line = await told(url, request(close=True))
    assert status(line) == 200
    assert len(fake.calls) == 1


async def test_a_call_counts_the_requests_in_flight() -> None:
    fake = answering(reply(cut_after=1, ending="stall", stall=3600), reply())
    async with served(fake) as url, dialled(url) as first:
        first.say(request())
        await first.hears(b"\r\n\r\n0")
        await told(url, request(close=True))
    assert [call.in_flight for call in fake.calls] == [1, 2]


async def test_an_answered_request_is_not_in_flight() -> None:
    fake = FakeSimulator()
    async with served(fake) as url:
        for _ in range(3):
            await told(url, request(close=True))
    assert [call.in_flight for call in fake.calls] == [1, 1, 1]


async def test_an_unexpected_exception_is_answered_as_a_defect_and_the_server_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails_once(_: Call) -> Outcome:
        fake.answers = lambda call: Reply(200)
        raise ZeroDivisionError("divided by zero")

    fake = FakeSimulator(fails_once)
    async with served(fake) as url:
        failed = await told(url, request(close=True))
        after = await told(url, request(close=True))
    assert (status(failed), status(after)) == (500, 200)
    assert b"Content-Type: application/problem+json\r\n" in failed.heard
    assert failed.heard.endswith(defect_reply().body)
    assert "Traceback" in caplog.text
    assert "divided by zero" in caplog.text


async def test_an_address_in_use_is_an_os_error() -> None:
    async with served(FakeSimulator()) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            async with served(FakeSimulator(), port=port):
                pass


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_an_ipv6_address_stands_in_brackets() -> None:
    try:
        async with served(FakeSimulator(), host="::1") as url:
            assert url.startswith("http://[::1]:")
            assert status(await told(url, request(close=True))) == 200
    except OSError:
        pytest.skip("IPv6 is switched off here")


def test_garbage_collection_is_relaxed_while_serving_and_restored_afterwards() -> None:
    gc.unfreeze()
    usual = gc.get_threshold()
    with server.relax_gc():
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > usual
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, 0)
