"""Mutants that an exploration cannot find, although the ledger judges a rule that they break."""

from __future__ import annotations

from collections.abc import Mapping

OUTSIDE: Mapping[str, str] = {
    "section-control-characters": "characters that XML cannot carry",
    "section-own-clock": "the times of queries for changes",
}
"""By mutant, what is not in the vocabulary of its dialect: a key of `Vocabulary.absent`, which has
the reason. A mutant that is found all the same has to go."""
