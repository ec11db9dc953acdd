"""Whether a fault is for an operation that there is: one for a name that is misspelt would wait for
ever, and the test that it was to fail would pass."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from mock_sis.control.inputs import nonsense
from mock_sis.faults.spec import CONTROL
from mock_sis.world import World


def refuse_unheard(spec: dict[str, Any], world: World, place: str = "") -> None:
    """Raise Invalid where no operation has a name that the fault at this JSON pointer is for."""
    pattern = spec.get("operation", "*")
    if not (pattern.startswith(CONTROL) or _is_heard(pattern, world)):
        raise nonsense(
            f"{place}/operation",
            f"No operation is called {pattern[:80]!r}; `mock-sis routes` lists them.",
        )


def _is_heard(pattern: str, world: World) -> bool:
    literal = re.split(r"[*?[]", pattern, maxsplit=1)[0]
    return any(
        fnmatchcase(route.operation, pattern)
        for dialect in world.dialects
        # Dialects are imported when they are needed, and only this one will be.
        if f"{dialect.name}.".startswith(literal[: len(dialect.name) + 1])
        for _, routes in dialect.mounts(world.settings.policies[dialect.name])
        for route in routes()
    )
