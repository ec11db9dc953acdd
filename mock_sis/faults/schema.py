"""schemas/control/fault.schema.json, generated from the catalogue and the types of the parameters.

``python -m mock_sis.faults.schema schemas/control/fault.schema.json`` updates the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from mock_sis.contracts.generated import update
from mock_sis.faults.catalogue import FAULTS, FaultKind
from mock_sis.faults.spec import Where
from mock_sis.faults.when import KINDS

LINE = 80
"""The longest line, in characters, on which a whole list or object is written."""
ORDER = {"description": -1, "default": 1}
"""The members of a schema that are written first (below 0) and last (above 0)."""

Schema = dict[str, Any]


def schema() -> Schema:
    """The JSON Schema of a fault as it is armed."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fault",
        "description": "A fault as a seed document or the control interface arms it: where, when "
        "and what.",
        "type": "object",
        "additionalProperties": False,
        "required": ["fault"],
        "properties": {
            **_parameters(Where),
            "when": {"$ref": "#/$defs/when"},
            "fault": {"$ref": "#/$defs/fault"},
        },
        "$defs": {
            "when": _when(),
            "fault": _fault(),
            **{kind.name: _kind(kind) for kind in FAULTS},
        },
    }


def _when() -> Schema:
    lasting = ", ".join(kind.name for kind in FAULTS if kind.what.lasting)
    members = {named: _parameters(kind) for named, kind in KINDS.items()}
    return {
        "description": "When the fault acts. By default the next time it can (accidents), or "
        f"always (conditions: {lasting}).",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: each for kind in members.values() for name, each in kind.items()},
        "oneOf": [{"required": [named]} for named in members],
        "dependentRequired": {
            name: [named] for named, kind in members.items() for name in kind if name != named
        },
    }


def _fault() -> Schema:
    return {
        "description": "What happens: a kind and its parameters.",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": [kind.name for kind in FAULTS]}},
        # One branch for each kind, so that a refusal names the mistakes in that kind alone.
        "allOf": [
            {
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind.name}}},
                "then": {"$ref": f"#/$defs/{kind.name}"},
            }
            for kind in FAULTS
        ],
    }


def _kind(kind: FaultKind) -> Schema:
    parameters = _parameters(kind.what)
    required = [each.name for each in msgspec.structs.fields(kind.what) if each.required]
    alternatives = [{"required": [name]} for name in kind.what.one_of]
    return {
        "title": kind.title,
        "description": " ".join((kind.what.__doc__ or "").split()),
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", *required],
        "properties": {"kind": {"const": kind.name}, **parameters},
        **({"oneOf": alternatives} if alternatives else {}),
    }


def _parameters(struct: type[msgspec.Struct]) -> dict[str, Schema]:
    """The schemas of a struct's fields by name, `phase` last."""
    _, parts = msgspec.json.schema_components([struct], ref_template="{name}")
    tag = struct.__struct_config__.tag_field
    fields = parts[struct.__name__]["properties"]
    ordered = sorted((name for name in fields if name != tag), key="phase".__eq__)
    return {name: _plain(fields[name], parts) for name in ordered}


def _plain(node: Any, parts: Mapping[str, Schema]) -> Any:
    """A schema as msgspec writes it, with references resolved and without null, which stands for a
    member that is left out."""
    if isinstance(node, list):
        return [_plain(each, parts) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: _plain(each, parts) for name, each in node.items()}
    if "$ref" in node:
        node = _plain(parts[node.pop("$ref")], parts) | node
        del node["title"]  # the name of a class
    node = _without_null(node)
    return dict(sorted(node.items(), key=lambda member: ORDER.get(member[0], 0)))


def _without_null(node: Schema) -> Schema:
    forms = [each for each in node.get("anyOf", ()) if each != {"type": "null"}]
    rest = {name: each for name, each in node.items() if name != "anyOf"}
    if rest.get("default", ...) is None:
        del rest["default"]
    if len(forms) == 1:
        return {**forms[0], **rest}
    if forms and all(each.keys() == {"type"} for each in forms):
        return {"type": [each["type"] for each in forms], **rest}
    return {"anyOf": forms, **rest} if forms else rest


def written(value: Any, indent: str = "") -> str:
    """The value as JSON; a list or object is on one line if it fits."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, list | dict) or len(indent) + len(line) <= LINE:
        return line
    deeper = f"{indent}  "
    if isinstance(value, dict):
        members = [f"{json.dumps(name)}: {written(each, deeper)}" for name, each in value.items()]
        opening, closing = "{}"
    else:
        members = [written(each, deeper) for each in value]
        opening, closing = "[]"
    inner = f",\n{deeper}".join(members)
    return f"{opening}\n{deeper}{inner}\n{indent}{closing}"


def document_text() -> str:
    """The whole file."""
    return f"{written(schema())}\n"


if __name__ == "__main__":
    update(lambda _: document_text())
