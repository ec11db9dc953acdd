"""The names under which a product shows how far an export has got."""

from __future__ import annotations

from typing import Any

STATES = ("not_exported", "queued", "exported", "failed")
"""The vendor's numbers 0 to 3, in order."""


def named(value: Any, names: tuple[str, ...] = STATES) -> str:
    """The name for a name or its number; of anything else, that it is unknown, and the word."""
    if isinstance(value, int) and is_known(value, names):
        return names[value]
    return value if is_known(value, names) else f"unknown ({value!r})"


def is_known(value: Any, names: tuple[str, ...] = STATES) -> bool:
    """Whether it is a name or its number."""
    return 0 <= value < len(names) if isinstance(value, int) else value in names
