"""The names under which a product shows how far an export has got."""

from __future__ import annotations

from typing import Any

STATES = ("not_exported", "queued", "exported", "failed")
"""The vendor's numbers 0 to 3, in order."""


def named(value: Any, names: tuple[str, ...] = STATES) -> str:
    """The name for a name or its number; "unknown" for anything else."""
    if isinstance(value, int) and 0 <= value < len(names):
        return names[value]
    return value if value in names else "unknown"
