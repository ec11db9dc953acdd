"""A line item is removed in one way, whichever interface asks: nothing of it is left."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.simulator.oneroster_asks import RESULT, G, ref
from helpers.simulator.oneroster_desk import (
    FREE,
    NAME,
    RESULT_NAME,
    Desk,
    Step,
    at,
    put_item,
    put_result,
    refused,
    seed,
    teach,
)
from mock_sis.simulator import Simulator

LAG = 120
SEEDED = "li-alg-1-100"
"""The line item that the seed has in the class."""
ASSIGNMENTS = "/v1/sections/alg-1/assignments"
WAYS = {
    "OneRoster": lambda name, _: ("DELETE", at("lineItems", name), None),
    "Schoology": lambda _, number: ("DELETE", f"{ASSIGNMENTS}/{number}", None),
    "a teacher": lambda _, number: teach("DELETE", f"alg-1/line_items/{number}"),
}
LISTS = (
    "results",
    "classes/alg-1/results",
    "results?filter=dateLastModified%3E'2026-01-01'",
    "classes/alg-1/results?filter=dateLastModified%3E'2026-01-01'",
    "classes/alg-1/students/2001/results",
)
"""Each list uses another order of an index."""


def removal(way: str, name: str = NAME, number: int = 101) -> Step:
    return WAYS[way](name, number)


@pytest.fixture
def desk() -> Desk:
    """A desk whose SIS posts late, and whose clock a replay moves alike."""
    now = {"mode": "virtual", "now": "2026-11-02T08:00:00Z"}
    return Desk({**seed(posting_lag=LAG), "clock": now})


def fill(desk: Desk) -> None:
    """Create a line item with a result, list it everywhere, and leave writes about it pending."""
    desk.done(put_item(), put_result())
    desk.wait(LAG)
    assert [desk.names(below) for below in LISTS] == [[RESULT_NAME]] * len(LISTS)
    desk.done(put_item(title="Changed"), put_result(score=0))
    desk.done(put_result("r/2", student=ref("2002")))


def remove(desk: Desk, way: str) -> None:
    """Remove the line item, and wait until every interface shows it."""
    desk.done(removal(way))
    desk.wait(LAG)
    desk.names("lineItems")


@pytest.mark.parametrize("way", WAYS)
def test_the_gradebook_is_as_if_the_line_item_had_never_been(desk: Desk, way: str) -> None:
    before = desk.snapshot()
    fill(desk)
    assert desk.snapshot() != before
    remove(desk, way)
    assert desk.snapshot() == before


@pytest.mark.parametrize("way", WAYS)
def test_a_removed_line_item_is_in_no_list_and_cannot_be_read(desk: Desk, way: str) -> None:
    fill(desk)
    remove(desk, way)
    assert desk.names("lineItems") == [SEEDED]
    assert [desk.names(below) for below in LISTS] == [[]] * len(LISTS)
    assert [desk.shown("lineItems", name) for name in (NAME, "li-alg-1-101")] == [None, None]
    assert desk.shown("results", RESULT_NAME) is None
    assert [
        row["id"] for row in json.loads(desk.done(("GET", ASSIGNMENTS)).body)["assignment"]
    ] == [100]
    for other in WAYS:
        assert desk.ask(*removal(other)).status == 404


@pytest.mark.parametrize("way", WAYS)
def test_a_removed_line_item_takes_no_more_results(desk: Desk, way: str) -> None:
    fill(desk)
    desk.done(removal(way))
    for name in (NAME, "li-alg-1-101"):
        refused(desk.ask(*put_result("r/3", lineItem=ref(name))), 422, "invaliddata")


@pytest.mark.parametrize("way", WAYS)
def test_a_delayed_write_keeps_its_results_on_other_line_items(desk: Desk, way: str) -> None:
    desk.done(put_item(), put_item("other"))
    desk.wait(LAG)
    rows = [{**RESULT, "sourcedId": f"r/{name}", "lineItem": ref(name)} for name in (NAME, "other")]
    target = f"{G}/classes/alg-1/academicSessions/2/results"
    desk.done(("POST", target, {"results": rows}))
    remove(desk, way)
    assert desk.names("results") == ["r/other"]


@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_free_again_for_a_line_item_without_the_old_results(desk: Desk, way: str) -> None:
    fill(desk)
    remove(desk, way)
    assert desk.ask(*put_item(title="Anew")).status == 201
    desk.wait(LAG)
    assert desk.names("lineItems") == [SEEDED, NAME]
    assert desk.shown("lineItems", NAME)["title"] == "Anew"
    assert desk.names("results") == []
    assert desk.ask(*put_result(score=1)).status == 201
    desk.wait(LAG)
    assert desk.names("results") == [RESULT_NAME]


@pytest.mark.parametrize("way", WAYS)
def test_the_journal_replays_a_removal(desk: Desk, way: str) -> None:
    fill(desk)
    remove(desk, way)
    desk.done(put_item(title="Anew"), put_result(score=1))
    again = Simulator.replay(desk.world.journal)
    assert again.world.gradebook.snapshot() == desk.world.gradebook.snapshot()


@pytest.mark.parametrize("way", WAYS)
def test_an_exam_is_unlinked_from_a_removed_line_item_and_keeps_its_marks(way: str) -> None:
    desk = Desk(_with_exam())
    book = desk.world.gradebook
    book.register("alg-1", 2001, "A", "", desk.now, "test")
    assert [grade.assignment for grade in book.coursework("alg-1").grades.values()] == [100]
    desk.done(removal(way, SEEDED, 100))
    assert book.section("alg-1").exam_assignment == 0
    assert book.coursework("alg-1").grades == {}
    assert [score.mark for score in book.scores("alg-1/exam").values()] == ["A"]


MAKERS: dict[str, Step] = {
    "OneRoster": put_item(),
    "Schoology": ("POST", ASSIGNMENTS, {"title": "Quiz"}),
    "a teacher": teach("POST", "alg-1/line_items", {"title": "Quiz"}),
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("way", WAYS)
def test_the_number_of_a_removed_line_item_is_not_used_again(way: str, maker: str) -> None:
    desk = Desk(_with_exam())
    desk.done(removal(way, SEEDED, 100), MAKERS[maker])
    assert list(desk.world.gradebook.coursework("alg-1").assignments) == [101]


def _with_exam() -> Any:
    """A seed whose line item shows the marks of the class's exam, and may be removed by anyone."""
    document = seed(FREE)
    first, *others = document["sections"]
    return {**document, "sections": [{**first, "exam_assignment": 100}, *others]}
