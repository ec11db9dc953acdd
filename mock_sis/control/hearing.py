"""Rejects faults for unknown operations: a misspelt name would never fire, and the test that relies
on the fault would pass."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from mock_sis.control.inputs import nonsense
from mock_sis.faults.spec import CONTROL
from mock_sis.world import World


def refuse_unheard(spec: dict[str, Any], world: World, place: str = "") -> None:
    """Raise Invalid if the fault at this JSON pointer matches the name of no operation."""
    pattern = spec.get("operation", "*")
    if not (pattern.startswith(CONTROL) or _is_heard(pattern, world)):
        raise nonsense(
            f"{place}/operation",
            "operation must match the name of an operation, as listed by `mock-sis routes` "
            f"(got {pattern[:80]!r}).",
        )


def _is_heard(pattern: str, world: World) -> bool:
    literal = re.split(r"[*?[]", pattern, maxsplit=1)[0]
    return any(
        fnmatchcase(route.operation, pattern)
        for dialect in world.dialects
        # Dialects are imported on demand; the literal start of the pattern selects which.
        if f"{dialect.name}.".startswith(literal[: len(dialect.name) + 1])
        for _, routes in dialect.mounts(world.settings.policies[dialect.name])
        for route in routes()
    )
