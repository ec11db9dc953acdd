"""The socket in front of a simulator: requests become Calls, outcomes become bytes.

This is the only room of mock_sis that imports aiohttp. It decides nothing about an answer: it reads
a request within its limits, asks the simulator, and plays the steps that wire.py lays out.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator

from mock_sis.server.front import Front
from mock_sis.simulator import Simulator

_COLLECT_AFTER = (10_000, 20, 20)
"""Objects made before a collection, and collections before one that looks further back."""
FILES = 10_240
"""How many files a server that runs by itself asks to have open. It serves as many connections; a
shell often gives a process 256 or 1024, and asyncio logs a thousand tracebacks a second beyond."""
DRAIN_SECONDS = 5.0
"""How long exchanges under way may take to finish once the process is told to stop."""


@contextlib.asynccontextmanager
async def serving(
    simulator: Simulator,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    body_timeout: float = 30.0,
    grace: float = 0.0,
) -> AsyncIterator[str]:
    """Serve a simulator while the block lasts; gives the base URL. Port 0 picks a free one.

    `body_timeout` is the longest silence in the middle of a body, `grace` what exchanges under way
    get at the end, both in seconds. Raises OSError where the address cannot be had.
    """
    front = Front(simulator, body_timeout)
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(front.protocol, host, port, backlog=1024)
    try:
        address = listener.sockets[0].getsockname()
        url = f"http://{f'[{host}]' if ':' in host else host}:{address[1]}"
        simulator.listens_at(url)
        yield url
    finally:
        listener.close()
        await front.drain(grace)
        await listener.wait_closed()


async def run(
    simulator: Simulator,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    *,
    body_timeout: float = 30.0,
) -> None:
    """Serve until SIGINT or SIGTERM, then drain. Calls `on_ready` with the base URL. An inherited
    SIGINT that is ignored stays ignored."""
    _ask_for_files()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _stopping_signals():
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            loop.add_signal_handler(number, stop.set)
    with few_collections():
        async with serving(
            simulator, host, port, body_timeout=body_timeout, grace=DRAIN_SECONDS
        ) as url:
            on_ready(url)
            await stop.wait()


def _stopping_signals() -> tuple[signal.Signals, ...]:
    # A shell has background commands ignore SIGINT, so that Ctrl-C stops the foreground only.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def few_collections() -> Iterator[None]:
    """Let the garbage collector look at little while the block lasts. What was loaded before it
    stays, and most of what requests leave behind is in the journal and no garbage: walking through
    either time and again would cost each request the more, the larger they are."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _ask_for_files() -> None:
    """Raise the limit on open files, as far as this process may."""
    if sys.platform == "win32":
        return  # which has no such limit
    import resource

    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
