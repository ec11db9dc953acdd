"""Final grades: computed from what was graded, told in both listings, set by hand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from helpers.simulator.schoology_desk import (
    ANN,
    BOB,
    BOTH,
    GRADES,
    LETTERED,
    MIDTERM,
    PLAIN,
    SEED,
    TALK,
    Desk,
    user,
)


def test_other_has_no_row_of_its_own_where_nothing_belongs_to_it() -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["assignments"][2]["period"] = 31
    rows = user(Desk(seed))["section"][0]["final_grade"]
    assert [row["period_id"] for row in rows] == ["p31", "p32", "final"]


def test_final_grades_follow_grades_and_an_override_wins() -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["overrides"] = [{"enrollment": ANN, "period": "p31", "grade": 99}]
    seed["sections"][0]["assignments"][2]["category"] = 41
    desk = Desk(seed)
    desk.put_rows(
        {"assignment_id": LETTERED, "enrollment_id": ANN, "grade": 25},
        {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 20},
    )
    (final,) = desk.get(f"{GRADES}?enrollment_id={ANN}")["final_grade"]
    rows = {row["period_id"]: row for row in final["period"]}
    assert (rows["p31"]["grade"], rows["p31"]["override"]) == (99, 99)
    assert rows["p31"]["calculated_grade"] == 50
    assert rows["p32"]["grade"] == 100
    assert rows["other"]["grade"] is None
    desk.put_rows({"assignment_id": TALK, "enrollment_id": ANN, "grade": 35})
    (final,) = desk.get(f"{GRADES}?enrollment_id={ANN}")["final_grade"]
    rows = {row["period_id"]: row["grade"] for row in final["period"]}
    assert rows == {"p31": 99, "p32": 100, "other": 35, "final": 99.4}  # of 60 x 99 and 40 x 100
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": ANN, "exception": 3})
    (final,) = desk.get(f"{GRADES}?enrollment_id={ANN}")["final_grade"]
    assert {row["period_id"]: row["grade"] for row in final["period"]}["p32"] == 0


@pytest.mark.parametrize(
    ("grading", "final"),
    [({}, 99.4), ({"overrides_count": True}, 99.4), ({"overrides_count": False}, 70)],
)
def test_a_period_graded_by_hand_counts_in_the_course_unless_the_section_says_otherwise(
    grading: dict[str, Any], final: float
) -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["grading"] = seed["sections"][0].get("grading", {}) | grading
    seed["sections"][0]["overrides"] = [
        {"enrollment": ANN, "period": "p31", "grade": 99},
        {"enrollment": BOB, "period": "p32", "grade": 1},
        {"enrollment": ANN, "period": "other", "grade": 0},
    ]
    desk = Desk(seed)
    desk.put_rows(
        {"assignment_id": LETTERED, "enrollment_id": ANN, "grade": 25},  # 50 per cent of 60
        {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 20},  # 100 per cent of 40
    )
    (row,) = desk.get(f"{GRADES}?enrollment_id={ANN}")["final_grade"]
    assert {each["period_id"]: each["grade"] for each in row["period"]}["final"] == final


@pytest.mark.parametrize(
    ("weight", "expected"),
    [({}, 70), ({"weight": 0}, 70), ({"weight": 50}, 56.67), ({"weight": 100}, 50)],
)
def test_a_midterm_counts_beside_the_periods_by_its_own_weight(
    weight: dict[str, Any], expected: float
) -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["assignments"][3] |= weight
    desk = Desk(seed)
    desk.put_rows(
        {"assignment_id": LETTERED, "enrollment_id": ANN, "grade": 25},  # 50 per cent of 60
        {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 20},  # 100 per cent of 40
        {"assignment_id": MIDTERM, "enrollment_id": ANN, "grade": 30},
    )
    rows = user(desk)["section"][0]["final_grade"]
    told = {row["period_id"]: row["grade"] for row in rows}
    assert told == {
        "p31": 50, "p32": 100, "other": None, "final": expected, f"a{MIDTERM}": 30
    }  # fmt: skip


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("period", ["p31", "other", "final"])
def test_an_override_is_told_in_a_users_grades_too(period: str, kind: str) -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["overrides"] = [{"enrollment": ANN, "period": period, "grade": 99}]
    rows = {
        row["period_id"]: row for row in user(Desk(seed), kind=kind)["section"][0]["final_grade"]
    }
    assert [name for name, row in rows.items() if "override" in row] == [period]
    told = [rows[period][name] for name in ("grade", "override", "calculated_grade")]
    assert told == [99, 99, None]


@pytest.mark.parametrize("kind", BOTH)
def test_final_grades_of_a_user_have_weights_categories_and_what_was_set_by_hand(kind: str) -> None:
    seed = deepcopy(SEED)
    section = seed["sections"][0]
    section["grading"] = {"scale": 5}
    section["overrides"] = [{"enrollment": ANN, "period": "p31", "grade": 99}]
    section["final_comments"] = [
        {"enrollment": ANN, "period": "p31", "comment": "Good", "comment_status": 1}
    ]
    desk = Desk(seed)
    desk.put_rows({"assignment_id": LETTERED, "enrollment_id": ANN, "grade": 25})
    autumn, spring, other, final = user(desk, kind=kind)["section"][0]["final_grade"]
    assert autumn == {
        "period_id": "p31",
        "grade": 99,
        "weight": 60,
        "comment": "Good",
        "scale_id": 5,
        "grading_category": [{"category_id": 41, "grade": 50}],
        "comment_status": 1,
        "override": 99,
        "calculated_grade": 50,
    }
    nothing = {"comment": "", "comment_status": None, "scale_id": 5}
    none = {**nothing, "grade": None, "grading_category": [{"category_id": 41, "grade": None}]}
    assert spring == {"period_id": "p32", "weight": 40, **none}
    assert other == {"period_id": "other", **none}
    assert final == {"period_id": "final", "grade": 99, **nothing}


def test_without_periods_the_final_grade_is_over_all_items() -> None:
    (row,) = Desk().get("/v1/sections/art/grades")["final_grade"]
    assert {each["period_id"]: each["grade"] for each in row["period"]} == {"other": 7, "final": 7}
    assert row["scale_id"] == 0
