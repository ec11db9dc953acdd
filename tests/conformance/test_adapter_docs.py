"""docs/writing-an-adapter.md tells of everything an adapter's author meets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.drivers.protocol import OPERATIONS, Answer, Message, check, faults_of
from conformance.judging.verdicts import Status
from conformance.model.steps import ACTION_FEATURES
from conformance.rules import RULES
from conformance.runner.checkup import shown_wrongly
from mock_sis.contracts.contract import document

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "writing-an-adapter.md").read_text("utf-8")
EXAMPLES = (DOCS / "adapter-messages.md").read_text("utf-8")

FEATURES = document("adapter/common.schema.json")["$defs"]["feature"]["enum"]
ACTIONS = document("adapter/act.schema.json")["$defs"]["message"]["properties"]["action"]["enum"]


@pytest.mark.parametrize("name", [*OPERATIONS, *FEATURES])
def test_every_operation_and_feature_has_its_row(name: str) -> None:
    rows = [line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `")]
    assert sum(f"`{name}`" in row for row in rows) == 1 + (name in ("sync", "retry"))


def test_the_features_that_no_rule_asks_for_are_named() -> None:
    asked = {name for rule in RULES for each in rule.scenarios for name in each.features}
    asked |= {name for rule in RULES for name in rule.features}
    # The first two make proofs stronger in every case, and the third some checks.
    idle = set(FEATURES) - asked - {"work.inspect", "clock.virtual", "row.messages"}
    (told,) = re.findall(r"No rule asks for (.*?) yet\.", TEXT, re.DOTALL)
    assert set(re.findall(r"`(.*?)`", told)) == idle


@pytest.mark.parametrize("status", Status)
def test_every_verdict_is_explained_with_whether_it_is_red(status: Status) -> None:
    (row,) = (line for line in TEXT.splitlines() if line.startswith(f"| {status.value} |"))
    assert row.rstrip().endswith("yes |") == status.red


BLOCKS = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```$", EXAMPLES, re.M | re.S)]


@pytest.mark.parametrize(("message", "answer"), list(zip(BLOCKS[::2], BLOCKS[1::2], strict=True)))
def test_each_example_of_a_message_and_its_answer_keeps_the_schema(
    message: Message, answer: Answer
) -> None:
    assert faults_of("message", message["op"], message) == ""
    assert check(answer, message) == answer
    if message["op"] == "state":
        (loaded,) = (each for each in BLOCKS if each.get("op") == "load" and _fits(each, answer))
        assert list(shown_wrongly(answer, loaded)) == []


def _fits(loaded: Message, answer: Answer) -> bool:
    lists = {"flow": "participants", "section": "rows", "course": "items"}
    return any(kind in loaded and name in answer for kind, name in lists.items())


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_its_row_with_its_fields(action: str) -> None:
    (row,) = (line for line in EXAMPLES.splitlines() if line.startswith(f"| `{action}` |"))
    required = [
        name
        for each in document("adapter/act.schema.json")["$defs"]["message"]["allOf"]
        if each["if"]["properties"]["action"]["const"] == action
        for name in each["then"]["required"]
    ]
    assert all(f"`{name}`" in row for name in required)


def test_every_action_of_the_protocol_can_be_a_step() -> None:
    assert sorted(ACTIONS) == sorted(ACTION_FEATURES)
    assert {feature for feature in ACTION_FEATURES.values() if feature} <= set(FEATURES)
