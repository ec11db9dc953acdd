"""The adapter's second face: every answer is on schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.exporters.schoology_sections import ASA, ESSAY, JOSE, QUIZ, graded, remark, section
from helpers.exporters.schoology_stub import StubGradebook, answer, refusing
from helpers.exporters.suite import Suite


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_every_answer_of_a_whole_case_is_on_schema(
    book: StubGradebook, tmp_path: Path, form: str
) -> None:
    suite = Suite()
    book.as_xml = form == "xml"
    await suite.configure("schoology", book.url, tmp_path, format=form)
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


async def test_an_edit_changes_what_it_names_and_nothing_else(
    book: StubGradebook, tmp_path: Path
) -> None:
    suite = Suite()
    await suite.configure("schoology", book.url, tmp_path)
    first = graded(ASA, None, exception=1, comment="Oh", comment_visible=True)
    await suite.ask("load", section=section(first))
    edits: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"grade": 5, "comment": "So"}, {"exception": 1, "comment": "So", "comment_status": 1}),
        (
            {"grade": 5, "comment": "Oh", "exception": 0},
            {"grade": 5, "exception": 0, "comment": "Oh", "comment_status": 1},
        ),
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
        await suite.configure("schoology", book.url, tmp_path, credentials=basic),
        await suite.adapter.handle({"op": "configure", "dialect": "Latin"}),
    ]
    assert (await suite.configure("schoology", book.url, tmp_path))["status"] == "ok"
    refusals.append(await suite.ask("act", action="end_period"))
    assert {each["status"] for each in refusals} == {"unsupported"}
    for refusal, text in zip(refusals, ("oauth1", "schoology", "end_period"), strict=True):
        assert text in refusal["reason"]
    suite.adapter.abandon()
