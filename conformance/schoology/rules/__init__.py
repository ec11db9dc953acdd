"""The rules of the Schoology profile, in report order."""

from __future__ import annotations

from conformance.model.rule import Rule
from conformance.schoology.rules import answers, body, content, leaks, reading, signing

RULES: tuple[Rule, ...] = (
    *body.RULES,
    *content.RULES,
    *answers.RULES,
    *reading.RULES,
    *signing.RULES,
    *leaks.RULES,
)
