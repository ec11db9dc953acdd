"""Which rule a row breaks that is lost or sent wrongly: the Schoology ledger on made stories."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from conformance.schoology.evidence.content import Content
from conformance.schoology.ledger import LEDGER
from conformance.schoology.ledger.row import in_words
from conformance.schoology.scenarios.common import ASA, BO, ESSAY, JOSE, LETTERED, QUIZ, on, section
from conformance.schoology.subject import FinalComment, Section
from helpers.suite.made_ledger import (
    Move,
    broken_rules,
    changed,
    edit,
    look,
    press,
    settle,
    story,
    tried,
)
from helpers.suite.made_section import (
    FIRST,
    JSON,
    LOST,
    SECOND,
    TWO,
    XML,
    at,
    put,
    row,
)
from mock_sis.exchange import Reply


def rules(section: Section, *moves: Move, **more: Any) -> set[str]:
    return set(broken_rules(story(section, *moves, **more)))


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
    letters = section(on(ESSAY, ASA, letter), on(ESSAY, BO, 8), assignments=LETTERED)
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


UNFIT = section(on(QUIZ, ASA, 99, comment="a\x0bb"))


@pytest.mark.parametrize(
    ("shown", "said", "rule"),
    [
        ("failed", "a character that XML does not have", set()),
        ("failed", "", {"SC-XML"}),
        ("exported", "no comment", {"SC-XML"}),
        ("not_exported", "no comment", {"SC-XML"}),
    ],
)
def test_a_comment_that_xml_cannot_carry_may_be_withheld_if_the_exporter_says_so(
    shown: str, said: str, rule: set[str]
) -> None:
    shows = look({at(ASA): shown}, {at(ASA): said})
    withheld = press(accepted=False), settle(), shows
    assert rules(UNFIT, *withheld, format="xml") == rule
    assert tried(story(UNFIT, *withheld, format="xml"), "SC-XML")
    assert rules(UNFIT, press(accepted=False), settle()) == {"SC-COMPLETE"}
    lost = press(put(row(QUIZ, JOSE, 76.5), headers=XML)), settle()
    assert rules(TWO, *lost, format="xml") == {"SC-COMPLETE"}


def test_an_exporter_without_messages_gives_no_reason_for_what_it_withheld() -> None:
    shows = look({at(ASA): "failed"})
    found = story(UNFIT, press(accepted=False), settle(), shows, format="xml")
    exporter = msgspec.structs.replace(found.exporter, features=())
    assert broken_rules(msgspec.structs.replace(found, exporter=exporter)) == {}


def test_what_was_withheld_is_asked_for_again_by_the_next_press() -> None:
    withheld = press(accepted=False), settle()
    mended = edit(ASA, 99, comment="ab")
    exported = look({at(ASA): "exported"})
    sent = press(put(row(QUIZ, ASA, 99, comment="ab"), headers=XML)), settle(), exported
    assert rules(UNFIT, *withheld, mended, *sent, format="xml") == set()
    assert rules(UNFIT, *withheld, mended, press(), settle(), format="xml") == {"SC-COMPLETE"}


def test_a_grade_that_the_sis_cannot_take_is_not_asked_for() -> None:
    for grade in (-1, "1e400"):
        impossible = section(on(QUIZ, ASA, grade), on(QUIZ, JOSE, 76.5))
        assert rules(impossible, press(put(SECOND)), settle()) == set()


def test_a_released_comment_that_is_empty_is_not_asked_for_but_may_be_sent() -> None:
    released = section(on(QUIZ, ASA, 99, comment_visible=True))
    assert rules(released, press(put(FIRST)), settle()) == set()
    shown = put({**FIRST, "comment": "", "comment_status": 1})
    assert rules(released, press(shown), settle()) == set()


def test_a_part_of_a_row_whose_request_was_refused_is_missing() -> None:
    graded = section(on(QUIZ, ASA, 70, comment="x"))
    part = put(row(QUIZ, ASA, 70), outcome=Reply(403))
    assert rules(graded, press(part), settle()) == {"SC-COMPLETE"}
    where = {"assignment_id": QUIZ, "enrollment_id": ASA}
    rest = put({**where, "comment": "x"}, outcome=Reply(403))
    assert rules(graded, press(part, rest), settle()) == set()


def test_letters_that_the_scale_lacks_are_tried_only_if_grades_are_sent() -> None:
    letters = section(on(ESSAY, ASA, "E"), assignments=LETTERED)
    assert tried(story(letters, press(accepted=False), settle()), "SC-LETTER") == 0


def test_zeroes_are_tried_on_rows_of_which_neither_side_has_anything() -> None:
    refused = press(put(FIRST, SECOND, outcome=Reply(403))), settle()
    assert tried(story(TWO, *refused), "SC-ZERO") == 0
    empty = put(row(QUIZ, ASA, None), outcome=Reply(403))
    cleared = press(put(FIRST, SECOND)), settle(), edit(ASA, None), press(empty), settle()
    assert tried(story(TWO, *cleared), "SC-ZERO") == 0


def test_a_comment_that_xml_cannot_carry_is_not_why_a_part_is_missing() -> None:
    found = rules(UNFIT, press(put(FIRST, headers=XML)), settle(), format="xml")
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
    letters = section(on(ESSAY, ASA, "B"), assignments=LETTERED)
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


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ((), "finished without sending the grade 99 and the visible comment 'Good'"),
        (
            (press(put(row(QUIZ, ASA, 99), outcome=LOST)), settle(), press(), settle()),
            "; no readable answer arrived (#1)",
        ),
        (
            (press(put(row(QUIZ, ASA, 99))), settle()),
            "sent enrollment 44783001 on assignment 5007606 without all of the grade 99 and the"
            " visible comment 'Good'; the SIS has the grade 99",
        ),
    ],
)
def test_what_was_lost_is_told_in_words(moves: tuple[Move, ...], words: str) -> None:
    said = section(on(QUIZ, ASA, 99, comment="Good", comment_visible=True))
    found = broken_rules(story(said, *(moves or (press(), settle()))))
    assert words in " ".join(found.values())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "nothing"),
        (Content(None), "nothing"),
        (Content("B"), "the grade 'B'"),
        (Content(None, 2), "the exception 2"),
        (Content(8.0, 0, "x"), "the grade 8 and the hidden comment 'x'"),
        (Content(None, 0, "x", True), "the visible comment 'x'"),
    ],
)
def test_a_content_is_told_in_words(content: Content | None, words: str) -> None:
    assert in_words(content) == words
