"""The routes of the OneRoster dialect, its OpenAPI document and its answers say the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from helpers.simulator.oneroster_asks import (
    BAD,
    BASE,
    CATEGORY,
    GOOD,
    ITEM,
    NEW,
    Ask,
    R,
    asks,
    fresh,
    other_spelling,
    prepared,
    reply_to,
)
from helpers.simulator.oneroster_contract import held, objects, operations, statuses
from mock_sis.contracts.openapi import bundle
from mock_sis.dialects.oneroster.routes import ROUTES
from mock_sis.dialects.oneroster.token_route import ROUTES as TOKEN_ROUTES
from mock_sis.exchange import Route
from mock_sis.formats.json_text import decode_json

ALL = (*ROUTES, *TOKEN_ROUTES)


def named(ask: Ask) -> str:
    return f"{ask.operation.removeprefix('oneroster.')}-{ask.status}"


def test_every_route_is_documented_and_every_documented_operation_is_a_route() -> None:
    documented = {(name, row["method"], row["path"]) for name, row in operations().items()}
    assert documented == {
        (route.operation, route.method, route.pattern.removeprefix("/v1p2")) for route in ALL
    }


def test_every_path_has_both_spellings() -> None:
    first = {route.pattern for route in ROUTES if not route.pattern.startswith("/v1p2/")}
    second = {route.pattern for route in ROUTES} - first
    assert second == {f"/v1p2{pattern}" for pattern in first - {"/openapi.json"}}


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.operation)
def test_the_document_says_which_scopes_an_operation_takes(route: Route) -> None:
    security = operations()[route.operation]["security"]
    scopes = {scope for each in security for scope in each.get("oauth2", ())}
    assert scopes == route.scopes
    assert all(len(each["oauth2"]) == 1 for each in security if "oauth2" in each)
    assert route.public == (not scopes)


@pytest.mark.parametrize("ask", GOOD, ids=named)
def test_every_operation_answers_as_documented(ask: Ask) -> None:
    reply = reply_to(ask)
    assert reply.status == ask.status, reply.body
    held(ask.operation, reply, whole=ask.whole)


@pytest.mark.parametrize("ask", [ask for ask in GOOD if "v1p2" in ask.target], ids=named)
def test_the_other_spelling_answers_the_same(ask: Ask) -> None:
    other = replace(ask, target=other_spelling(ask.target))
    assert other.target != ask.target
    first, second = reply_to(ask), reply_to(other)
    same = [(name, text) for name, text in first.headers if name != "Link"]
    assert (first.status, same, first.body) == (
        second.status,
        [(name, text) for name, text in second.headers if name != "Link"],
        second.body,
    )


@pytest.mark.parametrize("ask", BAD, ids=named)
def test_every_error_is_as_documented(ask: Ask) -> None:
    simulator = prepared(ask)
    there = simulator.world.gradebook.snapshot()
    reply = reply_to(ask, simulator)
    assert reply.status == ask.status, reply.body
    held(ask.operation, reply)
    assert simulator.world.gradebook.snapshot() == there


def test_enrollments_are_shown_by_the_ids_their_list_tells() -> None:
    listed = held(
        "oneroster.rostering.enrollments.list",
        reply_to(asks("rostering.enrollments.list", f"{R}/enrollments")),
    )["enrollments"]
    for row in listed:
        ask = asks("rostering.enrollments.get", f"{R}/enrollments/{row['sourcedId']}")
        assert held(ask.operation, reply_to(ask)) == {"enrollment": row}


ENROLLMENT = "oneroster.rostering.enrollments.get"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_an_enrollment_is_refused_as_documented(status: int) -> None:
    like = next(
        ask
        for ask in BAD
        if (ask.operation, ask.status) == ("oneroster.rostering.courses.get", status)
    )
    ask = replace(like, operation=ENROLLMENT, target=like.target.replace("courses", "enrollments"))
    reply = reply_to(ask)
    assert reply.status == status
    held(ENROLLMENT, reply)


def test_every_documented_status_is_tried() -> None:
    tried = {(ask.operation, ask.status) for ask in (*GOOD, *BAD)}
    documented = {(name, status) for name in operations() for status in statuses(name)}
    tried |= {(ENROLLMENT, status) for status in statuses(ENROLLMENT)}
    assert documented - tried == {(name, 200) for name in NEVER}
    assert tried <= documented


NEVER = ("oneroster.gradebook.assessmentLineItems.get", "oneroster.gradebook.assessmentResults.get")
"""The SIS has none of these."""


READS = [ask for ask in GOOD if ask.status == 200 and ask.data is None and "v1p2" in ask.target]


@pytest.mark.parametrize("ask", READS, ids=named)
def test_links_and_references_start_with_the_public_url(ask: Ask) -> None:
    reply = reply_to(ask)
    assert b"elsewhere" not in reply.body
    if ask.operation.endswith(".list"):
        links = (reply.header("Link") or "").split(", <")
        assert all(link.lstrip("<").startswith(f"http://sis.example{BASE}/") for link in links)


@pytest.mark.parametrize("ask", READS, ids=named)
def test_every_reference_leads_to_the_object_it_names(ask: Ask) -> None:
    simulator = prepared(ask)
    for _, row in objects(held(ask.operation, reply_to(ask, simulator), whole=False)):
        for value in row.values():
            for each in value if isinstance(value, list) else [value]:
                if not isinstance(each, dict) or "href" not in each:
                    continue
                target = each["href"].removeprefix("http://sis.example")
                found = reply_to(Ask(ask.operation, target), simulator)
                assert found.status == 200, target
                (there,) = decode_json(found.body).values()
                assert there["sourcedId"] == each["sourcedId"]


LINE_ITEM = {"lineItem": ITEM}
GRADE = {"result": NEW}
WALKS: list[tuple[str, dict[str, str], Any, list[tuple[str, Any]]]] = [
    (
        "gradebook.lineItems.put",
        {"lineItem": "lms/17 ½"},
        LINE_ITEM,
        [("get", None), ("grade", GRADE), ("get", None), ("delete", None), ("gone", None)],
    ),
    (
        "gradebook.lineItems.put",
        {"lineItem": "lms/17 ½"},
        LINE_ITEM,
        [("get", None), ("grades", {"results": [NEW]}), ("get", None), ("delete", None)],
    ),
    (
        "gradebook.lineItems.put",
        {"lineItem": "lms/17 ½"},
        LINE_ITEM,
        [("get", None), ("delete", None), ("gone", None)],
    ),
    (
        "gradebook.classes.lineItems.post",
        {"class": "alg-1"},
        {"lineItems": [ITEM]},
        [("get", None), ("delete", None), ("gone", None)],
    ),
    ("gradebook.categories.put", {"category": "a/b"}, {"category": CATEGORY}, [("get", None)]),
    ("gradebook.categories.put", {"category": "a/b"}, {"category": CATEGORY}, [("delete", None)]),
    ("rostering.classes.list", {}, None, [("students", None), ("classes", None)]),
    ("rostering.classes.list", {}, None, [("students", None), ("results", None)]),
    ("rostering.classes.list", {}, None, [("lineItems", None), ("results", None)]),
    ("rostering.classes.list", {}, None, [("categories", None), ("get", None)]),
    ("rostering.classes.list", {}, None, [("class", None)]),
    ("rostering.enrollments.list", {}, None, [("get", None)]),
    ("rostering.terms.list", {}, None, [("gradingPeriods", None)]),
]


@pytest.mark.parametrize(("start", "given", "data", "steps"), WALKS)
def test_links_lead_from_an_answer_to_the_next_request(
    start: str, given: dict[str, str], data: Any, steps: list[tuple[str, Any]]
) -> None:
    simulator = fresh(GOOD[0])
    operation, ids = f"oneroster.{start}", given
    for name, body in [*steps, ("", None)]:
        row = operations()[operation]
        target = BASE + row["path"].format_map({key: quote(ids[key], safe="") for key in ids})
        reply = reply_to(Ask(operation, target, data=data), simulator)
        said = held(operation, reply)
        if reply.status == 404:
            return
        assert reply.status < 300, reply.body
        links = row["responses"][str(reply.status)].get("links", {})
        if name:
            link, data = links[name], body
            operation = link["operationId"]
            ids = {key: told(text, ids, said) for key, text in link["parameters"].items()}
    assert "gone" not in dict(steps)


def told(expression: str, ids: dict[str, str], said: Any) -> str:
    """What a link's runtime expression stands for."""
    if expression.startswith("$request.path."):
        return ids[expression.removeprefix("$request.path.")]
    for part in expression.removeprefix("$response.body#/").split("/"):
        said = said[int(part) if part.isdigit() else part]
    return str(said)


def test_every_link_is_walked() -> None:
    walked = {start for start, _, _, _ in WALKS}
    linked = {
        name.removeprefix("oneroster.")
        for name, row in operations().items()
        if row["method"] in ("PUT", "POST")
        and any("links" in response for response in row["responses"].values())
    }
    assert linked - walked == {
        "gradebook.results.put",
        "gradebook.lineItems.results.post",
        "gradebook.schools.lineItems.post",
        "gradebook.scoreScales.put",
    }


def test_the_document_is_served_for_the_place_it_is_served_at() -> None:
    ask = next(ask for ask in GOOD if ask.operation == "oneroster.openapi")
    url = f"http://sis.example{BASE}"
    assert held(ask.operation, reply_to(ask)) == {
        **bundle("oneroster/openapi.json"),
        "servers": [{"url": url}, {"url": f"{url}/v1p2"}],
    }


def test_an_answer_off_the_document_is_told() -> None:
    sound = reply_to(GOOD[0])
    for broken in (
        replace(sound, status=418),
        replace(sound, status=404),
        replace(sound, headers=sound.headers[:1]),
        replace(sound, body=sound.body.replace(b'"sourcedId"', b'"id"', 1)),
        replace(sound, body=sound.body.replace(b'"name":"School",', b"")),
        replace(sound, body=sound.body.replace(b'"school"', b'"mill"')),
    ):
        with pytest.raises(AssertionError):
            held(GOOD[0].operation, broken)
    with pytest.raises(KeyError):
        held(GOOD[0].operation, replace(sound, headers=(("Content-Type", "x/y"), *sound.headers)))
