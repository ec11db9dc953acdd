"""What a driver is: a way to start adapters, and to talk to one."""

from __future__ import annotations

from typing import Protocol

from conformance.drivers.protocol import Answer, Message


class Connection(Protocol):
    """One running adapter. All methods may raise AdapterBroken."""

    async def ask(self, message: Message) -> Answer:
        """The checked answer to a message. Waits as long as it takes: the caller has the
        deadline."""
        ...

    async def stop(self) -> str:
        """Let it end after bye. The answer says what was wrong with its end; "" is nothing."""
        ...

    async def kill(self) -> None:
        """End it, and all it started, at once. Does nothing where it has ended."""
        ...

    @property
    def said(self) -> str:
        """The tail of what it wrote to stderr."""
        ...

    def forget(self) -> None:
        """Throw away what it wrote to stderr so far."""
        ...

    @property
    def unfinished(self) -> str:
        """The beginning of an answer whose end has not come."""
        ...


class Driver(Protocol):
    """A way to start adapters. `parallel` is how many may well run side by side."""

    @property
    def parallel(self) -> int: ...

    async def connect(self) -> Connection:
        """A newly started adapter. Raises AdapterBroken where it does not start."""
        ...
