"""Exporters of a section with one flaw each, grouped by the subject of the flaw."""

from __future__ import annotations

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.schoology.mutants import (
    answers,
    content,
    failures,
    leaks,
    reading,
    values,
)

MUTANTS: tuple[Mutant, ...] = (
    *content.MUTANTS,
    *values.MUTANTS,
    *answers.MUTANTS,
    *failures.MUTANTS,
    *reading.MUTANTS,
    *leaks.MUTANTS,
)
