"""The port of a running simulator can be closed for a while: connections are refused, and what is
under way is left alone."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from helpers.simulator.delivery_desk import FakeSimulator, dialled, request, status, told, until
from mock_sis.exchange import Delivery, Reply
from mock_sis.server.port import Port, listening
from mock_sis.simulator import Simulator


@contextlib.asynccontextmanager
async def opened(fake: FakeSimulator | None = None, **options: Any) -> AsyncIterator[Port]:
    async with listening(cast(Simulator, fake or FakeSimulator()), **options) as port:
        yield port


async def answers(port: Port) -> bool:
    """Whether a request on a new connection is answered; if not, its connection was refused."""
    try:
        line = await told(port.url, request(close=True))
    except ConnectionRefusedError:
        return False
    return status(line) == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
async def test_a_closed_port_refuses_until_it_is_open_again(host: str) -> None:
    async with opened(host=host) as port:
        url = port.url
        for _ in range(3):
            assert await answers(port)
            await port.unplug()
            assert not await answers(port)
            await port.plug()
        assert await answers(port)
        assert port.url == url


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no dual-stack sockets here")
async def test_a_port_of_both_versions_of_ip_is_closed_and_opened_for_both() -> None:
    async with opened(host="::") as port:
        for _ in range(2):
            for host in ("127.0.0.1", "[::1]"):
                assert (
                    status(await told(port.url.replace("[::]", host), request(close=True))) == 200
                )
            await port.unplug()
            for host in ("127.0.0.1", "[::1]"):
                with pytest.raises(ConnectionRefusedError):
                    await told(port.url.replace("[::]", host), request(close=True))
            await port.plug()


async def test_closing_twice_and_opening_twice_is_closing_and_opening() -> None:
    async with opened() as port:
        await port.plug()
        await port.unplug()
        await port.unplug()
        assert not await answers(port)
        await port.plug()
        await port.plug()
        assert await answers(port)


async def test_nobody_else_is_given_a_closed_port() -> None:
    async with opened() as port:
        await port.unplug()
        place = urlsplit(port.url)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind((place.hostname, place.port))


async def test_a_simulator_may_end_while_its_port_is_closed() -> None:
    async with opened() as port:
        await port.unplug()
    assert not await answers(port)
    async with opened(port=urlsplit(port.url).port) as again:
        assert await answers(again)


async def test_a_request_in_progress_is_answered_and_its_connection_closed() -> None:
    async with opened() as port, dialled(port.url) as line:
        line.say(request("POST", "/", "Content-Length: 4") + b"ha")
        await until(lambda: any(each.reading for each in port._front.connections))
        await port.unplug()
        line.say(b"lf")
        assert await line.ends() == "eof"
        assert line.heard.endswith(b"half")
        assert not await answers(port)


async def test_an_answer_under_way_is_sent_and_its_connection_closed() -> None:
    fake = FakeSimulator(lambda _: Reply(200, (), b"late", Delivery(delay=0.05)))
    async with opened(fake) as port, dialled(port.url) as line:
        line.say(request())
        await until(lambda: bool(fake.calls))
        await port.unplug()
        assert await line.ends() == "eof"
        assert line.heard.endswith(b"late")


async def test_a_connection_that_waits_for_its_next_request_is_closed() -> None:
    async with opened() as port, dialled(port.url) as line:
        line.say(request())
        await line.hears(b"HTTP/1.1 200")
        await port.unplug()
        assert await line.ends() == "eof"
        await port.plug()
        async with dialled(port.url) as later:
            later.say(request())
            await later.hears(b"HTTP/1.1 200")
            later.say(request())
            await later.hears(b"HTTP/1.1 200", times=2)


async def test_a_connection_that_the_system_accepted_is_served() -> None:
    async with opened() as port:
        place = urlsplit(port.url)
        loop = asyncio.get_running_loop()
        # Made without the event loop, which therefore has not seen them when the port is closed.
        clients = [socket.create_connection((place.hostname, place.port)) for _ in range(3)]
        await port.unplug()
        for client in clients:
            with client:
                client.setblocking(False)
                await loop.sock_sendall(client, request(close=True))
                assert (await loop.sock_recv(client, 100)).startswith(b"HTTP/1.1 200")
