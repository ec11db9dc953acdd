"""docs/mutants.md, which `make proof` writes from what exporters do, is about those that exist."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from conformance.dialects import DIALECTS
from conformance.exporters.mutants import MUTANTS

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "mutants.md").read_text(encoding="utf-8")
DIALECT_NAMES = [each.name for each in DIALECTS]
CORRECT = "nothing: it is correct"
NOT_TRIED = "not tried yet"
"""What `make proof` puts in a row that no run has filled."""

ROWS = [
    (dialect, *cells)
    for dialect, _, part in (each.partition("\n") for each in PAGE.split("\n## ")[1:])
    for cells in re.findall(r"^\| `([^`]+)` \| (.*) \| ([^|]*) \| ([^|]*) \|$", part, re.MULTILINE)
]
"""Dialect, name, flaw, rules broken, and how it is found."""

OF_MUTANTS = [each for each in ROWS if each[2] != CORRECT]


def test_the_page_has_every_mutant_in_its_dialect_once_and_no_other() -> None:
    listed = Counter((dialect, name) for dialect, name, *_ in OF_MUTANTS)
    assert listed == Counter((each.dialect, each.name) for each in MUTANTS.values())


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_mutants_on_the_page_break_the_rules_that_they_name(dialect: str) -> None:
    told = {
        name: {*rules.split(", ")}
        for of, name, _, rules, _ in OF_MUTANTS
        if of == dialect and rules != NOT_TRIED
    }
    named = {each.name: {*each.breaks} for each in MUTANTS.values()}
    assert told == {name: named.get(name) for name in told}


def test_the_page_gives_the_titles_of_the_mutants() -> None:
    titles = {name: title for _, name, title, *_ in OF_MUTANTS}
    assert titles == {each.name: each.title.replace("|", "\\|") for each in MUTANTS.values()}


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_the_counts_on_the_page_are_those_of_its_rows(dialect: str) -> None:
    (counts,) = re.findall(rf"^\| {dialect} \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    own = [each for each in OF_MUTANTS if each[0] == dialect]
    tried = [each for each in own if each[3] != NOT_TRIED]
    assert counts == (str(len(own)), str(len(tried)))


@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_correct_exporters_on_the_page_break_nothing(dialect: str) -> None:
    own = [each for each in ROWS if each[0] == dialect and each[2] == CORRECT]
    assert "reference" in [name for _, name, *_ in own]
    assert [each for each in own if " in walk " in each[4]] == []
    assert {rules for *_, rules, _ in own} <= {"none", "not played here", NOT_TRIED}
