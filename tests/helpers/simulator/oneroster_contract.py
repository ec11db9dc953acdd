"""Holds an answer of the OneRoster dialect to the OpenAPI document: its status, headers, media type
and body, and whole objects to their own schemas."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from mock_sis.contracts.contract import Contract, contract
from mock_sis.contracts.openapi import bundle
from mock_sis.exchange import Reply
from mock_sis.formats.json_text import decode_json

Node = dict[str, Any]

FILES = {
    "orgs": "org",
    "academicSessions": "academic-session",
    "courses": "course",
    "classes": "class",
    "users": "user",
    "enrollments": "enrollment",
    "categories": "category",
    "lineItems": "line-item",
    "results": "result",
    "scoreScales": "score-scale",
    "demographics": "demographics",
    "assessmentLineItems": "assessment-line-item",
    "assessmentResults": "assessment-result",
}
"""The schema of the objects in a list, by the list's name."""
ONES = {re.sub(r"-(\w)", lambda found: found[1].upper(), file): file for file in FILES.values()}


@cache
def document() -> Node:
    """The whole document. Nobody changes it."""
    return bundle("oneroster/openapi.json")


@cache
def operations() -> dict[str, Node]:
    """The operations by name, each with its `method` and `path`."""
    return {
        row["operationId"]: {**row, "method": method.upper(), "path": path}
        for path, item in document()["paths"].items()
        for method, row in item.items()
        if method not in ("parameters", "servers")
    }


def statuses(operation: str) -> set[int]:
    """The statuses that an operation is documented to have."""
    return {int(code) for code in operations()[operation]["responses"]}


def followed(node: Node) -> Node:
    """What a node stands for."""
    while "$ref" in node:
        found: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def held(operation: str, reply: Reply, *, whole: bool = True) -> Any:
    """The answer's data, None where it has no body; fails where the answer is not as the document
    says, or where objects that should be `whole` lack something."""
    responses = operations()[operation]["responses"]
    assert str(reply.status) in responses, f"{operation} has no {reply.status}"
    promise = followed(responses[str(reply.status)])
    for name, header in promise["headers"].items():
        text = reply.header(name)
        assert text is not None, f"{name} is missing"
        schema = followed(header)["schema"]
        _sound(schema, int(text) if schema["type"] == "integer" else text)
    if "content" not in promise:
        assert (reply.body, reply.header("Content-Type")) == (b"", None)
        return None
    kind = (reply.header("Content-Type") or "").partition(";")[0]
    data = decode_json(reply.body)
    _sound(promise["content"][kind]["schema"], data)
    if whole and reply.status == 200:
        for file, row in objects(data):
            assert contract(f"oneroster/{file}.schema.json").problems(row) == []
    return data


def objects(data: Node) -> list[tuple[str, Node]]:
    """The objects of a body, each with the name of its schema's file."""
    name, inner = next(iter(data.items()))
    if name in FILES and isinstance(inner, list):
        return [(FILES[name], row) for row in inner]
    return [(ONES[name], inner)] if name in ONES else []


def _sound(schema: Node, data: Any) -> None:
    problems = Contract({**schema, "components": document()["components"]}).problems(data)
    assert problems == [], problems
