"""Every path of the rostering and gradebook services of OneRoster 1.2 is served, and what is below
an object is the part of the whole that belongs to it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from helpers.simulator.oneroster_asks import ITEM, OF_ALG_2, G, R
from helpers.simulator.oneroster_desk import Desk, refused
from mock_sis.dialects.oneroster.routes import ROUTES

READ = """
    academicSessions academicSessions/{} classes classes/{} classes/{}/students classes/{}/teachers
    courses courses/{} courses/{}/classes demographics demographics/{} enrollments enrollments/{}
    gradingPeriods gradingPeriods/{} orgs orgs/{} schools schools/{} schools/{}/classes
    schools/{}/classes/{}/enrollments schools/{}/classes/{}/students schools/{}/classes/{}/teachers
    schools/{}/courses schools/{}/enrollments schools/{}/students schools/{}/teachers
    schools/{}/terms students students/{} students/{}/classes teachers teachers/{}
    teachers/{}/classes terms terms/{} terms/{}/classes terms/{}/gradingPeriods users users/{}
    users/{}/classes
"""
GRADED = """
    GET assessmentLineItems/{} assessmentResults/{} categories/{} lineItems/{} results/{}
    GET assessmentLineItems assessmentResults categories lineItems results scoreScales
    GET classes/{}/categories classes/{}/lineItems classes/{}/lineItems/{}/results
    GET classes/{}/results classes/{}/scoreScales classes/{}/students/{}/results
    GET schools/{}/scoreScales scoreScales/{}
    PUT assessmentLineItems/{} assessmentResults/{} categories/{} lineItems/{} results/{}
    PUT scoreScales/{}
    DELETE assessmentLineItems/{} assessmentResults/{} categories/{} lineItems/{} results/{}
    DELETE scoreScales/{}
    POST classes/{}/academicSessions/{}/results classes/{}/lineItems lineItems/{}/results
    POST schools/{}/lineItems
"""
STANDARD = {
    *(("GET", f"/rostering/v1p2/{path}") for path in READ.split()),
    *(
        (line.split()[0], f"/gradebook/v1p2/{path}")
        for line in GRADED.strip().splitlines()
        for path in line.split()[1:]
    ),
}
"""The operations of the standard; {} stands for a sourcedId."""
NOT_KEPT = {
    (method, f"/gradebook/v1p2/{collection}/{{}}")
    for method in ("PUT", "DELETE")
    for collection in ("assessmentLineItems", "assessmentResults")
}
"""Writes of what the SIS does not have."""


def test_the_operations_are_those_of_the_standard() -> None:
    served = {
        (route.method, re.sub(r"{\w+}", "{}", route.pattern))
        for route in ROUTES
        if not route.pattern.startswith("/v1p2/") and not route.public
    }
    assert served == STANDARD - NOT_KEPT


@pytest.mark.parametrize(("method", "path"), sorted(NOT_KEPT))
def test_what_the_sis_does_not_keep_cannot_be_written(method: str, path: str) -> None:
    target = f"/ims/oneroster{path.format('x')}"
    reply = Desk().ask(method, target, {} if method == "PUT" else None)
    refused(reply, 405, "forbidden")
    assert reply.header("Allow") == "GET, HEAD"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


SAME = [
    *(
        (f"schools/school-1/{name}", name)
        for name in ("classes", "courses", "enrollments", "students", "teachers", "terms")
    ),
    ("terms/term-1/classes", "classes"),
    ("schools/school-1/classes/alg-1/students", "classes/alg-1/students"),
    ("schools/school-1/classes/alg-1/teachers", "classes/alg-1/teachers"),
    (
        "schools/school-1/classes/alg-1/enrollments",
        "enrollments?filter=class.sourcedId%3D%27alg-1%27",
    ),
    ("courses/course-alg-1/classes", "classes?filter=sourcedId%3D%27alg-1%27"),
    ("users/2001/classes", "students/2001/classes"),
    ("users/9001/classes", "teachers/9001/classes"),
    ("demographics?fields=sourcedId", "users?fields=sourcedId"),
]


def rows(desk: Desk, below: str, query: str = "") -> Any:
    (found,) = desk.get(f"{R}/{below}{query}").values()
    return found


@pytest.mark.parametrize(("below", "whole"), SAME)
def test_what_is_below_an_object_is_its_part_of_the_whole(
    desk: Desk, below: str, whole: str
) -> None:
    found = rows(desk, below)
    assert found
    assert found == rows(desk, whole)


@pytest.mark.parametrize("below", [below for below, _ in SAME if "?" not in below])
def test_what_is_below_an_object_can_be_asked_as_any_list(desk: Desk, below: str) -> None:
    names = [row["sourcedId"] for row in rows(desk, below)]
    for name in names:
        (found,) = rows(desk, below, f"?filter=sourcedId%3D%27{name}%27&fields=sourcedId")
        assert found == {"sourcedId": name}
    assert rows(desk, below, "?filter=sourcedId%3D%27x%27") == []
    down = rows(desk, below, "?sort=sourcedId&orderBy=desc&fields=sourcedId")
    assert [row["sourcedId"] for row in down] == sorted(names, reverse=True)
    for query, minor in (
        ("sort=x", "invaliddata"),
        ("fields=x", "invalid_selection_field"),
        ("filter=x%3D%27x%27", "invalid_filter_field"),
    ):
        refused(desk.ask("GET", f"{R}/{below}?{query}"), 400, minor)


def test_line_items_posted_below_a_school_go_into_the_classes_that_they_name() -> None:
    desk = Desk()
    unnamed = {name: value for name, value in ITEM.items() if name != "sourcedId"}
    data = {"lineItems": [{**ITEM, **OF_ALG_2}, unnamed]}
    reply = desk.done(("POST", f"{G}/schools/school-1/lineItems", data))
    assert b'"suppliedSourcedId":"","allocatedSourcedId":"li-alg-1-' in reply.body
    assert desk.names("classes/alg-2/lineItems") == [ITEM["sourcedId"]]
    assert len(desk.names("classes/alg-1/lineItems")) == 2
