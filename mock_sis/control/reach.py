"""Reject faults that could never fire: one for an unknown operation, and one of a kind that does
nothing to the operations it is for. Such a fault would wait for ever, and the test that relies on
it would pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from mock_sis.control.inputs import nonsense
from mock_sis.exchange import Route
from mock_sis.faults.catalogue import FAULTS
from mock_sis.faults.spec import CONTROL
from mock_sis.settings import Dialect
from mock_sis.world import World

NAMED = 5
"""How many of the operations that a kind reaches a refusal names."""

_REACH = {kind.name: kind.reach for kind in FAULTS}


def refuse_unreachable(spec: dict[str, Any], world: World, place: str = "") -> None:
    """Raise Invalid if no operation is both matched by the fault's pattern and reached by its kind.

    No fault acts on an operation that is not journaled: a replay would not use the fault up.
    `spec` keeps its schema; `place` is the JSON pointer to it.
    """
    kind, pattern = spec["fault"]["kind"], spec.get("operation", "*")
    if pattern.startswith(CONTROL):
        return  # the plan rejects it, and says why
    if not any(route.journaled for route in _routes(world, pattern, _REACH[kind])):
        raise nonsense(f"{place}/operation", _cause(world, kind, pattern))


def _cause(world: World, kind: str, pattern: str) -> str:
    shown = repr(pattern[:80])
    if not any(_routes(world, pattern)):
        return (
            "operation must match the name of an operation, as listed by `mock-sis routes` "
            f"(got {shown})."
        )
    return (
        f"{kind} cannot act on {shown}; it acts on {_listed(world, _REACH[kind])}. "
        "Change the operation, leave it out, or choose another kind (`mock-sis faults` lists them)."
    )


def _listed(world: World, reach: str) -> str:
    """The operations that faults of this reach act on: the first by name, the others by number."""
    names = list(
        dict.fromkeys(route.operation for route in _routes(world, reach) if route.journaled)
    )
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _routes(world: World, *patterns: str) -> Iterator[Route]:
    """The routes whose operations match all patterns.

    The routes of a dialect take time to import, so those that are likely to match come first.
    """
    for dialect in sorted(world.dialects, key=lambda each: not _may_match(each, patterns)):
        policy = world.settings.policies[dialect.name]
        yield from (route for _, route in dialect.served(policy) if _matches_all(route, patterns))


def _may_match(dialect: Dialect, patterns: tuple[str, ...]) -> bool:
    """Whether operations that begin with the dialect's name can match all patterns."""
    starts = (re.split(r"[*?[]", pattern, maxsplit=1)[0] for pattern in patterns)
    name = f"{dialect.name}."
    return all(name.startswith(start[: len(name)]) for start in starts)


def _matches_all(route: Route, patterns: tuple[str, ...]) -> bool:
    return all(fnmatchcase(route.operation, pattern) for pattern in patterns)
