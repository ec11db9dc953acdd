"""Each row of a request, on both sides of what is due and what is licensed."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.steps import (
    Export,
    Quiet,
    Retry,
    Settle,
    Step,
)
from conformance.skyward.ledger import LEDGER
from conformance.skyward.scenarios import data, failing, sending, stories
from conformance.skyward.scenarios.common import (
    ASA,
    BO,
    JOSE,
    LEILA,
    ONE,
    READY,
    TWO,
    course,
    edit,
)
from helpers.suite.made_course import (
    Sender,
    case,
    found,
    made,
    put,
)
from helpers.suite.made_sis import Stored
from mock_sis.exchange import Hangup, Reply
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
ALL = PLAIN.everything()
ESSAY = PLAIN.item("essay", ONE)
ASA_ON_ESSAY = PLAIN.score("essay", ASA, 44)


def plain(*sent: Entry) -> set[str]:
    """The rules that one transfer of these breaks, in their order; what is missing is excused."""
    return {each.rule for each in LEDGER(case(sending.PLAIN, [BROKEN_READ, *sent])).breaches}


BROKEN_READ = Entry(
    0, "oneroster.gradebook.lineItems.list", ALL[0].call.__class__("GET", "/x"), Reply(503)
)
"""After a read that failed, a transfer may stop anywhere."""


# What may be sent at all


@pytest.mark.parametrize(
    ("scenario", "item", "rule"),
    [
        (sending.BY_HAND, "essay", "SK-COURSE"),
        (sending.NO_PASS_BACK, "essay", "SK-COURSE"),
        (sending.MIXED, "untagged", "SK-TERM"),
        (sending.MIXED, "lettered", "SK-SCALE"),
        (sending.MIXED, "other", "SK-KIND"),
        (sending.PLAIN, "essay", ""),
    ],
)
@pytest.mark.parametrize("status", [201, 422, None])
def test_what_must_not_be_sent_is_not_even_tried(
    scenario: Any, item: str, rule: str, status: int | None
) -> None:
    sent = Sender(scenario).item(item, ONE, status)
    assert found(scenario, [BROKEN_READ, sent]) == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("section", "item", "rules"),
    [
        (ONE, "essay", set()),
        (TWO, "essay", {"SK-SECTIONS"}),
        (TWO, "poster", {"SK-SECTIONS"}),
    ],
)
def test_an_item_goes_to_the_selected_sections_that_have_it(
    section: str, item: str, rules: set[str]
) -> None:
    sent = Sender(sending.ONE_SECTION).item(item, section)
    assert found(sending.ONE_SECTION, [BROKEN_READ, sent]) == rules


BY_HAND = course(integration=False)
TICKED = made(*READY, Export(fields={"items": ["essay"]}), Settle())


@pytest.mark.parametrize(("item", "rules"), [("essay", set()), ("quiz", {"SK-ON-TRANSFER"})])
def test_an_item_that_is_not_selected_stays(item: str, rules: set[str]) -> None:
    assert found(TICKED, [BROKEN_READ, Sender(TICKED).item(item, ONE)]) == rules


# When

RENAMED = put("categories", "cat-alg-1-1", {}, Reply(404))


@pytest.mark.parametrize(
    ("sendings", "rules"),
    [
        ([[], ALL, [], []], set()),
        ([[ESSAY], ALL, [], []], {"SK-ON-TRANSFER"}),
        ([[], ALL, [ASA_ON_ESSAY], []], {"SK-ON-TRANSFER"}),
        ([[], ALL, [RENAMED], []], {"SK-NO-TOTALS", "SK-ON-TRANSFER"}),
    ],
)
def test_nothing_is_sent_without_transfer(sendings: Any, rules: set[str]) -> None:
    scenario = made(*READY, Quiet(), Export(), Settle(), Quiet(), edit("essay", ASA, 1), Export())
    assert found(scenario, *sendings) == rules


RETRY: tuple[Step, ...] = (*READY, Export(), Settle(), edit("quiz", BO, 19), Retry(), Settle())
LOST = [PLAIN.score("essay", JOSE, 31.5, 503) if each is ALL[6] else each for each in ALL]


@pytest.mark.parametrize(
    ("again", "rules"),
    [
        (PLAIN.score("essay", JOSE, 31.5), set()),
        (PLAIN.score("quiz", LEILA, 12), set()),
        (PLAIN.score("quiz", BO, 19), {"SK-ON-TRANSFER"}),
    ],
)
def test_a_retry_sends_what_failed_and_not_what_is_new(again: Entry, rules: set[str]) -> None:
    assert LOST != ALL
    is_it = again.call.body == LOST[6].call.body
    sent = [again, ALL[0], ALL[5]] if is_it else [LOST[6], again]
    assert found(made(*RETRY), LOST, sent) == rules


# Names


@pytest.mark.parametrize(
    ("first", "again", "rules"),
    [
        (PLAIN.item("essay", ONE), PLAIN.item("essay", ONE), set()),
        (PLAIN.item("essay", ONE), PLAIN.item("essay", ONE, name="b"), {"SK-NO-DUPLICATE"}),
        (PLAIN.item("essay", ONE, 422), PLAIN.item("essay", ONE, name="b"), set()),
        (PLAIN.item("essay", ONE, None), PLAIN.item("essay", ONE, name="b"), set()),
        (
            Stored(PLAIN.item("essay", ONE, None)),
            PLAIN.item("essay", ONE, name="b"),
            {"SK-NO-DUPLICATE"},
        ),
    ],
)
def test_an_item_has_one_sourced_id(first: Any, again: Entry, rules: set[str]) -> None:
    assert found(sending.PLAIN, [BROKEN_READ, first, again]) == rules


POSTED = PLAIN.posted(("essay", ONE))
LOST_POST = replace(POSTED, outcome=Hangup("reset"))


@pytest.mark.parametrize(
    ("lost", "rules"), [(Stored(LOST_POST), {"SK-NO-DUPLICATE"}), (LOST_POST, set())]
)
def test_an_item_without_a_name_is_not_created_twice(lost: Any, rules: set[str]) -> None:
    assert found(sending.PLAIN, [BROKEN_READ, lost, POSTED]) == rules


@pytest.mark.parametrize(("name", "rules"), [("", set()), ("b", {"SK-NO-DUPLICATE"})])
def test_a_score_has_one_sourced_id(name: str, rules: set[str]) -> None:
    again = PLAIN.score("essay", ASA, 45, name=name)
    assert found(failing.TWICE, ALL, [again]) == rules


# The posting lag

LAG = failing.LAGGING


@pytest.mark.parametrize(
    ("again", "rules"),
    [
        (PLAIN.score("essay", ASA, 45), set()),
        (PLAIN.score("essay", JOSE, 31.5), {"SK-LAG"}),
        (PLAIN.item("essay", ONE), {"SK-LAG"}),
    ],
)
@pytest.mark.parametrize("shown", [False, True])
def test_what_is_not_shown_yet_is_not_sent_again(
    again: Entry, rules: set[str], shown: bool
) -> None:
    evidence = case(LAG, ALL, [again], [], unposted=not shown)
    broken = {each.rule for each in LEDGER(evidence).breaches} - {"SK-ON-TRANSFER"}
    assert broken == (set() if shown else rules)


# Values


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({}, set()),
        ({"title": "Essay on Emmy Nöther"}, {"SK-VALUE"}),
        ({"title": "Essay on Emmy Noether "}, {"SK-VALUE"}),
        ({"title": "Essay on Emmy"}, {"SK-VALUE"}),
        ({"resultValueMax": 50.0}, set()),
        ({"resultValueMax": 100}, {"SK-VALUE"}),
        ({"resultValueMax": "50"}, {"SK-VALUE"}),
        ({"resultValueMax": True}, {"SK-VALUE"}),
        ({"dueDate": "2026-06-12"}, set()),
        ({"dueDate": "2026-06-12T12:00:00+02:00"}, set()),
        ({"dueDate": "2026-06-13T01:59:59+02:00"}, set()),
        ({"dueDate": "2026-06-11T19:00:00-05:00"}, set()),
        ({"dueDate": "2026-06-12T23:59:59-05:00"}, {"SK-VALUE"}),
        ({"dueDate": "2026-06-12T00:00:00+02:00"}, {"SK-VALUE"}),
        ({"dueDate": "soon"}, {"SK-VALUE"}),
        ({"dueDate": "2026-06-13T00:00:00Z"}, {"SK-VALUE"}),
        ({"title": "Something else"}, {"SK-NO-TOTALS"}),
        ({"weight": 1}, {"SK-NO-TOTALS"}),
        ({"metadata": {"itemWeight": 1}}, {"SK-NO-TOTALS"}),
    ],
)
def test_an_item_is_sent_as_entered(changed: dict[str, Any], rules: set[str]) -> None:
    assert plain(PLAIN.item("essay", ONE, **changed)) == rules


@pytest.mark.parametrize(
    ("due", "rules"),
    [
        ("2026-08-31T23:59:59Z", set()),
        ("2026-08-30", {"SK-DUE-DEFAULT"}),
        (None, {"SK-DUE-DEFAULT"}),
    ],
)
def test_an_item_without_a_deadline_is_due_on_the_last_day(due: Any, rules: set[str]) -> None:
    assert plain(PLAIN.item("quiz", ONE, dueDate=due)) == rules


@pytest.mark.parametrize(
    ("score", "more", "rules"),
    [
        (44, {}, set()),
        (44.0, {}, set()),
        (44.5, {}, {"SK-VALUE"}),
        ("44", {}, {"SK-VALUE"}),
        (None, {}, {"SK-VALUE"}),
        (44, {"textScore": "A"}, {"SK-VALUE"}),
        (44, {"scoreStatus": "exempt"}, {"SK-VALUE"}),
        (44, {"comment": "well done"}, set()),
    ],
)
def test_a_score_is_sent_as_entered(score: Any, more: dict[str, Any], rules: set[str]) -> None:
    assert plain(ESSAY, PLAIN.score("essay", ASA, score, **more)) == rules


@pytest.mark.parametrize(("score", "rules"), [(45, set()), (44, {"SK-VALUE"})])
def test_a_score_is_sent_as_it_is_now(score: float, rules: set[str]) -> None:
    assert found(failing.TWICE, ALL, [PLAIN.score("essay", ASA, score)]) == rules


MEANWHILE = made(*READY, Export(wait=False), edit("essay", ASA, 45), Quiet(), Settle())


@pytest.mark.parametrize(("score", "rules"), [(44, set()), (45, set()), (46, {"SK-VALUE"})])
def test_a_score_that_is_edited_during_a_transfer_may_be_either(
    score: float, rules: set[str]
) -> None:
    sent = [BROKEN_READ, ESSAY, PLAIN.score("essay", ASA, score)]
    assert found(MEANWHILE, [], sent) == rules


ZERO = Sender(sending.ZERO_AND_NONE)


@pytest.mark.parametrize(
    ("who", "score", "more", "rules"),
    [
        (ASA, 0, {}, set()),
        (ASA, None, {}, {"SK-UNGRADED"}),
        (JOSE, None, {}, set()),
        (JOSE, 0, {}, {"SK-UNGRADED"}),
        (JOSE, None, {"textScore": "F"}, {"SK-UNGRADED"}),
        (JOSE, None, {"scoreStatus": "exempt"}, {"SK-UNGRADED"}),
        (JOSE, None, {"missing": "true"}, {"SK-UNGRADED"}),
        (JOSE, None, {"incomplete": "true"}, {"SK-UNGRADED"}),
        (JOSE, None, {"missing": "false", "textScore": ""}, set()),
    ],
)
def test_zero_is_a_score_and_none_is_not(
    who: int, score: Any, more: dict[str, Any], rules: set[str]
) -> None:
    sent = [BROKEN_READ, ZERO.item("essay", ONE), ZERO.score("essay", who, score, **more)]
    assert found(sending.ZERO_AND_NONE, sent) == rules


CLEARED = Sender(stories.CLEARED)
BEFORE = [each for each in CLEARED.everything() if "quiz%3Aalg-2%3A1005" not in each.call.path]


@pytest.mark.parametrize(
    ("score", "more", "rules"),
    [
        (None, {}, set()),
        (None, {"scoreStatus": "not submitted"}, set()),
        (0, {}, {"SK-CLEARED"}),
        (44, {}, {"SK-CLEARED"}),
        (None, {"scoreStatus": "exempt"}, {"SK-CLEARED"}),
    ],
)
def test_a_cleared_score_is_no_score(score: Any, more: dict[str, Any], rules: set[str]) -> None:
    again = [CLEARED.score("essay", ASA, score, **more), CLEARED.score("essay", JOSE, 32)]
    assert found(stories.CLEARED, BEFORE, again) == rules


TWINS = made(*data.AWKWARD.steps[:-6], Export(), Settle(), about=data.AWKWARD_COURSE)


@pytest.mark.parametrize(
    ("item", "points", "rules"),
    [("1", 20, set()), ("01", 10, set()), ("01", 11, {"SK-VALUE"})],
)
def test_two_items_of_one_title_are_told_apart(item: str, points: int, rules: set[str]) -> None:
    place = {"sourcedId": f"cat-{data.LONG}-2"}
    sent = Sender(TWINS).item(item, data.LONG, category=place, resultValueMax=points)
    assert found(TWINS, [BROKEN_READ, sent]) == rules
