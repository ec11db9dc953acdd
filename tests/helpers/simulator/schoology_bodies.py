"""One sound body for each schema of the Schoology dialect: the source's samples where it has one,
else of our own making, in the form that the real system's documentation gives."""

from __future__ import annotations

from typing import Any

from helpers.simulator.schoology_samples import GRADES, PUT_COMMENTS, PUT_GRADES, USER_GRADES

LINKS = {"self": "/v1/sections/1/assignments?start=0&limit=1", "next": "/v1/x?start=1&limit=1"}

ENROLLMENT: dict[str, Any] = {
    "id": "44783151",
    "uid": "48289",
    "school_uid": "S-1001",
    "name_title": "",
    "name_title_show": "0",
    "name_first": "Åsa",
    "name_first_preferred": "",
    "name_middle": "",
    "name_middle_show": "0",
    "name_last": "O'Neill",
    "name_display": "Åsa O'Neill",
    "admin": 0,
    "status": "1",
    "picture_url": "",
}

ASSIGNMENT: dict[str, Any] = {
    "id": 5699937,
    "title": "Midterm",
    "description": "",
    "due": "2026-06-15 09:00:00",
    "grading_scale": "1",
    "grading_period": "13011",
    "grading_category": "4341",
    "max_points": "100",
    "factor": "1",
    "is_final": "0",
    "show_comments": "0",
    "grade_stats": "0",
    "allow_dropbox": "1",
    "allow_discussion": "1",
    "published": 1,
    "type": "assignment",
    "grade_item_id": 5699937,
    "available": 1,
    "completed": 0,
    "dropbox_locked": 0,
    "grading_scale_type": 0,
    "auto_publish_grades": 1,
    "num_assignees": 0,
    "assignees": [],
    "completion_status": "",
}

SECTION: dict[str, Any] = {
    "id": "4318461",
    "course_title": "Mathematics",
    "course_code": "",
    "course_id": "4318461",
    "school_id": "1",
    "access_code": "",
    "section_title": "Mathematics 101",
    "section_code": "",
    "section_school_code": "UNI||MATH101||2026",
    "synced": "0",
    "active": 1,
    "description": "",
    "grading_periods": [13011],
    "profile_url": "",
    "location": "",
    "meeting_days": [""],
    "start_time": "",
    "end_time": "",
    "weight": "0",
    "options": {
        "weighted_grading_categories": "0",
        "upload_documents": "0",
        "create_discussion": "0",
        "member_post": "0",
        "member_post_comment": "0",
    },
    "admin": 1,
}

USER: dict[str, Any] = {
    "uid": "48289",
    "id": 48289,
    "school_id": 1,
    "synced": 0,
    "school_uid": "S-1001",
    "building_id": 1,
    "additional_buildings": "",
    "name_title": "",
    "name_title_show": 0,
    "name_first": "Åsa",
    "name_first_preferred": "",
    "name_middle": "",
    "name_middle_show": 0,
    "name_last": "O'Neill",
    "name_display": "Åsa O'Neill",
    "username": "",
    "primary_email": "",
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

CATEGORY: dict[str, Any] = {
    "id": 4341,
    "title": "xtra points",
    "delta": 0,
    "calculation_type": 1,
    "default_max_points": 100,
    "default_grading_scale_id": 0,
    "drop_lowest": 0,
    "weight": 40,
}
PERIOD = {
    "id": 13011,
    "title": "Never Ending Period",
    "weight": 50,
    "start": "2012-09-17 00:00:00",
    "end": "",
}
LETTER = {"grade": "A-", "cutoff": 90, "average": 91.5}
SCALE: dict[str, Any] = {
    "id": 1,
    "title": "A to F",
    "type": 1,
    "auto_averaging": 0,
    "hide_numeric": 0,
    "scale": {"level": [LETTER, {"points": 3, "description": "three points"}]},
}
REPORT: dict[str, Any] = {
    "grades": {
        "grade": [
            {"enrollment_id": 44783136, "assignment_id": 5007606, "response_code": 200},
            {
                "enrollment_id": "24152019t",
                "assignment_id": 5007606,
                "response_code": 404,
                "message": "There is no enrollment 24152019t in this section.",
            },
        ]
    },
    "final_comments": {
        "final_comment": [{"enrollment_id": 1, "period_id": "final", "response_code": 200}]
    },
}
LISTED_USER = {name: value for name, value in USER.items() if name != "send_message"}
LISTED = {**ASSIGNMENT, "links": LINKS}

SOUND: dict[str, list[Any]] = {
    "grades": [
        GRADES,
        {**GRADES, "links": LINKS, "total": 2},
        {"grades": {"grade": []}, "period": [], "final_grade": []},
    ],
    "user-grades": [USER_GRADES, {**USER_GRADES, "total": 1}, {"section": [], "links": LINKS}],
    "grades-request": [
        PUT_GRADES,
        PUT_COMMENTS,
        {**PUT_GRADES, **PUT_COMMENTS},
        {"grades": {"grade": PUT_GRADES["grades"]["grade"][0]}},
        {"grades": {"grade": []}},
        {"grades": {"grade": ""}},
        {"grades": ""},
        {"final_comments": None},
        {"grades": {"grade": {"assignment_id": "1", "enrollment_id": 2, "exception": 3}}},
        {"grades": {"grade": {"assignment_id": 1, "enrollment_id": 2, "grade": "A+"}}},
        {"grades": {"grade": {"assignment_id": 1, "enrollment_id": 2, "grade": -1.5}}},
        {"grades": {"grade": {"assignment_id": 1, "enrollment_id": 2, "location": "x"}}, "x": 1},
    ],
    "grades-report": [REPORT, {"grades": REPORT["grades"]}, {"grades": {"grade": []}}],
    "section": [SECTION, {**SECTION, "links": LINKS}],
    "user-sections": [{"section": [SECTION], "total": "1", "links": LINKS}],
    "enrollment": [ENROLLMENT, {**ENROLLMENT, "links": LINKS}],
    "enrollments": [{"enrollment": [ENROLLMENT], "total": "1", "links": LINKS}],
    "assignment": [ASSIGNMENT, LISTED, {**ASSIGNMENT, "due": "", "type": "discussion"}],
    "assignments": [{"assignment": [LISTED], "total": 1, "links": LINKS}],
    "grade-items": [{"assignment": [LISTED], "total": 1, "links": LINKS}],
    "assignment-request": [
        {},
        ASSIGNMENT,
        {"max_points": 12.5, "is_final": "1", "published": 0, "due": ""},
        {"attachments": [{"id": 9}], "factor": "1"},
    ],
    "assignment-request#/$defs/new": [{"title": "Midterm"}, ASSIGNMENT],
    "grading-scales": [{"grading_scale": [SCALE], "links": LINKS}],
    "grading-categories": [{"grading_category": [CATEGORY]}, {"grading_category": []}],
    "grading-periods": [{"grading_period": [PERIOD], "links": LINKS}],
    "user": [USER, {**USER, "id": "x-4", "uid": "x-4"}],
    "users": [{"user": [LISTED_USER], "total": "1", "links": LINKS}],
    "app-user-info": [{"web_session_timestamp": 1781514000, "api_uid": 48289}],
    "links": [LINKS, {"self": "http://sis.example/v1"}],
}
"""By schema. The first of each is the ordinary one."""
