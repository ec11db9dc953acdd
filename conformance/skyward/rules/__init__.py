"""The rules of the Skyward profile, in report order."""

from __future__ import annotations

from conformance.model.rule import Rule
from conformance.skyward.rules import answers, content, items, leaks, scores

RULES: tuple[Rule, ...] = (
    *items.RULES,
    *content.RULES,
    *scores.RULES,
    *answers.RULES,
    *leaks.RULES,
)
