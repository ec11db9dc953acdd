"""Exporters of a course with one flaw each, grouped by the subject of the flaw."""

from __future__ import annotations

from conformance.exporters.skyward.mutants import (
    answers,
    content,
    items,
    leaks,
    losing,
    picking,
    scores,
    values,
)

MUTANTS = (
    *items.MUTANTS,
    *content.MUTANTS,
    *scores.MUTANTS,
    *losing.MUTANTS,
    *answers.MUTANTS,
    *leaks.MUTANTS,
    *values.MUTANTS,
    *picking.MUTANTS,
)
