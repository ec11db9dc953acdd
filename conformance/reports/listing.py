"""The rules as `conformance list` shows them: as data, and as lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conformance.model.rule import Rule

Listing = tuple[list[dict[str, Any]], list[str]]
"""The entries as data for JSON, and one line for each."""


def rules_listed(rules: Sequence[Rule]) -> Listing:
    """These rules."""
    width = max(len(rule.id) for rule in rules)
    lines = []
    for rule in rules:
        needs = f"  (needs {', '.join(rule.features)})" if rule.features else ""
        lines.append(f"{rule.id:<{width}}  {rule.level.value:<7} {rule.title}{needs}")
    return [_listed(rule) for rule in rules], lines


def _listed(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "profile": rule.profile,
        "level": rule.level.value,
        "title": rule.title,
        "sources": [str(source) for source in rule.sources],
        "needs": list(rule.features),
        "scenarios": [scenario.name for scenario in rule.scenarios],
        "proofs": [proof.value for proof in rule.proofs],
        "mend": rule.fix,
    }
