"""The table of dialects: a fourth one needs an entry, and nothing else is edited."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance.exporters.dialects import DIALECTS, ExporterDialect
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.face import ExporterFace, Fields, Message
from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.mutants import mutant_adapter
from helpers.exporters.suite import configuration


class TinyExporter:
    """Sends one note, once."""

    copies = 1

    def __init__(self, settings: SisSettings) -> None:
        self.clock = settings.clock
        self.note = ""
        self.sent: list[str] = []

    def load(self, document: Mapping[str, Any]) -> None:
        self.note = document["text"]

    async def export(self) -> str:
        if self.sent:
            raise NotAllowed("The note is sent.")
        self.sent = [self.note] * self.copies
        return "Sent."

    async def retry(self) -> str:
        raise NotAllowed("Nothing has failed.")

    async def settle(self) -> tuple[str, ...]:
        return ()

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def close(self) -> None:
        pass


class SendsTwice(TinyExporter):
    copies = 2


class TinyFace(ExporterFace[TinyExporter]):
    subject = "note"
    credentials = ("none",)

    def __init__(self, message: Message, make: type[TinyExporter] = TinyExporter) -> None:
        super().__init__(message, make)

    def press(self, _: Message) -> Awaitable[str]:
        return self.exporter.export()

    async def state(self, _: Message) -> Fields:
        return {"sent": self.exporter.sent}


TINY = ExporterDialect("tiny", ("retry", "notes"), TinyFace)
TABLE = (*DIALECTS, TINY)
TWICE = Mutant(
    "tiny-sends-twice", "Sends twice.", ("TN-ONCE",), (), "tiny", partial(TinyFace, make=SendsTwice)
)


async def answers(adapter: ReferenceAdapter, *messages: dict[str, Any]) -> list[Fields]:
    """The answers, each without its id."""
    found = [await adapter.handle(each) for each in messages]
    return [{name: value for name, value in each.items() if name != "id"} for each in found]


@pytest.mark.parametrize(
    ("adapter", "name", "sent"),
    [
        (ReferenceAdapter(dialects=TABLE), "reference", ["Hello"]),
        (mutant_adapter(TWICE, TABLE), "mutant:tiny-sends-twice", ["Hello", "Hello"]),
    ],
    ids=["reference", "mutant"],
)
async def test_a_fourth_dialect_is_an_entry_in_the_table_and_so_is_its_mutant(
    adapter: ReferenceAdapter, name: str, sent: list[str], tmp_path: Path
) -> None:
    configured = {"op": "configure", **configuration("tiny", "http://127.0.0.1:9", tmp_path)}
    hello, *rest = await answers(
        adapter,
        {"op": "hello"},
        configured,
        {"op": "load", "note": {"text": "Hello"}},
        {"op": "export", "presses": 2},
        {"op": "state"},
        {"op": "sync"},
        {"op": "bye"},
    )
    assert hello["exporter"]["name"] == name
    assert hello["dialects"] == ["wiseflow", "schoology", "skyward", "tiny"]
    assert hello["features"][-1] == "notes"
    assert rest == [
        {"status": "ok"},
        {"status": "ok"},
        {
            "status": "ok",
            "accepted": True,
            "message": "Sent. The note is sent.",
            "answers": [
                {"accepted": True, "message": "Sent."},
                {"accepted": False, "message": "The note is sent."},
            ],
        },
        {"status": "ok", "sent": sent},
        {"status": "unsupported", "reason": "A note reads nothing back from the SIS."},
        {"status": "ok"},
    ]


@pytest.mark.parametrize("dialect", ["wiseflow", "schoology", "skyward"])
async def test_a_mutant_leaves_the_other_dialects_as_they_are(dialect: str, tmp_path: Path) -> None:
    adapter = mutant_adapter(TWICE, TABLE)
    given = configuration(dialect, "http://127.0.0.1:9", tmp_path)
    assert await answers(adapter, {"op": "configure", **given}, {"op": "bye"}) == [
        {"status": "ok"},
        {"status": "ok"},
    ]
