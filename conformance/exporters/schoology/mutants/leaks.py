"""Exporters of a section that show credentials, or data of other people."""

from __future__ import annotations

from conformance.exporters.kit.face import Fields, Message
from conformance.exporters.kit.leaking import credentials_of, retold
from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.schoology.face import SchoologyFace


class ShowsItsCredentials(SchoologyFace):
    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self._signed_in = credentials_of(message)

    async def state(self, message: Message) -> Fields:
        shown = await super().state(message)
        return {**shown, "rows": retold(shown["rows"], lambda *_: self._signed_in)}


class ShowsTheRowBefore(SchoologyFace):
    async def state(self, message: Message) -> Fields:
        shown = await super().state(message)
        grades = [each for each in self.exporter.items if each.kind == "grade"]

        def before(place: int, _: Fields) -> str:
            return f"After {grades[place - 1].enrollment_id}."

        return {**shown, "rows": retold(shown["rows"], before)}


MUTANTS = (
    Mutant(
        "section-shows-its-credentials",
        "Shows the credentials of the SIS in the text of a refused row.",
        ("SC-SECRETS",),
        (),
        "schoology",
        ShowsItsCredentials,
    ),
    Mutant(
        "section-shows-the-row-before",
        "Names another enrollment in the text of a refusal.",
        ("SC-OTHERS",),
        (),
        "schoology",
        ShowsTheRowBefore,
    ),
)
