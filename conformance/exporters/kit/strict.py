"""JSON read strictly: what two readers could understand differently is not read at all."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def decode(body: bytes) -> Any:
    """Plain data from UTF-8 without a mark, duplicate keys, NaN or endless nesting. Raises
    ValueError."""
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_without_duplicates, parse_constant=_no_constant
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
