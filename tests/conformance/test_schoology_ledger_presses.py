"""What a press asks for, and what may be sent when: the Schoology ledger on made stories."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.schoology.scenarios.common import ASA, ESSAY, JOSE, LETTERED, QUIZ, on, section
from conformance.schoology.subject import Section
from helpers.suite.made_ledger import (
    KILL,
    RESTART,
    Move,
    broken_rules,
    changed,
    edit,
    later,
    load,
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
    JSON,
    LOST,
    SECOND,
    TWO,
    XML,
    at,
    get,
    put,
    report,
    row,
    told,
)
from mock_sis.exchange import Reply


def rules(section: Section, *moves: Move, **more: Any) -> set[str]:
    return set(broken_rules(story(section, *moves, **more)))


@pytest.mark.parametrize("headers", [JSON, XML])
def test_what_changed_is_sent_at_a_press(headers: Any) -> None:
    form = "xml" if headers is XML else "json"
    both = put(FIRST, SECOND, headers=headers)
    assert rules(TWO, press(both), settle(), format=form) == set()
    one = put(FIRST, headers=headers)
    assert rules(TWO, press(one), settle(), format=form) == {"SC-COMPLETE"}


def test_one_row_a_request_is_as_good() -> None:
    assert rules(TWO, press(put(FIRST)), settle(put(SECOND))) == set()


def test_nothing_is_asked_before_a_press_or_before_the_work_is_done() -> None:
    assert rules(TWO, settle()) == set()
    assert rules(TWO, press(put(FIRST)), look({at(ASA): "exported"})) == set()
    busy = settle(pending=["the rest at 10:00"])
    assert rules(TWO, press(put(FIRST)), busy) == set()
    assert rules(TWO, press(put(FIRST)), busy, later(put(SECOND)), settle()) == set()
    assert rules(TWO, press(put(FIRST)), busy, later(), settle()) == {"SC-COMPLETE"}


def test_a_press_without_an_answer_asks_for_nothing() -> None:
    unanswered = Move(press().step)
    assert rules(TWO, unanswered, settle()) == set()


def test_a_refused_press_loses_what_it_should_have_sent() -> None:
    assert rules(TWO, press(accepted=False), settle()) == {"SC-COMPLETE"}
    done = press(put(FIRST, SECOND)), settle()
    assert rules(TWO, *done, press(accepted=False), settle()) == set()


def test_an_edit_asks_for_the_row_again() -> None:
    done = press(put(FIRST, SECOND)), settle(), edit(ASA, 90)
    assert rules(TWO, *done, press(put(row(QUIZ, ASA, 90))), settle()) == set()
    assert rules(TWO, *done, press(put(FIRST)), settle()) == {"SC-VALUE"}
    assert rules(TWO, *done, press(accepted=False), settle()) == {"SC-COMPLETE"}
    assert rules(TWO, *done, settle()) == set()


def test_an_edit_counts_in_its_own_step_and_only_if_it_was_done() -> None:
    done = press(put(FIRST, SECOND)), settle()
    at_once = edit(ASA, 90)
    sent = Move(at_once.step, {"done": True}, (put(row(QUIZ, ASA, 90)),))
    assert rules(TWO, *done, sent, settle()) == set()
    refused = Move(at_once.step, {"done": False})
    assert rules(TWO, *done, refused, press(put(row(QUIZ, ASA, 90))), settle()) == {"SC-VALUE"}


def test_the_value_of_an_earlier_press_may_be_sent_while_its_work_goes_on() -> None:
    waiting = press(put(SECOND), put(FIRST, outcome=DOWN)), settle(pending=["again at 10:00"])
    assert rules(TWO, *waiting, edit(ASA, 90), later(put(FIRST)), settle()) == set()
    assert rules(TWO, *waiting, edit(ASA, 90), later(put(row(QUIZ, ASA, 90))), settle()) == set()
    given_up = *waiting, later(), settle(), edit(ASA, 90)
    assert rules(TWO, *given_up, press(put(FIRST)), settle()) == {"SC-VALUE"}
    done = *waiting, edit(ASA, 90), later(), settle()
    assert rules(TWO, *done, press(put(FIRST)), settle()) == {"SC-VALUE"}
    assert rules(TWO, *done, press(put(row(QUIZ, ASA, 90))), settle()) == set()


GONE = put(FIRST, SECOND, outcome=report(told(200, FIRST), told(403, SECOND, "not active")))


def test_what_the_sis_refused_may_wait_for_retry_and_retry_sends_it() -> None:
    done = press(GONE), settle()
    assert rules(TWO, *done, press(accepted=False), settle()) == set()
    assert rules(TWO, *done, press(put(SECOND)), settle()) == set()
    assert rules(TWO, *done, retry(put(SECOND)), settle()) == set()
    assert rules(TWO, *done, retry(accepted=False), settle()) == {"SC-COMPLETE"}
    assert rules(TWO, *done, edit(ASA, 1), retry(put(SECOND)), settle()) == set()


def test_a_whole_request_that_was_refused_may_wait_for_retry_too() -> None:
    done = press(put(FIRST, SECOND, outcome=Reply(403))), settle()
    assert rules(TWO, *done, press(accepted=False), settle()) == set()
    assert rules(TWO, *done, retry(put(FIRST, SECOND)), settle()) == set()
    assert rules(TWO, *done, retry(put(FIRST)), settle()) == {"SC-LOST-REPLY"}
    fresh = edit(ASA, 90), press(put(row(QUIZ, ASA, 90))), settle()
    assert rules(TWO, *done, *fresh) == set()
    assert rules(TWO, *done, edit(ASA, 90), press(accepted=False), settle()) == {"SC-LOST-REPLY"}


def test_a_retry_may_leave_out_what_is_in_doubt_and_what_was_edited() -> None:
    lost = press(put(FIRST, SECOND, outcome=LOST)), settle()
    assert rules(TWO, *lost, retry(accepted=False), settle()) == set()
    refused = press(GONE), settle(), edit(JOSE, 80)
    assert rules(TWO, *refused, retry(accepted=False), settle()) == set()
    assert rules(TWO, *refused, press(accepted=False), settle()) == {"SC-COMPLETE"}
    later_on = retry(accepted=False), settle(), press(accepted=False), settle()
    assert rules(TWO, *refused, *later_on) == {"SC-COMPLETE"}


def test_a_press_may_be_refused_while_the_exporter_works() -> None:
    waiting = press(put(FIRST, SECOND, outcome=DOWN)), settle(pending=["again at 10:00"])
    more = press(accepted=False), later(put(FIRST, SECOND)), settle()
    assert rules(TWO, *waiting, edit(ASA, 90), *more) == set()
    fresh = press(put(row(QUIZ, ASA, 90))), settle()
    assert rules(TWO, *waiting, edit(ASA, 90), *more, *fresh) == set()
    assert rules(TWO, *waiting, edit(ASA, 90), *more, press(accepted=False), settle()) == {
        "SC-COMPLETE"
    }


@pytest.mark.parametrize(
    ("outcome", "rule"),
    [(LOST, "SC-LOST-REPLY"), (DOWN, "SC-LOST-REPLY"), (BUSY, "SC-RATE")],
)
def test_what_was_lost_may_wait_for_the_next_press_but_no_longer(outcome: Any, rule: str) -> None:
    both = put(FIRST, SECOND, outcome=outcome)
    assert rules(TWO, press(both), settle()) == set()
    assert rules(TWO, press(both), settle(), press(put(FIRST, SECOND)), settle()) == set()
    assert rules(TWO, press(both), settle(), press(accepted=False, at=2), settle()) == {rule}
    assert rules(TWO, press(both), settle(), press(put(FIRST)), settle()) == {rule}


def test_an_exporter_whose_work_cannot_be_seen_has_finished_when_it_is_silent() -> None:
    silence = Move(settle().step)
    assert rules(TWO, press(put(FIRST)), silence) == {"SC-COMPLETE"}
    lost = press(put(FIRST, SECOND, outcome=LOST)), silence
    assert rules(TWO, *lost) == set()
    assert rules(TWO, *lost, press(put(FIRST, SECOND)), silence) == set()
    assert rules(TWO, *lost, press(put(FIRST)), silence) == {"SC-LOST-REPLY"}


def test_what_is_in_doubt_may_have_been_found_in_the_sis() -> None:
    lost = press(put(FIRST, SECOND, outcome=LOST)), settle()
    there = {at(ASA): 99.0, at(JOSE): 76.5}
    assert rules(TWO, *lost, press(get(), accepted=False), settle(), stored=there) == set()
    there[at(ASA)] = 98.0
    found = rules(TWO, *lost, press(get(), accepted=False), settle(), stored=there)
    assert found == {"SC-LOST-REPLY"}


def test_a_letter_in_doubt_is_found_only_if_the_row_changed() -> None:
    letters = section(on(ESSAY, ASA, "B"), assignments=LETTERED)
    done = press(put(row(ESSAY, ASA, "B"))), settle(), edit(ASA, "C", ESSAY)
    lost = press(put(row(ESSAY, ASA, "C"), outcome=LOST)), settle()
    moves = *done, *lost, press(accepted=False), settle()
    before, after = changed(1, at(ASA, ESSAY), 80.0), changed(2, at(ASA, ESSAY), 60.0)
    assert rules(letters, *moves, changes=[before]) == {"SC-LOST-REPLY"}
    assert rules(letters, *moves, changes=[before, after]) == set()


def test_a_kill_excuses_what_its_press_has_not_sent() -> None:
    moves = press(put(FIRST)), KILL, RESTART, settle()
    assert rules(TWO, *moves) == set()
    assert rules(TWO, *moves, press(put(SECOND)), settle()) == set()
    assert rules(TWO, *moves, press(accepted=False), settle()) == {"SC-COMPLETE"}


def test_an_answer_on_its_way_at_a_kill_is_not_known() -> None:
    there = {at(ASA): 98.0, at(JOSE): 76.5}
    cut = Move(press().step, {"accepted": True}, (put(FIRST, SECOND),), open=1)
    moves = cut, KILL, RESTART, settle(), press(accepted=False), settle()
    assert rules(TWO, *moves, stored=there) == {"SC-LOST-REPLY"}
    heard = Move(press().step, {"accepted": True}, (put(FIRST, SECOND),))
    assert rules(TWO, heard, *moves[1:], stored=there) == set()


@pytest.mark.parametrize(
    ("moves", "rule"),
    [
        ([press(put(FIRST, SECOND, outcome=BUSY), put(FIRST, SECOND, at=2))], set()),
        ([press(put(FIRST, SECOND, outcome=BUSY), put(FIRST, SECOND, at=1.96))], set()),
        ([press(put(FIRST, SECOND, outcome=BUSY), put(FIRST, SECOND, at=1.9))], {"SC-RATE"}),
        ([press(put(FIRST, SECOND, outcome=BUSY)), later(get(at=1))], {"SC-RATE"}),
        ([press(put(FIRST, SECOND, outcome=BUSY)), press(put(FIRST, SECOND))], set()),
        ([press(put(FIRST, SECOND, outcome=BUSY)), retry(put(FIRST, SECOND))], set()),
        ([press(put(FIRST, SECOND, outcome=BUSY)), pull(get())], set()),
        ([press(put(FIRST, SECOND, outcome=Reply(429)), put(FIRST, SECOND))], set()),
        ([pull(get(status=429)), later(get())], set()),
    ],
)
def test_a_busy_sis_is_given_the_time_it_asks_for(moves: list[Move], rule: set[str]) -> None:
    assert rules(TWO, *moves) == rule


def test_an_answer_without_a_readable_wait_asks_for_none() -> None:
    for text in ("\u00b2", "soon", "-1"):
        busy = put(FIRST, SECOND, outcome=Reply(429, (("Retry-After", text),)))
        assert rules(TWO, press(busy, put(FIRST, SECOND))) == set()
        assert tried(story(TWO, press(busy)), "SC-RATE") == 0
    assert tried(story(TWO, press(put(FIRST, outcome=BUSY))), "SC-RATE") == 1


def test_each_429_asks_anew() -> None:
    longer = Reply(429, (("Retry-After", "10"),))
    twice = put(FIRST, SECOND, outcome=BUSY), put(FIRST, SECOND, outcome=longer, at=3)
    assert rules(TWO, press(*twice, put(FIRST, SECOND, at=13))) == set()
    assert rules(TWO, press(*twice, put(FIRST, SECOND, at=5))) == {"SC-RATE"}


def test_what_is_changed_back_before_it_was_sent_need_not_be_sent() -> None:
    done = press(put(FIRST, SECOND)), settle(), edit(ASA, 90), press()
    assert rules(TWO, *done, edit(ASA, 99), settle()) == set()
    assert rules(TWO, *done, settle()) == {"SC-COMPLETE"}


def test_an_edit_ends_what_may_be_sent_if_no_work_goes_on() -> None:
    done, at_once = (press(put(FIRST, SECOND)), settle()), edit(ASA, 90)
    late = Move(at_once.step, {"done": True}, (put(FIRST),))
    assert rules(TWO, *done, late) == {"SC-VALUE"}


def test_a_step_that_was_skipped_did_not_happen() -> None:
    moves = press(put(FIRST)), settle()
    assert rules(TWO, moves[0], Move(KILL.step, skipped="no kill"), moves[1]) == {"SC-COMPLETE"}
    assert rules(TWO, moves[0], KILL, moves[1]) == set()


def test_a_settle_that_missed_the_end_of_the_work_asks_for_nothing() -> None:
    missed = Move(settle().step, missed="the end of the work")
    assert rules(TWO, press(put(FIRST)), missed) == set()
    assert rules(TWO, press(put(FIRST)), missed, settle()) == {"SC-COMPLETE"}


def test_a_section_that_is_loaded_again_keeps_its_edits() -> None:
    again = press(put(FIRST, SECOND)), settle(), edit(ASA, 90), KILL, RESTART, load(TWO)
    assert rules(TWO, *again, press(put(row(QUIZ, ASA, 90))), settle()) == set()
    assert rules(TWO, *again, press(put(FIRST)), settle()) == {"SC-VALUE"}


def test_a_request_during_a_kill_is_not_heard_either() -> None:
    there = {at(ASA): 98.0, at(JOSE): 76.5}
    cut = Move(KILL.step, None, (put(FIRST, SECOND),), open=1)
    moves = press(), cut, RESTART, settle(), press(accepted=False), settle()
    assert rules(TWO, *moves, stored=there) == {"SC-LOST-REPLY"}


def test_a_retry_need_not_send_what_was_never_sent() -> None:
    killed = press(), KILL, RESTART, settle()
    assert rules(TWO, *killed, retry(accepted=False), settle()) == set()
    assert rules(TWO, *killed, press(accepted=False), settle()) == {"SC-COMPLETE"}


def test_a_press_during_work_asks_for_what_no_press_asked_for_before() -> None:
    first = press(put(FIRST, SECOND)), settle(), edit(ASA, 90)
    ninety = row(QUIZ, ASA, 90)
    working = *first, press(put(ninety, outcome=DOWN)), settle(pending=["again at 10:00"])
    edited = *working, edit(JOSE, 80)
    assert rules(TWO, *edited, press(accepted=False), later(put(ninety)), settle()) == set()
    assert rules(TWO, *edited, press(), later(put(ninety)), settle()) == {"SC-COMPLETE"}
    both = put(ninety, row(QUIZ, JOSE, 80))
    assert rules(TWO, *edited, press(), later(both), settle()) == set()
    assert rules(TWO, *working, press(), later(), settle()) == set()
