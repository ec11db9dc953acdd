"""Reading a section's grades back: to the end, by the SIS's time, and from the SIS alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.schoology import SchoologyExporter
from helpers.exporters.schoology_sections import ASA, ESSAY, JOSE, QUIZ, graded, section
from helpers.exporters.schoology_stub import (
    PATH,
    Behaviour,
    StubGradebook,
    answer,
    hang_up,
    listing,
)

Opened = Callable[..., SchoologyExporter]
FORMATS = pytest.mark.parametrize("form", ["json", "xml"])


def held(exporter: SchoologyExporter) -> dict[tuple[Any, Any], Any]:
    return {(int(each.place), int(each.enrollment_id)): each.grade for each in exporter.pulled}


@FORMATS
@pytest.mark.parametrize("size", [1, 3, 20])
@pytest.mark.parametrize("count", [0, 1, 7, 21])
async def test_every_page_is_read_whatever_its_size(
    gradebook: Opened, book: StubGradebook, form: str, size: int, count: int
) -> None:
    book.page_size = size
    for enrollment in range(1, count + 1):
        book.hold(enrollment, QUIZ, enrollment / 2)
    exporter = gradebook(section(more=count), format=form)
    await exporter.pull()
    assert held(exporter) == {(QUIZ, n): n / 2 for n in range(1, count + 1)}
    assert len(book.gets) == max(1, -(-count // size))


@FORMATS
async def test_exceptions_and_empty_grades_are_read_as_they_are(
    gradebook: Opened, book: StubGradebook, form: str
) -> None:
    book.hold(ASA, QUIZ, None, exception=1)
    book.hold(JOSE, QUIZ, 0)
    exporter = gradebook(section(), format=form)
    await exporter.pull()
    assert [(each.grade, each.exception) for each in exporter.pulled] == [(None, 1), (0, 0)]


async def test_later_reads_ask_for_changes_since_the_newest_time_that_the_sis_gave(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section())
    await exporter.pull()
    await exporter.pull()
    book.hold(ASA, QUIZ, 1)
    await exporter.pull()
    first = book.now
    await exporter.pull()
    book.hold(JOSE, QUIZ, 2)
    book.hold(ASA, QUIZ, 3)
    await exporter.pull()
    second = book.now
    exporter.close()
    again = gradebook()
    await again.pull()
    asked = [get.query.get("timestamp") for get in book.gets]
    assert asked == [None, None, None, str(first), str(first), str(second)]
    assert held(again) == {(QUIZ, ASA): 3, (QUIZ, JOSE): 2}


async def test_a_read_that_brings_nothing_new_forgets_no_time(
    gradebook: Opened, book: StubGradebook
) -> None:
    book.hold(ASA, QUIZ, 1)
    exporter = gradebook(section())
    await exporter.pull()
    book.on_get(answer(200, b'{"grades":{"grade":[]}}'))
    await exporter.pull()
    await exporter.pull()
    assert [get.query.get("timestamp") for get in book.gets][1:] == [str(book.now)] * 2


@pytest.mark.parametrize(
    ("behaviour", "text"),
    [
        (hang_up, "lost"),
        (answer(500), "HTTP 500"),
        (answer(403), "HTTP 403"),
        (answer(200, b"<html>"), "JSON"),
        (answer(200, b"[]"), "not a list"),
        (answer(200, b'{"error": "sorry"}'), "not a list"),
        (answer(200, b'{"grades":{"grade":[{"grade":1}]}}'), "assignment_id"),
        (answer(200, b'{"grades":{"grade":[7]}}'), "another shape"),
        (
            answer(
                200, b'{"grades":{"grade":[{"assignment_id":1,"enrollment_id":1,"grade":1e999}]}}'
            ),
            "grade",
        ),
    ],
)
async def test_a_page_that_fails_leaves_everything_as_it_was(
    gradebook: Opened, book: StubGradebook, behaviour: Behaviour, text: str
) -> None:
    book.page_size = 1
    book.hold(ASA, QUIZ, 1)
    exporter = gradebook(section())
    await exporter.pull()
    since = book.now
    book.hold(ASA, QUIZ, 2)
    book.hold(JOSE, QUIZ, 2)
    book.on_get(listing, behaviour)
    with pytest.raises(NotAllowed, match=text):
        await exporter.pull()
    assert held(exporter) == {(QUIZ, ASA): 1}
    assert text in exporter.section.message
    await exporter.pull()
    assert held(exporter) == {(QUIZ, ASA): 2, (QUIZ, JOSE): 2}
    assert [get.query["timestamp"] for get in book.gets[1:]] == [str(since)] * 4


def linking(target: str) -> Behaviour:
    async def behave(stub: StubGradebook, _: Any, __: Any) -> Any:
        return stub.respond({"grades": {"grade": []}, "links": {"next": target}})

    return behave


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2:1/v1/sections/4318461/grades?start=20",
        "//elsewhere.example/v1",
        "https://127.0.0.1/v1",
        "http://[",
        "file:///etc/passwd",
    ],
)
async def test_a_link_to_another_host_is_not_followed(
    gradebook: Opened, book: StubGradebook, target: str
) -> None:
    book.on_get(linking(target))
    exporter = gradebook(section())
    with pytest.raises(NotAllowed, match="own host"):
        await exporter.pull()
    assert len(book.heard) == 1


async def test_a_link_without_a_host_is_followed(gradebook: Opened, book: StubGradebook) -> None:
    book.on_get(linking(f"{PATH}?start=1"))
    await gradebook(section()).pull()
    assert [get.query.get("start") for get in book.gets] == [None, "1"]


async def test_pages_in_a_circle_are_left(gradebook: Opened, book: StubGradebook) -> None:
    book.on_get(linking(f"{PATH}?start=1"), linking(f"{PATH}?start=2"), linking(f"{PATH}?start=1"))
    with pytest.raises(NotAllowed, match="circle"):
        await gradebook(section()).pull()
    assert len(book.gets) == 3


async def test_reading_does_not_touch_what_the_teacher_entered(
    gradebook: Opened, book: StubGradebook
) -> None:
    book.hold(ASA, ESSAY, 1)
    exporter = gradebook(section(graded(ASA, "A", ESSAY)))
    await exporter.pull()
    assert [each.content.grade for each in exporter.items] == ["A"]
    assert exporter.items[0].state.name == "NOT_EXPORTED"


DOCTYPE = b'<!DOCTYPE result [<!ENTITY a "b">]><result><grades>&a;</grades></result>'


@pytest.mark.parametrize("body", [DOCTYPE, b"<result>", b"", b"{}"])
async def test_xml_that_no_sis_should_send_is_not_read(
    gradebook: Opened, book: StubGradebook, body: bytes
) -> None:
    exporter = gradebook(section(), format="xml")
    book.on_get(answer(200, body))
    with pytest.raises(NotAllowed, match="XML"):
        await exporter.pull()
