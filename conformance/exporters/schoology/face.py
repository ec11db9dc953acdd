"""The adapter's face for a section's gradebook."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial

from conformance.exporters.kit.face import Actions, ExporterFace, Fields, Message
from conformance.exporters.schoology.exporter import SchoologyExporter
from conformance.exporters.schoology.formats import storable
from conformance.exporters.schoology.model import GradebookItem, Held
from conformance.exporters.schoology.parts import STANDARD, Parts


def edit_grade(exporter: SchoologyExporter, message: Message) -> None:
    """Enter a grade. What the message does not mention stays."""
    changes = {"grade": message["grade"]}
    if "exception" in message:
        changes["exception"] = message["exception"]
    if "comment" in message:
        changes["comment"] = storable(message["comment"] or "")
    if "comment_visible" in message:
        changes["visible"] = message["comment_visible"]
    exporter.edit_grade(message["assignment_id"], message["enrollment_id"], **changes)


ACTIONS: Actions[SchoologyExporter] = {"edit_grade": edit_grade}


class SchoologyFace(ExporterFace[SchoologyExporter]):
    """Schoology knows its clients by OAuth 1.0a only."""

    subject = "section"
    credentials = ("none", "oauth1")
    actions = ACTIONS

    def __init__(self, message: Message, parts: Parts = STANDARD) -> None:
        super().__init__(message, partial(SchoologyExporter, parts=parts))

    def fetch(self) -> Awaitable[str]:
        return self.exporter.pull()

    def press(self, _: Message) -> Awaitable[str]:
        return self.exporter.export()

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


def _shown(item: GradebookItem) -> Fields:
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
