"""The ledger of the Schoology rules: one oracle for every exchange and every state shown."""

from __future__ import annotations

from conformance.model.account import Carried, Ledger
from conformance.schoology.ledger.fold import fold

LEDGER: Ledger = fold


def carried(rule: str) -> Carried:
    """The check of a rule that this ledger carries. Use it with `everywhere=True`."""
    return Carried(rule, LEDGER)
