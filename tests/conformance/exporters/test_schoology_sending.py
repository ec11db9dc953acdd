"""What an export says of a gradebook, and what it leaves unsaid."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.schoology import SchoologyExporter
from helpers.exporters.schoology_sections import (
    ASA,
    ESSAY,
    JOSE,
    QUIZ,
    ZOE,
    graded,
    remark,
    section,
)
from helpers.exporters.schoology_stub import StubGradebook

Opened = Callable[..., SchoologyExporter]
FORMATS = pytest.mark.parametrize("form", ["json", "xml"])


async def pressed(exporter: SchoologyExporter) -> None:
    await exporter.export()
    assert await exporter.settle() == ()


def states(exporter: SchoologyExporter) -> list[str]:
    return [each.state.name for each in exporter.items]


def said(row: dict[str, Any]) -> dict[str, Any]:
    """What a row says beyond where it belongs."""
    return {
        name: value
        for name, value in row.items()
        if name not in ("type", "assignment_id", "enrollment_id")
    }


SAID: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (graded(ASA, 80), {"grade": 80, "exception": 0}),
    (graded(ASA, 0), {"grade": 0, "exception": 0}),
    (graded(ASA, 0.0), {"grade": 0, "exception": 0}),
    (graded(ASA, 0.0000001), {"grade": 0.0000001, "exception": 0}),
    (graded(ASA, 120.5), {"grade": 120.5, "exception": 0}),
    (graded(ASA, "80.0"), {"grade": 80, "exception": 0}),
    (graded(ASA, "B", ESSAY), {"grade": "B", "exception": 0}),
    (graded(ASA, 80, exception=1), {"exception": 1}),
    (graded(ASA, "E", exception=3), {"exception": 3}),
    (
        graded(ASA, 80, comment="Well done"),
        {"grade": 80, "exception": 0, "comment": "Well done", "comment_status": 0},
    ),
    (
        graded(ASA, None, exception=2, comment="Ill", comment_visible=True),
        {"exception": 2, "comment": "Ill", "comment_status": 1},
    ),
    (graded(ASA, None, comment="See me"), {"comment": "See me", "comment_status": 0}),
    (graded(ASA, 80, comment="", comment_visible=True), {"grade": 80, "exception": 0}),
]


@pytest.mark.parametrize(("place", "expected"), SAID, ids=[str(number) for number in range(13)])
async def test_a_row_says_what_the_teacher_said_and_no_more(
    gradebook: Opened, book: StubGradebook, place: dict[str, Any], expected: dict[str, Any]
) -> None:
    exporter = gradebook(section(place))
    await pressed(exporter)
    (row,) = book.puts[0].rows()
    assert said(row) == expected
    assert (row["type"], row["enrollment_id"]) == ("assignment", ASA)
    assert states(exporter) == ["EXPORTED"]


@pytest.mark.parametrize("place", [each for each, _ in SAID], ids=map(str, range(13)))
async def test_xml_says_the_same_as_json(
    gradebook: Opened, book: StubGradebook, place: dict[str, Any]
) -> None:
    rows = []
    for form in ("json", "xml"):
        await pressed(gradebook(section(place), format=form, resume=False))
        (row,) = book.puts[-1].rows()
        rows.append({name: as_text(value) for name, value in row.items()})
    assert rows[0] == rows[1]


def as_text(value: Any) -> str:
    return f"{value:.7f}".rstrip("0") if isinstance(value, float) else str(value)


async def test_an_ungraded_place_says_nothing(gradebook: Opened, book: StubGradebook) -> None:
    exporter = gradebook(section(graded(ASA, None), graded(JOSE, ""), graded(ZOE, 0)))
    await pressed(exporter)
    assert [put.subjects for put in book.puts] == [[ZOE]]
    assert states(exporter) == ["NOT_EXPORTED", "NOT_EXPORTED", "EXPORTED"]


@pytest.mark.parametrize(
    "place",
    [
        graded(ASA, "C", ESSAY),
        graded(ASA, "A", QUIZ),
        graded(ASA, "b", ESSAY),
        graded(ASA, "1e3"),
        graded(ASA, -1),
        graded(ASA, "-0.5"),
        graded(ASA, float("nan")),
        graded(ASA, float("inf")),
        graded(ASA, "9" * 400),
    ],
    ids=str,
)
async def test_what_the_sis_could_not_take_fails_here_and_holds_nothing_else_up(
    gradebook: Opened, book: StubGradebook, place: dict[str, Any]
) -> None:
    exporter = gradebook(section(place, graded(JOSE)))
    await pressed(exporter)
    assert [put.subjects for put in book.puts] == [[JOSE]]
    assert states(exporter) == ["FAILED", "EXPORTED"]
    assert "Not sent" in (exporter.items[0].message or "")
    with pytest.raises(NotAllowed, match="messages"):
        await exporter.retry()


@FORMATS
async def test_final_comments_go_by_themselves_and_name_their_period(
    gradebook: Opened, book: StubGradebook, form: str
) -> None:
    remarks = (
        remark(ASA, "p13011", "Great", comment_visible=True),
        remark(ASA, "final", "Good year"),
        remark(JOSE, "final", ""),
    )
    exporter = gradebook(section(graded(ASA), remarks=remarks), format=form)
    await pressed(exporter)
    first, second = book.puts
    assert (first.subjects, first.rows("final_comments", "final_comment")) == ([ASA], [])
    rows = [
        {name: str(value) for name, value in row.items()}
        for row in second.rows("final_comments", "final_comment")
    ]
    who = {"enrollment_id": str(ASA)}
    assert rows == [
        {**who, "period_id": "13011", "comment": "Great", "comment_status": "1"},
        {**who, "period_id": "final", "comment": "Good year", "comment_status": "0"},
    ]
    assert states(exporter) == ["EXPORTED", "EXPORTED", "EXPORTED", "NOT_EXPORTED"]


async def test_a_call_carries_no_more_rows_than_it_is_told_to(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(*(graded(n) for n in range(1, 8)), more=7), most_rows=3)
    await pressed(exporter)
    assert [put.subjects for put in book.puts] == [[1, 2, 3], [4, 5, 6], [7]]
    assert set(states(exporter)) == {"EXPORTED"}


async def test_two_presses_at_once_are_one_export_and_a_third_finds_nothing_new(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    results = await asyncio.gather(exporter.export(), exporter.export(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["NotAllowed", "str"]
    await exporter.settle()
    with pytest.raises(NotAllowed, match="Nothing has changed"):
        await exporter.export()
    assert [put.subjects for put in book.puts] == [[ASA]]


async def test_an_export_sends_what_changed_since_the_last_one(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)))
    await pressed(exporter)
    exporter.edit_grade(QUIZ, JOSE, grade=0)
    exporter.edit_grade(QUIZ, ASA, grade=90)
    exporter.edit_grade(str(QUIZ), str(ASA), grade=80)
    exporter.edit_grade(ESSAY, ZOE, grade="A")
    assert states(exporter) == ["EXPORTED", "NOT_EXPORTED", "NOT_EXPORTED"]
    await pressed(exporter)
    assert [put.subjects for put in book.puts] == [[ASA, JOSE], [JOSE, ZOE]]
    assert (book.grade(JOSE, QUIZ), book.grade(ZOE, ESSAY)) == (0, 47.5)


@pytest.mark.parametrize(("assignment", "enrollment"), [(9, ASA), (QUIZ, 9)])
async def test_there_is_no_grade_outside_the_section(
    gradebook: Opened, assignment: int, enrollment: int
) -> None:
    exporter = gradebook(section(graded(ASA)))
    with pytest.raises(NotAllowed, match="no such assignment"):
        exporter.edit_grade(assignment, enrollment, grade=1)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (graded(ASA, 1, comment="Oh"), {"comment": ""}, {"comment": "", "comment_status": 0}),
        (graded(ASA, None, exception=1), {"exception": 0}, {"exception": 0}),
        (graded(ASA, 1, comment="Oh"), {"grade": None}, {"grade": None, "exception": 0}),
        (
            graded(ASA, 1, comment="Oh", comment_visible=True),
            {"visible": False},
            {"comment": "Oh", "comment_status": 0},
        ),
    ],
)
async def test_what_was_said_and_is_taken_back_is_said_too(
    gradebook: Opened,
    book: StubGradebook,
    before: dict[str, Any],
    after: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    exporter = gradebook(section(before))
    await pressed(exporter)
    exporter.edit_grade(QUIZ, ASA, **after)
    await pressed(exporter)
    row = said(book.puts[1].rows()[0])
    assert {name: row[name] for name in expected} == expected
    assert ("grade" in row) is (before["grade"] is not None)


async def test_a_grade_taken_back_is_sent_as_none_and_one_never_sent_is_not(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    await pressed(exporter)
    exporter.edit_grade(QUIZ, ASA, grade=None)
    await pressed(exporter)
    assert said(book.puts[1].rows()[0])["grade"] is None
    assert states(exporter) == ["EXPORTED"]
    exporter.edit_grade(QUIZ, JOSE, grade=5)
    exporter.edit_grade(QUIZ, JOSE, grade=None)
    with pytest.raises(NotAllowed, match="Nothing has changed"):
        await exporter.export()


async def test_releasing_a_comment_that_is_not_there_is_nothing_new(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    await pressed(exporter)
    exporter.edit_grade(QUIZ, ASA, visible=True)
    assert states(exporter) == ["EXPORTED"]
    with pytest.raises(NotAllowed, match="Nothing has changed"):
        await exporter.export()


async def test_a_grade_changed_while_it_is_sent_is_not_exported_yet(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    await exporter.export()
    exporter.edit_grade(QUIZ, ASA, grade=90)
    assert states(exporter) == ["QUEUED"]
    await exporter.settle()
    assert states(exporter) == ["NOT_EXPORTED"]
    await pressed(exporter)
    assert (states(exporter), book.grade(ASA, QUIZ)) == (["EXPORTED"], 90)


AWKWARD = 'Åsa\u2019s "<b>&amp;</b>" ]]> 100 %\r\n\tsecond line \U0001f600'


@FORMATS
@pytest.mark.parametrize(
    ("comment", "arrives"),
    [
        (AWKWARD, AWKWARD),
        ("a\x0bb\x00c", "a\ufffdb\ufffdc"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("\ufffe", "\ufffd"),
        (" spaces ", " spaces "),
    ],
)
async def test_any_comment_arrives_as_far_as_a_body_can_carry_it(
    gradebook: Opened, book: StubGradebook, form: str, comment: str, arrives: str
) -> None:
    await pressed(gradebook(section(graded(ASA, comment=comment)), format=form))
    assert book.puts[0].rows()[0]["comment"] == arrives


async def test_xml_says_that_it_is_utf_8_xml(gradebook: Opened, book: StubGradebook) -> None:
    await pressed(gradebook(section(graded(ASA, comment="Å")), format="xml"))
    (put,) = book.puts
    assert put.headers["Content-Type"] == put.headers["Accept"] == "application/xml"
    info = etree.fromstring(put.body).getroottree().docinfo
    assert (info.encoding, info.root_name) == ("utf-8", "body")
    assert put.body.startswith(b"<?xml version='1.0' encoding='utf-8'?>")


async def test_of_a_place_that_is_named_twice_the_last_entry_counts(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA, 1), graded(JOSE, 2), graded(str(ASA), 3)))
    await pressed(exporter)
    assert [row["grade"] for row in book.puts[0].rows()] == [3, 2]


async def test_loading_again_forgets_nothing_and_another_section_everything(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    await pressed(exporter)
    exporter.load(section(graded(ASA, 1), graded(JOSE, 2)))
    assert states(exporter) == ["EXPORTED", "NOT_EXPORTED"]
    exporter.load({**section(graded(ZOE)), "id": "other"})
    assert [each.enrollment_id for each in exporter.items] == [ZOE]
    assert exporter.items[0].state is ExportState.NOT_EXPORTED
