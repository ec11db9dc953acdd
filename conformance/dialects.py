"""The table of dialects: all that the suite can judge."""

from __future__ import annotations

from conformance.model.dialect import Dialect
from conformance.model.rule import Rule
from conformance.schoology.dialect import SCHOOLOGY
from conformance.skyward.dialect import SKYWARD
from conformance.wiseflow.dialect import WISEFLOW

DIALECTS: tuple[Dialect, ...] = (WISEFLOW, SCHOOLOGY, SKYWARD)
"""In the order of the reports."""

RULES: tuple[Rule, ...] = tuple(rule for dialect in DIALECTS for rule in dialect.rules)
