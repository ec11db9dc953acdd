"""The rules of the WISEflow profile, in report order."""

from __future__ import annotations

from conformance.model.rule import Rule
from conformance.wiseflow.rules import (
    answers,
    delivery,
    instant,
    leaks,
    mapping,
    selection,
    statuses,
    wire,
)

RULES: tuple[Rule, ...] = (
    *delivery.RULES,
    *answers.RULES,
    *selection.RULES,
    *instant.RULES,
    *statuses.RULES,
    *wire.RULES,
    *leaks.RULES,
    *mapping.RULES,
)
