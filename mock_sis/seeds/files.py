"""Reads a seed document from a file, YAML or JSON, and writes one as YAML.

The YAML is the part that JSON can say: dates stay text, `no` is a word rather than false, and a
key that occurs twice is an error instead of a silent loss.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from mock_sis.errors import MockSisError, SeedError
from mock_sis.formats.depth import DEEPEST
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.formats.lines import compose, line
from mock_sis.formats.numbers import exact_number

LARGEST = 512 * 2**20
"""Bytes a seed file may have."""
MOST_REPEATED = 16 * 2**20
"""Characters that the aliases of a YAML file may stand for, all together."""

_JSON_TAGS = ("null", "bool", "int", "float", "str", "seq", "map")


class _Loader(yaml.CSafeLoader):
    """Safe YAML with the types of JSON only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012 (as the base)
    yaml_constructors: ClassVar[dict[str | None, Any]] = {
        tag: make
        for tag, make in yaml.CSafeLoader.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in _JSON_TAGS
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping, refused where a key is not text or occurs twice."""
        found = super().construct_mapping(node, deep)
        for key in found:
            if not isinstance(key, str):
                raise _misplaced(f"the key {key!r} is not text; put it in quotes", node)
        if len(found) != len(node.value):
            raise _misplaced("a key occurs twice in this mapping", node)
        return found


def _finite(_loader: _Loader, node: yaml.ScalarNode) -> float:
    exact, number = exact_number(node.value), float(node.value)
    if not math.isfinite(number):
        raise _misplaced(f"{node.value[:80]} is more than a double holds", node)
    # An id such as 9007199254740993.0 stays exact; an exponent is for a float.
    return number if number == exact or "e" in node.value.lower() else exact


_Loader.add_constructor("tag:yaml.org,2002:float", _finite)


def _misplaced(problem: str, node: Any) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


_IMPLICIT = (
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"^(?:true|false)$", ["t", "f"]),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", list("-0123456789")),
    ("float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
)
for _tag, _pattern, _first in _IMPLICIT:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read(path: Path, what: str = "a seed document") -> dict[str, Any]:
    """The document in a .json, .yaml or .yml file. Raises SeedError naming the file and the
    place. `what` says in errors what is expected."""
    try:
        # It would wait silently for a writer. A pipe between two commands, such as /dev/stdin or
        # /dev/fd/3, has one.
        if path.resolve().is_fifo():
            raise SeedError(
                f"{path}: is a named pipe. Write {what} to a file first, and name that."
            )
        with path.open("rb") as file:
            text = file.read(LARGEST + 1)  # a pipe or a device does not say how much will come
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}.") from error
    if len(text) > LARGEST:
        raise SeedError(f"{path}: larger than {LARGEST >> 20} MiB.")
    try:
        loaded = decode_json(text) if path.suffix == ".json" else from_yaml(text)
    except MockSisError as error:
        raise SeedError(f"{path}: {error}") from error
    if not isinstance(loaded, dict):
        found = "empty" if loaded is None else f"a {type(loaded).__name__}"
        raise SeedError(f"{path}: {what} is a mapping; this is {found}.")
    return loaded


def from_yaml(text: bytes) -> Any:
    """Plain data from YAML. Raises SeedError with line and column."""
    try:
        _refuse_growth(text)
        loaded = yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader of our own)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SeedError(f"{place}{error.problem or error.context}.") from error
    except (yaml.YAMLError, RecursionError, ValueError, LookupError) as error:
        raise SeedError(f"not YAML: {error}.") from error
    try:
        encode_json(loaded)
    except (TypeError, ValueError) as error:  # an alias inside its own anchor
        raise SeedError(f"YAML that JSON cannot say: {error}.") from error
    return loaded


def _refuse_growth(text: bytes) -> None:
    """Raise for what would end the process: depth, since the loader recurses in C; and aliases of
    aliases of aliases, which are few objects until they are written out as JSON."""
    sizes: dict[str | None, int] = {}
    around: list[str | None] = []
    inside = [0]
    repeated = 0
    for event in yaml.parse(text, Loader=_Loader):
        match event:
            case yaml.CollectionStartEvent():
                around.append(event.anchor)
                inside.append(1)
            case yaml.CollectionEndEvent():
                sizes[around.pop()] = size = inside.pop()
                inside[-1] += size
            case yaml.ScalarEvent():
                sizes[event.anchor] = size = 1 + len(event.value)
                inside[-1] += size
            case yaml.AliasEvent():
                size = sizes.get(event.anchor, 0)
                inside[-1] += size
                repeated += size
        if len(around) > DEEPEST:
            raise _misplaced(f"nested more than {DEEPEST} levels deep", event)
        if repeated > MOST_REPEATED:
            raise _misplaced(f"aliases stand for more than {MOST_REPEATED} characters", event)


def located(path: Path, error: SeedError) -> SeedError:
    """The error with the file's name, and the line of each place that is wrong; one that names no
    place comes from reading the file and names it already."""
    if not error.problems:
        return error
    try:
        root = compose(path.read_bytes(), _Loader)
    except OSError:  # gone
        root = None
    if root is None:
        return SeedError(f"{path}: {error}", problems=error.problems)
    lines = [
        f"line {line(root, found.pointer)}, {found.pointer or '(root)'}: {found.message}"
        for found in error.problems
    ]
    return SeedError(f"{path}: {'; '.join(lines)}", problems=error.problems)


class _Dumper(yaml.CSafeDumper):
    """Safe YAML that quotes what other readers or this one would take for something else."""

    yaml_implicit_resolvers = {
        first: [*yaml.CSafeDumper.yaml_implicit_resolvers.get(first, ()), *ours]
        for first, ours in _Loader.yaml_implicit_resolvers.items()
    } | {
        first: theirs
        for first, theirs in yaml.CSafeDumper.yaml_implicit_resolvers.items()
        if first not in _Loader.yaml_implicit_resolvers
    }


def to_yaml(document: dict[str, Any]) -> str:
    """A document as YAML that `read` gives back unchanged."""
    text: str = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text
