"""Which fields an object has, as its schema says: what a query may name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from mock_sis.contracts.contract import document
from mock_sis.errors import Refused

Minor = Literal[
    "invalid_filter_field", "invalid_selection_field", "invalid_sort_field", "invaliddata"
]
Selection = Mapping[str, Any]
"""Fields to show, as a tree; None below a name is all of it."""

_FOLDER = "oneroster"
_OPEN = "metadata"


class BadQuery(Refused):
    """A query parameter that cannot be followed. `minor` is the code minor that says which."""

    title = "Bad query"

    def __init__(self, message: str, *, minor: Minor) -> None:
        super().__init__(message)
        self.minor = minor


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of an object as dotted paths: all of them, those that hold a value of their own,
    those of the latter that hold a moment, and those that hold objects (such as references) in
    which something is required. Below `metadata` any name may stand."""

    parts: frozenset[str]
    leaves: frozenset[str]
    moments: frozenset[str]
    wholes: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether there is such a field, of whatever kind."""
        return name in self.parts or self._is_open(name)

    def holds_value(self, name: str) -> bool:
        """Whether there is such a field and it can be compared."""
        return name in self.leaves or self._is_open(name)

    def _is_open(self, name: str) -> bool:
        return _OPEN in self.parts and name.startswith(f"{_OPEN}.")

    def selection(self, names: Iterable[str]) -> Selection:
        """The tree of those fields. An object in which something is required is shown whole, or the
        answer would be off its schema. Raises BadQuery."""
        tree: dict[str, Any] = {}
        for name in names:
            if not self.has(name):
                raise BadQuery(f"There is no field {name[:80]!r}.", minor="invalid_selection_field")
            _plant(tree, self._shown(name.split(".")))
        return tree

    def _shown(self, path: list[str]) -> list[str]:
        """The path, or its way to the first object that is shown whole."""
        lengths = range(1, len(path))
        end = next((each for each in lengths if ".".join(path[:each]) in self.wholes), len(path))
        return path[:end]


def _plant(tree: dict[str, Any], path: list[str]) -> None:
    *way, last = path
    for name in way:
        below = tree.setdefault(name, {})
        if below is None:  # all of it is asked for already
            return
        tree = below
    tree[last] = None


def selected(node: Any, selection: Selection | None) -> Any:
    """What a selection leaves of an object."""
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
    """Each path with its schema; an array counts as what it holds."""
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
