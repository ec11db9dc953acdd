"""The adapter's face for a course that writes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.exporters.kit.face import Fields, Message, Unsupported, together
from conformance.exporters.kit.times import seconds, text
from conformance.exporters.skyward import Clock, NotAllowed, Parts, Settings, WriteBackExporter

CREDENTIALS = ("none", "bearer", "oauth2")

ACTIONS: dict[str, Callable[[WriteBackExporter, Message], None]] = {
    "choose_category": lambda exporter, said: exporter.choose_category(
        said["item"], said["section"], said["category"]
    ),
    "edit_score": lambda exporter, said: exporter.edit_score(
        said["item"], said["student"], said["score"]
    ),
}


class SkywardFace:
    """Turns each message into a call of the exporter, and what comes of it into an answer."""

    def __init__(self, message: Message, parts: Parts) -> None:
        if message["credentials"]["type"] not in CREDENTIALS:
            raise Unsupported("OneRoster knows its clients by OAuth 2, and by nothing else.")
        clock = message["clock"]
        settings = Settings(
            sis_url=message["sis_url"],
            state_dir=Path(message["state_dir"]),
            clock=Clock(seconds(clock["now"]), virtual=clock["mode"] == "virtual"),
            credentials=message["credentials"],
            timeout=message["timeout"],
            resume=message["resume"],
        )
        self.exporter = WriteBackExporter(settings, parts)

    def close(self) -> None:
        self.exporter.close()

    async def load(self, message: Message) -> Fields:
        self.exporter.load(message["course"])
        return {}

    async def sync(self, _: Message) -> Fields:
        raise Unsupported("Nothing is read back into a course.")

    async def act(self, message: Message) -> Fields:
        action = ACTIONS.get(message["action"])
        if action is None:
            raise Unsupported(f"There is no action {message['action']!r} in a course.")
        try:
            action(self.exporter, message)
        except NotAllowed as refusal:
            return {"done": False, "message": str(refusal)}
        return {"done": True}

    async def export(self, message: Message) -> Fields:
        items = [str(each) for each in message.get("items", ())]
        sections = message.get("sections", ())
        transfer = self.exporter.transfer
        return together(
            [_pressed(lambda: transfer(sections, items)) for _ in range(message["presses"])]
        )

    async def retry(self, _: Message) -> Fields:
        return together([_pressed(self.exporter.retry)])

    async def settle(self, _: Message) -> Fields:
        return {"pending": list(await self.exporter.settle())}

    async def advance(self, message: Message) -> Fields:
        self.exporter.advance(message["seconds"])
        return {"now": text(self.exporter.clock.now())}

    async def state(self, _: Message) -> Fields:
        exporter = self.exporter
        return {
            "items": [
                {
                    "item": each.item,
                    "section": each.section,
                    "state": each.state.name.lower(),
                    "message": each.message,
                }
                for each in exporter.places
            ],
            "scores": [
                {
                    "item": each.item,
                    "student": each.student,
                    "state": each.state.name.lower(),
                    "message": each.message,
                }
                for each in exporter.marks
            ],
        }


def _pressed(button: Callable[[], str]) -> tuple[bool, str]:
    """Whether a button took, and the text it showed."""
    try:
        return True, button()
    except NotAllowed as refusal:
        return False, str(refusal)
