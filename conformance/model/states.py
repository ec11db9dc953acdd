"""The states in which a product shows an export."""

from __future__ import annotations

from typing import Any

STATES = ("not_exported", "queued", "exported", "failed")
"""In the order of the vendor's numbers, 0 to 3."""


def named(value: Any, names: tuple[str, ...] = STATES) -> str:
    """The name of a state from its name or number; for any other value, "unknown (…)"."""
    if isinstance(value, int) and is_known(value, names):
        return names[value]
    return value if is_known(value, names) else f"unknown ({value!r})"


def is_known(value: Any, names: tuple[str, ...] = STATES) -> bool:
    """Whether a value is the name of a state, or its number."""
    return 0 <= value < len(names) if isinstance(value, int) else value in names
