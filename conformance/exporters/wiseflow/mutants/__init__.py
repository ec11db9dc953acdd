"""Exporters of a flow with one flaw each, grouped by the subject of the flaw."""

from __future__ import annotations

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.wiseflow.mutants import (
    answers,
    attempts,
    instant,
    joining,
    leaks,
    mapping,
    once,
    selection,
    statuses,
    wire,
)

MUTANTS: tuple[Mutant, ...] = (
    *selection.MUTANTS,
    *once.MUTANTS,
    *attempts.MUTANTS,
    *answers.MUTANTS,
    *instant.MUTANTS,
    *statuses.MUTANTS,
    *joining.MUTANTS,
    *wire.MUTANTS,
    *leaks.MUTANTS,
    *mapping.MUTANTS,
)
