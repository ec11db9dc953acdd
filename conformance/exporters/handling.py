"""What the reference exporter answers to each message of the adapter protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from conformance.exporters.dialects import DIALECTS, ExporterDialect, features_of
from conformance.exporters.kit.face import Face, Fields, Message, Unsupported

VERSION = "1"

PROTOCOL = 2
"""The version of the adapter protocol that it speaks."""

CASE_OPERATIONS = ("load", "sync", "act", "export", "retry", "settle", "advance", "state")


class ReferenceAdapter:
    """Passes each message to the face that `configure` opened, and answers with what it gives."""

    def __init__(
        self, name: str = "reference", dialects: Sequence[ExporterDialect] = DIALECTS
    ) -> None:
        self._name = name
        self._dialects = {each.name: each for each in dialects}
        self._face: Face | None = None
        self._operations: dict[str, Callable[[Message], Awaitable[Fields]]] = {
            "hello": self._hello,
            "configure": self._configure,
            "bye": self._bye,
        }

    async def handle(self, message: Message) -> Fields:
        """The one answer to a message. Never raises: an error is an answer too."""
        number = message.get("id", 0)
        try:
            return {"id": number, "status": "ok", **await self._answer(message)}
        except Unsupported as error:
            return {"id": number, "status": "unsupported", "reason": str(error)}
        except Exception as error:
            return {"id": number, "status": "error", "message": f"{type(error).__name__}: {error}"}

    def abandon(self) -> None:
        """Drop the case at once, as a kill would."""
        if self._face is not None:
            self._face.close()
            self._face = None

    async def _answer(self, message: Message) -> Fields:
        name = message.get("op", "")
        if name in self._operations:
            return await self._operations[name](message)
        if name not in CASE_OPERATIONS:
            raise Unsupported(f"op must be an operation of the adapter protocol (got {name!r}).")
        if self._face is None:
            raise RuntimeError("No case is open. Send configure first.")
        operation: Callable[[Message], Awaitable[Fields]] = getattr(self._face, name)
        return await operation(message)

    async def _hello(self, _: Message) -> Fields:
        return {
            "protocol": PROTOCOL,
            "exporter": {"name": self._name, "version": VERSION},
            "dialects": list(self._dialects),
            "features": features_of(self._dialects.values()),
        }

    async def _configure(self, message: Message) -> Fields:
        dialect = self._dialects.get(message["dialect"])
        if dialect is None:
            known = ", ".join(self._dialects)
            raise Unsupported(f"dialect must be one of {known} (got {message['dialect']!r}).")
        self.abandon()
        self._face = dialect.open(message)
        return {}

    async def _bye(self, _: Message) -> Fields:
        self.abandon()
        return {}
