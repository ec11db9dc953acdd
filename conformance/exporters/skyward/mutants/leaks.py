"""Exporters of a course that show credentials, or data of other people."""

from __future__ import annotations

from conformance.exporters.kit.face import Fields, Message
from conformance.exporters.kit.leaking import credentials_of, retold
from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.skyward.face import SkywardFace


class ShowsItsCredentials(SkywardFace):
    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self._signed_in = credentials_of(message)

    async def state(self, message: Message) -> Fields:
        shown = await super().state(message)
        return {**shown, "scores": retold(shown["scores"], lambda *_: self._signed_in)}


class ComparesStudents(SkywardFace):
    async def state(self, message: Message) -> Fields:
        shown = await super().state(message)
        marks = self.exporter.marks

        def before(place: int, _: Fields) -> str:
            return f"({marks[place - 1].student} has {marks[place - 1].score})"

        return {**shown, "scores": retold(shown["scores"], before)}


MUTANTS = (
    Mutant(
        "course-shows-its-credentials",
        "Shows the credentials of the SIS in the text of a refused score.",
        ("SK-SECRETS",),
        (),
        "skyward",
        ShowsItsCredentials,
    ),
    Mutant(
        "course-compares-students",
        "Shows another student's score in the text of a refusal.",
        ("SK-OTHERS",),
        (),
        "skyward",
        ComparesStudents,
    ),
)
