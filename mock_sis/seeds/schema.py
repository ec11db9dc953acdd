"""The schema of seed documents: the common part, and each dialect's part under its name."""

from __future__ import annotations

from functools import cache

from mock_sis.contracts.contract import BASE, Contract, document
from mock_sis.settings import Dialect

NAME = "seed.schema.json"


@cache
def seed_contract(dialects: tuple[Dialect, ...]) -> Contract:
    """The schema of a seed document for a simulator that serves these dialects.

    schemas/seed.schema.json is what this gives for the table of dialects, for readers and editors.
    """
    whole = document(NAME)
    policies = {each.name: each.policy_schema for each in dialects}
    known = {name: part for name, part in whole["properties"].items() if not _is_policy(part)}
    # The base URI is what relative references are resolved against.
    return Contract({**whole, "$id": f"{BASE}{NAME}", "properties": {**known, **policies}})


def _is_policy(part: dict[str, object]) -> bool:
    return str(part.get("$ref", "")).endswith("/policy.schema.json")
