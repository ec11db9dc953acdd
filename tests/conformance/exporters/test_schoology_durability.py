"""What survives a kill: every grade, and the will to send those that were under way."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.schoology import SchoologyExporter
from helpers.exporters.schoology_sections import ASA, ESSAY, JOSE, QUIZ, graded, remark, section
from helpers.exporters.schoology_stub import StubGradebook, answer, hang_up, refusing, stored_but

Opened = Callable[..., SchoologyExporter]


def states(exporter: SchoologyExporter) -> list[str]:
    return [each.state.name for each in exporter.items]


async def put_off(gradebook: Opened, book: StubGradebook) -> None:
    """An exporter is killed while it waits to send the second of two calls."""
    exporter = gradebook(section(graded(ASA), graded(JOSE, "B", ESSAY)), most_rows=1)
    book.on_put(stored_but(answer(503)), answer(429))
    book.on_get(answer(429))
    await exporter.export()
    assert await exporter.settle()
    exporter.close()
    book.script["PUT"].clear()


async def test_an_export_cut_short_is_read_back_and_goes_on_after_a_start(
    gradebook: Opened, book: StubGradebook
) -> None:
    await put_off(gradebook, book)
    again = gradebook(most_rows=1)
    assert states(again) == ["QUEUED", "QUEUED"]
    assert await again.settle() == ()
    assert states(again) == ["EXPORTED", "EXPORTED"]
    assert [put.subjects for put in book.puts] == [[ASA], [JOSE]]
    with pytest.raises(NotAllowed, match="Nothing has changed"):
        await again.export()


async def test_what_had_its_answer_before_the_kill_is_left_alone(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)), most_rows=1)
    book.on_put(refusing({ASA: "no"}), answer(429))
    await exporter.export()
    assert await exporter.settle()
    exporter.close()
    again = gradebook(most_rows=1)
    assert await again.settle() == ()
    assert states(again) == ["FAILED", "EXPORTED"]
    assert [put.subjects for put in book.puts] == [[ASA], [JOSE], [JOSE]]


async def test_an_export_that_ended_is_not_taken_up_again(
    gradebook: Opened, book: StubGradebook
) -> None:
    await put_off(gradebook, book)
    await gradebook(most_rows=1).settle()
    book.heard.clear()
    third = gradebook()
    assert await third.settle() == ()
    assert book.heard == []
    assert states(third) == ["EXPORTED", "EXPORTED"]


async def test_after_an_end_nothing_is_sent_again_and_everything_is_remembered(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(
        section(
            graded(ASA, 80.5, comment="Åsa", comment_visible=True),
            graded(JOSE, "Z", ESSAY),
            remarks=[remark(ASA)],
        )
    )
    await exporter.pull()
    await exporter.export()
    await exporter.settle()
    exporter.edit_grade(QUIZ, JOSE, grade=0)
    known = (exporter.section, exporter.items, exporter.pulled)
    exporter.close()
    again = gradebook()
    assert (again.section, again.items, again.pulled) == known
    assert states(again) == ["EXPORTED", "FAILED", "EXPORTED", "NOT_EXPORTED"]


async def test_of_another_section_nothing_is_kept(gradebook: Opened, book: StubGradebook) -> None:
    book.hold(ASA, QUIZ, 1)
    exporter = gradebook(section(graded(ASA)))
    await exporter.pull()
    exporter.load({**section(), "id": "other"})
    assert (exporter.items, exporter.pulled) == ((), ())
    again = gradebook()
    assert (again.items, again.pulled, again.section.cursor) == ((), (), None)


async def test_without_resume_the_memory_is_clean(gradebook: Opened, book: StubGradebook) -> None:
    exporter = gradebook(section(graded(ASA)))
    exporter.close()
    again = gradebook(resume=False)
    assert again.items == ()
    with pytest.raises(NotAllowed, match="No section"):
        await again.export()


async def test_the_claim_is_on_disk_before_anything_is_sent(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    await exporter.export()
    assert book.heard == []
    again = gradebook()
    assert states(again) == ["QUEUED"]


async def test_another_section_waits_for_the_end_of_an_export(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    book.on_put(hang_up, hang_up)
    await exporter.export()
    with pytest.raises(NotAllowed, match="under way"):
        exporter.load({**section(), "id": "other"})
    await exporter.settle()
    exporter.advance(60)
    await exporter.settle()
    exporter.load({**section(), "id": "other"})


async def test_what_breaks_in_the_exporter_itself_is_not_kept_quiet(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    await exporter.export()
    exporter.register.close()
    with pytest.raises(sqlite3.ProgrammingError):
        await exporter.settle()
