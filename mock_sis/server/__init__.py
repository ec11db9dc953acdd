"""Serve a simulator over HTTP: requests become Calls, outcomes become bytes.

This is the only package of mock_sis that imports aiohttp, and it makes no decisions about answers.
One request takes this way:

1. `connection.py` accepts the connection. A fault may refuse it before any byte is read.
2. aiohttp parses the request line and the headers, and calls `Front` in `front.py`.
3. `reading.py` reads the body within the limits for size and silence, and makes a `Call`. A body
   that is too large, stalled, cut off or unreadable raises no error: the `Call` says so in
   `defect`, so that the simulator answers it in the dialect's form and the journal records it.
4. The simulator answers the call with a `Reply`, a `Hangup` (no answer) or a `Feed` (an endless
   stream of events), and appends the exchange to the journal.
5. `steps.py` turns a `Reply` or a `Hangup` into steps: send these bytes, pause, end the connection.
   The bytes are written here rather than by aiohttp, because faults need answers that a correct
   server cannot send: a wrong Content-Length, chunk sizes that are not numbers, a TCP reset.
6. `Front` carries the steps out, and reports to the journal how much of the answer was sent.
   `Sent` tells aiohttp that the answer has been written and whether the connection stays open.

Bytes that are not HTTP skip steps 2 and 3: `Connection.handle_error` asks the simulator for the
answer to a `Call` whose defect is "unreadable". `Front.drain` ends the service: it accepts no more
requests, lets the current ones finish for a while, and then closes every connection. `port.py`
holds the listening sockets, which `binding.py` binds, and can close them for a while. `tls.py`
checks the certificate for HTTPS.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator

from mock_sis.server.port import listening
from mock_sis.server.request_log import Log
from mock_sis.server.tls import Tls
from mock_sis.simulator import Simulator

_COLLECT_AFTER = (10_000, 20, 20)
"""Thresholds of the garbage collector: new objects before it runs, and runs of one generation
before the next older one is collected too."""
FILES = 10_240
"""Open files that `run` asks the system for, one for each connection. Shells often allow 256 or
1024; beyond the limit, asyncio logs a thousand tracebacks a second."""
DRAIN_SECONDS = 5.0
"""Seconds that current requests get to finish after SIGINT or SIGTERM."""


@contextlib.asynccontextmanager
async def serving(
    simulator: Simulator,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    body_timeout: float = 30.0,
    grace: float = 0.0,
    tls: Tls | None = None,
    log: Log | None = None,
) -> AsyncIterator[str]:
    """Serve a simulator during the block, and yield the base URL, as `listening` does. Raises
    OSError if the address cannot be used."""
    async with listening(
        simulator, host, port, body_timeout=body_timeout, grace=grace, tls=tls, log=log
    ) as opened:
        yield opened.url


async def run(
    simulator: Simulator,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    *,
    body_timeout: float = 30.0,
    tls: Tls | None = None,
    log: Log | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then drain. Call `on_ready` with the base URL.

    If SIGINT is ignored when the server starts, it stays ignored.
    """
    _raise_file_limit()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _stopping_signals():
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            loop.add_signal_handler(number, stop.set)
    with relax_gc():
        async with serving(
            simulator, host, port, body_timeout=body_timeout, grace=DRAIN_SECONDS, tls=tls, log=log
        ) as url:
            on_ready(url)
            await stop.wait()


def _stopping_signals() -> tuple[signal.Signals, ...]:
    # A shell has background commands ignore SIGINT, so that Ctrl-C stops the foreground only.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def relax_gc() -> Iterator[None]:
    """Collect garbage rarely during the block, and never among the objects that exist before it.

    Those objects stay, and most of what a request leaves behind is in the journal. Walking through
    both again and again would slow every request down.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _raise_file_limit() -> None:
    """Raise the limit on open files to FILES, or as far as this process may."""
    if sys.platform == "win32":
        return  # Windows has no such limit
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
