"""The lists and single objects that both services serve, as tables.

Source: OneRoster 1.2, the paths of the rostering and gradebook services. Lists of results have
handlers of their own (`results.py`).
"""

from __future__ import annotations

from mock_sis.dialects.oneroster import finders, sources
from mock_sis.dialects.oneroster.finders import Finder
from mock_sis.dialects.oneroster.lists import (
    ASSESSMENT_LINE_ITEMS,
    ASSESSMENT_RESULTS,
    CATEGORIES,
    CLASSES,
    COURSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    LINE_ITEMS,
    ORGS,
    SCALES,
    SESSIONS,
    USERS,
    ObjectType,
)
from mock_sis.dialects.oneroster.scopes import MARKS, MARKS_CORE, PERSONAL, ROSTER, ROSTER_CORE
from mock_sis.dialects.oneroster.sources import Source, in_school

ROSTERING, GRADEBOOK = "rostering", "gradebook"

_STUDENTS, _STUDENT = sources.in_role("student"), finders.in_role("student")
_TEACHERS, _TEACHER = sources.in_role("teacher"), finders.in_role("teacher")

Collection = tuple[str, str, ObjectType, Source, Finder, frozenset[str]]
"""Service, path, kind, source, finder, scopes."""
COLLECTIONS: tuple[Collection, ...] = (
    (ROSTERING, "orgs", ORGS, sources.orgs, finders.org, ROSTER_CORE),
    (ROSTERING, "schools", ORGS, sources.schools, finders.school, ROSTER_CORE),
    (ROSTERING, "academicSessions", SESSIONS, sources.sessions, finders.session, ROSTER_CORE),
    (ROSTERING, "terms", SESSIONS, sources.terms, finders.term, ROSTER_CORE),
    (
        ROSTERING,
        "gradingPeriods",
        SESSIONS,
        sources.grading_periods,
        finders.grading_period,
        ROSTER_CORE,
    ),
    (ROSTERING, "courses", COURSES, sources.courses, finders.course, ROSTER_CORE),
    (ROSTERING, "classes", CLASSES, sources.classes, finders.klass, ROSTER_CORE),
    (ROSTERING, "users", USERS, sources.users, finders.user, ROSTER_CORE),
    (ROSTERING, "students", USERS, _STUDENTS, _STUDENT, ROSTER_CORE),
    (ROSTERING, "teachers", USERS, _TEACHERS, _TEACHER, ROSTER_CORE),
    (ROSTERING, "enrollments", ENROLLMENTS, sources.enrollments, finders.enrollment, ROSTER_CORE),
    (ROSTERING, "demographics", DEMOGRAPHICS, sources.demographics, finders.demographics, PERSONAL),
    (GRADEBOOK, "categories", CATEGORIES, sources.categories, finders.category, MARKS_CORE),
    (GRADEBOOK, "lineItems", LINE_ITEMS, sources.line_items, finders.line_item, MARKS_CORE),
    (GRADEBOOK, "scoreScales", SCALES, sources.scales, finders.scale, MARKS_CORE),
    (
        GRADEBOOK,
        "assessmentLineItems",
        ASSESSMENT_LINE_ITEMS,
        sources.nothing,
        finders.nothing,
        MARKS_CORE,
    ),
    (
        GRADEBOOK,
        "assessmentResults",
        ASSESSMENT_RESULTS,
        sources.nothing,
        finders.nothing,
        MARKS_CORE,
    ),
)
"""Collections with a list and single objects. The SIS keeps no assessments, so that these lists are
always empty."""

Below = tuple[str, str, ObjectType, Source, Finder | None]
"""Name, path, kind, source, and the finder that serves filters by sourcedId if the list has all
objects of the kind."""
_IN_ROSTER: tuple[Below, ...] = (
    ("classes.students", "/classes/{class}/students", USERS, _STUDENTS, None),
    ("classes.teachers", "/classes/{class}/teachers", USERS, _TEACHERS, None),
    ("courses.classes", "/courses/{course}/classes", CLASSES, sources.classes, None),
    (
        "schools.classes",
        "/schools/{school}/classes",
        CLASSES,
        in_school(sources.classes),
        finders.klass,
    ),
    (
        "schools.classes.enrollments",
        "/schools/{school}/classes/{class}/enrollments",
        ENROLLMENTS,
        in_school(sources.enrollments),
        None,
    ),
    (
        "schools.classes.students",
        "/schools/{school}/classes/{class}/students",
        USERS,
        in_school(_STUDENTS),
        None,
    ),
    (
        "schools.classes.teachers",
        "/schools/{school}/classes/{class}/teachers",
        USERS,
        in_school(_TEACHERS),
        None,
    ),
    (
        "schools.courses",
        "/schools/{school}/courses",
        COURSES,
        in_school(sources.courses),
        finders.course,
    ),
    (
        "schools.enrollments",
        "/schools/{school}/enrollments",
        ENROLLMENTS,
        in_school(sources.enrollments),
        finders.enrollment,
    ),
    ("schools.students", "/schools/{school}/students", USERS, in_school(_STUDENTS), _STUDENT),
    ("schools.teachers", "/schools/{school}/teachers", USERS, in_school(_TEACHERS), _TEACHER),
    ("schools.terms", "/schools/{school}/terms", SESSIONS, in_school(sources.terms), finders.term),
    ("students.classes", "/students/{user}/classes", CLASSES, sources.classes, None),
    ("teachers.classes", "/teachers/{user}/classes", CLASSES, sources.classes, None),
    ("terms.classes", "/terms/{term}/classes", CLASSES, sources.classes, None),
    (
        "terms.gradingPeriods",
        "/terms/{term}/gradingPeriods",
        SESSIONS,
        sources.grading_periods,
        None,
    ),
    ("users.classes", "/users/{user}/classes", CLASSES, sources.classes, None),
)
_IN_GRADEBOOK: tuple[Below, ...] = (
    ("classes.categories", "/classes/{class}/categories", CATEGORIES, sources.categories, None),
    ("classes.lineItems", "/classes/{class}/lineItems", LINE_ITEMS, sources.line_items, None),
    ("classes.scoreScales", "/classes/{class}/scoreScales", SCALES, sources.scales, None),
    (
        "schools.scoreScales",
        "/schools/{school}/scoreScales",
        SCALES,
        in_school(sources.scales),
        finders.scale,
    ),
)
BELOW: tuple[tuple[str, Below, frozenset[str]], ...] = (
    *((ROSTERING, row, ROSTER) for row in _IN_ROSTER),
    *((GRADEBOOK, row, MARKS) for row in _IN_GRADEBOOK),
)
"""Lists of the objects that belong to another one, each with its service and scopes."""
