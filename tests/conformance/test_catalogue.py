"""docs/rules.md tells of every rule, and is what the rules say now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conformance import catalogue
from conformance.dialects import DIALECTS, RULES
from conformance.exporters.mutants import MUTANTS
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def about(rule: Rule) -> str:
    """The rule's section of the page."""
    return catalogue.page().partition(f"### {rule.id}\n")[2].partition("\n#")[0]


def test_the_page_is_up_to_date() -> None:
    out_of_date = "run `make docs`"
    assert PAGE.read_text(encoding="utf-8") == catalogue.page(), out_of_date


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_told_whole(rule: Rule) -> None:
    text = about(rule)
    breaking = [each.name for each in MUTANTS.values() if rule.id in each.breaks]
    wanted = [
        f"The exporter {rule.title}. ({rule.level.value})",
        rule.fix,
        *(source.says for source in rule.sources),
        *(source.section for source in rule.sources),
        *(f"`{scenario.name}`: {scenario.title}" for scenario in rule.scenarios),
        *(proof.value for proof in rule.proofs),
        *(f"`{name}`" for name in (*rule.features, *breaking)),
    ]
    assert [words for words in wanted if words not in text] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_title_begins_with_must_or_should_as_its_level_says(rule: Rule) -> None:
    verb = "must " if rule.level.value.startswith("MUST") else "should "
    assert rule.title.startswith(verb)
    assert not rule.title.endswith(".")


def test_every_level_proof_and_document_is_explained() -> None:
    assert set(catalogue.LEVELS) == set(Level)
    assert set(catalogue.PROOFS) == set(Proof)
    published = catalogue.documents(DIALECTS)
    assert [each.key for each in published] == ["000", "001", "002", "003"]
    assert [each.title for each in published if f"| {each.title} |" not in catalogue.page()] == []


def test_every_flawed_exporter_stands_in_the_tables_once() -> None:
    named = re.findall(r"^\| `([\w-]+)` \|", catalogue.page(), re.MULTILINE)
    assert sorted(named) == sorted(MUTANTS)


def test_a_bar_in_a_cell_does_not_end_it() -> None:
    assert catalogue.table(["a"], [["x|y"]]).splitlines()[-1] == r"| x\|y |"
