"""The adapter's face for a flow of an exam system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from conformance.exporters.kit.face import Fields, Message, Unsupported, pressed, together
from conformance.exporters.kit.times import seconds, text
from conformance.exporters.wiseflow import Clock, NotAllowed, Parts, ReferenceExporter, Settings
from conformance.exporters.wiseflow.model import Participant

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


class WiseflowFace:
    """Turns each message into a call of the exporter, and what comes of it into an answer."""

    def __init__(
        self, message: Message, parts: Parts, exporter_class: type[ReferenceExporter]
    ) -> None:
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
        self.exporter = exporter_class(settings, parts)

    def close(self) -> None:
        self.exporter.close()

    async def load(self, message: Message) -> Fields:
        self.exporter.load(message["flow"])
        return {}

    async def sync(self, _: Message) -> Fields:
        synchronised, text = await pressed(self.exporter.synchronise())
        return {"synchronised": synchronised, "message": text}

    async def act(self, message: Message) -> Fields:
        action = ACTIONS.get(message["action"])
        if action is None:
            raise Unsupported(f"There is no action {message['action']!r} here.")
        try:
            action(self.exporter, message)
        except NotAllowed as refusal:
            return {"done": False, "message": str(refusal)}
        return {"done": True}

    async def export(self, message: Message) -> Fields:
        export, by = self.exporter.export, message["by"]
        presses = (pressed(export(by)) for _ in range(message["presses"]))
        return together(await asyncio.gather(*presses))

    async def retry(self, _: Message) -> Fields:
        return together([await pressed(self.exporter.retry())])

    async def settle(self, _: Message) -> Fields:
        await self.exporter.settle()
        return {"pending": []}

    async def advance(self, message: Message) -> Fields:
        self.exporter.advance(message["seconds"])
        return {"now": text(self.exporter.clock.now())}

    async def state(self, _: Message) -> Fields:
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
