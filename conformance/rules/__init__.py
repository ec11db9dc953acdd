"""All rules, in the order in which they are reported."""

from __future__ import annotations

from conformance.rule import Rule
from conformance.rules import delivery

RULES: tuple[Rule, ...] = (*delivery.RULES,)
