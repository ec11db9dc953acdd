"""The interface of a driver: it starts adapters, and carries messages to one."""

from __future__ import annotations

from typing import Any, Protocol

from conformance.drivers.protocol import Message


class Connection(Protocol):
    """One running adapter. All methods may raise AdapterBroken."""

    async def ask(self, message: Message) -> Any:
        """The answer to a message as plain data, not yet checked. Waits without limit: the caller
        keeps the deadline."""
        ...

    async def stop(self) -> str:
        """Let it exit after bye. Gives what was wrong with the exit; "" for a clean one."""
        ...

    async def kill(self) -> None:
        """End it, and every process that it started, at once. Does nothing once it has ended."""
        ...

    @property
    def said(self) -> str:
        """The tail of what it wrote to stderr."""
        ...

    def forget(self) -> None:
        """Discard what it has written to stderr so far."""
        ...

    @property
    def unfinished(self) -> str:
        """The beginning of an answer whose end has not arrived."""
        ...


class Driver(Protocol):
    """A way to start adapters. `parallel` is how many should run side by side at most."""

    @property
    def parallel(self) -> int: ...

    async def connect(self) -> Connection:
        """A newly started adapter. Raises AdapterBroken if it does not start."""
        ...
