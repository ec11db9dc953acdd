"""Exporters with one flaw each: the reference exporter with one wrong decision.

They prove that the rules can fail: at least one of them breaks each rule, and each breaks exactly
the rules that it names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from conformance.exporters.dialects import DIALECTS, ExporterDialect
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.schoology import mutants as schoology
from conformance.exporters.skyward import mutants as skyward
from conformance.exporters.wiseflow import mutants as wiseflow

__all__ = ["MUTANTS", "Mutant", "mutant_adapter"]

MUTANTS = {each.name: each for each in (*wiseflow.MUTANTS, *schoology.MUTANTS, *skyward.MUTANTS)}
"""By name, in the order in which they are listed."""


def mutant_adapter(
    mutant: Mutant, dialects: Iterable[ExporterDialect] = DIALECTS
) -> ReferenceAdapter:
    """A new adapter: the reference's, with the mutant in place of the part for its dialect."""
    table = [
        replace(each, open=mutant.open) if each.name == mutant.dialect else each
        for each in dialects
    ]
    return ReferenceAdapter(f"mutant:{mutant.name}", table)
