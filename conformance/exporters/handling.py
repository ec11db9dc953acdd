"""What the reference exporter answers to each message of the adapter protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from conformance.exporters.reference import (
    Clock,
    NotAllowed,
    Parts,
    ReferenceExporter,
    Settings,
)
from conformance.exporters.reference.model import Participant
from conformance.exporters.reference.parts import STANDARD
from conformance.exporters.reference.times import seconds, text

Message = dict[str, Any]
Fields = dict[str, Any]

VERSION = "1"
FEATURES = (
    "sync",
    "period",
    "retry",
    "co_assessment",
    "unlock",
    "alternative_grades",
    "instant_export",
    "work.inspect",
    "clock.virtual",
    "state.durable",
    "export.concurrent",
    "participant.messages",
    "timeout.configurable",
    "auth.basic",
    "auth.bearer",
    "auth.api_key",
    "auth.oauth2",
    "method.patch",
)

ACTIONS: dict[str, Callable[[ReferenceExporter, Message], None]] = {
    "submit_assessment": lambda exporter, said: exporter.submit_assessment(
        said["participant"], said["assessor"], said["grade"] or ""
    ),
    "approve": lambda exporter, said: exporter.approve(said["participant"]),
    "unlock": lambda exporter, said: exporter.unlock(said["participant"]),
    "set_alternative_grade": lambda exporter, said: exporter.set_alternative_grade(
        said["participant"], said["grade"] or ""
    ),
    "change_setup": lambda exporter, said: exporter.change_setup(said["change"]),
    "enable_instant_export": lambda exporter, _: exporter.enable_instant_export(),
    "end_period": lambda exporter, _: exporter.end_period(),
}


class Unsupported(Exception):
    """A message that asks for something this exporter cannot do."""


class ReferenceAdapter:
    """Turns each message into a call of the exporter, and what comes of it into an answer."""

    def __init__(
        self,
        name: str = "reference",
        parts: Parts = STANDARD,
        exporter_class: type[ReferenceExporter] = ReferenceExporter,
    ) -> None:
        self._name = name
        self._parts = parts
        self._exporter_class = exporter_class
        self._exporter: ReferenceExporter | None = None
        self._operations: dict[str, Callable[[Message], Awaitable[Fields]]] = {
            "hello": self._hello,
            "configure": self._configure,
            "load": self._load,
            "sync": self._sync,
            "act": self._act,
            "export": self._export,
            "retry": self._retry,
            "settle": self._settle,
            "advance": self._advance,
            "state": self._state,
            "bye": self._bye,
        }

    async def handle(self, message: Message) -> Fields:
        """The one answer to a message. Never raises: what breaks is an answer too."""
        number = message.get("id", 0)
        operation = self._operations.get(message.get("op", ""))
        if operation is None:
            reason = f"There is no operation {message.get('op')!r} here."
            return {"id": number, "status": "unsupported", "reason": reason}
        try:
            return {"id": number, "status": "ok", **await operation(message)}
        except Unsupported as error:
            return {"id": number, "status": "unsupported", "reason": str(error)}
        except Exception as error:
            return {"id": number, "status": "error", "message": f"{type(error).__name__}: {error}"}

    def abandon(self) -> None:
        """Drops everything as a kill would."""
        if self._exporter is not None:
            self._exporter.close()
            self._exporter = None

    @property
    def exporter(self) -> ReferenceExporter:
        """Raises RuntimeError before configure."""
        if self._exporter is None:
            raise RuntimeError("Send configure first.")
        return self._exporter

    async def _hello(self, _: Message) -> Fields:
        return {
            "protocol": 1,
            "exporter": {"name": self._name, "version": VERSION},
            "dialects": ["wiseflow"],
            "features": list(FEATURES),
        }

    async def _configure(self, message: Message) -> Fields:
        if message["dialect"] != "wiseflow":
            raise Unsupported("This exporter speaks the wiseflow dialect only.")
        self.abandon()
        clock = message["clock"]
        settings = Settings(
            sis_url=message["sis_url"],
            state_dir=Path(message["state_dir"]),
            clock=Clock(seconds(clock["now"]), virtual=clock["mode"] == "virtual"),
            credentials=message["credentials"],
            method=message["method"],
            timeout=message["timeout"],
            resume=message["resume"],
        )
        self._exporter = self._exporter_class(settings, self._parts)
        return {}

    async def _load(self, message: Message) -> Fields:
        self.exporter.load(message["flow"])
        return {}

    async def _sync(self, _: Message) -> Fields:
        try:
            return {"synchronised": True, "message": await self.exporter.synchronise()}
        except NotAllowed as refusal:
            return {"synchronised": False, "message": str(refusal)}

    async def _act(self, message: Message) -> Fields:
        action = ACTIONS.get(message["action"])
        if action is None:
            raise Unsupported(f"There is no action {message['action']!r} here.")
        try:
            action(self.exporter, message)
        except NotAllowed as refusal:
            return {"done": False, "message": str(refusal)}
        return {"done": True}

    async def _export(self, message: Message) -> Fields:
        export, by = self.exporter.export, message["by"]
        presses = (_pressed(export(by)) for _ in range(message["presses"]))
        return _together(await asyncio.gather(*presses))

    async def _retry(self, _: Message) -> Fields:
        return _together([await _pressed(self.exporter.retry())])

    async def _settle(self, _: Message) -> Fields:
        await self.exporter.settle()
        return {"pending": []}

    async def _advance(self, message: Message) -> Fields:
        self.exporter.advance(message["seconds"])
        return {"now": text(self.exporter.clock.now())}

    async def _state(self, _: Message) -> Fields:
        exporter = self.exporter
        return {
            "flow": exporter.flow_state(),
            "synchronised": exporter.flow.synchronised,
            "instant_export": exporter.flow.instant_export,
            "message": exporter.flow.message,
            "participants": [self._participant(each) for each in exporter.people],
        }

    def _participant(self, participant: Participant) -> Fields:
        exported_at = participant.exported_at
        return {
            "user_id": participant.user_id,
            "state": participant.state.name.lower(),
            "status": self.exporter.status(participant.user_id).value,
            "exported_at": None if exported_at is None else text(exported_at),
            "message": participant.message,
        }

    async def _bye(self, _: Message) -> Fields:
        self.abandon()
        return {}


async def _pressed(button: Awaitable[str]) -> tuple[bool, str]:
    try:
        return True, await button
    except NotAllowed as refusal:
        return False, str(refusal)


def _together(presses: list[tuple[bool, str]]) -> Fields:
    """One answer for several presses: accepted where one of them was."""
    texts = dict.fromkeys(said for _, said in presses)
    return {"accepted": any(taken for taken, _ in presses), "message": " ".join(texts)}
