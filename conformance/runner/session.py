"""A conversation with one adapter: numbers and checks messages, keeps the deadline, restarts it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from conformance.dialects import DIALECTS
from conformance.drivers.base import Connection, Driver
from conformance.drivers.protocol import (
    VERSION,
    AdapterBroken,
    AdapterLate,
    Answer,
    Message,
    settled,
)
from conformance.drivers.shapes import shapes_of
from conformance.drivers.versions import trimmed
from conformance.model.dialect import Dialect
from conformance.model.evidence import Identity
from mock_sis import __version__


class Session:
    """At most one running adapter at a time.

    `timeout` is in seconds for each message. The protocol is that of `dialects`. `listen` is called
    with every message and every good answer.
    """

    def __init__(
        self,
        driver: Driver,
        timeout: float,
        dialects: tuple[Dialect, ...] = DIALECTS,
        listen: Callable[[Message | Answer], None] = lambda _: None,
    ) -> None:
        self._driver = driver
        self._timeout = timeout
        self._shapes = shapes_of(dialects)
        self._listen = listen
        self._connection: Connection | None = None
        self._number = 0
        self._answered: Message | None = None
        self._version = VERSION

    @property
    def running(self) -> bool:
        """Whether an adapter is running."""
        return self._connection is not None

    @property
    def said(self) -> str:
        """The tail of the running adapter's stderr."""
        return self._connection.said if self._connection else ""

    def forget(self) -> None:
        """Discard what the running adapter has written to stderr so far."""
        if self._connection is not None:
            self._connection.forget()

    def answered(self) -> Message | None:
        """The last message that was answered since the previous call."""
        message, self._answered = self._answered, None
        return message

    async def start(self) -> Identity:
        """Start an adapter and say hello. Raises AdapterBroken."""
        self._connection = await self._driver.connect()
        suite = {"name": "mock-sis", "version": __version__}
        answer = await self.ask("hello", {"protocol": VERSION, "suite": suite})
        self._version = answer["protocol"]
        return Identity(
            name=answer["exporter"]["name"],
            version=answer["exporter"]["version"],
            dialects=tuple(answer["dialects"]),
            features=tuple(answer["features"]),
            timeout=answer.get("timeout"),
            protocol=self._version,
        )

    async def ask(self, op: str, fields: dict[str, Any] | None = None) -> Answer:
        """The ok answer to a message with those fields that the adapter's version has. Raises
        AdapterBroken or Unsupported; after the former the adapter has been killed, because its next
        answer could not be trusted."""
        self._number += 1
        message = self._shapes.build(self._number, op, trimmed(op, fields or {}, self._version))
        self._listen(message)
        try:
            answer = await self._exchange(message)
            self._listen(answer)
            self._answered = message
            return settled(answer, message)
        except AdapterBroken as broken:
            said = self.said
            await self.kill()
            broken.add_note(said)
            raise

    async def _exchange(self, message: Message) -> Answer:
        if self._connection is None:
            raise AdapterBroken("The adapter is not running.", "Keep it running until bye.")
        try:
            async with asyncio.timeout(self._timeout):
                data = await self._connection.ask(message)
        except TimeoutError as error:
            raise self._late(message, self._connection.unfinished) from error
        return self._shapes.check(data, message)

    def _late(self, message: Message, unfinished: str) -> AdapterLate:
        cause = (
            f"The adapter did not answer message {message['id']} ({message['op']}) within"
            f" {self._timeout:g} s and was killed."
        )
        if unfinished:
            return AdapterLate(
                f"{cause} It had written, without a line feed at the end: {unfinished!r}.",
                "End each answer with a line feed, and use no line feed inside it.",
                self._timeout,
            )
        return AdapterLate(
            cause,
            "Flush stdout after each answer, and answer even if the SIS does not;"
            " --adapter-timeout gives more time.",
            self._timeout,
        )

    async def stop(self) -> str:
        """Say bye and wait for the exit. Gives what was wrong with it; "" for a clean exit."""
        if self._connection is None:
            return ""
        try:
            await self.ask("bye")
            return await self._connection.stop()
        except AdapterBroken as broken:
            # Without the number, adapters that end alike make one remark.
            return str(broken).replace(f"message {self._number} (bye)", "bye")
        finally:
            await self.kill()

    async def kill(self) -> None:
        """End the adapter at once."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.kill()
