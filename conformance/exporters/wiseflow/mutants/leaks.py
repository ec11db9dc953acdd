"""Exporters of a flow that show credentials, or data of other people."""

from __future__ import annotations

from conformance.exporters.kit.face import Fields, Message
from conformance.exporters.kit.leaking import credentials_of, retold
from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.wiseflow.face import WiseflowFace


class ShowsItsCredentials(WiseflowFace):
    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self._signed_in = credentials_of(message)

    async def state(self, message: Message) -> Fields:
        shown = await super().state(message)
        return {**shown, "participants": retold(shown["participants"], lambda *_: self._signed_in)}


class NamesTheNext(WiseflowFace):
    async def state(self, message: Message) -> Fields:
        people = self.exporter.people

        def next_one(place: int, _: Fields) -> str:
            other = people[(place + 1) % len(people)]
            return f"The next is {other.given_name} {other.family_name}, {other.number}."

        shown = await super().state(message)
        return {**shown, "participants": retold(shown["participants"], next_one)}


MUTANTS = (
    Mutant(
        "shows-its-credentials",
        "Shows the credentials of the SIS in the text of a failure.",
        ("WF-SECRETS",),
        (),
        "wiseflow",
        ShowsItsCredentials,
    ),
    Mutant(
        "names-the-next",
        "Names another participant in the text of a failure.",
        ("WF-OTHERS",),
        (),
        "wiseflow",
        NamesTheNext,
    ),
)
