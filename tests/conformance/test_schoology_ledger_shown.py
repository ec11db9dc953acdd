"""What a product shows, against what it can know and what the SIS holds, on made stories."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from conformance.model.evidence import Evidence
from conformance.model.steps import State
from conformance.schoology.scenarios.common import (
    ASA,
    ESSAY,
    JOSE,
    LEILA,
    LETTERED,
    QUIZ,
    on,
    section,
)
from conformance.schoology.subject import FinalComment
from helpers.suite.judged import BY_ID
from helpers.suite.made_ledger import (
    KILL,
    RESTART,
    Move,
    broken_rules,
    changed,
    edit,
    later,
    look,
    press,
    pull,
    retry,
    settle,
    story,
    tried,
)
from helpers.suite.made_section import (
    BUSY,
    DOWN,
    FIRST,
    GONE,
    LOST,
    SECOND,
    TWO,
    at,
    get,
    put,
    report,
    row,
    told,
)
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Delivered, Entry

BOTH = {at(ASA): 99.0, at(JOSE): 76.5}


def rules(*moves: Move, **more: Any) -> dict[str, str]:
    return broken_rules(story(TWO, *moves, **more))


def showing(first: object, second: object, text: str | None = None) -> Move:
    return look({at(ASA): first, at(JOSE): second}, {at(JOSE): text} if text else None)


@pytest.mark.parametrize(
    ("second", "text", "words"),
    [
        ("failed", "the SIS: not active.", ""),
        (3, "not active", ""),
        ("exported", "not active", "as exported; the SIS answered 403 for it (#1)"),
        ("not_exported", "not active", "as not_exported; the SIS answered 403"),
        ("queued", "not active", "as queued; the SIS answered 403"),
        ("failed", "it failed", "message 'it failed'; the SIS said 'not active' (#1)"),
        ("failed", None, "message ''; the SIS said 'not active'"),
    ],
)
def test_a_refused_row_is_shown_as_failed_with_the_text_of_the_sis(
    second: object, text: str | None, words: str
) -> None:
    moves = press(put(FIRST, SECOND, outcome=GONE)), settle(), showing("exported", second, text)
    found = rules(*moves)
    assert set(found) == ({"SC-ROWS"} if words else set())
    assert words in found.get("SC-ROWS", "")
    assert tried(story(TWO, *moves), "SC-ROWS") >= 1


@pytest.mark.parametrize("first", ["failed", "not_exported", "queued", "unheard of"])
def test_a_confirmed_row_is_shown_as_exported(first: str) -> None:
    moves = press(put(FIRST, SECOND)), settle()
    assert set(rules(*moves, showing(first, "exported"))) == {"SC-ROWS"}
    assert rules(*moves, showing("exported", "exported")) == {}


def test_a_row_that_is_not_shown_is_absent() -> None:
    moves = press(put(FIRST, SECOND, outcome=GONE)), settle(), look({at(ASA): "exported"})
    assert "as absent; the SIS answered 403" in rules(*moves)["SC-ROWS"]


def test_texts_are_asked_for_only_if_rows_have_them() -> None:
    moves = press(put(FIRST, SECOND, outcome=GONE)), settle(), showing("exported", "failed")
    found = story(TWO, *moves)
    exporter = msgspec.structs.replace(found.exporter, features=())
    mute = msgspec.structs.replace(found, exporter=exporter)
    assert (set(broken_rules(found)), broken_rules(mute)) == ({"SC-ROWS"}, {})


def test_work_in_hand_may_be_shown_as_queued() -> None:
    moves = press(put(FIRST, SECOND)), settle(pending=["more at 10:00"])
    assert rules(*moves, showing("queued", "exported")) == {}
    assert set(rules(*moves, showing("failed", "exported"))) == {"SC-ROWS"}


def test_work_in_hand_needs_no_text_of_an_earlier_refusal() -> None:
    moves = press(put(FIRST, SECOND, outcome=GONE)), settle(), press()
    busy = settle(pending=["1 row at 10:00"])
    assert rules(*moves, busy, showing("exported", "queued")) == {}
    assert set(rules(*moves, busy, showing("exported", "failed"))) == {"SC-ROWS"}
    assert set(rules(*moves, settle(), showing("exported", "queued"))) == {"SC-ROWS"}


def in_flight(number: int, *moves: Move) -> set[str]:
    """The rules that are broken if this request is open when the product is looked at."""
    found = story(TWO, *moves)
    steps = tuple(
        msgspec.structs.replace(each, open=(number,)) if isinstance(each.step, State) else each
        for each in found.steps
    )
    return set(broken_rules(msgspec.structs.replace(found, steps=steps)))


def test_an_answer_on_its_way_is_not_known_yet() -> None:
    pressed = press(put(FIRST, SECOND))
    assert set(rules(pressed, settle(), showing("queued", "queued"))) == {"SC-ROWS"}
    for moves, rule in (((pressed,), "SC-ROWS"), ((pressed, settle()), "SC-LOST-REPLY")):
        assert in_flight(1, *moves, showing("queued", "not_exported")) == set()
        assert in_flight(1, *moves, showing("queued", "exported")) == {rule}
        assert in_flight(2, *moves, showing("exported", "exported")) == set()


@pytest.mark.parametrize("outcome", [LOST, BUSY, DOWN])
def test_what_is_in_doubt_is_not_queued_once_the_work_is_done(outcome: Any) -> None:
    tries = press(put(FIRST, SECOND, outcome=outcome))
    seen = showing("queued", "failed")
    rule = "SC-RATE" if outcome is BUSY else "SC-LOST-REPLY"
    assert set(rules(tries, settle(), seen)) == {rule}
    assert rules(tries, settle(pending=["another try at 10:00"]), seen) == {}
    assert rules(tries, settle(), showing("failed", "not_exported")) == {}


def test_what_was_exported_before_may_be_shown_so_while_its_change_is_on_its_way() -> None:
    again = edit(ASA, 70), press(put(row(QUIZ, ASA, 70)))
    moves = press(put(FIRST, SECOND)), settle(), *again
    assert in_flight(2, *moves, showing("exported", "exported")) == set()
    refused = put(FIRST, SECOND, outcome=Reply(503))
    assert in_flight(2, press(refused), settle(), *again, showing("exported", "failed")) == {
        "SC-ROWS"
    }


@pytest.mark.parametrize(
    ("outcome", "rule"),
    [
        (LOST, "SC-LOST-REPLY"),
        (DOWN, "SC-LOST-REPLY"),
        (Reply(403), "SC-LOST-REPLY"),
        (Reply(200, (), b""), "SC-LOST-REPLY"),
        (report(told(200, FIRST)), "SC-LOST-REPLY"),
        (report(told(200, FIRST), told(200, SECOND), told(200, SECOND)), "SC-LOST-REPLY"),
        (report(told(200, FIRST), told(0, SECOND)), "SC-LOST-REPLY"),
        (BUSY, "SC-RATE"),
    ],
)
def test_exported_is_true_of_a_doubtful_row_only_if_the_sis_holds_it(
    outcome: Any, rule: str
) -> None:
    moves = press(put(FIRST, SECOND, outcome=outcome)), settle(), showing("exported", "exported")
    assert rules(*moves, stored=BOTH) == {}
    assert tried(story(TWO, *moves, stored=BOTH), rule) >= 1
    other = BOTH | {at(JOSE): 70.0}
    assert set(rules(*moves, stored=other)) == {rule}


@pytest.mark.parametrize("state", ["failed", "not_exported"])
def test_a_doubtful_row_may_be_shown_as_failed_until_export_is_pressed_again(state: str) -> None:
    lost = press(put(FIRST, SECOND, outcome=LOST)), settle(), showing(state, state)
    assert rules(*lost, stored=BOTH) == {}
    more = press(get(), accepted=False), settle(), showing(state, "exported")
    assert set(rules(*lost, *more, stored=BOTH)) == {"SC-LOST-REPLY"}
    more = press(get(), accepted=False), settle(pending=["soon"]), showing(state, "exported")
    assert rules(*lost, *more, stored=BOTH) == {}


def test_a_row_whose_request_was_refused_may_stay_failed() -> None:
    moves = press(put(FIRST, SECOND, outcome=Reply(403))), settle()
    more = press(accepted=False), settle(), showing("failed", "failed")
    assert rules(*moves, *more, stored=BOTH) == {}


def test_a_row_that_was_never_sent_is_not_exported() -> None:
    moves = press(put(FIRST)), settle(pending=["later"]), showing("exported", "exported")
    assert set(rules(*moves)) == {"SC-COMPLETE"}
    assert rules(*moves[:2], showing("exported", "not_exported")) == {}


def test_an_edited_row_may_be_shown_in_any_way_until_it_is_exported() -> None:
    done = press(put(FIRST, SECOND)), settle(), edit(ASA, 90)
    for state in ("exported", "not_exported", "failed"):
        assert rules(*done, showing(state, "exported")) == {}
    lost = press(put(row(QUIZ, ASA, 90), outcome=LOST)), settle(), showing("exported", "exported")
    assert set(rules(*done, *lost, stored=BOTH)) == {"SC-LOST-REPLY"}


def test_what_is_retried_is_shown_by_its_last_answer() -> None:
    refused = press(put(FIRST, SECOND, outcome=GONE)), settle()
    taken = retry(put(SECOND)), settle()
    assert rules(*refused, *taken, showing("exported", "exported")) == {}
    assert set(rules(*refused, *taken, showing("exported", "failed"))) == {"SC-ROWS"}


@pytest.mark.parametrize("state", ["exported", "not_exported", "failed"])
def test_an_ungraded_row_may_be_shown_in_any_way(state: str) -> None:
    some = section(on(QUIZ, ASA, 99), on(QUIZ, LEILA, None))
    shown = look({at(ASA): "exported", at(LEILA): state, at(7): "exported"})
    assert broken_rules(story(some, press(put(FIRST)), settle(), shown)) == {}


@pytest.mark.parametrize("state", ["exported", "not_exported"])
def test_a_cleared_row_may_be_shown_in_any_way(state: str) -> None:
    cleared = edit(ASA, None), press(put(row(QUIZ, ASA, None))), settle()
    assert rules(press(put(FIRST, SECOND)), settle(), *cleared, showing(state, "exported")) == {}


def test_a_row_that_was_confirmed_in_part_need_not_be_shown_as_exported() -> None:
    some = section(on(QUIZ, ASA, 99, comment="x"))
    part = press(put(FIRST)), settle(pending=["the comments at 10:00"])
    for state in ("exported", "not_exported"):
        assert broken_rules(story(some, *part, look({at(ASA): state}))) == {}


COMMENT = {"enrollment_id": ASA, "period_id": "final", "comment": "Good"}


@pytest.mark.parametrize(("code", "good"), [(200, "exported"), (403, "failed")])
def test_a_final_comment_is_shown_by_its_own_code(code: int, good: str) -> None:
    some = section(final_comments=(FinalComment(ASA, "final", "Good"),))
    answer = report(comments=[told(code, COMMENT, "not active")])
    moves = press(put(comments=[COMMENT], outcome=answer)), settle()
    for state in ("exported", "failed"):
        shown = {"enrollment_id": ASA, "period": "final", "state": state, "message": "not active"}
        found = broken_rules(story(some, *moves, look(final_comments=[shown])))
        assert set(found) == (set() if state == good else {"SC-ROWS"})


# Answers that do not reach the exporter


def delivered(entry: Entry, how: Any, *faults: str) -> Entry:
    return msgspec.structs.replace(entry, delivered=Delivered(0.0, 1, how), faults=faults)


@pytest.mark.parametrize(
    ("how", "faults", "known"),
    [
        ("complete", (), True),
        ("complete", ("rows_fail",), True),
        ("complete", ("schoology_row_codes",), True),
        ("complete", ("drip",), False),
        ("complete", ("delay",), False),
        ("complete", ("wrong_content_type",), False),
        ("cut", (), False),
        ("client_gone", (), False),
    ],
)
def test_an_answer_is_known_if_it_arrived_whole_and_in_time(
    how: str, faults: tuple[str, ...], known: bool
) -> None:
    sent = delivered(put(FIRST, SECOND), how, *faults)
    moves = press(sent), settle(), showing("failed", "exported")
    assert set(rules(*moves, stored=BOTH)) == ({"SC-ROWS"} if known else set())


def test_what_a_killed_exporter_did_not_hear_it_does_not_know() -> None:
    cut = Move(press().step, {"accepted": True}, (put(FIRST, SECOND),), open=1)
    after = KILL, RESTART, settle(), showing("failed", "exported")
    assert rules(cut, *after, stored=BOTH) == {}
    assert set(rules(press(put(FIRST, SECOND)), *after, stored=BOTH)) == {"SC-ROWS"}


def where(found: Evidence, rule: str) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    return [(each.entries, each.steps) for each in BY_ID[rule].check(found)]


def test_a_violation_names_the_requests_and_the_steps_that_show_it() -> None:
    shown = story(TWO, press(put(FIRST, SECOND)), settle(), showing("failed", "exported"))
    assert where(shown, "SC-ROWS") == [((1,), ("end",))]
    lost = story(TWO, press(put(FIRST), label="press"), settle())
    assert where(lost, "SC-COMPLETE") == [((), ("press",))]
    early = [put(FIRST, SECOND, outcome=Reply(429, (("Retry-After", "2"),))), put(FIRST, SECOND)]
    assert where(story(TWO, press(*early)), "SC-RATE") == [((1, 2), ())]
    wrong = put(row(QUIZ, ASA, 98), row(QUIZ, JOSE, 70))
    assert where(story(TWO, press(wrong)), "SC-VALUE") == [((1,), ())]
    pulled = story(TWO, pull(get()), later(), look(pulled=[]), stored=BOTH)
    assert where(pulled, "SC-PAGES") == [((), ("end",))]


def test_a_product_may_show_what_it_read_after_a_refusal() -> None:
    refused = press(put(FIRST, SECOND, outcome=GONE)), settle()
    shows = showing("exported", "exported")
    read = pull(get())
    assert set(rules(*refused, shows, stored=BOTH)) == {"SC-ROWS"}
    assert rules(*refused, read, shows, stored=BOTH) == {}
    assert set(rules(*refused, read, shows, stored={at(ASA): 99.0})) == {"SC-ROWS"}


def test_a_reading_before_the_refusal_does_not_excuse_it() -> None:
    refused = pull(get()), press(put(FIRST, SECOND, outcome=GONE)), settle()
    assert set(rules(*refused, showing("exported", "exported"), stored=BOTH)) == {"SC-ROWS"}


@pytest.mark.parametrize("state", ["not_exported", "queued"])
def test_a_reading_after_the_refusal_excuses_only_exported(state: str) -> None:
    refused = press(put(FIRST, SECOND, outcome=GONE)), settle(), pull(get())
    assert set(rules(*refused, showing("exported", state), stored=BOTH)) == {"SC-ROWS"}


def test_a_row_that_no_press_asked_for_may_be_shown_in_any_way() -> None:
    for state in ("exported", "failed"):
        assert rules(showing(state, state)) == {}


def test_after_a_kill_work_may_be_shown_as_queued_until_it_is_done() -> None:
    killed = press(put(FIRST, SECOND)), settle(), KILL, RESTART
    assert rules(*killed, showing("queued", "exported")) == {}
    assert set(rules(*killed, settle(), showing("queued", "exported"))) == {"SC-ROWS"}


def test_a_new_doubt_may_wait_for_a_new_press() -> None:
    lost = press(put(FIRST, SECOND, outcome=LOST)), settle()
    shown = showing("failed", "not_exported")
    assert rules(*lost, *lost, shown, stored=BOTH) == {}
    found = press(get(), accepted=False), settle()
    assert set(rules(*lost, *lost, *found, shown, stored=BOTH)) == {"SC-LOST-REPLY"}


def test_a_row_that_was_never_sent_may_be_shown_so_even_if_the_sis_holds_it() -> None:
    found = press(get(), accepted=False), settle()
    assert rules(*found, showing("not_exported", "failed"), stored=BOTH) == {}


def lettered_row(letter: str, **more: Any) -> Entry:
    return put(row(ESSAY, ASA, letter), **more)


LETTERED_ESSAY = section(on(ESSAY, ASA, "B"), assignments=LETTERED)
STORED = changed(1, at(ASA, ESSAY), 80.0)
SHOWN = look({at(ASA, ESSAY): "exported"})


def test_a_letter_that_was_stored_before_needs_no_change() -> None:
    done = press(lettered_row("B")), settle(), edit(ASA, "B", ESSAY)
    moves = *done, press(lettered_row("B", outcome=LOST)), settle(), SHOWN
    assert broken_rules(story(LETTERED_ESSAY, *moves, changes=[STORED])) == {}


def test_a_later_change_does_not_excuse_a_letter_that_was_shown_too_early() -> None:
    done = press(lettered_row("B")), settle(), edit(ASA, "C", ESSAY)
    moves = *done, press(lettered_row("C", outcome=LOST)), settle(), SHOWN
    after = *moves, press(lettered_row("C")), settle()
    for number, rule in ((2, set()), (3, {"SC-LOST-REPLY"})):
        changes = [STORED, changed(number, at(ASA, ESSAY), 60.0)]
        assert set(broken_rules(story(LETTERED_ESSAY, *after, changes=changes))) == rule
