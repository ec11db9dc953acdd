"""The adapter's second face: every answer is on schema, and a start pays for nothing it spares."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from schoology_sections import ASA, ESSAY, JOSE, NOW, QUIZ, graded, remark, section
from schoology_stub import StubGradebook, answer, refusing

from conformance import protocol
from conformance.exporters.handling import ReferenceAdapter


class Suite:
    """Sends checked messages to an adapter and checks its answers."""

    def __init__(self) -> None:
        self.adapter = ReferenceAdapter()
        self.number = 0

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        self.number += 1
        message = protocol.build(self.number, op, fields)
        return protocol.check(await self.adapter.handle(message), message)

    async def opened(self, book: StubGradebook, state_dir: Path, **facts: Any) -> Any:
        given = {
            "dialect": "schoology",
            "sis_url": book.url,
            "credentials": {"type": "none"},
            "method": "PUT",
            "format": "json",
            "timeout": 60,
            "state_dir": str(state_dir),
            "clock": {"mode": "virtual", "now": NOW},
            "resume": False,
        }
        return await self.ask("configure", **{**given, **facts})


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_every_answer_of_a_whole_case_is_on_schema(
    book: StubGradebook, tmp_path: Path, form: str
) -> None:
    suite = Suite()
    book.as_xml = form == "xml"
    hello = await suite.ask("hello", protocol=1, suite={"name": "tests", "version": "1"})
    assert set(hello["dialects"]) == {"wiseflow", "schoology", "skyward"}
    await suite.opened(book, tmp_path, format=form)
    grades = (graded(ASA), graded(JOSE), graded(ASA, None, ESSAY))
    await suite.ask("load", section=section(*grades, remarks=[remark(ASA)]))
    book.hold(ASA, ESSAY, 12.5)
    assert (await suite.ask("sync"))["synchronised"]
    book.on_put(refusing({JOSE: "no"}))
    assert (await suite.ask("export", presses=2, by="manager"))["accepted"]
    assert (await suite.ask("settle"))["pending"] == []
    state = await suite.ask("state")
    assert [(each["enrollment_id"], each["state"], each["message"]) for each in state["rows"]] == [
        (ASA, "exported", None),
        (JOSE, "failed", "no"),
        (ASA, "not_exported", None),
    ]
    assert [each["grade"] for each in state["pulled"]] == [12.5]
    assert [(each["period"], each["state"]) for each in state["final_comments"]] == [
        ("p13011", "exported")
    ]
    book.on_put(answer(429, headers={"Retry-After": "60"}))
    assert (await suite.ask("retry"))["accepted"]
    assert (await suite.ask("settle"))["pending"] != []
    assert not (await suite.ask("sync"))["synchronised"]
    assert not (await suite.ask("retry"))["accepted"]
    await suite.ask("advance", seconds=60)
    assert (await suite.ask("settle"))["pending"] == []
    assert (await suite.ask("state"))["rows"][1]["state"] == "exported"
    assert (await suite.ask("bye"))["status"] == "ok"


async def test_an_edit_changes_what_it_names_and_takes_an_exception_back(
    book: StubGradebook, tmp_path: Path
) -> None:
    suite = Suite()
    await suite.opened(book, tmp_path)
    first = graded(ASA, None, exception=1, comment="Oh", comment_visible=True)
    await suite.ask("load", section=section(first))
    edits: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"grade": 5}, {"grade": 5, "exception": 0, "comment": "Oh", "comment_status": 1}),
        (
            {"grade": 5, "comment_visible": False},
            {"grade": 5, "exception": 0, "comment": "Oh", "comment_status": 0},
        ),
        (
            {"grade": 5, "comment": "Ah"},
            {"grade": 5, "exception": 0, "comment": "Ah", "comment_status": 0},
        ),
        ({"grade": 5, "exception": 2}, {"exception": 2, "comment": "Ah", "comment_status": 0}),
    ]
    for fields, expected in edits:
        where = {"assignment_id": QUIZ, "enrollment_id": ASA}
        assert (await suite.ask("act", action="edit_grade", **where, **fields))["done"]
        await suite.ask("export", presses=1, by="manager")
        await suite.ask("settle")
        (row,) = book.puts[-1].rows()
        assert {"type": "assignment", **where, **expected} == row
    nowhere = {"assignment_id": 9, "enrollment_id": ASA, "grade": 1}
    assert not (await suite.ask("act", action="edit_grade", **nowhere))["done"]
    suite.adapter.abandon()


async def test_what_this_face_cannot_do_is_said(book: StubGradebook, tmp_path: Path) -> None:
    suite = Suite()
    basic = {"type": "basic", "username": "u", "password": "p"}
    refusals = [
        await suite.opened(book, tmp_path, credentials=basic),
        await suite.adapter.handle({"op": "configure", "dialect": "Latin"}),
    ]
    assert (await suite.opened(book, tmp_path))["status"] == "ok"
    refusals.append(await suite.ask("act", action="end_period"))
    assert {each["status"] for each in refusals} == {"unsupported"}
    for refusal, text in zip(refusals, ("OAuth", "only", "end_period"), strict=True):
        assert text in refusal["reason"]
    suite.adapter.abandon()


def test_a_json_case_costs_neither_an_xml_library_nor_one_for_signatures() -> None:
    listing = (
        "import conformance.exporters.adapter, sys, json; first = list(sys.modules);"
        "import conformance.exporters.faces.schoology;"
        "print(json.dumps([first, list(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True)
    at_start, opened = json.loads(done.stdout)
    assert not any(name.startswith("conformance.exporters.schoology") for name in at_start)
    packages = {name.partition(".")[0] for name in opened}
    assert packages & {"lxml", "oauthlib", "aiohttp", "mock_sis"} == set()
