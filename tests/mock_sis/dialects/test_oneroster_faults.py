"""The faults of a OneRoster provider: what is told, what is kept, and which calls they strike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.simulator.oneroster_asks import ITEM, RESULT, G, R
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
    seed,
)
from mock_sis.contracts.contract import contract

POST_RESULTS: Step = ("POST", f"{at('lineItems', NAME)}/results", {"results": [RESULT]})
POST_ITEMS: Step = ("POST", f"{G}/classes/alg-1/lineItems", {"lineItems": [ITEM]})
PUT_CATEGORY: Step = ("PUT", at("categories", "c"), category())


def armed(
    kind: str, *before: Step, on: str = "oneroster.*", when: Any = None, **fault: Any
) -> Desk:
    """A desk that has done these things before it was told to fail."""
    desk = Desk(seed())
    if before:
        desk.done(*before)
    document = {"operation": on, "fault": {"kind": kind, **fault}}
    desk.world.plan.arm(document | ({"when": when} if when else {}), desk.now)
    return desk


def fired(desk: Desk) -> int:
    (fault,) = desk.world.plan.armed
    return fault.fired


BOTH = (put_item(), put_result())
SWAPPED: list[tuple[tuple[Step, ...], Step, int | None, int]] = [
    ((), put_item(), None, 200),
    ((), put_item(), 202, 202),
    ((), put_item(), 200, 200),
    (BOTH, put_result(score=0), None, 200),
    ((), PUT_CATEGORY, 202, 202),
    ((), POST_ITEMS, None, 200),
    ((put_item(),), POST_RESULTS, 202, 202),
    (BOTH, DELETE_RESULT, None, 201),
    (BOTH, DELETE_ITEM, 200, 200),
]


@pytest.mark.parametrize(("before", "step", "status", "told"), SWAPPED, ids=str)
def test_a_success_is_told_by_another_and_done_all_the_same(
    before: tuple[Step, ...], step: Step, status: int | None, told: int
) -> None:
    given = {} if status is None else {"status": status}
    desk, plain = armed("oneroster_swapped_status", *before, **given), Desk(seed())
    desk.get(f"{G}/lineItems")
    reply = desk.ask(*step)
    usual = plain.done(*before, step)
    assert (reply.status, reply.body) == (told, usual.body)
    assert reply.status != usual.status
    assert desk.snapshot() == plain.snapshot()
    assert fired(desk) == 1


def test_a_refusal_is_told_as_it_is() -> None:
    desk = armed("oneroster_swapped_status")
    assert desk.ask(*put_item(title="t" * 50)).status == 422
    assert fired(desk) == 0


@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(("phase", "kept"), [("before", []), ("after", [NAME])])
def test_a_200_says_that_it_failed(phase: str, kept: list[str], wrapped: bool) -> None:
    given = {"phase": phase, "wrapped": wrapped, "minor": "server_busy", "text": "Later"}
    desk = armed("oneroster_status_info_in_200", **given)
    reply = desk.ask(*put_item())
    told = json.loads(reply.body)
    info = told["imsx_StatusInfo"] if wrapped else told
    assert reply.status == 200
    assert contract("oneroster/error.schema.json").problems(info) == []
    assert info["imsx_description"] == "Later"
    (field,) = info["imsx_CodeMinor"]["imsx_codeMinorField"]
    assert field["imsx_codeMinorFieldValue"] == "server_busy"
    assert desk.names("lineItems") == ["li-alg-1-100", *kept]


def test_a_list_may_say_so_too() -> None:
    desk = armed("oneroster_status_info_in_200")
    told = desk.get(f"{R}/classes")
    assert told["imsx_codeMajor"] == "failure"
    assert desk.get(f"{R}/classes").keys() == {"classes"}


@pytest.mark.parametrize("step", [put_item(), POST_ITEMS])
def test_a_category_is_renamed_between_reading_and_writing(step: Step) -> None:
    desk = armed("oneroster_category_renamed", title="Homework (old)")
    assert desk.shown("categories", "cat-alg-1-1")["title"] == "Homework"
    desk.done(step)
    assert desk.shown("categories", "cat-alg-1-1")["title"] == "Homework (old)"
    assert desk.shown("lineItems", NAME)["category"]["sourcedId"] == "cat-alg-1-1"
    assert fired(desk) == 1


def posting(*items: dict[str, Any]) -> Step:
    """A POST of line items, each with these fields."""
    named = [{**ITEM, "sourcedId": f"lms/{number}", **item} for number, item in enumerate(items)]
    return "POST", f"{G}/classes/alg-1/lineItems", {"lineItems": named}


HOMEWORK, TESTS, OTHERS = "cat-alg-1-1", "cat-alg-1-2", "cat-alg-2-1"
NAMED: list[tuple[Step, set[str]]] = [
    (posting({}, {}), {HOMEWORK}),
    (posting({}, {"category": {"sourcedId": TESTS}}), {HOMEWORK, TESTS}),
    (put_item(category={"sourcedId": TESTS}), {TESTS}),
]


def renamed(desk: Desk) -> set[str]:
    """The categories that bear the name the fault gave them."""
    each = (HOMEWORK, TESTS, OTHERS)
    return {name for name in each if desk.shown("categories", name)["title"] == "Renamed"}


@pytest.mark.parametrize(("step", "named"), NAMED)
def test_one_write_renames_every_category_it_names_and_uses_the_fault_once(
    step: Step, named: set[str]
) -> None:
    desk = armed("oneroster_category_renamed", when={"next": 1}, title="Renamed")
    desk.done(step)
    assert (renamed(desk), fired(desk)) == (named, 1)


def test_a_category_of_another_class_is_renamed_where_it_may_be_named() -> None:
    desk = armed("oneroster_category_renamed", title="Renamed")
    desk.rules(own_category=False)
    desk.done(put_item(category={"sourcedId": OTHERS}))
    assert (renamed(desk), fired(desk)) == ({OTHERS}, 1)


REFUSED: list[Step] = [
    put_item(title="t" * 50),
    put_item(category={"sourcedId": OTHERS}),
    posting({}, {"title": "t" * 50}),
]


@pytest.mark.parametrize("step", REFUSED)
@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("oneroster_category_renamed", {"title": "Renamed"}),
        ("oneroster_posting_lag", {"seconds": 9}),
    ],
)
def test_a_write_that_is_refused_uses_no_fault(kind: str, given: Any, step: Step) -> None:
    desk = armed(kind, when={"next": 1}, **given)
    before = desk.snapshot()
    assert desk.ask(*step).status == 422
    assert (desk.snapshot(), fired(desk)) == (before, 0)
    desk.done(put_item())
    assert fired(desk) == 1


@pytest.mark.parametrize("step", [put_result(), PUT_CATEGORY, DELETE_ITEM])
def test_no_other_write_renames_a_category(step: Step) -> None:
    desk = armed("oneroster_category_renamed", put_item())
    desk.done(step)
    assert desk.shown("categories", "cat-alg-1-1")["title"] == "Homework"
    (fault,) = desk.world.plan.armed
    assert (fault.seen, fault.fired) == (0, 0)


def test_what_is_written_shows_late_for_as_long_as_the_fault_is_armed() -> None:
    desk = armed("oneroster_posting_lag", seconds=180)
    desk.done(*BOTH)
    desk.wait(179)
    assert desk.names("results") == []
    desk.wait(1)
    assert desk.names("results") == [RESULT_NAME]
    assert fired(desk) == 2


def test_a_single_write_may_be_late() -> None:
    when = {"next": 1}
    desk = armed(
        "oneroster_posting_lag", on="oneroster.gradebook.lineItems.put", when=when, seconds=180
    )
    desk.done(*BOTH, put_item("lms/18"))
    assert desk.names("lineItems") == ["li-alg-1-100", "lms/18"]
    desk.wait(180)
    assert desk.names("results") == [RESULT_NAME]


def test_a_lag_does_not_act_on_a_write_that_waits_longer_for_its_line_item() -> None:
    desk = Desk(seed(posting_lag=600))
    desk.done(put_item())
    desk.policy(posting_lag=0)
    fault = {"kind": "oneroster_posting_lag", "seconds": 5}
    desk.world.plan.arm({"operation": "oneroster.*", "fault": fault}, desk.now)
    desk.done(put_result())
    assert fired(desk) == 0
    desk.done(put_item("lms/18"))
    assert fired(desk) == 1
    desk.wait(599)
    assert desk.names("results") == []
    desk.wait(1)
    assert desk.names("results") == [RESULT_NAME]


def test_the_lag_of_the_policy_may_be_shortened() -> None:
    desk = Desk(seed(posting_lag=600))
    fault = {"kind": "oneroster_posting_lag", "seconds": 5}
    desk.world.plan.arm({"operation": "oneroster.*", "fault": fault}, desk.now)
    desk.done(put_item())
    desk.wait(5)
    assert NAME in desk.names("lineItems")
