"""The reference part of docs/faults.md, generated from the catalogue and the schema.

``python -m mock_sis.faults.docs docs/faults.md`` brings the page up to date.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from mock_sis.contracts.contract import document
from mock_sis.contracts.generated import update
from mock_sis.faults.catalogue import FAULTS, FaultKind
from mock_sis.faults.spec import SCHEMA

BEGIN = "<!-- generated from the catalogue: begin -->"
END = "<!-- generated from the catalogue: end -->"

PHASES: Mapping[str, str] = {
    "connect": "on connecting",
    "before": "before",
    "rows": "on the rows",
    "token": "on issuing a token",
    "sis": "inside the SIS",
    "after": "after",
    "pace": "on delivery",
}
"""The name of each phase on the page."""


def page(text: str) -> str:
    """The page with its generated part up to date. Raises ValueError if the page has none."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page must have a part between {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n{reference()}\n\n{END}{tail}"


def reference() -> str:
    """Every family with its table and its kinds, as Markdown."""
    return "\n\n".join(
        block
        for family, kinds in groupby(FAULTS, key=lambda kind: kind.family)
        for block in _family(family, tuple(kinds))
    )


def parameters(kind: FaultKind) -> Mapping[str, Mapping[str, Any]]:
    """The schemas of a kind's parameters, by name."""
    properties: dict[str, Any] = document(SCHEMA)["$defs"][kind.name]["properties"]
    return {name: schema for name, schema in properties.items() if name != "kind"}


def acts_on(kind: FaultKind) -> str:
    """The operations that a kind can act on, as a sentence."""
    if kind.phases == ("connect",):
        return "Acts on any connection."
    return "Acts on any operation." if kind.reach == "*" else f"Acts on `{kind.reach}`."


def _family(family: str, kinds: tuple[FaultKind, ...]) -> Iterator[str]:
    yield f"## {family}"
    rows = [(f"[`{kind.name}`](#{kind.name})", _phases(kind), kind.sees) for kind in kinds]
    yield _table(("kind", "phase", "what the client sees"), rows)
    for kind in kinds:
        yield from _kind(kind)


def _kind(kind: FaultKind) -> Iterator[str]:
    yield f"### {kind.name}"
    yield f"{' '.join((kind.what.__doc__ or kind.title).split())} {acts_on(kind)}"
    required = document(SCHEMA)["$defs"][kind.name]["required"]
    rows = [
        (f"`{name}`", _default(name, schema, required), schema.get("description", ""))
        for name, schema in parameters(kind).items()
    ]
    if rows:
        yield _table(("parameter", "default", "meaning"), rows)
    yield f"```json\n{json.dumps(kind.example, ensure_ascii=False)}\n```"


def _phases(kind: FaultKind) -> str:
    return " or ".join(PHASES[phase] for phase in kind.phases)


def _default(name: str, schema: Mapping[str, Any], required: list[str]) -> str:
    if name in required:
        return "required"
    return f"`{json.dumps(schema['default'])}`" if "default" in schema else "none"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    update(page)
