"""What one thing looks like: each object whole, so that no field changes unseen."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from helpers.simulator.schoology_desk import LETTERED, MATH, MIDTERM, NOW, PLAIN, SEED, TALK, Desk

ANN: dict[str, Any] = {
    "uid": "1",
    "id": 1,
    "school_id": 1,
    "synced": 0,
    "school_uid": "S-1",
    "building_id": 1,
    "additional_buildings": "",
    "name_title": "",
    "name_title_show": 0,
    "name_first": "Ann",
    "name_first_preferred": "",
    "name_middle": "",
    "name_middle_show": 0,
    "name_last": "O'Neill",
    "name_display": "Ann O'Neill",
    "username": "ann",
    "primary_email": "ann@sis.example",
    "picture_url": "",
    "gender": None,
    "position": None,
    "grad_year": "",
    "password": "",
    "role_id": 1,
    "tz_offset": 0,
    "tz_name": "UTC",
    "parents": None,
    "child_uids": None,
    "send_message": 0,
}
ZOE = {
    **{"uid": "x-7", "id": "x-7", "school_uid": "", "name_first": "Zoë", "name_last": "Text"},
    **{"name_display": "Zoë Text", "username": "", "primary_email": ""},
}
CYD = {
    **{"uid": "3", "id": 3, "school_uid": "", "name_first": "Cyd", "name_last": "Berg"},
    **{"name_display": "Cyd Berg", "username": "", "primary_email": "", "role_id": 2},
}
ENROLLED: dict[str, Any] = {
    "id": "101",
    "uid": "1",
    "school_uid": "S-1",
    "name_title": "",
    "name_title_show": "0",
    "name_first": "Ann",
    "name_first_preferred": "",
    "name_middle": "",
    "name_middle_show": "0",
    "name_last": "O'Neill",
    "name_display": "Ann O'Neill",
    "admin": 0,
    "status": "1",
    "picture_url": "",
}
SECTION: dict[str, Any] = {
    "id": "math",
    "course_title": "Mathematics 1",
    "course_code": "M1",
    "course_id": "math",
    "school_id": "1",
    "access_code": "",
    "section_title": "Mathematics",
    "section_code": "MATH",
    "section_school_code": "MATH",
    "synced": "0",
    "active": 1,
    "description": "",
    "grading_periods": [31, 32],
    "profile_url": "",
    "location": "",
    "meeting_days": [""],
    "start_time": "",
    "end_time": "",
    "weight": "0",
    "options": {
        "weighted_grading_categories": "1",
        "upload_documents": "0",
        "create_discussion": "0",
        "member_post": "0",
        "member_post_comment": "0",
    },
    "admin": 1,
}
CLOSED = {
    **{"id": "closed", "course_title": "Closed", "course_code": "", "course_id": "closed"},
    **{"section_title": "Closed", "section_code": "", "section_school_code": "", "active": 0},
    **{
        "grading_periods": [],
        "options": {**SECTION["options"], "weighted_grading_categories": "0"},
    },
}
ITEM: dict[str, Any] = {
    "id": LETTERED,
    "title": "Essay",
    "description": "Four pages",
    "due": "2026-06-01 12:00:00",
    "grading_scale": "5",
    "grading_period": "31",
    "grading_category": "41",
    "max_points": "50",
    "factor": "1",
    "is_final": "0",
    "show_comments": "0",
    "grade_stats": "0",
    "allow_dropbox": "1",
    "allow_discussion": "1",
    "published": 0,
    "type": "assignment",
    "grade_item_id": LETTERED,
    "available": 1,
    "completed": 0,
    "dropbox_locked": 0,
    "grading_scale_type": 1,
    "auto_publish_grades": 1,
    "num_assignees": 0,
    "assignees": [],
    "completion_status": "",
}
EXAM = {
    **{"id": MIDTERM, "title": "Midterm", "description": "", "due": "", "grading_scale": "0"},
    **{"grading_category": "0", "max_points": "100", "is_final": "1", "published": 1},
    **{"grade_item_id": MIDTERM, "grading_scale_type": 0},
}
SCALES = [
    {
        "id": 5,
        "title": "A to F",
        "type": 1,
        "auto_averaging": 0,
        "hide_numeric": 0,
        "scale": {
            "level": [
                {"grade": "A", "cutoff": 90, "average": 90},
                {"grade": "B", "cutoff": 80, "average": 80},
                {"grade": "F", "cutoff": 0, "average": 0},
            ]
        },
    }
]
CATEGORIES = [
    {
        "id": number,
        "title": title,
        "delta": place,
        "calculation_type": calculation,
        "default_max_points": 100,
        "default_grading_scale_id": 0,
        "drop_lowest": 0,
        **weight,
    }
    for place, (number, title, calculation, weight) in enumerate(
        [(41, "Homework", 1, {}), (42, "Tests", 2, {"weight": 70})]
    )
]
PERIODS = [
    {
        "id": 31,
        "title": "Autumn",
        "weight": 60,
        "start": "2025-09-01 00:00:00",
        "end": "2026-01-31 23:59:59",
    },
    {"id": 32, "title": "Spring", "weight": 40, "start": "", "end": ""},
]
LINKS = "http://sis.example/v1"

OBJECTS: dict[str, Any] = {
    "/v1/users/1": ANN,
    "/v1/users/x-7": {**ANN, **ZOE},
    "/v1/users/3": {**ANN, **CYD},
    f"{MATH}/enrollments/101": ENROLLED,
    f"{MATH}/enrollments/109": {
        **{**ENROLLED, "id": "109", "uid": "9", "school_uid": "", "name_first": "Out"},
        **{"name_last": "Now", "name_display": "Out Now", "status": "5"},
    },
    f"{MATH}/enrollments/107": {
        **{**ENROLLED, "id": "107", "uid": "x-7", "school_uid": "", "name_first": "Zoë"},
        **{"name_last": "Text", "name_display": "Zoë Text", "admin": 1},
    },
    MATH: SECTION,
    "/v1/sections/closed": {**SECTION, **CLOSED},
    f"{MATH}/assignments/{LETTERED}": ITEM,
    f"{MATH}/grade_items/{MIDTERM}": {**ITEM, **EXAM},
    f"{MATH}/grade_items/{TALK}": {
        **{**ITEM, **EXAM, "id": TALK, "title": "Talk", "grading_period": "0", "is_final": "0"},
        **{"type": "discussion", "grade_item_id": TALK},
    },
    f"{MATH}/grading_scales": {
        "grading_scale": SCALES,
        "links": {"self": f"{LINKS}/sections/math/grading_scales"},
    },
    f"{MATH}/grading_categories": {"grading_category": CATEGORIES},
    f"{MATH}/grading_periods": {
        "grading_period": PERIODS,
        "links": {"self": f"{LINKS}/sections/math/grading_periods"},
    },
    "/v1/app-user-info": {"web_session_timestamp": int(NOW), "api_uid": "x-7"},
}


def furnished() -> dict[str, Any]:
    """The seed, with something in every field that a seed can fill."""
    seed = deepcopy(SEED)
    seed["people"][2]["id"] = "3"  # a number, though it is written as a text
    seed["sections"][1]["enrollments"][0]["role"] = "teacher"  # here, and a student elsewhere
    seed["people"][0] |= {"username": "ann", "email": "ann@sis.example"}
    seed["grading_periods"][0] |= {"start": "2025-09-01 00:00:00", "end": "2026-01-31 23:59:59"}
    section = seed["sections"][0]
    section |= {"course_title": "Mathematics 1", "flow": {"code": "M1"}}
    section["grading"] = {"weighted": True}
    section["categories"].append(
        {"id": 42, "title": "Tests", "calculation": "points", "weight": 70}
    )
    section["assignments"][0] |= {"description": "Four pages", "due": "2026-06-01 12:00:00"}
    section["assignments"][0] |= {"published": False}
    return seed


@pytest.mark.parametrize("target", OBJECTS)
def test_an_object_has_these_fields_and_no_others(target: str) -> None:
    assert Desk(furnished()).get(target, at=NOW + 0.75) == OBJECTS[target]


def test_the_rows_of_lists_are_these_objects_each_with_a_link() -> None:
    desk = Desk(furnished())
    (first, *_) = desk.get(f"{MATH}/enrollments")["enrollment"]
    assert first == {**ENROLLED, "links": {"self": f"{LINKS}/sections/math/enrollments/101"}}
    for name in ("assignments", "grade_items"):
        rows = desk.get(f"{MATH}/{name}")["assignment"]
        (row,) = (each for each in rows if each["id"] == LETTERED)
        assert row == {**ITEM, "links": {"self": f"{LINKS}/sections/math/{name}/{LETTERED}"}}
    (row, _) = desk.get("/v1/users/1/sections")["section"]
    assert row == {**SECTION, "links": {"self": f"{LINKS}/sections/math"}}


GRADE: dict[str, Any] = {
    "enrollment_id": 102,
    "assignment_id": LETTERED,
    "grade": 40,
    "exception": 0,
    "max_points": 50,
    "is_final": 0,
    "timestamp": 1000,
    "comment": "Fine",
    "comment_status": 1,
    "override": None,
    "calculated_grade": None,
    "pending": None,
    "type": "assignment",
    "location": f"{LINKS}/sections/math/assignments/{LETTERED}",
    "scale_id": 5,
    "scale_type": 1,
    "category_id": 41,
}
EXCUSED = {
    **{"assignment_id": PLAIN, "grade": None, "exception": 1, "max_points": 20, "timestamp": 2000},
    **{"comment": "", "comment_status": None, "scale_id": 0, "scale_type": 0},
    **{"location": f"{LINKS}/sections/math/assignments/{PLAIN}"},
}


def test_grades_have_these_fields_in_both_lists() -> None:
    desk = Desk(furnished())
    grades = [GRADE, {**GRADE, **EXCUSED}]
    assert desk.get(f"{MATH}/grades")["grades"]["grade"] == grades
    periods = desk.get("/v1/users/2/grades?timestamp=0")["section"][0]["period"]
    assert [row for period in periods for row in period["assignment"]] == grades
