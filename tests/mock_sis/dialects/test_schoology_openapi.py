"""The routes of the Schoology dialect, its OpenAPI document and its answers say the same, in JSON
and in XML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpers.simulator.schoology_asks import BAD, GOOD, TYPES, Ask, fresh, reply_to
from helpers.simulator.schoology_contract import held, operations, statuses
from mock_sis.contracts.openapi import bundle
from mock_sis.dialects.schoology.routes import ROUTES
from mock_sis.exchange import Headers, Route

NAMED = [pytest.param(ask, id=f"{ask.operation}-{ask.status}-{n}") for n, ask in enumerate(BAD)]


def test_every_route_is_documented_and_every_documented_operation_is_a_route() -> None:
    documented = {(name, row["method"], row["path"]) for name, row in operations().items()}
    assert documented == {(route.operation, route.method, route.pattern) for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_the_document_says_which_operations_are_open(route: Route) -> None:
    assert (operations()[route.operation].get("security") == [{}]) == route.public


@pytest.mark.parametrize("accept", TYPES)
@pytest.mark.parametrize("ask", GOOD, ids=lambda ask: f"{ask.operation}-{ask.target[-20:]}")
def test_every_operation_answers_as_documented(ask: Ask, accept: str) -> None:
    reply = reply_to(ask, accept)
    assert reply.status == ask.status
    held(ask.operation, reply)
    if reply.body and ask.operation != "schoology.openapi":
        assert (reply.header("Content-Type") or "").startswith(accept)


@pytest.mark.parametrize("ask", GOOD, ids=lambda ask: f"{ask.operation}-{ask.target[-20:]}")
def test_xml_says_what_json_says(ask: Ask) -> None:
    said = [held(ask.operation, reply_to(ask, accept)) for accept in TYPES]
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("kind", TYPES[1:])
@pytest.mark.parametrize("ask", [ask for ask in GOOD if ask.data], ids=lambda ask: ask.operation)
def test_requests_in_xml_do_what_requests_in_json_do(ask: Ask, kind: str) -> None:
    after = []
    for each in (ask, replace(ask, kind=kind)):
        simulator = fresh(ask)
        reply = reply_to(each, simulator=simulator)
        after.append((held(ask.operation, reply), simulator.world.gradebook.snapshot()))
    assert after[0] == after[1]


@pytest.mark.parametrize("ask", NAMED)
def test_every_error_is_as_documented(ask: Ask) -> None:
    reply = reply_to(ask)
    assert reply.status == ask.status, reply.body
    held(ask.operation, reply)


def test_every_documented_status_is_tried() -> None:
    tried = {(ask.operation, ask.status) for ask in (*GOOD, *BAD)}
    assert tried == {(name, status) for name in operations() for status in statuses(name)}


LISTS = [ask for ask in GOOD if "limit=" in ask.target or ask.status in (201, 303)]


@pytest.mark.parametrize("ask", LISTS, ids=lambda ask: ask.operation)
def test_links_and_locations_start_with_the_public_url(ask: Ask) -> None:
    reply = reply_to(ask)
    data = held(ask.operation, reply) or {}
    links = [*data.get("links", {}).values(), reply.header("Location")]
    assert any(links)
    for link in filter(None, links):
        assert link.startswith("http://sis.example/v1/"), link


def test_the_document_is_served_for_the_place_it_is_served_at() -> None:
    served = held("schoology.openapi", reply_to(Ask("schoology.openapi", "/v1/openapi.json")))
    assert served == {
        **bundle("schoology/openapi.json"),
        "servers": [{"url": "http://sis.example/v1"}],
    }


def test_an_answer_off_the_document_is_told() -> None:
    sound = reply_to(GOOD[0])
    for broken in (
        replace(sound, status=418),
        replace(sound, status=404),
        replace(sound, headers=sound.headers[:1]),
        replace(sound, body=sound.body.replace(b'"id"', b'"ID"')),
    ):
        with pytest.raises(AssertionError):
            held("schoology.sections.get", broken)
    with pytest.raises(KeyError):
        held("schoology.sections.get", replace(sound, headers=(*MARK, ("Content-Type", "x/y"))))


MARK: Headers = (("X-Schoology", "API"),)
