"""The adapter's face for a section of a gradebook."""

from __future__ import annotations

import asyncio
from pathlib import Path

from conformance.exporters.kit.face import Fields, Message, Unsupported, pressed, together
from conformance.exporters.kit.times import seconds, text
from conformance.exporters.schoology import Clock, NotAllowed, Parts, SchoologyExporter, Settings
from conformance.exporters.schoology.formats import storable
from conformance.exporters.schoology.model import Held, Item

CREDENTIALS = ("none", "oauth1")


class SchoologyFace:
    """Turns each message into a call of the exporter, and what comes of it into an answer."""

    def __init__(self, message: Message, parts: Parts) -> None:
        if message["credentials"]["type"] not in CREDENTIALS:
            raise Unsupported("Schoology knows its clients by OAuth 1.0a, and by nothing else.")
        clock = message["clock"]
        settings = Settings(
            sis_url=message["sis_url"],
            state_dir=Path(message["state_dir"]),
            clock=Clock(seconds(clock["now"]), virtual=clock["mode"] == "virtual"),
            credentials=message["credentials"],
            format=message.get("format", "json"),
            timeout=message["timeout"],
            resume=message["resume"],
        )
        self.exporter = SchoologyExporter(settings, parts)

    def close(self) -> None:
        self.exporter.close()

    async def load(self, message: Message) -> Fields:
        self.exporter.load(message["section"])
        return {}

    async def sync(self, _: Message) -> Fields:
        synchronised, text = await pressed(self.exporter.pull())
        return {"synchronised": synchronised, "message": text}

    async def act(self, message: Message) -> Fields:
        if message["action"] != "edit_grade":
            raise Unsupported(f"There is no action {message['action']!r} in a gradebook.")
        try:
            self._edit(message)
        except NotAllowed as refusal:
            return {"done": False, "message": str(refusal)}
        return {"done": True}

    def _edit(self, message: Message) -> None:
        """Who enters a grade takes back an exception that is not named again; a comment stays."""
        changes = {"grade": message["grade"], "exception": message.get("exception", 0)}
        if "comment" in message:
            changes["comment"] = storable(message["comment"] or "")
        if "comment_visible" in message:
            changes["visible"] = message["comment_visible"]
        self.exporter.edit_grade(message["assignment_id"], message["enrollment_id"], **changes)

    async def export(self, message: Message) -> Fields:
        presses = (pressed(self.exporter.export()) for _ in range(message["presses"]))
        return together(await asyncio.gather(*presses))

    async def retry(self, _: Message) -> Fields:
        return together([await pressed(self.exporter.retry())])

    async def settle(self, _: Message) -> Fields:
        return {"pending": list(await self.exporter.settle())}

    async def advance(self, message: Message) -> Fields:
        self.exporter.advance(message["seconds"])
        return {"now": text(self.exporter.clock.now())}

    async def state(self, _: Message) -> Fields:
        items = self.exporter.items
        grades = (each for each in items if each.kind == "grade")
        comments = (each for each in items if each.kind == "final_comment")
        return {
            "rows": [{"assignment_id": each.place, **_shown(each)} for each in grades],
            "final_comments": [{"period": each.place, **_shown(each)} for each in comments],
            "pulled": [_pulled(each) for each in self.exporter.pulled],
            "message": self.exporter.section.message,
        }


def _shown(item: Item) -> Fields:
    return {
        "enrollment_id": item.enrollment_id,
        "state": item.state.name.lower(),
        "message": item.message,
    }


def _pulled(held: Held) -> Fields:
    return {
        "assignment_id": held.place,
        "enrollment_id": held.enrollment_id,
        "grade": held.grade,
        "exception": held.exception,
    }
