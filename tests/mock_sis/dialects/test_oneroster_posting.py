"""A SIS may post what it accepted only minutes later: until then it counts for the writes that
follow and is in no answer, and what a teacher did meanwhile stands."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.oneroster_asks import RESULT, ref
from helpers.simulator.oneroster_desk import (
    DELETE_ITEM,
    DELETE_RESULT,
    NAME,
    RESULT_NAME,
    Desk,
    Step,
    at,
    category,
    put_item,
    put_result,
    refused,
    scale,
    seed,
    teach,
)
from mock_sis.simulator import Simulator

LAG = 120
MADE = "li-alg-1-100"
"""What is there from the start."""
BOTH = (put_item(), put_result())


def lagging(*before: Step, **rules: Any) -> Desk:
    """A desk whose SIS takes its time, but not for these."""
    desk = Desk(seed(rules))
    if before:
        desk.done(*before)
    desk.policy(posting_lag=LAG)
    return desk


def score(desk: Desk) -> Any:
    """The score that is shown, None where there is no result."""
    shown = desk.shown("results", RESULT_NAME)
    return shown and shown.get("score")


def test_what_was_accepted_shows_after_the_lag_and_not_before() -> None:
    desk = lagging()
    assert [desk.ask(*step).status for step in BOTH] == [201, 201]
    desk.wait(LAG - 0.001)
    assert (desk.names("lineItems"), desk.names("results")) == ([MADE], [])
    assert (desk.shown("lineItems", NAME), desk.shown("results", RESULT_NAME)) == (None, None)
    desk.wait(0.001)
    assert (desk.names("lineItems"), desk.names("results")) == ([MADE, NAME], [RESULT_NAME])
    assert desk.shown("results", RESULT_NAME)["dateLastModified"] == "2026-11-02T08:00:00.000Z"


def test_a_change_shows_after_the_lag_too() -> None:
    desk = lagging(*BOTH)
    desk.done(put_item(title="Changed"), put_result(score=0))
    assert (desk.shown("lineItems", NAME)["title"], score(desk)) == ("Essay on fractions", 18.5)
    desk.wait(LAG)
    assert (desk.shown("lineItems", NAME)["title"], score(desk)) == ("Changed", 0)


def test_what_is_taken_away_shows_until_the_lag_is_over() -> None:
    desk = lagging(*BOTH)
    desk.done(DELETE_RESULT)
    assert score(desk) == 18.5
    desk.wait(LAG)
    assert desk.names("results") == []
    desk.done(DELETE_ITEM)
    assert desk.names("lineItems") == [MADE, NAME]
    desk.wait(LAG)
    assert desk.names("lineItems") == [MADE]


def test_what_will_be_taken_away_is_not_there_for_the_writes_that_follow() -> None:
    desk = lagging(*BOTH)
    for step in (DELETE_RESULT, DELETE_ITEM):
        desk.done(step)
        refused(desk.ask(*step), 404, "unknownobject")


def test_the_clock_of_the_simulator_counts() -> None:
    desk = lagging(*BOTH)
    desk.done(put_result(score=0), ("POST", "/_control/clock/advance", {"seconds": LAG}))
    assert score(desk) == 0


def test_what_is_not_posted_yet_counts_for_the_writes_that_follow() -> None:
    desk = lagging()
    desk.policy(put_existing_status=200)
    again = [put_item(), put_item(title="Changed"), put_result(), put_result(score=0)]
    assert [desk.ask(*step).status for step in again] == [201, 200, 201, 200]
    told = refused(desk.ask(*put_item(category=ref("cat-alg-1-2"))), 422, "invaliddata")
    assert told.startswith("category_frozen: ")
    told = refused(desk.ask(*put_result(student=ref("2002"))), 422, "invaliddata")
    assert told == (
        f"The sourcedId {RESULT_NAME!r} belongs to the result of another line item or student."
    )
    desk.wait(LAG)
    assert (desk.shown("lineItems", NAME)["title"], score(desk)) == ("Changed", 0)


def test_what_is_not_posted_yet_can_be_taken_away() -> None:
    desk = lagging()
    desk.done(*BOTH, DELETE_RESULT)
    refused(desk.ask(*DELETE_RESULT), 404, "unknownobject")
    desk.done(put_result(score=0), DELETE_ITEM)
    for step in (DELETE_ITEM, DELETE_RESULT):
        refused(desk.ask(*step), 404, "unknownobject")
    told = refused(desk.ask(*put_result()), 422, "invaliddata")
    assert told == f"No line item has the sourcedId {NAME!r}."
    desk.wait(LAG)
    assert (desk.names("lineItems"), desk.names("results")) == ([MADE], [])


@pytest.mark.parametrize("posted", [False, True])
def test_what_was_taken_away_can_be_made_anew_at_once(posted: bool) -> None:
    desk = lagging(*BOTH if posted else ())
    steps = (*BOTH[posted * 2 :], DELETE_ITEM, put_item(title="Anew"), put_result(score=1))
    desk.done(*steps, DELETE_RESULT, put_result(score=2))
    desk.wait(LAG)
    assert desk.names("lineItems") == [MADE, NAME]
    assert desk.names("results") == [RESULT_NAME]
    assert (desk.shown("lineItems", NAME)["title"], score(desk)) == ("Anew", 2)


@pytest.mark.parametrize("seconds", [1, LAG])
def test_a_result_that_is_made_anew_keeps_its_name(seconds: float) -> None:
    desk = lagging(*BOTH)
    desk.done(DELETE_RESULT)
    desk.wait(seconds - 1)
    desk.done(put_result(score=0))
    desk.wait(LAG)
    assert (desk.names("results"), score(desk)) == ([RESULT_NAME], 0)


SHORT: list[tuple[tuple[Step, ...], Step, Any]] = [
    ((put_item(), put_result(score=1)), put_result(score=2), 2),
    ((put_item(),), put_result(score=3), 3),
    ((put_item(), put_result()), DELETE_RESULT, None),
    ((put_item(), put_result()), DELETE_ITEM, None),
    ((put_item(), put_result(score=4), DELETE_ITEM, put_item()), put_result(score=5), 5),
]


@pytest.mark.parametrize(("before", "last", "shown"), SHORT, ids=range(len(SHORT)))
@pytest.mark.parametrize("seconds", [0, 1])
def test_no_write_overtakes_the_one_before_it(
    before: tuple[Step, ...], last: Step, shown: Any, seconds: float
) -> None:
    desk = lagging()
    desk.done(*before)
    desk.policy(posting_lag=seconds)
    desk.done(last)
    desk.wait(LAG - 1)
    assert score(desk) is None
    desk.wait(1)
    assert score(desk) == shown
    assert (desk.shown("lineItems", NAME) is None) == (last == DELETE_ITEM)


def test_another_score_does_not_wait_for_it() -> None:
    desk = lagging(put_item())
    desk.done(put_result())
    desk.policy(posting_lag=0)
    desk.done(put_result("r/2", student=ref("2002")))
    assert desk.names("results") == ["r/2"]


PUT_CATEGORY: Step = ("PUT", at("categories", "c"), category())
PUT_SCALE: Step = ("PUT", at("scoreScales", "s"), scale())


@pytest.mark.parametrize(
    ("made", "field"), [(PUT_CATEGORY, "category"), (PUT_SCALE, "scoreScale")], ids=str
)
def test_what_a_line_item_needs_is_not_taken_away_before_it_is_posted(
    made: Step, field: str
) -> None:
    desk = lagging(made, points_only=False)
    name = made[1].rpartition("/")[2]
    desk.done(put_item(**{field: ref(name)}))
    refused(desk.ask("DELETE", made[1]), 422, "deletefailure")
    desk.wait(LAG)
    assert desk.shown("lineItems", NAME)[field]["sourcedId"] == name


def test_what_another_class_needs_can_be_taken_away() -> None:
    desk = lagging(("PUT", at("categories", "c"), category(metadata={"classSourcedId": "alg-2"})))
    desk.done(put_item(**{"class": ref("alg-2"), "category": ref("c")}))
    desk.done(("DELETE", at("categories", "cat-alg-1-2"), None))
    assert desk.names("classes/alg-1/categories") == ["cat-alg-1-1"]


SCORED = "alg-1/line_items/101/results/2001"
POSTED: Step = ("POST", f"{at('lineItems', NAME)}/results", {"results": [RESULT]})


@pytest.mark.parametrize("step", [put_result(score=0), POSTED, DELETE_RESULT, DELETE_ITEM])
@pytest.mark.parametrize("seconds", [0, 1])
def test_a_score_that_a_teacher_changed_meanwhile_stands(step: Step, seconds: float) -> None:
    desk = lagging(*BOTH)
    desk.done(step)
    desk.wait(seconds)
    desk.done(teach("PUT", SCORED, {"score": 3}))
    desk.wait(LAG)
    assert (desk.names("results"), score(desk)) == ([RESULT_NAME], 3)


@pytest.mark.parametrize(
    ("step", "shown"),
    [(put_result(score=0), 0), (POSTED, 18.5), (DELETE_RESULT, None), (DELETE_ITEM, None)],
)
def test_where_the_lms_wins_it_does_so_late_too(step: Step, shown: Any) -> None:
    desk = lagging(*BOTH, override="lms_wins")
    desk.done(step, teach("PUT", SCORED, {"score": 3}))
    desk.wait(LAG)
    assert score(desk) == shown


def test_a_write_finds_what_a_teacher_took_away_gone() -> None:
    desk = lagging(*BOTH)
    desk.done(
        put_item(title="Changed"), put_result(score=0), put_result("r/2", student=ref("2002"))
    )
    desk.done(teach("DELETE", "alg-1/line_items/101"))
    refused(desk.ask(*DELETE_RESULT), 404, "unknownobject")
    desk.wait(LAG)
    assert (desk.names("lineItems"), desk.names("results")) == ([MADE], [])
    desk.done(*BOTH)
    desk.wait(LAG)
    assert score(desk) == 18.5


def test_a_new_line_item_finds_its_category_gone() -> None:
    desk = lagging(PUT_CATEGORY)
    desk.done(put_item(category=ref("c")), put_result(), teach("DELETE", "alg-1/categories/c"))
    desk.wait(LAG)
    assert (desk.names("lineItems"), desk.names("results")) == ([MADE], [])
    left = desk.world.gradebook.snapshot()
    assert (left["aliases"], left["posting"]) == ([], [])


def test_the_journal_replays_what_was_posted_and_what_was_not() -> None:
    document = {
        **seed(posting_lag=LAG),
        "clock": {"mode": "virtual", "now": "2026-11-02T08:00:00Z"},
    }
    desk = Desk(document)
    desk.done(*BOTH)
    desk.wait(LAG)
    desk.done(put_result(score=0), DELETE_ITEM, put_item(title="Anew"), put_result(score=1))
    again = Simulator.replay(desk.world.journal)
    assert again.world.gradebook.snapshot() == desk.world.gradebook.snapshot()
    assert len(again.world.gradebook.snapshot()["posting"]) == 4
