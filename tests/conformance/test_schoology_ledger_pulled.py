"""What the product read back, held against what the SIS held: made stories of a section."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.schoology.evidence.content import GradeKey
from conformance.schoology.scenarios.common import (
    ASA,
    JOSE,
    LEILA,
)
from helpers.suite.made_ledger import (
    Move,
    broken_rules,
    changed,
    look,
    press,
    pull,
    settle,
    story,
    tried,
)
from helpers.suite.made_section import (
    FIRST,
    SECOND,
    TWO,
    at,
    get,
    put,
)

BOTH = {at(ASA): 99.0, at(JOSE): 76.5}


def rules(*moves: Move, **more: Any) -> dict[str, str]:
    return broken_rules(story(TWO, *moves, **more))


def read(*grades: tuple[GradeKey, Any]) -> list[dict[str, Any]]:
    return [
        {"assignment_id": int(key[0]), "enrollment_id": int(key[1]), "grade": grade}
        for key, grade in grades
    ]


ALL = read((at(ASA), 99), (at(JOSE), 76.5))


@pytest.mark.parametrize(
    ("pulled", "words"),
    [
        (ALL, ""),
        (read((at(ASA), "99"), (at(JOSE), "76.50")), ""),
        (ALL[:1], "shows 1 grades of the SIS, which held 2; the first missing one is enrollment"),
        (read((at(ASA), 98), (at(JOSE), 76.5)), "with the grade 98, but the SIS held the grade 99"),
        ([*ALL, *read((at(LEILA), 5))], "with the grade 5, but the SIS held nothing"),
        ([*ALL, *read((at(LEILA), None))], ""),
    ],
)
@pytest.mark.parametrize("rule", ["SC-PAGES", "SC-RATE"])
def test_what_was_read_is_what_the_sis_held(pulled: Any, words: str, rule: str) -> None:
    first = get(status=429) if rule == "SC-RATE" else get()
    found = story(TWO, pull(first), pull(get()), look(pulled=pulled), stored=BOTH)
    assert set(broken_rules(found)) == ({rule} if words else set())
    assert words in broken_rules(found).get(rule, "")
    assert tried(found, rule) == (2 if words else 1)


def test_nothing_is_compared_without_a_reading_that_succeeded() -> None:
    for moves in ([], [pull()], [pull(get(), synchronised=False)]):
        assert broken_rules(story(TWO, *moves, look(pulled=[]), stored=BOTH)) == {}
    assert broken_rules(story(TWO, pull(get()), look(), stored=BOTH)) == {}


def test_what_changes_after_the_reading_was_not_read() -> None:
    moves = pull(get()), press(put(FIRST, SECOND)), settle(), look(BOTH, pulled=[])
    shown = look({at(ASA): "exported", at(JOSE): "exported"}, pulled=[])
    after = [changed(2, at(ASA), 99), changed(2, at(JOSE), 76.5)]
    assert rules(*moves[:-1], shown, changes=after) == {}
    before = [changed(1, at(ASA), 99), *after[1:]]
    assert set(rules(*moves[:-1], shown, changes=before)) == {"SC-PAGES"}


def test_a_pull_that_listed_nothing_is_not_compared() -> None:
    moves = press(put(FIRST, SECOND)), settle(), pull()
    assert rules(*moves, look(dict.fromkeys(BOTH, "exported"), pulled=[]), stored=BOTH) == {}


def test_what_the_sis_held_before_its_first_known_change_is_not_compared() -> None:
    moves = pull(get()), press(put(FIRST, SECOND)), settle()
    shown = look(dict.fromkeys(BOTH, "exported"), pulled=read((at(ASA), 98)))
    later_on = [changed(2, at(ASA), 99.0), changed(2, at(JOSE), 76.5)]
    assert rules(*moves, shown, changes=later_on) == {}
    known = [changed(0, at(ASA), 97.0), *later_on]
    assert set(rules(*moves, shown, changes=known)) == {"SC-PAGES"}


def test_a_pull_is_compared_by_grades_and_exceptions_only() -> None:
    comments = changed(0, at(ASA), None, 0, "x"), changed(0, (str(ASA), "final"), None, 0, "x")
    assert rules(pull(get()), look(pulled=[]), changes=comments) == {}
    excused = changed(0, at(JOSE), None, 1)
    assert set(rules(pull(get()), look(pulled=[]), changes=[excused])) == {"SC-PAGES"}
