"""Courses with one flaw each, for the rules of write-back."""

from __future__ import annotations

from conformance.exporters.skyward.mutants import answers, content, items, losing, scores

MUTANTS = (
    *items.MUTANTS,
    *content.MUTANTS,
    *scores.MUTANTS,
    *losing.MUTANTS,
    *answers.MUTANTS,
)
