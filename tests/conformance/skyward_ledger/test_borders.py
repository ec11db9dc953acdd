"""Borders of single conditions: what is tried, which rows are told, and in which words."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.account import Account
from conformance.model.steps import Export, Load, Quiet, Retry, Settle, State, Step
from conformance.skyward.ledger import LEDGER
from conformance.skyward.scenarios import failing, sending
from conformance.skyward.scenarios.common import (
    ASA,
    JOSE,
    ONE,
    READY,
    TESTS,
    choose,
    chosen,
    course,
    edit,
)
from conformance.skyward.subject import Item
from helpers.suite.made_course import Sender, case, entry, found, made, shows
from helpers.suite.made_sis import Book, Stored, Taught
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
ALL = PLAIN.everything()
ITEM, QUIZ, SCORE = ("essay", ONE), ("quiz", ONE), ("essay", str(JOSE))
READ = entry("oneroster.gradebook.classes.lineItems.list")
FAILED_READ = entry(READ.operation, outcome=Reply(503))
OF_THE_SUITE = entry("control.gradebook.get")
ENTERED = Taught("results.put", lambda book: book.put_score("essay", str(JOSE), 12))
ENDED = made(*READY, Export(), Settle(), State(label="end"))


def account(scenario: Any, *sendings: Any, **more: Any) -> Account:
    return LEDGER(case(scenario, *sendings, **more))


# What was tried


def story(*steps: Step) -> Any:
    return made(*READY, Export(), Settle(), *steps)


def weighted(book: Book) -> None:
    book.named("essay", ONE)["weight"] = 2


def at_noon(book: Book) -> None:
    book.named("essay", ONE)["at"] = 1.0


WEIGHTED, TOUCHED = Taught("line_items.put", weighted), Taught("line_items.put", at_noon)
PRESSED = (Export(), Settle())
SAME, CLEARED = edit("essay", ASA, 44), edit("essay", JOSE, None)
AGAIN, LATE = story(*PRESSED), story(Quiet(), *PRESSED)
EDITED = PLAIN.score("essay", ASA, 45)
CHANGE = edit("essay", ASA, 45)


@pytest.mark.parametrize(
    ("scenario", "sendings", "rule", "tried"),
    [
        (AGAIN, [[ALL[0]], []], "SK-NO-TOTALS", True),
        (AGAIN, [[ALL[0]], []], "SK-VALUE", True),
        (made(*READY, State()), [], "SK-TRUTH", False),
        (ENDED, [ALL], "SK-TRUTH", True),
        (story(CLEARED, Quiet(), *PRESSED), [ALL, [ENTERED], []], "SK-SIS-WINS", False),
        (LATE, [ALL, [ENTERED], []], "SK-SIS-WINS", True),
        (story(SAME, *PRESSED), [ALL, [PLAIN.score("essay", ASA, 44)]], "SK-ON-TRANSFER", True),
        (story(SAME, *PRESSED), [ALL, []], "SK-ON-TRANSFER", False),
        (story(Quiet()), [ALL, []], "SK-ON-TRANSFER", False),
        (story(CHANGE, Quiet()), [ALL, []], "SK-ON-TRANSFER", True),
        (LATE, [ALL, [WEIGHTED], []], "SK-TEACHER", True),
        (LATE, [ALL, [TOUCHED], []], "SK-TEACHER", False),
        (story(CHANGE, *PRESSED), [ALL, [EDITED]], "SK-CATEGORY-FROZEN", False),
        (
            story(choose("essay", ONE, TESTS), CHANGE, *PRESSED),
            [ALL, [FAILED_READ, EDITED]],
            "SK-CATEGORY-FROZEN",
            True,
        ),
    ],
)
def test_a_rule_is_tried_only_where_its_obligation_arose(
    scenario: Any, sendings: list[Any], rule: str, tried: bool
) -> None:
    shown = shows({ITEM: "not_exported"})
    assert bool(account(scenario, *sendings, state=shown).tried.get(rule)) is tried


# What is owed

TITLES = ((49, True), (50, False))


@pytest.mark.parametrize(("length", "owed"), TITLES)
def test_a_title_of_fifty_signs_need_not_be_sent(length: int, owed: bool) -> None:
    about = course(items=(titled("x" * length),), scores=())
    broken = found(made(Load(), *chosen(about), *PRESSED, about=about), [])
    assert ("SK-COMPLETE" in broken) is owed


def titled(title: str) -> Item:
    return Item("essay", title, due="2026-06-12", max_points=50)


@pytest.mark.parametrize(
    ("status", "press", "rules"),
    [
        (422, Export(), set()),
        (422, Retry(), set()),
        (429, Retry(), {"SK-COMPLETE"}),
    ],
)
def test_an_item_that_failed_is_owed_at_the_retry_too(
    status: int, press: Step, rules: set[str]
) -> None:
    first = [PLAIN.item("essay", ONE, status), *PLAIN.everything(but=[ITEM])]
    assert found(story(press, Settle()), first, []) == rules


def test_a_retry_may_send_what_the_transfer_did_not_come_to() -> None:
    assert found(story(Retry(), Settle()), [FAILED_READ], ALL) == set()


def test_a_press_is_not_refused_because_of_an_unfit_item() -> None:
    scenario = made(*READY, Export(label="press"), Settle(), about=sending.MIXED_COURSE)
    answers = {"press": {"accepted": False}}
    assert found(scenario, answers=answers) == {"SK-COMPLETE"}


# Single rows


def test_of_an_item_that_must_not_be_sent_the_scores_are_not_told() -> None:
    mixed = Sender(sending.MIXED)
    sent = [FAILED_READ, mixed.item("untagged", ONE), mixed.score("untagged", ASA, 4)]
    rows = [each.row for each in account(sending.MIXED, sent).breaches]
    assert rows == ["item 'untagged' in section alg-1"]


def test_an_item_that_is_not_shown_yet_keeps_its_name() -> None:
    again = PLAIN.item("essay", ONE, name="b")
    broken = found(failing.LAGGING, ALL, [again], [], unposted=True)
    assert {"SK-NO-DUPLICATE", "SK-LAG"} <= broken


def test_titles_that_differ_by_an_escape_are_told_apart() -> None:
    items = (
        titled("Area & volume"),
        Item("two", "Area &amp; volume", due="2026-06-13"),
    )
    about = course(items=items, scores=())
    scenario = made(Load(), *chosen(about), *PRESSED, about=about)
    place = {"sourcedId": "cat-alg-1-2"}
    sent = Sender(scenario).item("two", ONE, category=place)
    assert found(scenario, [FAILED_READ, sent]) == set()


def test_breaches_without_a_common_fault_point_to_their_own_requests() -> None:
    totals = [PLAIN.item("essay", ONE, title=title, name=title) for title in ("?1", "!2")]
    breaches = account(sending.PLAIN, [FAILED_READ, *totals]).breaches
    assert [each.entries for each in breaches] == [(2,), (3,)]


def test_a_course_that_was_not_loaded_is_not_judged() -> None:
    evidence = case(made(Load()))
    steps = tuple(replace(each, message=None) for each in evidence.steps)
    assert LEDGER(replace(evidence, steps=steps)).breaches == ()


def test_a_token_that_expired_outside_of_a_transfer_is_no_sending() -> None:
    configured = {"credentials": {"type": "oauth2"}, "timeout": 5}
    sent = [PLAIN.item("essay", ONE, 401)]
    broken = found(made(*READY, Quiet(), State()), sent, configured=configured)
    assert broken == {"SK-ON-TRANSFER"}


# What is shown


@pytest.mark.parametrize(
    ("sent", "row", "state", "rules"),
    [
        ([*ALL, READ], QUIZ, "failed", {"SK-TRUTH"}),
        ([*ALL, FAILED_READ], QUIZ, "failed", set()),
        ([*ALL[:-1], PLAIN.score("poster", JOSE, 9, 503)], QUIZ, "failed", {"SK-TRUTH"}),
        (
            [*ALL, PLAIN.score("essay", ASA, 44, 422), PLAIN.item("essay", ONE, 422)],
            ITEM,
            "not_exported",
            {"SK-CLOSED"},
        ),
    ],
)
def test_an_item_is_shown_as_the_answers_say(
    sent: list[Any], row: tuple[str, str], state: str, rules: set[str]
) -> None:
    broken = found(ENDED, sent, answers={"end": shows({row: state})})
    assert broken - {"SK-COMPLETE"} == rules


@pytest.mark.parametrize(("read", "rules"), [(OF_THE_SUITE, {"SK-TRUTH"}), (READ, set())])
def test_what_the_suite_reads_the_exporter_does_not_know(read: Entry, rules: set[str]) -> None:
    lost = PLAIN.score("essay", JOSE, 31.5, None)
    sent = [*PLAIN.everything(but=[SCORE]), Stored(lost), read]
    assert found(ENDED, sent, answers={"end": shows({}, {SCORE: "exported"})}) == rules


# In words


def removal(collection: str, name: str) -> Entry:
    call = Call("DELETE", f"/ims/oneroster/gradebook/v1p2/{collection}/{name}", received=1.0)
    return Entry(0, f"oneroster.gradebook.{collection}.delete", call, Reply(204))


def remove_foreign(book: Book) -> None:
    book.items.pop("made-901")


class Undone(Taught):
    """An exporter removes a line item that was created in the SIS."""

    @property
    def entry(self) -> Entry:
        return removal("lineItems", "made-901")


@pytest.mark.parametrize(
    ("scenario", "sendings", "words"),
    [
        (LATE, [ALL, [ENTERED], [PLAIN.score("essay", JOSE, 31.5)]], "the score 12 of student"),
        (
            sending.FOREIGN,
            [ALL, [Undone("", remove_foreign)]],
            "the line item 'Made by the teacher' in section alg-1",
        ),
    ],
)
def test_what_was_undone_is_named(scenario: Any, sendings: list[Any], words: str) -> None:
    told = [each.message for each in account(scenario, *sendings).breaches]
    assert any(words in each for each in told), told
