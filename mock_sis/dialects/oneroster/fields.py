"""The fields that a query may name, read from the schemas of the objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from mock_sis.contracts.contract import document
from mock_sis.errors import Refused

QueryMinor = Literal["invalid_filter_field", "invalid_selection_field", "invaliddata"]
Selection = Mapping[str, Any]
"""Fields to show, as a tree; None below a name selects the whole field."""

_FOLDER = "oneroster"
_OPEN = "metadata"


class BadQuery(Refused):
    """An invalid query parameter. `minor` is the code minor for that parameter."""

    title = "Bad query"

    def __init__(self, message: str, *, minor: QueryMinor) -> None:
        super().__init__(message)
        self.minor = minor


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of an object, as dotted paths.

    `parts` are all fields, `leaves` those with a value that can be compared, `date_times` the
    leaves that hold date-times, and `wholes` the objects (such as references) with required
    members. Every name below `metadata` is a field.
    """

    parts: frozenset[str]
    leaves: frozenset[str]
    date_times: frozenset[str]
    wholes: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether the object has this field."""
        return name in self.parts or self._is_open(name)

    def holds_value(self, name: str) -> bool:
        """Whether the object has this field and its value can be compared."""
        return name in self.leaves or self._is_open(name)

    def _is_open(self, name: str) -> bool:
        return _OPEN in self.parts and name.startswith(f"{_OPEN}.")

    def selection(self, names: Iterable[str]) -> Selection:
        """The tree of these fields. Raises BadQuery for unknown names.

        An object with required members is selected whole; a part of it would break its schema.
        """
        tree: dict[str, Any] = {}
        for name in names:
            if not self.has(name):
                message = f"fields must name fields of the object (got {name[:80]!r})."
                raise BadQuery(message, minor="invalid_selection_field")
            _plant(tree, self._shown(name.split(".")))
        return tree

    def _shown(self, path: list[str]) -> list[str]:
        """The path, cut at the first object that is selected whole."""
        lengths = range(1, len(path))
        end = next((each for each in lengths if ".".join(path[:each]) in self.wholes), len(path))
        return path[:end]


def _plant(tree: dict[str, Any], path: list[str]) -> None:
    *way, last = path
    for name in way:
        below = tree.setdefault(name, {})
        if below is None:  # the whole field is selected already
            return
        tree = below
    tree[last] = None


def selected(node: Any, selection: Selection | None) -> Any:
    """The object reduced to the selected fields."""
    if selection is None:
        return node
    if isinstance(node, list):
        return [selected(each, selection) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: selected(node[name], below) for name, below in selection.items() if name in node}


@cache
def fields_of(name: str) -> Fields:
    """The fields of the object whose schema is schemas/oneroster/{name}.schema.json."""
    found = list(_walk({"$ref": f"{name}.schema.json#/$defs/part"}, "", ""))
    return Fields(
        frozenset(path for path, _ in found),
        frozenset(path for path, schema in found if schema.get("type") != "object"),
        frozenset(path for path, schema in found if schema.get("format") == "date-time"),
        frozenset(path for path, schema in found if "required" in schema),
    )


def _walk(
    schema: Mapping[str, Any], file: str, prefix: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each path with its schema; an array counts as its items."""
    schema, file = _followed(schema, file)
    if "items" in schema:
        yield from _walk(schema["items"], file, prefix)
        return
    if prefix:
        yield prefix, schema
    for name, each in schema.get("properties", {}).items():
        yield from _walk(each, file, f"{prefix}.{name}" if prefix else name)


def _followed(schema: Mapping[str, Any], file: str) -> tuple[Mapping[str, Any], str]:
    while "$ref" in schema:
        other, _, inner = schema["$ref"].partition("#")
        file = other or file
        schema = document(f"{_FOLDER}/{file}")
        for part in filter(None, inner.split("/")):
            schema = schema[part]
    return schema, file
