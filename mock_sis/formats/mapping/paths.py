"""Places in plain data, written as names joined with dots: "user.id"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Path = tuple[str, ...]
"""The names from the outside in; () is the whole."""


def path_of(dotted: str | bool) -> Path | None:
    """The path of a dotted text; () for "", and None if it is switched off (false)."""
    if isinstance(dotted, bool):
        return None
    return tuple(dotted.split(".")) if dotted else ()


def value_at(data: Any, path: Path, missing: Any = None) -> Any:
    """What is at the path; `missing` if nothing is."""
    for name in path:
        if not isinstance(data, dict) or name not in data:
            return missing
        data = data[name]
    return data


def nested(members: Iterable[tuple[Path, Any]]) -> Any:
    """An object with a value at each path. A path of () is the whole, and must be the only one."""
    whole: dict[str, Any] = {}
    for path, value in members:
        if not path:
            return value
        node = whole
        for name in path[:-1]:
            node = node.setdefault(name, {})
        node[path[-1]] = value
    return whole


def collide(first: Path, second: Path) -> bool:
    """Whether two values cannot both be in one object: the paths are equal, or one leads through
    the other."""
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]
