"""The loop of tests whose clock jumps: time passes when all wait for it, and only then."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

import pytest

from helpers.suite.jumping_loop import GRACE, run_jumping

HOUR = 3600.0
LONGER = 5 * GRACE
"""Real seconds in which a loop without work would jump."""


def test_an_hour_passes_when_all_wait() -> None:
    async def wait() -> float:
        await asyncio.gather(asyncio.sleep(HOUR), asyncio.sleep(2 * HOUR))
        return asyncio.get_running_loop().time()

    assert run_jumping(wait()) == 2 * HOUR


async def compute() -> None:
    end = time.monotonic() + LONGER
    while time.monotonic() < end:  # noqa: ASYNC110  # it keeps the loop busy
        await asyncio.sleep(0)


async def wait_for_a_thread() -> None:
    await asyncio.get_running_loop().run_in_executor(None, threading.Event().wait, LONGER)


async def talk() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        writer.close()

    async with await asyncio.start_server(echo, "127.0.0.1") as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        writer.close()


@pytest.mark.parametrize("work", [compute, wait_for_a_thread, talk])
def test_no_time_passes_while_something_works(work: Callable[[], Awaitable[None]]) -> None:
    async def within_a_moment() -> float:
        async with asyncio.timeout(GRACE / 10):
            await work()
        return asyncio.get_running_loop().time()

    assert run_jumping(within_a_moment()) == 0
