"""Reads a seed document from a file, YAML or JSON, and writes one as YAML.

The YAML is the part that JSON can say: dates stay text, `no` is a word rather than false, and a
key that occurs twice is an error instead of a silent loss.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from mock_sis.errors import MockSisError, SeedError
from mock_sis.media import decode_json

LARGEST = 512 * 2**20
"""Bytes a seed file may have."""


class _Loader(yaml.CSafeLoader):
    """Safe YAML with the implicit types of JSON only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping, refused where a key occurs twice."""
        found = super().construct_mapping(node, deep)
        if len(found) != len(node.value):
            raise yaml.constructor.ConstructorError(
                None, None, "a key occurs twice in this mapping", node.start_mark
            )
        return found


_IMPLICIT = (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
)
for _tag, _pattern, _first in _IMPLICIT:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read(path: Path) -> dict[str, Any]:
    """The document in a .json, .yaml or .yml file. Raises SeedError naming the file and the
    place."""
    try:
        if path.stat().st_size > LARGEST:
            raise SeedError(f"{path}: larger than {LARGEST >> 20} MiB.")
        text = path.read_bytes()
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}.") from error
    try:
        loaded = decode_json(text) if path.suffix == ".json" else from_yaml(text)
    except MockSisError as error:
        raise SeedError(f"{path}: {error}") from error
    if not isinstance(loaded, dict):
        raise SeedError(f"{path}: a seed document is a mapping, not a {type(loaded).__name__}.")
    return loaded


def from_yaml(text: bytes) -> Any:
    """Plain data from YAML. Raises SeedError with line and column."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader of our own)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SeedError(f"{place}{error.problem or error.context}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SeedError(f"not YAML: {error}.") from error


def to_yaml(document: dict[str, Any]) -> str:
    """A document as YAML that `read` gives back unchanged."""
    return yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
