"""The adapter's face for a course."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial

from conformance.exporters.kit.face import Actions, ExporterFace, Fields, Message
from conformance.exporters.skyward.exporter import SkywardExporter
from conformance.exporters.skyward.model import ItemPlace, Mark
from conformance.exporters.skyward.parts import STANDARD, Parts

ACTIONS: Actions[SkywardExporter] = {
    "choose_category": lambda exporter, said: exporter.choose_category(
        said["item"], said["section"], said["category"]
    ),
    "edit_score": lambda exporter, said: exporter.edit_score(
        said["item"], said["student"], said["score"]
    ),
}


class SkywardFace(ExporterFace[SkywardExporter]):
    """OneRoster knows its clients by OAuth 2 only. Nothing is read back into a course."""

    subject = "course"
    credentials = ("none", "bearer", "oauth2")
    actions = ACTIONS

    def __init__(self, message: Message, parts: Parts = STANDARD) -> None:
        super().__init__(message, partial(SkywardExporter, parts=parts))

    def press(self, message: Message) -> Awaitable[str]:
        items = [str(each) for each in message.get("items", ())]
        return self.exporter.transfer(message.get("sections", ()), items)

    async def state(self, _: Message) -> Fields:
        return {
            "items": [
                {"item": each.item, "section": each.section, **_shown(each)}
                for each in self.exporter.places
            ],
            "scores": [
                {"item": each.item, "student": each.student, **_shown(each)}
                for each in self.exporter.marks
            ],
        }


def _shown(row: ItemPlace | Mark) -> Fields:
    return {"state": row.state.name.lower(), "message": row.message}
