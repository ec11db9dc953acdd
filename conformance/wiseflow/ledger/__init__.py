"""The ledger of the WISEflow-style dialect: one oracle for every exchange, state and press."""

from __future__ import annotations

from conformance.model.account import Carried
from conformance.wiseflow.ledger.fold import ledger

__all__ = ["carried", "ledger"]


def carried(rule: str) -> Carried:
    """The check of a rule that the ledger carries."""
    return Carried(rule, ledger)
