"""The OpenAPI documents are valid, repeat little, and load in a tool that reads them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import schemathesis
from schemathesis.specs.openapi.definitions import OPENAPI_31

from mock_sis.contracts.contract import document
from mock_sis.contracts.openapi import bundle
from mock_sis.contracts.package_files import package_folder

ROOT = package_folder("schemas")
NAMES = sorted(
    path.relative_to(package_folder("schemas")).as_posix()
    for path in package_folder("schemas").rglob("openapi.json")
)
METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
OFFICIAL = jsonschema_rs.Draft202012Validator(OPENAPI_31)
"""The schema of OpenAPI 3.1 by the OpenAPI Initiative, as included in schemathesis."""


def operations(name: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Path, path item and operation of every operation."""
    for path, item in bundle(name)["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, item, item[method]


def resolved(name: str, node: dict[str, Any]) -> dict[str, Any]:
    """A node, or the node that its references lead to."""
    whole: Any = bundle(name)
    while "$ref" in node:
        found = whole
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for inner in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from nodes(inner)


def parameters(name: str, item: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    given = (*item.get("parameters", ()), *operation.get("parameters", ()))
    return [resolved(name, each) for each in given]


@pytest.mark.parametrize("name", NAMES)
def test_the_document_is_openapi_3_1(name: str) -> None:
    assert [(e.instance_path, e.message) for e in OFFICIAL.iter_errors(bundle(name))] == []


def test_an_invalid_document_is_detected() -> None:
    broken = bundle("schoology/openapi.json")
    broken["paths"]["/users/me"]["get"]["responses"]["303"] = {"headers": {}}
    assert not OFFICIAL.is_valid(broken)


@pytest.mark.parametrize("name", NAMES)
def test_every_schema_in_it_is_valid(name: str) -> None:
    held = [each["schema"] for each in nodes(bundle(name)) if isinstance(each.get("schema"), dict)]
    assert held
    for schema in held:
        jsonschema.Draft202012Validator.check_schema(schema)


def described(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schemas, headers, parameters and responses that are written out at a node."""
    if "schema" in node:
        yield node["schema"]
    yield from node["parameters"] if isinstance(node.get("parameters"), list) else ()
    for each in ("headers", "responses"):
        yield from node.get(each, {}).values()


@pytest.mark.parametrize("name", NAMES)
def test_what_occurs_four_times_is_a_component(name: str) -> None:
    texts = Counter(
        json.dumps(each)
        for node in nodes(document(name))
        for each in described(node)
        if isinstance(each, dict) and "$ref" not in each
    )
    assert texts
    assert [text for text, count in texts.items() if count > 3] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_two_operations_share_a_name(name: str) -> None:
    names = [operation["operationId"] for _, _, operation in operations(name)]
    assert len(names) == len(set(names)) > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_of_a_path_are_those_it_names(name: str) -> None:
    for path, item, operation in operations(name):
        named = [p["name"] for p in parameters(name, item, operation) if p["in"] == "path"]
        assert sorted(named) == sorted(re.findall(r"{(\w+)}", path)), path


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_operations_and_give_their_path_parameters(name: str) -> None:
    known = {
        operation["operationId"]: {
            p["name"] for p in parameters(name, item, operation) if p["in"] == "path"
        }
        for _, item, operation in operations(name)
    }
    for node in nodes(bundle(name)["paths"]):
        for link in node.get("links", {}).values() if "description" in node else ():
            assert set(link["parameters"]) == known[link["operationId"]], link


@pytest.mark.parametrize("name", NAMES)
def test_examples_keep_their_schemas(name: str) -> None:
    whole = bundle(name)
    for node in nodes(whole):
        if "example" in node and "schema" in node:
            schema = {**node["schema"], "components": whole["components"]}
            jsonschema_rs.validate(schema, node["example"])


@pytest.mark.parametrize("name", NAMES)
def test_schemathesis_finds_every_operation(name: str) -> None:
    found = [
        each.ok() for each in schemathesis.openapi.from_dict(bundle(name)).get_all_operations()
    ]
    ids = {each.definition.raw["operationId"] for each in found}
    assert ids == {operation["operationId"] for _, _, operation in operations(name)}
