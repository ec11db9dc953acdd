"""The OpenAPI document, the route table and the answers agree."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from helpers.simulator.control_desk import GOOD, NOW, SEED, Desk, described, route_of
from mock_sis.contracts.contract import document
from mock_sis.contracts.openapi import bundle
from mock_sis.control.table import CONTROL_ROUTES
from mock_sis.exchange import Feed, Reply


def documented() -> set[tuple[str, str, str]]:
    return {
        (operation["operationId"], method.upper(), path)
        for path, item in document("control/openapi.json")["paths"].items()
        for method, operation in item.items()
    }


def test_every_route_is_documented_and_every_documented_operation_is_a_route() -> None:
    assert documented() == {(r.operation, r.method, r.pattern) for r in CONTROL_ROUTES}


def test_operation_names_are_unique_and_each_has_a_good_request() -> None:
    names = [route.operation for route in CONTROL_ROUTES]
    assert len(set(names)) == len(names)
    assert set(names) == set(GOOD)


@pytest.mark.parametrize("route", CONTROL_ROUTES, ids=lambda route: route.operation)
def test_the_document_names_a_route_s_path_parameters(route: Any) -> None:
    parameters = document("control/openapi.json")["components"]["parameters"]
    named = {
        parameters[reference["$ref"].rpartition("/")[2]]["name"]
        for reference in described(route).get("parameters", ())
        if parameters[reference["$ref"].rpartition("/")[2]]["in"] == "path"
    }
    assert named == {part[1:-1] for part in route.segments if part.startswith("{")}


@pytest.mark.parametrize("route", CONTROL_ROUTES, ids=lambda route: route.operation)
def test_the_document_and_the_table_have_the_same_summaries(route: Any) -> None:
    assert described(route)["summary"] == route.summary


@pytest.mark.parametrize("route", CONTROL_ROUTES, ids=lambda route: route.operation)
def test_the_document_says_which_operations_are_public(route: Any) -> None:
    assert (described(route).get("security") == []) == route.public


@pytest.mark.parametrize("operation", GOOD)
def test_every_operation_answers_as_documented(operation: str) -> None:
    method, target, data = GOOD[operation]
    assert route_of(method, target).operation == operation
    outcome = Desk().outcome(method, target, data)
    if operation == "control.events":
        assert isinstance(outcome, Feed)
        return
    assert isinstance(outcome, Reply)
    assert outcome.status in (200, 201, 204)
    Desk().ask(method, target, data)


def test_only_requests_that_change_the_state_are_journaled() -> None:
    silent = {"control.journal.clear"}
    for route in CONTROL_ROUTES:
        changes = route.method != "GET" and route.operation not in silent
        assert route.journaled == changes, route.operation


def test_the_served_document_needs_no_other_file() -> None:
    served = Desk().json("GET", "/_control/openapi.json")
    assert served == bundle("control/openapi.json")
    references = [value for name, value in walk(served) if name == "$ref"]
    assert references
    for reference in references:
        assert resolved(served, reference) is not None, reference


def walk(node: Any) -> Any:
    if isinstance(node, dict):
        for name, value in node.items():
            yield name, value
            yield from walk(value)
    elif isinstance(node, list):
        for item in node:
            yield from walk(item)


def resolved(whole: Any, reference: str) -> Any:
    assert reference.startswith("#/"), reference
    node = whole
    for part in reference[2:].split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


SCHEMAS = sorted({"seed", *bundle("control/openapi.json")["components"]["schemas"]})


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_in_the_served_document_is_valid(name: str) -> None:
    schema = bundle("control/openapi.json")["components"]["schemas"][name]
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_routes_of_every_dialect_are_listed_where_they_are_served() -> None:
    desk = Desk()
    desk.json("PUT", "/_control/seed", {**SEED, "wiseflow": {"base_path": "/elsewhere/flow"}})
    rows = {row["operation"]: row for row in desk.json("GET", "/_control/routes")["routes"]}
    assert rows["wiseflow.flows.list"]["path"] == "/elsewhere/flow/flows"
    assert rows["oneroster.token"]["path"] == "/oauth/token"
    assert rows["control.clock.advance"]["path"] == "/_control/clock/advance"
    assert rows["control.clock.advance"]["method"] == "POST"
    assert {row.operation for row in CONTROL_ROUTES} < set(rows)


def test_health_reveals_only_name_and_version() -> None:
    assert set(Desk().json("GET", "/_control/health")) == {"status", "name", "version"}


def test_answers_of_a_fresh_simulator_depend_on_the_requests_alone() -> None:
    def story() -> list[bytes]:
        desk = Desk()
        return [
            desk.ask(method, target, data).body
            for name, (method, target, data) in GOOD.items()
            if name not in ("control.events", "control.journal.list", "control.journal.har")
        ]

    assert story() == story()


def test_replaying_the_journal_of_every_operation_rebuilds_the_gradebook() -> None:
    desk = Desk()
    for method, target, data in GOOD.values():
        if (method, target) != ("DELETE", "/_control/journal"):
            desk.outcome(method, target, data)
    desk.json("POST", "/_control/reset", {})
    desk.json("PUT", "/_control/seed", SEED)
    desk.json(*GOOD["control.gradebook.scores.put"])
    desk.json(*GOOD["control.gradebook.enrollments.put"])
    again = type(desk.simulator).replay(desk.world.journal)
    assert again.world.gradebook.snapshot() == desk.world.gradebook.snapshot()
    kept = [entry.outcome for entry in again.world.journal]
    assert kept == [entry.outcome for entry in desk.world.journal]
    assert json.loads(kept[-1].body)["person"] == "1001"  # type: ignore[union-attr]
    assert desk.json("GET", "/_control/clock")["now"] == NOW
