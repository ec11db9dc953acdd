"""The JSON Schema of a body under a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_sis.formats.mapping.paths import Path
from mock_sis.formats.mapping.shapes import BodyMapping

_ID_TYPES: Mapping[str, list[str]] = {
    "any": ["integer", "string"],
    "number": ["integer"],
    "text": ["string"],
}


def mapped_schema(mapping: BodyMapping, export: Mapping[str, Any]) -> dict[str, Any]:
    """`export`, the document schemas/wiseflow/export.schema.json, as a mapping reshapes it."""
    row = _row(mapping, export["$defs"]["participant"])
    bulk: dict[str, Any] = {**export["properties"]["participants"], "items": row}
    for name in reversed(mapping.list_path):
        bulk = _object({name: bulk}, [name], mapping)
    if not mapping.single_object:
        return bulk
    path = mapping.list_path
    is_bulk = {"type": "object", "required": [path[0]]} if path else {"type": "array"}
    return {"if": is_bulk, "then": bulk, "else": row}


def _row(mapping: BodyMapping, participant: Mapping[str, Any]) -> dict[str, Any]:
    schemas = dict(participant["properties"])
    schemas["userId"] = {**schemas["userId"], "type": _ID_TYPES[mapping.ids]}
    fields = {path: schemas[name] for name, path in mapping.fields.items()}
    row = _tree(fields, mapping, {mapping.fields[name] for name in participant["required"]})
    return {**participant, **row}


def _tree(fields: Mapping[Path, Any], mapping: BodyMapping, required: set[Path]) -> dict[str, Any]:
    """The schema of an object with these fields; the first names are grouped."""
    names = dict.fromkeys(path[0] for path in fields)
    properties = {}
    for name in names:
        below = {path[1:]: schema for path, schema in fields.items() if path[0] == name}
        needed = {path[1:] for path in required if path[0] == name}
        properties[name] = below[()] if () in below else _tree(below, mapping, needed)
    return _object(properties, [n for n in names if n in {p[0] for p in required}], mapping)


def _object(
    properties: dict[str, Any], required: list[str], mapping: BodyMapping
) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": mapping.extra_fields,
        "required": required,
        "properties": properties,
    }
