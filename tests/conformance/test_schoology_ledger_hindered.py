"""What an exporter that was hindered may show and refuse: the Schoology ledger on made stories."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from conformance.schoology.scenarios.common import ASA, ESSAY, JOSE, LETTERED, QUIZ, on, section
from conformance.schoology.subject import Section
from helpers.suite.made_ledger import (
    KILL,
    PLUG,
    RESTART,
    UNPLUG,
    Move,
    broken_rules,
    changed,
    edit,
    look,
    press,
    pull,
    retry,
    settle,
    story,
)
from helpers.suite.made_section import at, get, put, report, row, told
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

ONE = section(on(QUIZ, ASA, 99))
SENT = row(QUIZ, ASA, 99)
TAKEN = put(SENT)
GONE = put(SENT, outcome=report(told(403, SENT, "not active")))
DOWN = get(status=503)


def rules(*moves: Move, about: Section = ONE, **more: Any) -> set[str]:
    return set(broken_rules(story(about, *moves, **more)))


def shows(state: str, message: str = "") -> Move:
    return look({at(ASA): state}, {at(ASA): message} if message else None)


HINDERED = {
    "no connection": (UNPLUG, press(), settle()),
    "no list to compare with": (press(DOWN), settle()),
}
"""Presses that send nothing, because the SIS cannot be reached or read."""


@pytest.mark.parametrize("hindered", HINDERED.values(), ids=HINDERED.keys())
def test_a_press_that_was_hindered_may_send_nothing_and_the_next_one_must(hindered: Any) -> None:
    assert rules(*hindered, shows("failed", "the SIS is away")) == set()
    assert rules(*hindered, shows("exported")) == {"SC-COMPLETE"}
    assert rules(*hindered, PLUG, press(TAKEN), settle(), shows("exported")) == set()
    assert rules(*hindered, PLUG, press(accepted=False), settle()) == {"SC-COMPLETE"}


def test_only_a_hindrance_since_the_press_excuses() -> None:
    assert rules(UNPLUG, PLUG, press(), settle()) == {"SC-COMPLETE"}
    assert rules(DOWN_BEFORE, press(), settle()) == {"SC-COMPLETE"}
    assert rules(press(), UNPLUG, settle()) == set()


DOWN_BEFORE = pull(DOWN, synchronised=False)


@pytest.mark.parametrize("hindered", HINDERED.values(), ids=HINDERED.keys())
def test_what_was_refused_before_a_hindered_press_may_say_that_it_was_hindered(
    hindered: Any,
) -> None:
    refused = press(GONE), settle()
    away = shows("failed", "the SIS is away")
    assert rules(*refused, away) == {"SC-ROWS"}
    assert rules(*refused, *hindered, away) == set()
    assert rules(*refused, *hindered, shows("exported")) == {"SC-COMPLETE"}
    assert rules(*refused, *hindered, PLUG, retry(GONE), settle(), away) == {"SC-ROWS"}


def test_a_row_that_a_hindered_press_left_out_may_wait_for_export() -> None:
    hindered = press(DOWN), settle()
    assert rules(*hindered, retry(accepted=False), settle()) == set()
    assert rules(*hindered, retry(TAKEN), settle(), shows("exported")) == set()
    refused = press(GONE), settle()
    assert rules(*refused, retry(accepted=False), settle()) == {"SC-COMPLETE"}
    assert rules(*refused, *hindered, retry(accepted=False), settle()) == set()


def test_an_exporter_cannot_know_what_the_sis_holds_while_it_cannot_ask() -> None:
    lost = press(put(SENT, outcome=Reply(503))), settle()
    there = {at(ASA): 99.0}
    failed = shows("failed")
    assert rules(*lost, UNPLUG, press(), settle(), failed, stored=there) == set()
    assert rules(*lost, press(DOWN), settle(), failed, stored=there) == set()
    asked = press(get(), accepted=False), settle()
    assert rules(*lost, *asked, failed, stored=there) == {"SC-LOST-REPLY"}


def test_an_edit_ends_the_hindrance() -> None:
    done = press(TAKEN), settle(), edit(ASA, 90), press(DOWN), settle()
    there = {at(ASA): 99.0}
    assert rules(*done, shows("exported"), stored=there) == {"SC-COMPLETE"}
    assert rules(*done, edit(ASA, 99), shows("exported"), stored=there) == set()


def test_a_refusal_is_not_about_what_was_entered_later_and_cannot_be_sent() -> None:
    letters = section(on(ESSAY, ASA, "B"), assignments=LETTERED)
    sent = row(ESSAY, ASA, "B")
    refused = press(put(sent, outcome=report(told(403, sent, "not active")))), settle()
    shown = look({at(ASA, ESSAY): "failed"}, {at(ASA, ESSAY): "no such letter"})
    assert rules(*refused, shown, about=letters) == {"SC-ROWS"}
    entered = edit(ASA, "Z", ESSAY), press(accepted=False), settle()
    assert rules(*refused, *entered, shown, about=letters) == set()
    exported = look({at(ASA, ESSAY): "exported"})
    assert rules(*refused, *entered, exported, about=letters) == {"SC-COMPLETE"}


# Waiting after a 429


def busy(*headers: tuple[str, str]) -> Entry:
    return put(SENT, outcome=Reply(429, headers))


@pytest.mark.parametrize(
    ("headers", "inside", "outside"),
    [((("Retry-After", "2"),), 1.9, 2.0), ((), 3599.0, 3600.0)],
)
def test_a_press_may_be_refused_while_the_sis_wants_to_be_left_alone(
    headers: Any, inside: float, outside: float
) -> None:
    asked = press(busy(*headers)), settle()
    assert rules(*asked, press(accepted=False, at=inside), settle()) == set()
    assert rules(*asked, press(accepted=False, at=outside), settle()) == {"SC-RATE"}
    assert rules(*asked, press(at=inside), settle()) == {"SC-RATE"}
    again = press(accepted=False, at=inside), settle(), press(TAKEN, at=outside), settle()
    assert rules(*asked, *again) == set()


def test_a_request_that_was_under_way_does_not_come_too_early() -> None:
    first, then = busy(("Retry-After", "2")), put(SENT)
    assert rules(press(first, then), settle()) == {"SC-RATE"}
    beside = msgspec.structs.replace(then, call=replace(then.call, in_flight=2))
    assert rules(press(first, beside), settle()) == set()


def test_a_killed_exporter_need_not_know_that_it_was_to_wait() -> None:
    first = busy(("Retry-After", "2"))
    assert rules(press(first), settle(pending=["soon"]), settle(TAKEN)) == {"SC-RATE"}
    assert rules(press(first), settle(pending=["soon"]), KILL, RESTART, settle(TAKEN)) == set()


# What the SIS holds


def test_what_the_exporter_may_have_stored_it_may_clear() -> None:
    wiped = changed(2, at(ASA))
    cleared = edit(ASA, None), press(put(row(QUIZ, ASA, None))), settle()
    held = changed(0, at(ASA), 55.0)
    lost = press(put(SENT, outcome=Reply(202))), settle(), *cleared
    assert rules(*lost, changes=[changed(1, at(ASA), 99.0), wiped]) == set()
    empty = press(put(row(QUIZ, ASA, None))), settle(), press(put(row(QUIZ, ASA, None))), settle()
    ungraded = section(on(QUIZ, ASA, None))
    assert rules(*empty, about=ungraded, changes=[held, wiped]) == {"SC-ZERO"}


def read(grade: float) -> Move:
    where = {"assignment_id": QUIZ, "enrollment_id": ASA}
    shown = {at(ASA): "exported", at(JOSE): "exported"}
    return look(shown, pulled=[{**where, "grade": grade}])


@pytest.mark.parametrize(
    ("grade", "broken"), [(55.0, set()), (66.0, set()), (99.0, set()), (54.0, {"SC-PAGES"})]
)
def test_a_product_may_read_again_what_changed_after_a_reading(
    grade: float, broken: set[str]
) -> None:
    changes = [changed(n, at(ASA), held) for n, held in ((0, 55.0), (2, 66.0), (3, 99.0))]
    moves = pull(get()), press(put(row(QUIZ, JOSE, 1)), TAKEN), settle(), read(grade)
    both = section(on(QUIZ, ASA, 99), on(QUIZ, JOSE, 1))
    assert rules(*moves, about=both, changes=changes) == broken


def test_what_was_removed_since_need_not_be_shown() -> None:
    changes = [changed(0, at(ASA), 55.0), changed(0, at(JOSE), 5.0)]
    moves = pull(get()), press(TAKEN), settle(), look({at(ASA): "exported"}, pulled=[])
    assert rules(*moves, changes=changes) == {"SC-PAGES"}
    assert rules(*moves, changes=[*changes, changed(2, at(ASA))]) == {"SC-PAGES"}
    removed = [*changes, changed(2, at(ASA)), changed(2, at(JOSE))]
    assert rules(*moves, changes=removed) == set()
