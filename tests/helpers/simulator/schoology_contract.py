"""Holds an answer of the Schoology dialect to the OpenAPI document: its status, headers, media type
and body, in XML as in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from mock_sis.contracts import xsd
from mock_sis.contracts.contract import Contract
from mock_sis.contracts.openapi import bundle
from mock_sis.exchange import Reply
from mock_sis.formats.json_text import decode_json
from mock_sis.formats.xml_text import decode_xml

Node = dict[str, Any]


@cache
def document() -> Node:
    """The whole document. Nobody changes it."""
    return bundle("schoology/openapi.json")


@cache
def operations() -> dict[str, Node]:
    """The operations by name, each with its `method` and `path`."""
    return {
        row["operationId"]: {**row, "method": method.upper(), "path": path}
        for path, item in document()["paths"].items()
        for method, row in item.items()
        if method != "parameters"
    }


def statuses(operation: str) -> set[int]:
    """The statuses that an operation is documented to have."""
    return {int(code) for code in operations()[operation]["responses"]}


def promised(operation: str, status: int) -> Node:
    """What the document says of an operation's answer with that status."""
    responses = operations()[operation]["responses"]
    assert str(status) in responses, f"{operation} has no {status}"
    return followed(responses[str(status)])


def followed(node: Node) -> Node:
    """What a node stands for."""
    while "$ref" in node:
        found: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def held(operation: str, reply: Reply) -> Any:
    """The answer's data as JSON would have it, None where it has no body; fails where the answer
    is not as the document says."""
    promise = promised(operation, reply.status)
    for name, header in promise["headers"].items():
        assert reply.header(name) is not None, f"{name} is missing"
        assert _fits(followed(header)["schema"], reply.header(name)), name
    if "content" not in promise:
        assert reply.body == b""
        return None
    kind = (reply.header("Content-Type") or "").partition(";")[0]
    schema = promise["content"][kind]["schema"]
    data = read(reply.body, kind, schema)
    problems = contract(schema).problems(data)
    if kind.endswith("/xml"):
        name = schema["$ref"].rpartition("schoology.")[2]
        problems += xsd.problems(f"schoology/{name}.xsd", reply.body)
    assert problems == [], problems
    return data


def contract(schema: Node) -> Contract:
    """A schema of the document, ready to judge."""
    return Contract({**schema, "components": document()["components"]})


def _fits(schema: Node, text: str | None) -> bool:
    return contract(schema).accepts(text) or (text or "").isdigit()


def read(body: bytes, kind: str, schema: Node) -> Any:
    """A body as data: XML has no types of its own, and is read by the schema."""
    if kind == "application/json":
        return decode_json(body)
    if kind == "text/plain":
        return body.decode()
    return typed(decode_xml(body), schema)


def typed(data: Any, schema: Node) -> Any:
    """What XML said, with the types that the schema gives it."""
    for kind in alternatives(schema):
        found = _as(data, kind)
        if found is not _NOT:
            return found
    return data


_NOT = object()


def alternatives(schema: Node) -> Iterator[Node]:
    """The schemas a value may keep, one type each; text last, since all XML is text."""
    schema = followed(schema)
    if "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from alternatives(each)
        return
    if "enum" in schema or "const" in schema:
        yield schema
        return
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    for name in sorted(types, key=("null", "object", "array", "integer", "number", "string").index):
        # An empty text says as much as null, unless it would not be a text that fits.
        if name != "null" or "string" not in types or "pattern" in schema:
            yield {**schema, "type": name}


def _as(data: Any, schema: Node) -> Any:
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return next((each for each in values if _text(each) == data), _NOT)
    kind = schema["type"]
    if kind == "array":
        rows = data if isinstance(data, list) else [] if _is_empty(schema, data) else [data]
        return [typed(row, schema["items"]) for row in rows]
    if kind == "object":
        return _object(data, schema)
    if not isinstance(data, str):
        return _NOT
    if kind == "null":
        return None if data == "" else _NOT
    return data if kind == "string" else _number(data, whole=kind == "integer")


def _is_empty(schema: Node, data: Any) -> bool:
    """An empty element is an empty list, but of texts it may be a list of one empty text."""
    return bool(data == "" and followed(schema["items"]).get("type") != "string")


def _object(data: Any, schema: Node) -> Any:
    if data == "":
        # An object whose lists are all empty has no children to show.
        data = {}
    if not isinstance(data, dict) or not set(data) <= set(schema["properties"]):
        return _NOT
    lists = {
        name: []
        for name in schema["required"]
        if followed(schema["properties"][name]).get("type") == "array"
    }
    return {
        **lists,
        **{name: typed(value, schema["properties"][name]) for name, value in data.items()},
    }


def _number(text: str, *, whole: bool) -> Any:
    try:
        # Larger ones are told as texts, because they do not fit 64 bits.
        return int(text) if abs(int(text)) < 2**63 else _NOT
    except ValueError:
        try:
            return _NOT if whole else float(text)
        except ValueError:
            return _NOT


def _text(value: Any) -> str:
    return "" if value is None else str(value)
