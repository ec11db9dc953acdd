"""The listening sockets of a simulator, which can be closed for a while.

While they are closed, the port is bound but does not listen: connections are refused as if no
program ran, and the system gives the port to no other program. Connections that were made before
stay: a request in progress, or the first one on a new connection, is answered. A connection that
has answered its requests is closed, so that no client gets past the closed port.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from mock_sis.contracts.contract import texts
from mock_sis.server.binding import bind, bind_all
from mock_sis.server.front import Front
from mock_sis.server.request_log import Log
from mock_sis.server.tls import Tls
from mock_sis.simulator import Simulator

_BACKLOG = 1024


class Port:
    """Where a simulator listens. `url` is its base URL, which stays the same."""

    def __init__(self, front: Front, host: str, held: list[socket.socket], tls: Tls | None) -> None:
        self._front = front
        self._tls = tls
        self._listeners: list[asyncio.Server] = []
        self._held = held
        scheme = "http" if tls is None else "https"
        port = held[0].getsockname()[1]
        self.url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    async def close_idle(self) -> None:
        """Close the connections that wait for a further request."""
        await self._front.close_idle()

    async def unplug(self) -> None:
        """Refuse connections until `plug`. Does nothing if they are refused already."""
        if not self._listeners:
            return
        self._front.keeping = False
        await self._front.close_idle()
        for listener in self._listeners:
            # Not every kind of event loop lets go of the socket.
            with contextlib.suppress(NotImplementedError):
                await self._admit_waiting(listener)
            names = [(each.family, each.getsockname()) for each in listener.sockets]
            listener.close()
            self._held += [bind(*each) for each in names]
        self._listeners = []

    async def _admit_waiting(self, listener: asyncio.Server) -> None:
        """Accept the connections that wait in the system's queue, which would be reset."""
        loop = asyncio.get_running_loop()
        for each in listener.sockets:
            loop.remove_reader(each.fileno())
            await asyncio.sleep(0)  # the loop finishes what it has accepted
            with each.dup() as queue:
                while (connection := _accepted(queue)) is not None:
                    await loop.connect_accepted_socket(
                        self._front.protocol, connection, ssl=self._tls
                    )

    async def plug(self) -> None:
        """Accept connections again, on the same port. Does nothing if they are accepted already."""
        loop = asyncio.get_running_loop()
        while self._held:
            listener = await loop.create_server(
                self._front.protocol, sock=self._held.pop(), backlog=_BACKLOG, ssl=self._tls
            )
            self._listeners.append(listener)
        self._front.keeping = True

    async def close(self, grace: float) -> None:
        """Close the port for good; current requests get `grace` seconds to finish."""
        for listener in self._listeners:
            listener.close()
        for held in self._held:
            held.close()
        await self._front.drain(grace)
        for listener in self._listeners:
            await listener.wait_closed()


def _accepted(queue: socket.socket) -> socket.socket | None:
    """The next connection that waits, if any."""
    queue.setblocking(False)
    try:
        connection, _ = queue.accept()
    except OSError:  # none waits, or it is gone
        return None
    connection.setblocking(False)
    return connection


@contextlib.asynccontextmanager
async def listening(
    simulator: Simulator,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    body_timeout: float = 30.0,
    grace: float = 0.0,
    tls: Tls | None = None,
    log: Log | None = None,
) -> AsyncIterator[Port]:
    """Serve a simulator during the block, and yield its port. Port 0 picks a free one. A host name
    with several addresses is served at all of them; with `tls`, by HTTPS. `log` gets a line for
    each request.

    `body_timeout` is the longest pause within a request body; `grace` is the time that current
    requests get to finish at the end. Both are in seconds. Raises OSError if the address cannot be
    used.
    """
    texts()
    front = Front(simulator, body_timeout, log)
    opened = Port(front, host, bind_all(host, port), tls)
    try:
        await opened.plug()
        simulator.listens_at(opened.url)
        yield opened
    finally:
        await opened.close(grace)
