"""What a teacher of the SIS does by hand, over the control interface."""

from __future__ import annotations

import json
from typing import Any

from helpers.simulator.control_desk import (
    SECTION,
    SECTIONS,
    TAUGHT,
    Desk,
    refused,
)
from mock_sis.exchange import Call, Reply

DIALECT = (("Authorization", "Bearer dialect-token"),)


def section(desk: Desk, number: int = 1) -> Any:
    return desk.json("GET", "/_control/gradebook")["sections"][number]


def flows(desk: Desk) -> Reply:
    call = Call("GET", "/wiseflow/flows", DIALECT, received=desk.world.clock.now())
    outcome = desk.simulator.answer(call)
    assert isinstance(outcome, Reply)
    return outcome


def fault_of(desk: Desk, number: int) -> Any:
    return desk.json("GET", "/_control/faults")["faults"][number]


class TestTeaching:
    def work(self, desk: Desk) -> Any:
        return section(desk, 0)["coursework"]

    def test_a_line_item_made_by_hand_is_in_the_gradebook(self) -> None:
        desk = Desk()
        given = {"title": "Quiz", "max_points": 20, "category": 1, "period": 2, "due": "2026-06-20"}
        answer = desk.ask("POST", f"{TAUGHT}/line_items", given)
        told = json.loads(answer.body)
        assert (answer.status, told["by"], told["id"]) == (
            201,
            "control.gradebook.line_items.post",
            8,
        )
        assert told | given == told
        assert self.work(desk)["assignments"][1] == told
        assert answer.header("Location") == f"{TAUGHT}/line_items/8"
        assert desk.ask("DELETE", answer.header("Location") or "").status == 204

    def test_a_score_is_changed_by_hand_and_changed_again(self) -> None:
        desk = Desk()
        for given, grade, exception in (
            ({"score": 9}, 9.0, 0),
            ({"score": 0, "comment": "no name on it"}, 0.0, 0),
            ({"exempt": True}, None, 1),
            ({"score": None}, None, 0),
        ):
            told = desk.json("PUT", f"{TAUGHT}/line_items/7/results/1001", given)
            assert (told["grade"], told["exception"]) == (grade, exception)
            assert told["comment"] == given.get("comment", "")
            assert told["by"] == "control.gradebook.results.put"
            assert self.work(desk)["grades"] == [told]

    def test_a_closed_period_and_a_dropped_student_do_not_bind_a_teacher(self) -> None:
        desk = Desk()
        desk.json("PUT", f"{TAUGHT}/periods/2/state", {"state": "closed"})
        desk.json("PUT", f"{TAUGHT}/enrollments/1001/state", {"state": "withdrawn"})
        assert desk.json("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": 3})["grade"] == 3

    def test_a_line_item_goes_with_its_results(self) -> None:
        desk = Desk()
        desk.json("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": 9})
        assert desk.ask("DELETE", f"{TAUGHT}/line_items/7").status == 204
        assert (self.work(desk)["assignments"], self.work(desk)["grades"]) == ([], [])
        assert desk.ask("DELETE", f"{TAUGHT}/line_items/7").status == 404

    def test_a_category_is_renamed_keeps_its_weight_and_is_added(self) -> None:
        desk = Desk()
        place = f"{TAUGHT}/categories"
        told = desk.json("PUT", f"{place}/1", {"title": "Home", "weight": 40})
        assert desk.json("PUT", f"{place}/1", {"title": "At home"}) == told | {"title": "At home"}
        desk.json("PUT", f"{place}/9", {"title": "New"})
        titles = [(row["id"], row["title"]) for row in self.work(desk)["categories"]]
        assert titles == [(1, "At home"), (2, "Empty"), (9, "New")]

    def test_a_category_is_removed_once_nothing_is_in_it(self) -> None:
        desk = Desk()
        before = desk.state()
        refused(desk.ask("DELETE", f"{TAUGHT}/categories/1"), 409)
        assert desk.state() == before
        desk.ask("DELETE", f"{TAUGHT}/line_items/7")
        assert desk.ask("DELETE", f"{TAUGHT}/categories/1").status == 204
        assert [row["id"] for row in self.work(desk)["categories"]] == [2]

    def test_a_grading_period_is_closed_and_opened_again(self) -> None:
        desk = Desk()
        for state in ("closed", "closed", "open"):
            told = desk.json("PUT", f"{TAUGHT}/periods/2/state", {"state": state})
            assert told["closed"] == (state == "closed")
            assert self.work(desk)["periods"] == [told]

    def test_what_a_client_named_is_found_by_that_name(self) -> None:
        desk = Desk()
        book = desk.world.gradebook
        book.give_name("lineItem", ("free/1", 7), "lms/17 ½")
        book.give_name("category", ("free/1", 2), "2a")
        named = f"{TAUGHT}/line_items/lms%2F17%20%C2%BD"
        assert desk.json("PUT", f"{named}/results/1001", {"score": 1})["assignment"] == 7
        assert desk.json("PUT", f"{TAUGHT}/categories/2a", {"title": "Named"})["id"] == 2
        assert desk.ask("PUT", f"{SECTIONS}/{SECTION}/categories/2a", {"title": "x"}).status == 404
        for place in (named, f"{TAUGHT}/categories/2a"):
            assert desk.ask("DELETE", place).status == 204
        assert desk.json("GET", "/_control/gradebook")["aliases"] == []


class TestSetting:
    """What a teacher sets beside the score of a client."""

    def test_a_line_item_is_moved_and_weighted_and_keeps_its_author(self) -> None:
        desk = Desk()
        for given in ({"category": 2}, {"weight": 2.5}, {"category": 0, "weight": 0}):
            told = desk.json("PUT", f"{TAUGHT}/line_items/7", given)
            assert told | given == told
            assert (told["title"], told["by"]) == ("Essay", "")

    def test_a_line_item_that_is_moved_or_weighted_says_when(self) -> None:
        desk = Desk()
        for given in ({"category": 2}, {"weight": 2.5}):
            desk.json("POST", "/_control/clock/advance", {"seconds": 60})
            told = desk.json("PUT", f"{TAUGHT}/line_items/7", given)
            assert told["at"] == desk.world.clock.now()

    def test_a_late_flag_leaves_the_score_and_its_author(self) -> None:
        desk = Desk()
        before = section(desk, 0)["coursework"]["grades"][0]
        for late in (True, False):
            told = desk.json("PUT", f"{TAUGHT}/line_items/7/results/1001/late", {"late": late})
            assert (told["grade"], told["by"]) == (before["grade"], before["by"])
            assert bool((told["details"] or {}).get("late")) is late

    def test_a_result_that_does_not_exist_is_not_flagged(self) -> None:
        desk = Desk()
        desk.json("POST", f"{TAUGHT}/line_items", {"title": "Quiz"})
        refused(desk.ask("PUT", f"{TAUGHT}/line_items/8/results/1001/late", {"late": True}), 404)
