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
from mock_sis.dialects import DIALECTS
from mock_sis.exchange import Route
from mock_sis.faults.catalogue import FAULTS
from mock_sis.faults.spec import CONTROL

NAMED = 5
"""How many of the operations that a kind reaches a refusal names."""

_REACH = {kind.name: kind.reach for kind in FAULTS}


def refuse_unheard(spec: dict[str, Any], place: str = "") -> None:
    """Raise Invalid if no operation is both matched by the fault's pattern and reached by its kind.

    No fault acts on an operation that is not journaled: a replay would not use the fault up.
    `spec` keeps its schema; `place` is the JSON pointer to it.
    """
    kind, pattern = spec["fault"]["kind"], spec.get("operation", "*")
    if pattern.startswith(CONTROL):
        return  # the plan rejects it, and says why
    if not any(route.journaled for route in _routes(pattern, _REACH[kind])):
        raise nonsense(f"{place}/operation", _cause(kind, pattern))


def _cause(kind: str, pattern: str) -> str:
    shown = repr(pattern[:80])
    if not any(_routes(pattern)):
        return f"No operation is called {shown}; `mock-sis routes` lists them."
    return (
        f"{kind} cannot act on {shown}; it acts on {_listed(_REACH[kind])}. "
        "Change the operation, leave it out, or choose another kind (`mock-sis faults` lists them)."
    )


def _listed(reach: str) -> str:
    """The operations that faults of this reach act on: the first by name, the others by number."""
    names = list(dict.fromkeys(route.operation for route in _routes(reach) if route.journaled))
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _routes(*patterns: str) -> Iterator[Route]:
    """The routes whose operations match all patterns."""
    for dialect in DIALECTS:
        # Importing a dialect takes time; skip those that cannot match.
        if all(_may_match(dialect.name, pattern) for pattern in patterns):
            yield from (route for route in dialect.routes if _matches_all(route, patterns))


def _may_match(dialect: str, pattern: str) -> bool:
    literal = re.split(r"[*?[]", pattern, maxsplit=1)[0]
    return f"{dialect}.".startswith(literal[: len(dialect) + 1])


def _matches_all(route: Route, patterns: tuple[str, ...]) -> bool:
    return all(fnmatchcase(route.operation, pattern) for pattern in patterns)
