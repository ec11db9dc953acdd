"""The OpenAPI document and the routes say the same, and the document is one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from helpers.simulator.wiseflow_desk import FLOW, GRADES, JSON_TYPE, Desk, seed
from mock_sis.contracts.contract import document
from mock_sis.contracts.openapi import bundle
from mock_sis.dialects.wiseflow import routes as wiseflow
from mock_sis.dialects.wiseflow.body import mapped_schema
from mock_sis.dialects.wiseflow.settings import BodyMapping
from mock_sis.exchange import Call, Reply, Route
from mock_sis.seeds import library

NAME = "wiseflow/openapi.json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for pattern, item in bundle(NAME)["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), pattern, operation


def test_every_route_is_documented_and_every_documented_operation_is_a_route() -> None:
    routes = {(route.operation, route.method, route.pattern) for route in wiseflow.ROUTES}
    documented = {(each["operationId"], method, path) for method, path, each in _operations()}
    assert routes == documented


@pytest.mark.parametrize("route", wiseflow.ROUTES, ids=lambda route: route.operation)
def test_a_route_and_its_document_have_one_summary_and_the_same_parameters(route: Route) -> None:
    item = bundle(NAME)["paths"][route.pattern]
    operation = item[route.method.lower()]
    assert operation["summary"] == route.summary
    declared = [each["name"] for each in item.get("parameters", ()) if each["in"] == "path"]
    named = [each[1:-1] for each in route.segments if each.startswith("{")]
    assert declared == named


@pytest.mark.parametrize("route", wiseflow.ROUTES, ids=lambda route: route.operation)
def test_what_needs_no_credentials_is_documented_so(route: Route) -> None:
    operation = bundle(NAME)["paths"][route.pattern][route.method.lower()]
    assert ("security" in operation) == route.public


def test_the_export_is_described_by_the_schema_that_judges_it() -> None:
    described = bundle(NAME)["components"]["schemas"]["wiseflow.export"]
    judged = mapped_schema(BodyMapping(), document("wiseflow/export.schema.json"))
    validators = [
        jsonschema.Draft202012Validator(
            {
                "$ref": "#/components/schemas/wiseflow.export",
                "components": bundle(NAME)["components"],
            }
        ),
        jsonschema.Draft202012Validator(judged),
    ]
    rows: list[Any] = [{}, {"userId": 1}, {"userId": 2**60}, {"userId": "", "mark": ""}, {"x": 1}]
    for body in [{"participants": [row]} for row in rows] + [{}, [], {"participants": 1}]:
        assert len({validator.is_valid(body) for validator in validators}) == 1, body
    assert described["required"] == judged["required"]


def test_every_schema_in_the_document_is_a_schema() -> None:
    for schema in bundle(NAME)["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_example_keeps_its_schema() -> None:
    whole, checked = bundle(NAME), 0
    for content in _contents(whole["paths"]):
        schema = {**content["schema"], "components": whole["components"]}
        if "example" in content:
            jsonschema.Draft202012Validator(schema).validate(content["example"])
            checked += 1
    assert checked == 6


def _contents(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "schema" in node:
            yield node
        for inner in node.values():
            yield from _contents(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _contents(inner)


def test_names_are_used_once_and_only_those_that_are_declared() -> None:
    whole, operations = bundle(NAME), [each for _, _, each in _operations()]
    names = [each["operationId"] for each in operations]
    assert len(set(names)) == len(names)
    assert {tag for each in operations for tag in each["tags"]} == {
        tag["name"] for tag in whole["tags"]
    }
    needed = [whole["security"], *(each.get("security", []) for each in operations)]
    schemes = {name for alternatives in needed for each in alternatives for name in each}
    assert schemes == set(whole["components"]["securitySchemes"])


def test_what_is_served_is_the_bundle_for_the_place_it_is_served_at() -> None:
    call = Call("GET", "/sis/openapi.json", (("Host", "sis.example:81"),))
    answer = Desk(seed(base_path="/sis")).simulator.answer(call)
    assert isinstance(answer, Reply)
    served, expected = json.loads(answer.body), bundle(NAME)
    assert served["servers"] == [{"url": "/sis"}]
    oauth2 = served["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert oauth2["tokenUrl"] == "http://sis.example:81/sis/oauth/token"
    changed = ("servers", "components")
    assert all(served[name] == expected[name] for name in expected if name not in changed)
    assert served["components"]["schemas"] == expected["components"]["schemas"]
    assert document(NAME)["servers"][0]["url"] == "/wiseflow"


READS = ["/wiseflow/flows", FLOW, "/wiseflow/flows/FREE", "/wiseflow/flows/CLOSED"]


@pytest.mark.parametrize("target", READS)
def test_what_is_read_keeps_its_schema(target: str) -> None:
    assert Desk().ask("GET", target).status == 200


@pytest.mark.parametrize("name", library.names())
def test_every_flow_of_a_built_in_seed_keeps_its_schema(name: str) -> None:
    desk = Desk(library.builtin(name))
    for flow in json.loads(desk.ask("GET", "/wiseflow/flows").body):
        assert (
            desk.ask("GET", f"/wiseflow/flows/{flow['sisCode'].replace('|', '%7C')}").status == 200
        )


def test_a_flow_is_told_with_its_participants_and_without_the_withdrawn() -> None:
    told = json.loads(Desk().ask("GET", FLOW).body)
    assert [each["userId"] for each in told["participants"]] == [1001, 1002, "x-4"]
    assert told["participants"][0] == {
        "userId": 1001,
        "organisationId": "",
        "name": "Åsa O'Neill",
        "number": "S-1",
        "uniqueExamId": "X-1",
    }
    assert (told["examId"], told["gradeType"], told["ectsWeight"]) == ("E1", "A to B", 5)
    assert (told["endDateMarking"], told["startDateMarking"]) == ("2026-06-14T22:00:00Z", "")


def test_the_list_has_the_sections_with_an_sis_code() -> None:
    listed = json.loads(Desk().ask("GET", "/wiseflow/flows").body)
    assert [each["sisCode"] for each in listed] == ["UNI||MATH101||2026", "CLOSED", "FREE"]


def test_a_report_keeps_its_schema() -> None:
    body = b'{"participants":[{"userId":1001,"mark":"A"},{"userId":"9","mark":"A"}]}'
    assert Desk().ask("PATCH", GRADES, body, JSON_TYPE).status == 200
