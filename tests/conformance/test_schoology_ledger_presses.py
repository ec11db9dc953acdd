"""What a press asks for, and what may be sent when: the Schoology ledger on made stories."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.schoology.ledger import LEDGER
from conformance.schoology.scenarios.common import ASA, BO, ESSAY, JOSE, POINTS, QUIZ, on, section
from conformance.schoology.subject import FinalComment, Section
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
from helpers.suite.made_section import JSON, XML, at, get, put, report, row, told
from mock_sis.exchange import Hangup, Reply

TWO = section(on(QUIZ, ASA, 99), on(QUIZ, JOSE, 76.5))
FIRST, SECOND = row(QUIZ, ASA, 99), row(QUIZ, JOSE, 76.5)
LOST, BUSY, DOWN = Hangup("reset"), Reply(429, (("Retry-After", "2"),)), Reply(503)


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
    assert rules(TWO, press(both), settle(), press(accepted=False), settle()) == {rule}
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
    letters = section(on(ESSAY, ASA, "B"), assignments=(lettered(),))
    done = press(put(row(ESSAY, ASA, "B"))), settle(), edit(ASA, "C", ESSAY)
    lost = press(put(row(ESSAY, ASA, "C"), outcome=LOST)), settle()
    moves = *done, *lost, press(accepted=False), settle()
    before, after = changed(1, at(ASA, ESSAY), 80.0), changed(2, at(ASA, ESSAY), 60.0)
    assert rules(letters, *moves, changes=[before]) == {"SC-LOST-REPLY"}
    assert rules(letters, *moves, changes=[before, after]) == set()


def lettered() -> Any:
    return type(POINTS[1])(ESSAY, "Essay", 50, ("A", "B", "C"))


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
    ("graded", "edited", "whole", "parts"),
    [
        (on(QUIZ, ASA, None, 1), (70, {"exception": 0}), {"grade": 70}, [{"comment": ""}]),
        (on(QUIZ, ASA, None, 1), (None, {"exception": 0}), {"exception": 0}, [{"comment": ""}]),
        (on(QUIZ, ASA, 70), (None, {}), {"grade": None}, [{"exception": 0}]),
        (on(QUIZ, ASA, 70), (None, {}), {"grade": ""}, [{"comment": ""}]),
        (on(QUIZ, ASA, 70, comment="x"), (70, {"comment": None}), {"comment": ""}, [{"grade": 70}]),
    ],
)
def test_what_is_taken_back_is_taken_from_the_sis(
    graded: Any, edited: Any, whole: Any, parts: Any
) -> None:
    grade, more = edited
    first = row(QUIZ, ASA, graded.grade, exception=graded.exception)
    first |= {"comment": graded.comment} if graded.comment else {}
    done = press(put(first)), settle(), edit(ASA, grade, **more)
    where = {"assignment_id": QUIZ, "enrollment_id": ASA}
    held = [changed(1, at(ASA), graded.grade, graded.exception, graded.comment or "", False)]

    def said(*moves: Move) -> set[str]:
        return rules(section(graded), *done, *moves, settle(), changes=held)

    assert said(press(put({**where, **whole}))) == set()
    assert said(press(accepted=False)) == {"SC-TAKEN-BACK"}
    for part in parts:
        assert said(press(put({**where, **part}))) == {"SC-TAKEN-BACK"}
    kept = story(section(graded), *done, press(put({**where, **whole})), settle())
    assert tried(kept, "SC-TAKEN-BACK") == 2


def test_a_comment_that_was_released_is_hidden_again() -> None:
    graded = section(on(QUIZ, ASA, 70, comment="x", comment_visible=True))
    seen = {"comment": "x", "comment_status": 1}
    done = press(put(row(QUIZ, ASA, 70, **seen))), settle(), edit(ASA, 70, comment_visible=False)
    hidden = put(row(QUIZ, ASA, 70, comment="x", comment_status=0))
    assert rules(graded, *done, press(hidden), settle()) == set()
    kept = put(row(QUIZ, ASA, 70, comment="x"))
    assert rules(graded, *done, press(kept), settle()) == {"SC-COMMENT-HIDDEN"}


def test_a_row_that_was_sent_again_without_a_part_was_not_lost_by_the_sis() -> None:
    graded = section(on(QUIZ, ASA, 70, comment="x"))
    lost = press(put(row(QUIZ, ASA, 70, comment="x"), outcome=LOST)), settle()
    assert rules(graded, *lost, press(put(row(QUIZ, ASA, 70))), settle()) == {"SC-COMPLETE"}


def test_a_row_is_sent_whole() -> None:
    graded = section(on(QUIZ, ASA, 70, comment="x"))
    assert rules(graded, press(put(row(QUIZ, ASA, 70))), settle()) == {"SC-COMPLETE"}
    where = {"assignment_id": QUIZ, "enrollment_id": ASA}
    parts = put({**where, "grade": 70}), put({**where, "comment": "x"})
    assert rules(graded, press(*parts), settle()) == set()


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ([FIRST, row(QUIZ, JOSE, 0)], set()),
        ([FIRST], {"SC-ZERO"}),
        ([], {"SC-COMPLETE"}),
    ],
)
def test_a_zero_that_stays_away_from_the_others_breaks_the_rule_about_zeroes(
    sent: Any, rule: set[str]
) -> None:
    zero = section(on(QUIZ, ASA, 99), on(QUIZ, JOSE, 0))
    assert rules(zero, press(*map(put, sent)), settle()) == rule


def test_ungraded_students_are_sent_nothing_and_keep_what_the_sis_holds() -> None:
    some = section(on(QUIZ, ASA, 99), on(QUIZ, JOSE, None))
    empty = put(FIRST, row(QUIZ, JOSE, None))
    assert rules(some, press(empty), settle()) == set()
    wiped = changed(1, at(JOSE))
    assert rules(some, press(empty), settle(), changes=[wiped]) == {"SC-ZERO"}
    assert rules(some, press(put(FIRST, row(QUIZ, JOSE, 0))), settle()) == {"SC-ZERO"}
    assert rules(some, press(put(FIRST, row(QUIZ, BO, 5))), settle()) == {"SC-ZERO"}
    assert tried(story(some, press(put(FIRST)), settle()), "SC-ZERO") == 1
    assert tried(story(some, press(), settle()), "SC-ZERO") == 0


@pytest.mark.parametrize(
    "stray", [row(QUIZ, 7, 50), row(99, ASA, 50), row(QUIZ, f"enrollment {ASA}", 99)]
)
def test_a_row_that_the_section_does_not_have_is_no_value_of_it(stray: Any) -> None:
    assert rules(TWO, press(put(FIRST, SECOND, stray)), settle()) == {"SC-VALUE"}


FINAL = section(
    final_comments=(FinalComment(ASA, "p13011", "Good"), FinalComment(ASA, "final", ""))
)


@pytest.mark.parametrize(
    ("place", "rule"),
    [
        ({"enrollment_id": ASA, "period_id": "13011"}, set()),
        ({"enrollment_id": str(ASA), "period_id": "p13011"}, set()),
        ({"enrollment_id": ASA, "period_id": "final"}, {"SC-FINAL-COMMENT", "SC-COMPLETE"}),
        ({"enrollment_id": ASA, "period_id": "13012"}, {"SC-FINAL-COMMENT", "SC-COMPLETE"}),
        ({"enrollment_id": JOSE, "period_id": "13011"}, {"SC-FINAL-COMMENT", "SC-COMPLETE"}),
        ({"enrollment_id": ASA}, {"SC-FINAL-COMMENT", "SC-COMPLETE"}),
    ],
)
def test_a_final_comment_goes_to_its_own_period(place: Any, rule: set[str]) -> None:
    sent = put(comments=[{**place, "comment": "Good"}])
    assert rules(FINAL, press(sent), settle()) == rule


@pytest.mark.parametrize(("letter", "owed"), [("B", True), ("E", False)])
def test_a_letter_that_the_scale_lacks_is_not_asked_for(letter: str, owed: bool) -> None:
    letters = section(on(ESSAY, ASA, letter), on(ESSAY, BO, 8), assignments=(lettered(),))
    moves = press(put(row(ESSAY, BO, 8))), settle()
    assert rules(letters, *moves) == ({"SC-COMPLETE"} if owed else set())
    assert bool(tried(story(letters, *moves), "SC-LETTER")) is not owed


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        (put(FIRST, SECOND, headers=XML), set()),
        (put(FIRST, SECOND, headers=JSON), {"SC-XML"}),
        (put(body=b"<body><a>1 < 2</a></body>", headers=XML), {"SC-XML", "SC-COMPLETE"}),
        (put(body="<body>Å</body>".encode("latin-1"), headers=XML), {"SC-XML", "SC-COMPLETE"}),
    ],
)
def test_a_body_is_xml_if_xml_is_configured(sent: Any, rule: set[str]) -> None:
    assert rules(TWO, press(sent), settle(), format="xml") == rule


def test_a_comment_that_xml_cannot_carry_is_no_reason_to_send_nothing() -> None:
    unfit = section(on(QUIZ, ASA, 99, comment="a\x0bb"))
    assert rules(unfit, press(accepted=False), settle(), format="xml") == {"SC-XML"}
    assert rules(unfit, press(accepted=False), settle()) == {"SC-COMPLETE"}


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


def test_a_grade_that_the_sis_cannot_take_is_not_asked_for() -> None:
    for grade in (-1, "1e400"):
        impossible = section(on(QUIZ, ASA, grade), on(QUIZ, JOSE, 76.5))
        assert rules(impossible, press(put(SECOND)), settle()) == set()


def test_a_released_comment_that_is_empty_is_not_asked_for_but_may_be_sent() -> None:
    released = section(on(QUIZ, ASA, 99, comment_visible=True))
    assert rules(released, press(put(FIRST)), settle()) == set()
    shown = put({**FIRST, "comment": "", "comment_status": 1})
    assert rules(released, press(shown), settle()) == set()


def test_what_is_changed_back_before_it_was_sent_need_not_be_sent() -> None:
    done = press(put(FIRST, SECOND)), settle(), edit(ASA, 90), press()
    assert rules(TWO, *done, edit(ASA, 99), settle()) == set()
    assert rules(TWO, *done, settle()) == {"SC-COMPLETE"}


def test_an_edit_ends_what_may_be_sent_if_no_work_goes_on() -> None:
    done, at_once = (press(put(FIRST, SECOND)), settle()), edit(ASA, 90)
    late = Move(at_once.step, {"done": True}, (put(FIRST),))
    assert rules(TWO, *done, late) == {"SC-VALUE"}


def test_a_part_of_a_row_whose_request_was_refused_is_missing() -> None:
    graded = section(on(QUIZ, ASA, 70, comment="x"))
    part = put(row(QUIZ, ASA, 70), outcome=Reply(403))
    assert rules(graded, press(part), settle()) == {"SC-COMPLETE"}
    where = {"assignment_id": QUIZ, "enrollment_id": ASA}
    rest = put({**where, "comment": "x"}, outcome=Reply(403))
    assert rules(graded, press(part, rest), settle()) == set()


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


def test_letters_that_the_scale_lacks_are_tried_only_if_grades_are_sent() -> None:
    letters = section(on(ESSAY, ASA, "E"), assignments=(lettered(),))
    assert tried(story(letters, press(accepted=False), settle()), "SC-LETTER") == 0


def test_zeroes_are_tried_on_rows_of_which_neither_side_has_anything() -> None:
    refused = press(put(FIRST, SECOND, outcome=Reply(403))), settle()
    assert tried(story(TWO, *refused), "SC-ZERO") == 0
    empty = put(row(QUIZ, ASA, None), outcome=Reply(403))
    cleared = press(put(FIRST, SECOND)), settle(), edit(ASA, None), press(empty), settle()
    assert tried(story(TWO, *cleared), "SC-ZERO") == 0


def test_a_comment_that_xml_cannot_carry_is_not_why_a_part_is_missing() -> None:
    unfit = section(on(QUIZ, ASA, 99, comment="a\x0bb"))
    found = rules(unfit, press(put(FIRST, headers=XML)), settle(), format="xml")
    assert found == {"SC-COMPLETE"}


def test_a_final_comment_is_no_grade_beside_which_a_zero_is_lost() -> None:
    zero = section(on(QUIZ, JOSE, 0), final_comments=(FinalComment(ASA, "final", "Good"),))
    sent = put(comments=[{"enrollment_id": ASA, "period_id": "final", "comment": "Good"}])
    assert rules(zero, press(sent), settle()) == {"SC-COMPLETE"}


def test_a_grade_that_the_teacher_cleared_is_cleared_in_the_sis() -> None:
    done = press(put(FIRST, SECOND)), settle(), edit(ASA, None)
    held = changed(1, at(ASA), 99.0), changed(2, at(ASA))
    assert rules(TWO, *done, press(put(row(QUIZ, ASA, None))), settle(), changes=held) == set()


def test_a_letter_is_found_by_the_change_of_any_request_since_it_was_first_sent() -> None:
    letters = section(on(ESSAY, ASA, "B"), assignments=(lettered(),))
    lost = put(row(ESSAY, ASA, "C"), outcome=LOST)
    done = press(put(row(ESSAY, ASA, "B"))), settle(), edit(ASA, "C", ESSAY)
    held = changed(1, at(ASA, ESSAY), 80.0), changed(2, at(ASA, ESSAY), 60.0)
    moves = *done, press(lost, lost), settle(), press(accepted=False), settle()
    assert rules(letters, *moves, changes=held) == set()


def test_the_text_of_another_final_comment_is_at_the_wrong_place_on_its_own_student_only() -> None:
    some = section(
        final_comments=(
            FinalComment(ASA, "p13011", "Good"),
            FinalComment(ASA, "final", "Bad"),
            FinalComment(JOSE, "final", "Ugly"),
        )
    )

    def said(text: str) -> set[str]:
        sent = {"enrollment_id": ASA, "period_id": "final", "comment": text}
        return rules(some, press(put(comments=[sent])))

    assert [said(text) for text in ("Bad", "Good", "Ugly")] == [
        *(set(), {"SC-FINAL-COMMENT"}, {"SC-VALUE"})
    ]


def test_a_comment_is_spoilt_by_xml_only_in_a_body_of_xml() -> None:
    accented = section(on(QUIZ, ASA, 99, comment="\u00c5"))
    spoilt = {**FIRST, "comment": "\u00c3"}
    assert rules(accented, press(put(spoilt, headers=XML)), format="xml") == {"SC-XML"}
    assert rules(accented, press(put(spoilt))) == {"SC-VALUE"}


PLACE = {"assignment_id": QUIZ, "enrollment_id": ASA}
FINAL_PLACE = {"enrollment_id": ASA, "period_id": "final"}


@pytest.mark.parametrize(
    ("graded", "sent", "more"),
    [
        (on(QUIZ, ASA, 99), FIRST, set()),
        (on(QUIZ, ASA, 99), {**FIRST, "exception": 0}, set()),
        (on(QUIZ, ASA, 99), {**FIRST, "exception": 1}, {"SC-EXCEPTION"}),
        (on(QUIZ, ASA, 99, 1), {**PLACE, "exception": 1}, {"SC-EXCEPTION"}),
        (on(QUIZ, ASA, "E"), FIRST, {"SC-LETTER"}),
        (on(QUIZ, ASA, 0), {**FIRST, "grade": 0}, {"SC-ZERO"}),
        (on(QUIZ, ASA, None), {**FIRST, "grade": None}, {"SC-ZERO"}),
        (on(QUIZ, ASA, 99, comment="x"), {**FIRST, "comment": "x"}, {"SC-COMMENT-HIDDEN"}),
        (on(QUIZ, ASA, 99, comment="x", comment_visible=True), FIRST, set()),
    ],
)
@pytest.mark.parametrize("format", ["json", "xml"])
def test_a_row_tries_the_rules_that_it_could_have_broken(
    graded: Any, sent: Any, more: set[str], format: str
) -> None:
    headers = XML if format == "xml" else JSON
    found = LEDGER(story(section(graded), press(put(sent, headers=headers)), format=format))
    in_xml = {"SC-XML"} if format == "xml" else set()
    assert {rule for rule, times in found.tried.items() if times} == {"SC-VALUE", *more, *in_xml}


@pytest.mark.parametrize(("visible", "hidden"), [(True, set()), (False, {"SC-FINAL-HIDDEN"})])
def test_a_final_comment_tries_rules_of_its_own(visible: bool, hidden: set[str]) -> None:
    some = section(final_comments=(FinalComment(ASA, "final", "Good", visible),))
    status = int(visible)
    sent = put(comments=[{**FINAL_PLACE, "comment": "Good", "comment_status": status}])
    found = LEDGER(story(some, press(sent))).tried
    assert set(found) == {"SC-VALUE", "SC-FINAL-COMMENT", *hidden}
    stray = put(comments=[{**FINAL_PLACE, "enrollment_id": BO, "comment": ""}])
    assert set(LEDGER(story(some, press(stray))).tried) == {"SC-FINAL-COMMENT"}
