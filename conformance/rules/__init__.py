"""All rules, profile by profile."""

from __future__ import annotations

from conformance.rule import Rule
from conformance.rules import schoology, skyward, wiseflow

RULES: tuple[Rule, ...] = (*wiseflow.RULES, *schoology.RULES, *skyward.RULES)
