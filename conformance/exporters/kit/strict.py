"""Strict JSON: input that two readers could understand differently is rejected."""

from __future__ import annotations

import json
from typing import Any, NoReturn


def decode(body: bytes) -> Any:
    """Plain data from UTF-8. Raises ValueError, also for a byte-order mark, duplicate keys, NaN and
    endless nesting."""
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
