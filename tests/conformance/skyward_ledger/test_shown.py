"""States that the product shows, held against what it can know."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.evidence import Evidence
from conformance.model.steps import Export, Quiet, Retry, Settle, State, Step
from conformance.skyward.ledger import LEDGER
from conformance.skyward.scenarios import failing, sending
from conformance.skyward.scenarios.common import ASA, JOSE, ONE, READY, edit
from helpers.suite.made_course import (
    EXPORTER,
    Sender,
    case,
    entry,
    found,
    made,
    shows,
)
from helpers.suite.made_sis import Stored, Taught
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
ALL = PLAIN.everything()
ITEM, SCORE = ("essay", ONE), ("essay", str(JOSE))
ENDED = made(*READY, Export(), Settle(), State(label="end"))
REFUSED = "The student has been dropped."
READ = entry("oneroster.gradebook.classes.lineItems.list")
FAILED_READ = entry(READ.operation, outcome=Reply(503))


def with_score(status: int | None, told: str = "") -> list[Entry]:
    """Everything, and this answer to the last score."""
    rest = PLAIN.everything(but=[SCORE])
    return [*rest, PLAIN.score("essay", JOSE, 31.5, status, told)]


def with_item(status: int | None, told: str = "") -> list[Entry]:
    """Everything, and this answer to the first item; its scores stay."""
    return [PLAIN.item("essay", ONE, status, told), *PLAIN.everything(but=[ITEM])]


def odd(reply: Reply) -> list[Entry]:
    sent = with_score(201)
    return [*sent[:-1], Entry(0, sent[-1].operation, sent[-1].call, reply)]


@pytest.mark.parametrize(
    ("sent", "state", "rules"),
    [
        (ALL, "exported", set()),
        (ALL, "failed", {"SK-TRUTH"}),
        (ALL, 2, set()),
        (with_score(503), "failed", set()),
        (with_score(503), "exported", {"SK-TRUTH"}),
        (with_score(None), "failed", set()),
        (with_score(None), "not_exported", set()),
        (with_score(None), "exported", {"SK-TRUTH"}),
        ([*with_score(None), READ], "exported", {"SK-TRUTH"}),
        ([*with_score(None)[:-1], Stored(with_score(None)[-1])], "exported", {"SK-TRUTH"}),
        ([*with_score(None)[:-1], Stored(with_score(None)[-1]), READ], "exported", set()),
        (with_score(429), "exported", {"SK-TRUTH"}),
        (with_score(429), "not_exported", set()),
        (with_score(422, REFUSED), "exported", {"SK-TRUTH"}),
        (with_score(422, REFUSED), "not_exported", {"SK-DROPPED"}),
        (with_score(422, REFUSED), "queued", {"SK-DROPPED"}),
        (with_score(422, REFUSED), "failed", set()),
        (odd(Reply(200, (), b"<html>")), "exported", set()),
        (odd(Reply(200, (), b"<html>")), "failed", set()),
        (odd(Reply(202)), "exported", set()),
        (odd(Reply(200, (), b'{"imsx_codeMajor": "failure"}')), "exported", {"SK-TRUTH"}),
        (odd(Reply(200, (), b'{"imsx_codeMajor": "success"}')), "exported", set()),
        (odd(Reply(302)), "failed", set()),
        ([*ALL, FAILED_READ], "failed", set()),
    ],
)
def test_a_score_is_shown_as_the_exporter_can_know_it(
    sent: list[Any], state: object, rules: set[str]
) -> None:
    answer = shows({}, {SCORE: state}, {SCORE: f"The SIS refused it: {REFUSED}"})
    assert found(ENDED, sent, answers={"end": answer}) == rules


ENTERED = Taught("results.put", lambda book: book.put_score("essay", str(JOSE), 1))


@pytest.mark.parametrize("later", [[], [READ]], ids=["not read", "read"])
@pytest.mark.parametrize(
    ("change", "rules"), [([ENTERED], set()), ([], {"SK-TRUTH"})], ids=["changed", "not changed"]
)
def test_a_score_that_a_teacher_changed_may_be_shown_as_exported(
    later: list[Entry], change: list[Taught], rules: set[str]
) -> None:
    """No answer confirmed the score."""
    scenario = made(*READY, Export(), Settle(), Quiet(), State(label="end"))
    answers = {"end": shows({}, {SCORE: "exported"})}
    assert found(scenario, [*with_score(None), *later], change, answers=answers) == rules


@pytest.mark.parametrize(
    ("sent", "item", "scores", "rules"),
    [
        (ALL, "exported", {}, set()),
        (ALL, "failed", {}, {"SK-TRUTH"}),
        (with_item(422, REFUSED), "failed", {SCORE: "failed"}, set()),
        (with_item(422, REFUSED), "exported", {}, {"SK-TRUTH"}),
        (with_item(422, REFUSED), "not_exported", {}, {"SK-CLOSED"}),
        (with_item(422, REFUSED), "failed", {SCORE: "exported"}, {"SK-TRUTH"}),
        (with_score(422, REFUSED), "failed", {SCORE: "failed"}, set()),
    ],
)
def test_an_item_is_shown_as_the_exporter_can_know_it(
    sent: list[Any], item: object, scores: dict[tuple[str, str], object], rules: set[str]
) -> None:
    """An item may be shown as failed if a score on it failed."""
    texts = {ITEM: REFUSED, SCORE: REFUSED}
    answer = shows({ITEM: item}, scores, texts)
    assert found(ENDED, sent, answers={"end": answer}) == rules


@pytest.mark.parametrize(
    ("text", "features", "rules"),
    [
        (REFUSED, ("row.messages",), set()),
        (f"Refused: {REFUSED} Ask the office.", ("row.messages",), set()),
        ("It failed.", ("row.messages",), {"SK-DROPPED"}),
        ("", ("row.messages",), {"SK-DROPPED"}),
        ("", (), set()),
    ],
)
def test_a_refused_score_is_shown_with_the_reason(
    text: str, features: tuple[str, ...], rules: set[str]
) -> None:
    answer = shows({}, {SCORE: "failed"}, {SCORE: text})
    exporter = replace(EXPORTER, features=features)
    sent = with_score(422, REFUSED)
    assert found(ENDED, sent, answers={"end": answer}, exporter=exporter) == rules


@pytest.mark.parametrize(
    ("status", "rules"), [(201, {"SK-DROPPED"}), (422, set())], ids=["accepted", "refused"]
)
def test_an_item_that_was_refused_later_may_take_the_place_of_the_reason(
    status: int, rules: set[str]
) -> None:
    answer = shows({}, {SCORE: "failed"}, {SCORE: "The item was refused."})
    sent = [*with_score(422, REFUSED), PLAIN.item("essay", ONE, status)]
    assert found(ENDED, sent, answers={"end": answer}) == rules


@pytest.mark.parametrize(
    ("again", "text", "rules"),
    [
        ([], "The section has no such category.", set()),
        ([], "", {"SK-CLOSED"}),
        ([PLAIN.item(*ITEM, 422, REFUSED)], "The section has no such category.", {"SK-CLOSED"}),
        ([PLAIN.item(*ITEM, 422, REFUSED)], REFUSED, set()),
    ],
)
def test_a_refused_row_that_is_not_sent_again_may_have_another_reason(
    again: list[Entry], text: str, rules: set[str]
) -> None:
    steps = (*READY, Export(), Settle(), Export(fields={"items": ["essay"]}), Settle())
    answers = {"end": shows({ITEM: "failed"}, {}, {ITEM: text})}
    scenario = made(*steps, State(label="end"))
    assert found(scenario, with_item(422, REFUSED), again, answers=answers) == rules


GONE = Taught("enrollments.put", lambda book: book.withdraw(JOSE))
DROPPED = made(*READY, Quiet(), Export(), Settle(), State(label="end"))


@pytest.mark.parametrize(
    ("scenario", "before", "rule", "row"),
    [(DROPPED, [GONE], "SK-DROPPED", SCORE), (failing.CLOSED, None, "SK-CLOSED", ITEM)],
)
@pytest.mark.parametrize(
    ("state", "text", "broken"),
    [
        ("failed", "It is not possible.", False),
        ("failed", "", True),
        ("not_exported", "It is not possible.", True),
    ],
)
def test_what_the_exporter_kept_back_is_shown_as_failed(
    scenario: Any, before: Any, rule: str, row: Any, state: str, text: str, broken: bool
) -> None:
    sender = Sender(scenario)
    sent = sender.everything(but=[SCORE, ("poster", str(JOSE)), ITEM])
    items, scores = ({}, {row: state}) if row == SCORE else ({row: state}, {})
    answers = {"end": shows(items, scores, {row: text})}
    sendings = [sent] if before is None else [before, sender.everything(but=[SCORE])]
    account = LEDGER(case(scenario, *sendings, answers=answers))
    assert (rule in {each.rule for each in account.breaches}) is broken
    assert account.tried[rule]


def keeps_back(*steps: Step, choose: int | None = None) -> Any:
    """A transfer while a student is dropped, then these steps. `choose` leaves categories out."""
    return made(*READY[:choose], Quiet(), Export(), Settle(), *steps, State(label="end"))


FAILED = PLAIN.score("quiz", ASA, 18, 503)
KEPT: tuple[tuple[Any, list[Any], bool], ...] = (
    (keeps_back(), [], True),
    (keeps_back(choose=1), [], False),
    (keeps_back(edit("essay", JOSE, 30)), [], False),
    (keeps_back(), [FAILED], False),
    (keeps_back(edit("essay", JOSE, 30), Export(), Settle()), [], True),
)


@pytest.mark.parametrize(
    ("scenario", "more", "broken"),
    KEPT,
    ids=["as pressed", "no category", "edited since", "stopped before", "pressed again"],
)
def test_only_what_the_press_would_have_sent_is_kept_back(
    scenario: Any, more: list[Any], broken: bool
) -> None:
    """The student is dropped before the press, and the score is shown as not exported."""
    sent = [] if scenario is KEPT[1][0] else PLAIN.everything(but=[SCORE, ("poster", str(JOSE))])
    answers = {"end": shows({}, {SCORE: "not_exported"})}
    rules = found(scenario, [GONE], [*sent, *more], answers=answers)
    assert ("SK-DROPPED" in rules) is broken


STOPPED = made(
    *READY, Export(), Settle(), edit("essay", ASA, 45), Export(), Settle(), State(label="end")
)
QUIZ = ("quiz", ONE)


@pytest.mark.parametrize(
    ("second", "rules"),
    [
        ([PLAIN.score("essay", ASA, 45, 503)], set()),
        ([PLAIN.score("essay", ASA, 45, None)], set()),
        ([PLAIN.score("essay", ASA, 45, 401)], set()),
        ([PLAIN.score("essay", ASA, 45, 422)], {"SK-TRUTH"}),
        ([PLAIN.score("essay", ASA, 45, 201)], {"SK-TRUTH"}),
        ([PLAIN.item(*QUIZ), PLAIN.score("essay", ASA, 45, 503)], {"SK-TRUTH"}),
    ],
)
def test_what_a_transfer_did_not_come_to_may_be_shown_as_failed(
    second: list[Any], rules: set[str]
) -> None:
    """The item that is shown was accepted at the first transfer."""
    answers = {"end": shows({QUIZ: "failed"})}
    assert found(STOPPED, ALL, second, answers=answers) == rules


NEVER: tuple[Step, ...] = (*READY, State(label="end"))


@pytest.mark.parametrize(("state", "rules"), [("exported", {"SK-TRUTH"}), ("not_exported", set())])
def test_what_was_never_sent_is_not_exported(state: str, rules: set[str]) -> None:
    assert found(made(*NEVER), answers={"end": shows({ITEM: state})}) == rules


@pytest.mark.parametrize("state", ["exported", "failed", "not_exported"])
def test_a_score_that_was_edited_since_may_be_shown_anyhow(state: str) -> None:
    steps = (*READY, Export(), Settle(), edit("essay", JOSE, 1), State(label="end"))
    answer = shows({}, {SCORE: state})
    assert found(made(*steps), ALL, answers={"end": answer}) == set()


@pytest.mark.parametrize(
    ("shown", "rules"),
    [
        (shows({("900", ONE): "exported"}), {"SK-FOREIGN"}),
        (shows({}, {("900", str(ASA)): "not_exported"}), {"SK-FOREIGN"}),
        (shows({ITEM: "exported"}), set()),
    ],
)
def test_what_is_no_item_of_the_course_is_not_shown(shown: Any, rules: set[str]) -> None:
    assert found(ENDED, ALL, answers={"end": shown}) == rules


def in_flight(number: int) -> Evidence:
    """Everything is sent, and one request is not answered when the state is asked."""
    steps = (*READY, Export(wait=False), State(label="end"))
    evidence = case(made(*steps), ALL, answers={"end": shows({ITEM: "exported"})})
    *before, last = evidence.steps
    return replace(evidence, steps=(*before, replace(last, open=(number,))))


@pytest.mark.parametrize(("number", "rules"), [(1, {"SK-TRUTH"}), (2, set())])
def test_what_is_in_flight_is_not_exported(number: int, rules: set[str]) -> None:
    assert {each.rule for each in LEDGER(in_flight(number)).breaches} == rules


CLEARED: tuple[Step, ...] = (*READY, Export(), Settle(), edit("essay", JOSE, None), Quiet())
PRESSED: tuple[Step, ...] = (Export(label="again"), Settle())


@pytest.mark.parametrize(
    ("steps", "change", "again", "state", "rules"),
    [
        ((*CLEARED, *PRESSED), [], [], "exported", {"SK-TRUTH"}),
        ((*CLEARED, *PRESSED), [], [], "not_exported", set()),
        (CLEARED, [], None, "exported", set()),
        ((*CLEARED, *PRESSED), [], [PLAIN.score("essay", JOSE, None)], "exported", set()),
        ((*CLEARED, *PRESSED), [ENTERED], [], "exported", set()),
        ((*CLEARED, *PRESSED), [], [FAILED_READ], "exported", set()),
        ((*CLEARED, Retry(), Settle()), [], [], "exported", set()),
        ((*CLEARED, Export(fields={"items": ["quiz"]}), Settle()), [], [], "exported", set()),
        ((*CLEARED, *PRESSED[:1]), [], [], "exported", set()),
        ((*CLEARED, *PRESSED, edit("essay", JOSE, 31.5)), [], [], "exported", set()),
    ],
    ids=[
        *("left", "said so", "not pressed", "removed", "the SIS's", "not read", "a retry"),
        *("not ticked", "under way", "entered again"),
    ],
)
def test_a_removed_score_that_the_sis_still_has_is_not_exported(
    steps: Any, change: list[Any], again: list[Any] | None, state: str, rules: set[str]
) -> None:
    answers = {"end": shows({}, {SCORE: state})}
    sendings = [ALL, change, *([] if again is None else [again])]
    assert found(made(*steps, State(label="end")), *sendings, answers=answers) == rules
