"""docs/writing-an-adapter.md tells of everything an adapter's author meets."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.protocol import OPERATIONS
from conformance.steps import ACTION_FEATURES
from conformance.verdicts import Status
from mock_sis.contracts import document

TEXT = (Path(__file__).parents[2] / "docs" / "writing-an-adapter.md").read_text("utf-8")

FEATURES = document("adapter/common.schema.json")["$defs"]["feature"]["enum"]
ACTIONS = document("adapter/act.schema.json")["$defs"]["message"]["properties"]["action"]["enum"]


@pytest.mark.parametrize("name", [*OPERATIONS, *FEATURES])
def test_every_operation_and_feature_has_its_row(name: str) -> None:
    rows = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")]
    assert sum(f"`{name}`" in row for row in rows) == 1 + (name in ("sync", "retry"))


@pytest.mark.parametrize("status", Status)
def test_every_verdict_is_explained_with_whether_it_is_red(status: Status) -> None:
    (row,) = (line for line in TEXT.splitlines() if line.startswith(f"| {status.value} |"))
    assert row.rstrip().endswith("yes |") == status.red


def test_every_action_of_the_protocol_can_be_a_step() -> None:
    assert sorted(ACTIONS) == sorted(ACTION_FEATURES)
    assert {feature for feature in ACTION_FEATURES.values() if feature} <= set(FEATURES)
