"""docs/writing-an-adapter.md tells of everything an adapter's author meets."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.dialects import DIALECTS, RULES
from conformance.drivers.protocol import OPERATIONS, Answer, Message
from conformance.drivers.shapes import shapes_of
from conformance.judging.verdicts import Status
from conformance.model.dialect import Dialect
from conformance.model.subject import Period
from conformance.runner.checkup import state_defects
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
    shapes = shapes_of(DIALECTS)
    assert shapes.problems("message", message["op"], message) == ""
    assert shapes.check(answer, message) == answer


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_the_state_of_each_dialect_fits_what_was_loaded(dialect: Dialect) -> None:
    (subject,) = dialect.tour.subject.load_fields(Period(0, 1))
    (loaded,) = (each for each in BLOCKS if each.get("op") == "load" and subject in each)
    names = {each.name for each in dialect.profile.state_answer.lists}
    (answer,) = (each for each in BLOCKS if "status" in each and names & each.keys())
    fields = {subject: loaded[subject]}
    assert list(state_defects(answer, fields, dialect.profile, FEATURES)) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_has_its_row_with_its_fields(action: str) -> None:
    (row,) = (line for line in EXAMPLES.splitlines() if line.startswith(f"| `{action}` |"))
    required = [
        name
        for dialect in DIALECTS
        for each in dialect.messages["$defs"]["act"]["allOf"]
        if each["if"]["properties"]["action"]["const"] == action
        for name in each["then"]["required"]
    ]
    assert all(f"`{name}`" in row for name in required)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_profile_knows_what_its_messages_can_say(dialect: Dialect) -> None:
    parts, profile = dialect.messages["$defs"], dialect.profile
    assert list(profile.actions) == parts["act"]["properties"]["action"]["enum"]
    assert list(profile.export_fields) == list(parts.get("export", {}).get("properties", ()))
    needed = {*profile.actions.values(), *profile.export_fields.values()} - {""}
    assert needed <= set(FEATURES)
