"""docs/faults.md says what the catalogue and the schema say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mock_sis.faults.catalogue import FAULTS, FaultKind
from mock_sis.faults.docs import BEGIN, acts_on, page, parameters, reference
from mock_sis.faults.plan import Plan
from mock_sis.faults.spec import what_from

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run `make docs`"


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
def test_every_kind_has_its_heading_reach_parameters_and_example(kind: FaultKind) -> None:
    section = reference().split(f"\n### {kind.name}\n")[1].split("\n### ")[0]
    assert json.dumps(kind.example) in section
    assert acts_on(kind) in section
    for name, schema in parameters(kind).items():
        assert f"| `{name}` |" in section
        assert schema["description"] in section


REACH = {
    "refuse_connection": "Acts on any connection.",
    "reset_after": "Acts on any operation.",
    "rows_fail": "Acts on `*.grades.p*`.",
    "schoology_row_codes": "Acts on `schoology.sections.grades.put`.",
}


@pytest.mark.parametrize(("name", "said"), REACH.items())
def test_the_page_says_what_a_kind_acts_on(name: str, said: str) -> None:
    (kind,) = (row for row in FAULTS if row.name == name)
    assert acts_on(kind) == said


def test_every_example_on_the_page_can_be_armed() -> None:
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    plan = Plan()
    for block in blocks:
        plan.arm(json.loads(block), 0)
    assert len(plan.armed) == len(FAULTS) + 1


def test_every_common_situation_names_a_fault_there_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = re.findall(r'`(\{"kind".*?\})`', text)
    assert len(named) >= 14
    for each in named:
        what_from(json.loads(each))


def test_every_moment_on_the_page_can_be_armed() -> None:
    text = PAGE.read_text(encoding="utf-8")
    moments = re.findall(r"^\| `(\{.*?\})` \| (?:the next|on )", text, re.MULTILINE)
    assert len(moments) == 5
    for moment in moments:
        Plan().arm({"when": json.loads(moment), "fault": {"kind": "reset_after"}}, 0)


def test_a_page_without_a_generated_part_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape(BEGIN)):
        page("# Faults\n")
