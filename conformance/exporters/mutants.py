"""Exporters with one flaw each: the reference with one decision taken wrongly.

They prove that the rules can fail: every rule is broken by one of them at least, and each breaks
exactly the rules it names.
"""

from __future__ import annotations

from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.schoology import mutants as schoology
from conformance.exporters.skyward import mutants as skyward
from conformance.exporters.wiseflow import mutants as wiseflow

__all__ = ["MUTANTS", "Mutant"]

MUTANTS = {each.name: each for each in (*wiseflow.MUTANTS, *schoology.MUTANTS, *skyward.MUTANTS)}
"""By name, in the order in which they are told of."""
