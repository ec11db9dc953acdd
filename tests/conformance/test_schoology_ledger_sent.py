"""One row of a request against what is due: each value on both sides of its border."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.schoology.evidence.content import Content
from conformance.schoology.ledger.due import NOTHING, in_a_sis
from conformance.schoology.ledger.sent import Sent, wrongs

LETTERS = ("A", "B+", "12.0", "é")


def rules(raw: dict[str, Any], due: Content, before: Content = NOTHING, **more: Any) -> list[str]:
    sent = Sent(raw, before, LETTERS, **more)
    return [each.rule for each in wrongs(sent, in_a_sis(due))]


@pytest.mark.parametrize(
    ("raw", "due", "rule"),
    [
        (80, 80.0, ""),
        ("80", 80.0, ""),
        (" 80.0 ", 80.0, ""),
        (81, 80.0, "SC-VALUE"),
        (80.01, 80.0, "SC-VALUE"),
        (None, 80.0, "SC-VALUE"),
        ("", 80.0, "SC-VALUE"),
        ("8_0", 80.0, "SC-LETTER"),
        (True, 1.0, "SC-LETTER"),
        ([80], 80.0, "SC-LETTER"),
        ("61.10", 61.1, ""),
        (61.0, 61.1, "SC-VALUE"),
        ("33.4", 33.35, "SC-VALUE"),
        ("A", 80.0, "SC-VALUE"),
        (0, 0.0, ""),
        ("0.0", 0.0, ""),
        (None, 0.0, "SC-ZERO"),
        (1, 0.0, "SC-VALUE"),
        (None, None, ""),
        ("", None, ""),
        (0, None, "SC-ZERO"),
        (55, None, "SC-ZERO"),
        ("B+", "B+", ""),
        ("b+", "B+", "SC-LETTER"),
        (" B+", "B+", "SC-LETTER"),
        ("A", "B+", "SC-VALUE"),
        ("12.0", "12.0", ""),
        (12.0, "12.0", "SC-VALUE"),
        ("12", "12.0", "SC-VALUE"),
        ("e\u0301", "é", "SC-LETTER"),
        ("E", "E", "SC-LETTER"),
    ],
)
def test_a_grade_is_sent_as_it_was_entered(raw: Any, due: float | str | None, rule: str) -> None:
    assert rules({"grade": raw}, Content(due)) == ([rule] if rule else [])


@pytest.mark.parametrize(("due", "rule"), [("é", "SC-XML"), ("A", "SC-LETTER")])
def test_a_letter_that_xml_may_have_spoilt_breaks_the_rule_about_xml(due: str, rule: str) -> None:
    assert rules({"grade": "Ã©"}, Content(due), xml=True) == [rule]
    assert rules({"grade": "Ã©"}, Content(due)) == ["SC-LETTER"]
    assert rules({"grade": due}, Content(due), xml=True) == []


@pytest.mark.parametrize(
    ("raw", "due", "rule"),
    [
        ({"exception": 1}, Content(80.0, 1), ""),
        ({"exception": "1", "grade": ""}, Content(80.0, 1), ""),
        ({"exception": 1, "grade": None}, Content(None, 1), ""),
        ({"exception": 1, "grade": 80}, Content(80.0, 1), "SC-EXCEPTION"),
        ({"exception": 3, "grade": 0}, Content(None, 3), "SC-EXCEPTION"),
        ({"exception": 0, "grade": 80}, Content(80.0, 1), "SC-EXCEPTION"),
        ({"grade": 80}, Content(80.0, 1), "SC-EXCEPTION"),
        ({"exception": 2, "grade": 80}, Content(80.0), "SC-EXCEPTION SC-VALUE"),
        ({"exception": "x", "grade": 80}, Content(80.0), "SC-VALUE"),
        ({"exception": 2}, Content(None, 1), "SC-VALUE"),
        ({"exception": 0}, Content(None, 1), "SC-VALUE"),
        ({"exception": 1}, Content(80.0), "SC-VALUE"),
        ({"exception": 0, "grade": 80}, Content(80.0), ""),
    ],
)
def test_an_exception_stands_in_place_of_the_grade(raw: Any, due: Content, rule: str) -> None:
    assert rules(raw, due) == rule.split()


@pytest.mark.parametrize(
    ("raw", "due", "before", "rule"),
    [
        ({"grade": None}, NOTHING, Content(80.0), ""),
        ({"grade": 80}, NOTHING, Content(80.0), "SC-TAKEN-BACK"),
        ({"grade": 0}, NOTHING, Content(80.0), "SC-TAKEN-BACK"),
        ({"exception": 0}, NOTHING, Content(None, 1), ""),
        ({"exception": 1}, NOTHING, Content(None, 1), "SC-TAKEN-BACK"),
        ({"exception": 2}, NOTHING, Content(None, 1), "SC-VALUE"),
        ({"comment": ""}, NOTHING, Content(None, 0, "x"), ""),
        ({"comment": "x"}, NOTHING, Content(None, 0, "x"), "SC-TAKEN-BACK"),
        ({"comment": "y"}, NOTHING, Content(None, 0, "x"), "SC-VALUE"),
    ],
)
def test_what_was_taken_back_is_not_sent_again(
    raw: Any, due: Content, before: Content, rule: str
) -> None:
    assert rules(raw, due, before) == ([rule] if rule else [])


@pytest.mark.parametrize("special", "\"&'<>\x7f\x85")
def test_a_comment_with_a_reserved_character_breaks_the_rule_about_xml(special: str) -> None:
    entered = Content(None, 0, f"a{special}b")
    assert rules({"comment": "ab"}, entered, xml=True) == ["SC-XML"]
    assert rules({"comment": "ab"}, entered) == ["SC-VALUE"]


SPECIAL = "<b> & \u0645"


@pytest.mark.parametrize(
    ("entered", "sent", "whole"),
    [
        ("Well done", "Well done", True),
        ("Well done", " Well done\n", True),
        ("Well done", "Well", False),
        ("Well done", "Well done!", False),
        ("Well done", "", False),
        ("Well done", None, False),
        ("7", 7, False),
        ("", None, True),
        ("two\r\nlines", "two\nlines", True),
        ("two\nlines", "two lines", False),
        ("a\x0bb", "ab", True),
        ("a\x0bb", "a\ufffdb", True),
        ("a\x0bb", "a b", True),
        ("a\x0bb", "a", False),
        ("\x0bb", "\ufffdb", True),
        ("a.b", "axb", False),
        (SPECIAL, SPECIAL, True),
        (SPECIAL, "&lt;b&gt; &amp; \u0645", False),
        ("Très bien", "Tres bien", False),
        ("Très bien", "Tre\u0300s bien", True),
        ("Tre\u0300s bien", "Très bien", True),
    ],
)
@pytest.mark.parametrize("xml", [False, True])
def test_a_comment_arrives_whole(entered: str, sent: Any, whole: bool, xml: bool) -> None:
    spoilt = (xml and not entered.isascii()) or (xml and "\x0b" in entered)
    found = rules({"comment": sent}, Content(1.0, 0, entered), xml=xml)
    assert found == ([] if whole else ["SC-XML" if spoilt else "SC-VALUE"])


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize(
    ("raw", "visible", "before", "rule"),
    [
        ({"comment": "x", "comment_status": 1}, True, False, ""),
        ({"comment": "x", "comment_status": "1"}, True, False, ""),
        ({"comment": "x", "comment_status": 0}, False, False, ""),
        ({"comment": "x"}, False, False, ""),
        ({"comment": "x", "comment_status": None}, False, True, ""),
        ({"comment": "x", "comment_status": 1}, False, False, "HIDDEN"),
        ({"comment": "x", "comment_status": "1"}, False, True, "HIDDEN"),
        ({"comment": "x", "comment_status": 0}, True, False, "SC-VALUE"),
        ({"comment": "x"}, True, False, "SC-VALUE"),
        ({"comment": "x"}, True, True, ""),
        ({"comment": "x", "comment_status": ""}, True, True, ""),
    ],
)
def test_a_comment_is_visible_only_if_it_was_released(
    raw: Any, visible: bool, before: bool, rule: str, final: bool
) -> None:
    named = {"enrollment_id": 1, "period_id": "final"} if final else {}
    due, held = Content(None, 0, "x", visible), Content(None, 0, "x", before)
    expected = rule.replace("HIDDEN", "SC-FINAL-HIDDEN" if final else "SC-COMMENT-HIDDEN")
    assert rules({**named, **raw}, due, held, final=final) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ({"enrollment_id": 1, "period_id": "final", "comment": "x"}, ""),
        ({"enrollment_id": 1, "period_id": "final", "comment": "of p1"}, "SC-FINAL-COMMENT"),
        ({"enrollment_id": 1, "period_id": "final", "comment": "y"}, "SC-VALUE"),
        ({"enrollment_id": 1, "comment": "x"}, "SC-FINAL-COMMENT"),
        ({"period_id": "final", "comment": "x"}, "SC-FINAL-COMMENT"),
        ({"enrollment_id": 1, "period_id": "final"}, "SC-FINAL-COMMENT"),
    ],
)
def test_a_final_comment_names_its_place_and_stays_there(raw: Any, rule: str) -> None:
    found = rules(raw, Content(None, 0, "x"), final=True, elsewhere=["of p1"])
    assert found == ([rule] if rule else [])


def test_a_visibility_that_is_sent_alone_counts_too() -> None:
    hidden, seen = Content(None, 0, "x"), Content(None, 0, "x", True)
    assert rules({"comment_status": 1}, hidden, hidden) == ["SC-COMMENT-HIDDEN"]
    assert rules({"comment_status": 0}, seen, seen) == ["SC-VALUE"]
    assert rules({"grade": None}, seen, hidden) == []


def test_the_release_of_an_empty_comment_shows_nothing() -> None:
    seen = {"comment": "", "comment_status": 1}
    assert rules(seen, NOTHING, released=True) == []
    assert rules(seen, NOTHING) == ["SC-COMMENT-HIDDEN"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"grade": 81}, ("the grade 81", "the teacher entered the grade 80")),
        ({"grade": None}, ("no grade", "the teacher entered the grade 80")),
        ({"grade": "E"}, ("the grade 'E'", "its scale has A, B+, 12.0, é")),
        (
            {"grade": 80, "exception": 1},
            ("the grade 80 together with the exception 1", "the exception 1 replaces the grade"),
        ),
        ({"exception": 2}, ("the exception 2", "the teacher entered no exception")),
        ({"comment": "x"}, ("the comment 'x'", "the teacher entered nothing")),
    ],
)
def test_a_deviation_says_what_was_sent_and_what_was_due(raw: Any, words: tuple[str, str]) -> None:
    (found, *_) = wrongs(Sent(raw, NOTHING, LETTERS), Content(80.0))
    assert (found.sent, found.due) == words


def test_an_assignment_without_a_scale_takes_points_only() -> None:
    (found,) = wrongs(Sent({"grade": "A"}, NOTHING), Content(80.0))
    assert (found.rule, found.due) == ("SC-LETTER", "the assignment takes points only")
