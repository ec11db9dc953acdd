"""All rules, profile by profile."""

from __future__ import annotations

from conformance.model.rule import Rule
from conformance.schoology import rules as schoology
from conformance.skyward import rules as skyward
from conformance.wiseflow import rules as wiseflow

RULES: tuple[Rule, ...] = (*wiseflow.RULES, *schoology.RULES, *skyward.RULES)
