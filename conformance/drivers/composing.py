"""How the schemas of the protocol are composed from what all dialects share and what each brings.

schemas/adapter/ has a file for each operation, common.schema.json, and a file for each dialect. In
its `$defs` the file of a dialect has:

- `load`, the whole message, and `state`, the whole ok answer. The first member that each requires
  beside id, op and status is its mark, which tells it from the shapes of the other dialects. What
  has no mark is held to the shape of the first dialect.
- `act`, if it has actions: the `properties` that it adds to the message, among them the enum
  `action`, and conditions on them. They hold for the actions of this dialect.
- `configure` and `export`, if it adds `properties` to that message.
- `feature`, the enum of the features that only its exporters may have, if they have any.

The shared files are complete on disk, for integrators: they list the dialects of this suite. A test
holds them to what `compose` makes of the table of dialects. A run uses what `compose` makes, so
that a dialect works without a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from conformance.drivers.protocol import OPERATIONS
from mock_sis.contracts.contract import document

Schema = Mapping[str, Any]
Parts = Mapping[str, Schema]
"""What each dialect brings: a document with the `$defs` above, by the name of the dialect."""

SHARED = ("common", *OPERATIONS)
"""The documents that belong to no dialect."""

_ENVELOPE = frozenset({"id", "op", "status"})


def path_of(name: str) -> str:
    """The path of a document below schemas/."""
    return f"adapter/{name}.schema.json"


def compose(parts: Parts) -> dict[str, Schema]:
    """All documents of the protocol, by name. Raises ValueError if two dialects have the same
    action, or the same mark."""
    documents: dict[str, Schema] = {name: document(path_of(name)) for name in SHARED}
    for (name, definition), composed in COMPOSED.items():
        defs = documents[name]["$defs"]
        documents[name] = {**documents[name], "$defs": {**defs, definition: composed(defs, parts)}}
    return {**documents, **parts}


def _dialect(defs: Schema, parts: Parts) -> Schema:
    return {**defs["dialect"], "enum": list(parts)}


def _feature(defs: Schema, parts: Parts) -> Schema:
    own = [name for part in parts.values() for name in _defined(part, "feature").get("enum", ())]
    return {**defs["feature"], "enum": list(dict.fromkeys([*defs["shared_feature"]["enum"], *own]))}


def _act(defs: Schema, parts: Parts) -> Schema:
    message = _with_fields(defs["message"], "act", parts)
    by_dialect = {
        dialect: _defined(part, "act")["properties"]["action"]["enum"]
        for dialect, part in parts.items()
        if _defined(part, "act")
    }
    every = _distinct("action", chain(defs["shared_action"]["enum"], *by_dialect.values()))
    conditions: list[Any] = [
        {
            "if": {"required": ["action"], "properties": {"action": {"enum": actions}}},
            "then": _reference(dialect, "act"),
        }
        for dialect, actions in by_dialect.items()
    ]
    properties = {**message["properties"], "action": {"enum": every}}
    return {**message, "properties": properties, "allOf": conditions or [True]}  # never empty


def _configure(defs: Schema, parts: Parts) -> Schema:
    return _with_fields(defs["message"], "configure", parts, optional=("format",))


def _export(defs: Schema, parts: Parts) -> Schema:
    return _with_fields(defs["message"], "export", parts)


def _with_fields(message: Schema, op: str, parts: Parts, optional: tuple[str, ...] = ()) -> Schema:
    """The message with the fields that the dialects add, of any of the shapes that they give them.
    What all dialects share is required, except for `optional`, and what they add is not."""
    shapes: dict[str, list[Schema]] = {}
    for dialect, part in parts.items():
        for field in _defined(part, op).get("properties", ()):
            shapes.setdefault(field, []).append(_reference(dialect, f"{op}/properties/{field}"))
    added = {
        field: each[0] if len(each) == 1 else {"anyOf": each} for field, each in shapes.items()
    }
    shared = {field: message["properties"][field] for field in (*message["required"], *optional)}
    return {**message, "properties": {**shared, **added, **shared}}  # a shared field stays as it is


def _load(_: Schema, parts: Parts) -> Schema:
    return _marked("load", parts)


def _state(_: Schema, parts: Parts) -> Schema:
    return _marked("state", parts)


def _marked(definition: str, parts: Parts) -> Schema:
    """The shape of the dialect whose mark is there."""
    marks = {
        dialect: next(
            name for name in part["$defs"][definition]["required"] if name not in _ENVELOPE
        )
        for dialect, part in parts.items()
    }
    _distinct(f"mark of {definition}", marks.values())
    first, *others = marks
    chosen = _reference(first, definition)
    for dialect in others:
        mark = {"required": [marks[dialect]]}
        chosen = {"if": mark, "then": _reference(dialect, definition), "else": chosen}
    return chosen


def _defined(part: Schema, definition: str) -> Schema:
    found: Schema = part["$defs"].get(definition, {})
    return found


def _reference(dialect: str, definition: str) -> Schema:
    return {"$ref": f"{dialect}.schema.json#/$defs/{definition}"}


def _distinct(what: str, names: Iterable[str]) -> list[str]:
    """The names. Raises ValueError if one occurs twice."""
    counts = Counter(names)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise ValueError(f"Two dialects have the {what} {', '.join(twice)}; rename one of them.")
    return list(counts)


COMPOSED: Mapping[tuple[str, str], Callable[[Schema, Parts], Schema]] = {
    ("common", "dialect"): _dialect,
    ("common", "feature"): _feature,
    ("act", "message"): _act,
    ("configure", "message"): _configure,
    ("export", "message"): _export,
    ("load", "message"): _load,
    ("state", "ok"): _state,
}
"""The definitions that depend on the dialects, by document and name; the functions get all `$defs`
of the document."""
