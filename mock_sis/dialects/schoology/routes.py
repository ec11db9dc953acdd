"""The Schoology grades API: its operations, in the order of the public documentation."""

from __future__ import annotations

from mock_sis.contracts.openapi import bundle
from mock_sis.dialects.schoology import assignments, list_grades, put_grades, sections, users
from mock_sis.dialects.schoology.queries import taking
from mock_sis.exchange import Call, Handler, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context


def openapi(context: Context, _call: Call, _params: Params) -> Reply:
    """This interface's OpenAPI document, with the URL that it is served at."""
    return json_reply({**bundle("schoology/openapi.json"), "servers": [{"url": context.base_url}]})


_SECTION = "/sections/{section}"
_ASSIGNMENT = _SECTION + "/assignments/{assignment}"

_READS: tuple[tuple[str, str, Handler, str], ...] = (
    ("sections.get", _SECTION, sections.get_section, "Show a section"),
    (
        "sections.enrollments.list",
        _SECTION + "/enrollments",
        sections.list_enrollments,
        "List the enrollments of a section",
    ),
    (
        "sections.enrollments.get",
        _SECTION + "/enrollments/{enrollment}",
        sections.get_enrollment,
        "Show an enrollment",
    ),
    (
        "sections.assignments.list",
        _SECTION + "/assignments",
        assignments.list_assignments,
        "List the assignments of a section",
    ),
    ("sections.assignments.get", _ASSIGNMENT, assignments.get_assignment, "Show an assignment"),
    (
        "sections.grade_items.list",
        _SECTION + "/grade_items",
        assignments.list_grade_items,
        "List all that can be graded",
    ),
    (
        "sections.grade_items.get",
        _SECTION + "/grade_items/{assignment}",
        assignments.get_assignment,
        "Show a grade item",
    ),
    (
        "sections.grading_scales.list",
        _SECTION + "/grading_scales",
        sections.list_scales,
        "List the grading scales",
    ),
    (
        "sections.grading_categories.list",
        _SECTION + "/grading_categories",
        sections.list_categories,
        "List the grading categories",
    ),
    (
        "sections.grading_periods.list",
        _SECTION + "/grading_periods",
        sections.list_periods,
        "List the grading periods",
    ),
    ("sections.grades.get", _SECTION + "/grades", list_grades.list_grades, "List grades"),
    ("sections.list", "/sections", sections.list_sections, "Find sections by their codes"),
    ("users.list", "/users", users.list_users, "List users"),
    ("users.me", "/users/me", users.me, "Find one's own user"),
    ("users.get", "/users/{user}", users.get_user, "Show a user"),
    (
        "users.sections.list",
        "/users/{user}/sections",
        users.list_user_sections,
        "List the sections of a user",
    ),
    (
        "users.grades.get",
        "/users/{user}/grades",
        users.list_user_grades,
        "List the grades of a user",
    ),
    (
        "users.ext",
        "/users/ext/{school_uid}",
        users.find_user,
        "Find a user by the number of the school's records",
    ),
    ("app_user_info", "/app-user-info", users.app_user_info, "Show whom the credentials belong to"),
)

_TAKEN = {
    "sections.enrollments.list": ("uid", "enrollment_status", "type"),
    "sections.grades.get": ("assignment_id", "enrollment_id", "timestamp"),
    "sections.list": ("section_school_codes", "include_past"),
    "users.list": ("school_uids", "role_ids", "building_id"),
    "users.sections.list": ("include_past",),
    "users.grades.get": (
        *("section_id", "grading_period_ids", "timestamp", "include_all_enrollments"),
    ),
}
"""The parameters that a call takes beside those that every call takes."""

ROUTES: tuple[Route, ...] = (
    *(
        Route(f"schoology.{name}", "GET", pattern, taking(handler, *_TAKEN.get(name, ())), summary)
        for name, pattern, handler, summary in _READS
    ),
    Route(
        "schoology.sections.grades.put",
        "PUT",
        _SECTION + "/grades",
        taking(put_grades.put_grades),
        "Set grades and final comments",
        put_grades.subjects,
    ),
    Route(
        "schoology.sections.assignments.post",
        "POST",
        _SECTION + "/assignments",
        taking(assignments.post_assignment),
        "Make an assignment",
    ),
    Route(
        "schoology.sections.assignments.put",
        "PUT",
        _ASSIGNMENT,
        taking(assignments.put_assignment),
        "Change an assignment",
    ),
    Route(
        "schoology.sections.assignments.delete",
        "DELETE",
        _ASSIGNMENT,
        taking(assignments.delete_assignment),
        "Remove an assignment",
    ),
    Route(
        "schoology.openapi",
        "GET",
        "/openapi.json",
        openapi,
        "This OpenAPI document",
        public=True,
        journaled=False,
    ),
)
