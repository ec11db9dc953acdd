"""What becomes of each row, by what the SIS answers or fails to answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.exporters.schoology import SchoologyExporter
from helpers.exporters.schoology_sections import ASA, ESSAY, JOSE, QUIZ, graded, remark, section
from helpers.exporters.schoology_stub import (
    Behaviour,
    StubGradebook,
    answer,
    hang_up,
    refusing,
    store,
    stored_but,
    telling,
)

Opened = Callable[..., SchoologyExporter]
GONE = "The enrollment is not active."


async def exported(exporter: SchoologyExporter) -> list[str]:
    """The states after an export and all it does by itself, given time."""
    await exporter.export()
    while await exporter.settle():
        exporter.advance(60)
    return [each.state.name for each in exporter.items]


@pytest.mark.parametrize("status", [200, 207])
@pytest.mark.parametrize("form", ["json", "xml"])
async def test_row_codes_decide_row_by_row(
    gradebook: Opened, book: StubGradebook, status: int, form: str
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)), format=form)
    book.on_put(refusing({JOSE: GONE}, status))
    assert await exported(exporter) == ["EXPORTED", "FAILED"]
    assert [each.message for each in exporter.items] == [None, GONE]
    assert len(book.puts) == 1
    exporter.edit_grade(QUIZ, ASA, grade=1)
    await exporter.retry()
    await exporter.settle()
    assert [put.subjects for put in book.puts] == [[ASA, JOSE], [JOSE]]
    assert [each.state.name for each in exporter.items] == ["NOT_EXPORTED", "EXPORTED"]


async def test_a_refusal_without_words_shows_its_code(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    book.on_put(refusing({ASA: ""}))
    assert await exported(exporter) == ["FAILED"]
    assert "403" in (exporter.items[0].message or "")


@pytest.mark.parametrize(
    ("behaviour", "text"),
    [
        (answer(400), "HTTP 400"),
        (answer(401), "credentials"),
        (answer(403), "HTTP 403"),
        (answer(404), "HTTP 404"),
        (answer(499), "HTTP 499"),
        (answer(300), "redirected"),
        (answer(399), "redirected"),
        (answer(302, headers={"Location": "/v1/elsewhere"}), "redirected"),
        (answer(307, headers={"Location": "http://127.0.0.2:9/v1/x"}), "redirected"),
        (answer(307, headers={"Location": "http://[/"}), "redirected"),
        (answer(307), "redirected"),
    ],
)
async def test_a_call_turned_down_fails_as_a_whole_and_is_not_repeated(
    gradebook: Opened, book: StubGradebook, behaviour: Behaviour, text: str
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)))
    book.on_put(behaviour)
    assert await exported(exporter) == ["FAILED", "FAILED"]
    assert all(text in (each.message or "") for each in exporter.items)
    assert len(book.heard) == 1


def without_the_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return rows[1:]


def the_first_twice(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [rows[0], *rows]


def without_codes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "response_code": "fine"} for row in rows]


def without_names(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"response_code": 200} for _ in rows]


UNCLEAR: dict[str, Behaviour] = {
    "lost": hang_up,
    "500": answer(500),
    "503": answer(503),
    "empty 200": answer(200),
    "204": answer(204),
    "error object": answer(200, b'{"error": "sorry"}'),
    "page": answer(200, b"<html>Hello</html>"),
    "cut": answer(207, b'{"grades":{"grade":[{"enrol'),
    "list": answer(207, b"[]"),
    "no rows": answer(207, b'{"grades":{"grade":[]}}'),
}


@pytest.mark.parametrize("behaviour", UNCLEAR.values(), ids=UNCLEAR)
async def test_what_the_sis_has_after_an_unclear_answer_is_read_back_and_not_sent_again(
    gradebook: Opened, book: StubGradebook, behaviour: Behaviour
) -> None:
    exporter = gradebook(
        section(graded(ASA, 80), graded(JOSE, None, exception=1, comment=" two\r\nlines"))
    )
    book.on_put(stored_but(behaviour))
    assert await exported(exporter) == ["EXPORTED", "EXPORTED"]
    assert (len(book.puts), len(book.gets)) == (1, 1)


@pytest.mark.parametrize("behaviour", UNCLEAR.values(), ids=UNCLEAR)
async def test_what_the_sis_lacks_after_an_unclear_answer_is_sent_again(
    gradebook: Opened, book: StubGradebook, behaviour: Behaviour
) -> None:
    exporter = gradebook(section(graded(ASA, 80), graded(JOSE, "B", ESSAY)))
    book.hold(ASA, QUIZ, 70)
    book.on_put(behaviour)
    assert await exported(exporter) == ["EXPORTED", "EXPORTED"]
    assert [put.subjects for put in book.puts] == [[ASA, JOSE], [ASA, JOSE]]
    assert (book.grade(ASA, QUIZ), book.grade(JOSE, ESSAY)) == (80, 42.5)


@pytest.mark.parametrize("change", [without_the_first, the_first_twice])
async def test_only_rows_of_which_the_answer_does_not_tell_once_are_read_back(
    gradebook: Opened, book: StubGradebook, change: Any
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)))

    async def drops_the_first(stub: StubGradebook, request: Any, heard: Any) -> Any:
        reply = await telling(change)(stub, request, heard)
        del stub.grades[str(QUIZ), str(ASA)]
        return reply

    book.on_put(drops_the_first)
    assert await exported(exporter) == ["EXPORTED", "EXPORTED"]
    assert [put.subjects for put in book.puts] == [[ASA, JOSE], [ASA]]


@pytest.mark.parametrize("change", [without_codes, without_names])
async def test_rows_that_cannot_be_read_are_read_back(
    gradebook: Opened, book: StubGradebook, change: Any
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)))
    book.on_put(telling(change))
    assert await exported(exporter) == ["EXPORTED", "EXPORTED"]
    assert (len(book.puts), len(book.gets)) == (1, 1)


HELD: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    (graded(ASA, 80), {"grade": 80.0, "comment": "by hand"}, True),
    (graded(ASA, 80), {"grade": 79}, False),
    (graded(ASA, 80), {"grade": None, "exception": 1}, False),
    (graded(ASA, 0), {"grade": None}, False),
    (graded(ASA, None, exception=1), {"grade": None, "exception": 1}, True),
    (graded(ASA, 80, comment="A"), {"grade": 80, "comment": "A", "comment_status": 0}, True),
    (graded(ASA, 80, comment="A"), {"grade": 80, "comment": "A", "comment_status": None}, True),
    (graded(ASA, 80, comment="A"), {"grade": 80, "comment": "A", "comment_status": 1}, False),
    (graded(ASA, 80, comment="A"), {"grade": 80, "comment": "B"}, False),
    (graded(ASA, 80, comment="a\r\nb "), {"grade": 80, "comment": "a\nb"}, True),
    (graded(ASA, "B", ESSAY), {"grade": 42.5}, False),
]


@pytest.mark.parametrize(("place", "held", "is_same"), HELD)
async def test_a_grade_is_there_when_the_sis_shows_all_that_was_said(
    gradebook: Opened,
    book: StubGradebook,
    place: dict[str, Any],
    held: dict[str, Any],
    is_same: bool,
) -> None:
    exporter = gradebook(section(place))
    book.hold(ASA, place["assignment_id"], **held)
    book.on_put(hang_up)
    assert await exported(exporter) == ["EXPORTED"]
    assert len(book.puts) == (1 if is_same else 2)


async def test_a_sis_that_answers_204_is_believed_of_a_letter_when_it_shows_a_number(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA, "B", ESSAY)))
    book.on_put(stored_but(answer(204)))
    assert await exported(exporter) == ["EXPORTED"]
    assert len(book.puts) == 1


async def test_a_final_comment_is_read_back_by_its_enrollment(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(remarks=(remark(ASA), remark(JOSE, "final"))))
    book.on_put(stored_but(hang_up))
    assert await exported(exporter) == ["EXPORTED", "EXPORTED"]
    assert len(book.puts) == 1
    assert [get.query.get("enrollment_id") for get in book.gets] == [None, str(ASA), str(JOSE)]


async def test_what_never_gets_an_answer_fails_in_the_end_and_says_that_nobody_knows(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    book.on_put(hang_up, hang_up, hang_up)
    assert await exported(exporter) == ["FAILED"]
    assert "unknown" in (exporter.items[0].message or "")
    assert len(book.puts) == 3
    await exporter.retry()
    await exporter.settle()
    assert exporter.items[0].state.name == "EXPORTED"


async def test_the_third_attempt_waits_by_the_exporters_clock(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    book.on_put(hang_up, hang_up)
    await exporter.export()
    (reason,) = await exporter.settle()
    assert "30 seconds" in reason
    assert (len(book.puts), exporter.items[0].state.name) == (2, "QUEUED")
    exporter.advance(29)
    assert await exporter.settle()
    exporter.advance(1)
    assert await exporter.settle() == ()
    assert (len(book.puts), exporter.items[0].state.name) == (3, "EXPORTED")


@pytest.mark.parametrize("reading", [hang_up, answer(403), answer(200, b"what?")])
async def test_where_nothing_can_be_read_back_the_grade_is_sent_again(
    gradebook: Opened, book: StubGradebook, reading: Behaviour
) -> None:
    exporter = gradebook(section(graded(ASA)))
    book.on_put(stored_but(hang_up))
    book.on_get(reading)
    assert await exported(exporter) == ["EXPORTED"]
    assert len(book.puts) == 2


async def test_a_sis_that_cannot_be_reached_fails_the_rows_at_once(
    gradebook: Opened, book: StubGradebook
) -> None:
    await book.close()
    exporter = gradebook(section(graded(ASA)), sis_url="http://127.0.0.1:9/v1")
    assert await exported(exporter) == ["FAILED"]
    assert "Nothing was sent" in (exporter.items[0].message or "")


async def test_one_call_that_fails_does_not_keep_the_next_from_being_made(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)), most_rows=1)
    book.on_put(answer(403), store)
    assert await exported(exporter) == ["FAILED", "EXPORTED"]
