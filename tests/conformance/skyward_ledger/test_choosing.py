"""The category that a teacher chooses for an item, and the section that a score is for."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.steps import (
    Act,
    Export,
    Load,
    Plug,
    Quiet,
    Settle,
    Step,
    Unplug,
)
from conformance.skyward.ledger import LEDGER
from conformance.skyward.scenarios import sending
from conformance.skyward.scenarios.common import (
    ASA,
    COURSE,
    HOMEWORK,
    ONE,
    READY,
    TESTS,
    TWO,
    choose,
    course,
)
from helpers.suite.made_course import Sender, case, entry, found, made
from helpers.suite.made_sis import Taught
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
ALL = PLAIN.everything()
ESSAY = PLAIN.item("essay", ONE)
BY_HAND = course(integration=False)
BROKEN_READ = entry("oneroster.gradebook.lineItems.list", outcome=Reply(503))


def plain(*sent: Entry) -> set[str]:
    """The rules that one transfer of these breaks; what is missing is excused."""
    return found(sending.PLAIN, [BROKEN_READ, *sent])


# The category


@pytest.mark.parametrize(
    ("category", "rules"),
    [
        ("cat-alg-1-1", set()),
        ("cat-alg-1-2", {"SK-CATEGORY"}),
        ("cat-alg-2-2", {"SK-CATEGORY"}),
        ("Homework", {"SK-CATEGORY"}),
    ],
)
def test_an_item_is_sent_in_the_chosen_category(category: str, rules: set[str]) -> None:
    assert plain(PLAIN.item("essay", ONE, category={"sourcedId": category})) == rules


def test_an_item_without_a_chosen_category_stays() -> None:
    sent = Sender(sending.UNCHOSEN).item("poster", ONE)
    assert found(sending.UNCHOSEN, [BROKEN_READ, sent]) == {"SK-CATEGORY"}


AGAIN_CHOSEN = Act("choose_category", choose("essay", ONE, TESTS).fields, label="choice")
CHOSEN_AGAIN = made(*READY, Export(), Settle(), AGAIN_CHOSEN, Export(), Settle())
NO, YES = {"choice": {"done": False}}, {"choice": {"done": True}}


@pytest.mark.parametrize(
    ("category", "rules"),
    [("cat-alg-1-1", set()), ("cat-alg-1-2", {"SK-CATEGORY-FROZEN"})],
)
def test_an_item_keeps_its_category(category: str, rules: set[str]) -> None:
    again = PLAIN.item("essay", ONE, category={"sourcedId": category})
    assert found(CHOSEN_AGAIN, ALL, [again], answers=NO) == rules


MOVED = Taught("line_items.put", lambda book: book.move("essay", ONE, 2))
REMOVED = Taught("line_items.delete", lambda book: book.remove("essay", ONE))
FROZEN = {"SK-CATEGORY-FROZEN"}


@pytest.mark.parametrize(
    ("first", "later", "title", "answers", "rules"),
    [
        (ALL, [], TESTS, YES, FROZEN),
        (ALL, [], TESTS, NO, set()),
        (ALL, [], HOMEWORK, YES, set()),
        (ALL, [MOVED], TESTS, YES, set()),
        (ALL, [REMOVED], TESTS, YES, set()),
        (ALL, [BROKEN_READ], TESTS, YES, set()),
        ([PLAIN.item("essay", ONE, None)], [], TESTS, YES, set()),
        ([PLAIN.item("essay", ONE, None)], [], TESTS, NO, set()),
    ],
)
def test_no_other_category_can_be_chosen_after_the_transfer(
    first: list[Any], later: list[Any], title: str, answers: Any, rules: set[str]
) -> None:
    choice = Act("choose_category", choose("essay", ONE, title).fields, label="choice")
    scenario = made(*READY, Export(), Settle(), Quiet(), choice)
    assert found(scenario, first, later, answers=answers) == rules


def choice_of(item: str, section: str, title: str) -> Act:
    return Act("choose_category", choose(item, section, title).fields, label="choice")


@pytest.mark.parametrize(
    ("steps", "about", "rules"),
    [
        ((Load(), choice_of("essay", ONE, TESTS)), COURSE, {"SK-CATEGORY"}),
        ((Load(), choice_of("essay", ONE, "Projects")), COURSE, set()),
        ((Load(), choice_of("poster", TWO, HOMEWORK)), COURSE, set()),
        ((Load(), choice_of("essay", ONE, TESTS)), BY_HAND, set()),
        ((Load(), Unplug(), choice_of("essay", ONE, TESTS), Plug()), COURSE, set()),
        ((*READY, Export(), choice_of("essay", ONE, TESTS)), COURSE, set()),
    ],
    ids=["of the section", "of another", "no item", "by hand", "unplugged", "under way"],
)
def test_each_category_of_the_section_can_be_chosen(
    steps: tuple[Step, ...], about: Any, rules: set[str]
) -> None:
    assert found(made(*steps, about=about), answers=NO) == rules
    assert found(made(*steps, about=about), answers=YES) == set()


@pytest.mark.parametrize(("during", "rules"), [(True, set()), (False, {"SK-CATEGORY"})])
def test_a_read_that_failed_excuses_that_a_category_cannot_be_chosen(
    during: bool, rules: set[str]
) -> None:
    evidence = case(made(Load(), Quiet(), choice_of("essay", ONE, TESTS)), [BROKEN_READ])
    load, quiet, choice = evidence.steps
    last = replace(choice, first=0 if during else 1, last=1, answer={"done": False})
    quiet = replace(quiet, last=0) if during else quiet
    evidence = replace(evidence, steps=(load, quiet, last))
    assert {each.rule for each in LEDGER(evidence).breaches} == rules


# The section of a score


@pytest.mark.parametrize(
    ("on", "status", "rules"),
    [
        ("", 201, set()),
        ("essay:alg-2", 422, {"SK-SECTIONS"}),
        ("essay:alg-2", 201, {"SK-SECTIONS"}),
    ],
)
def test_a_score_is_for_the_line_item_of_the_section(on: str, status: int, rules: set[str]) -> None:
    score = PLAIN.score("essay", ASA, 44, status, on=on)
    assert plain(ESSAY, PLAIN.item("essay", TWO), score) == rules


@pytest.mark.parametrize("status", [201, 422])
def test_a_score_is_for_a_student_of_the_course(status: int) -> None:
    stranger = PLAIN.score("essay", 999_999, 44, status, on="essay:alg-1")
    assert plain(ESSAY, stranger) == {"SK-VALUE"}
