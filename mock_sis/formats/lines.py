"""The lines of a JSON or YAML text at which its values begin."""

from __future__ import annotations

from typing import Any

import yaml

from mock_sis.formats.numbers import whole_number


def compose(text: bytes, loader: Any = yaml.CSafeLoader) -> yaml.Node | None:
    """The nodes of a text that was read before; None if it cannot be composed as YAML, as some
    JSON."""
    try:
        return yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError):
        return None


def line(node: yaml.Node, pointer: str) -> int:
    """The line of the deepest node on the way to a JSON pointer, counted from 1."""
    for part in pointer.split("/")[1:]:
        inner = _inner(node, part.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        node = inner
    return int(node.start_mark.line) + 1


def _inner(node: yaml.Node, name: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, yaml.SequenceNode):
        number = whole_number(name, 0, len(node.value) - 1)
        return None if number is None else node.value[number]
    return None
