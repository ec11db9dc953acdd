"""What the SIS held of a section at any moment, as rules read it from the evidence."""

from __future__ import annotations

import pytest

from conformance.model.evidence import Evidence
from conformance.schoology.evidence.content import Content
from conformance.schoology.evidence.held import content_of, contents, held, key_of
from conformance.schoology.ledger.due import NOTHING, agrees
from conformance.schoology.ledger.row import Record, in_words
from conformance.schoology.profile import PROFILE
from conformance.schoology.scenarios.common import section
from helpers.suite.made_ledger import changed, story
from helpers.suite.made_section import held as grade

COMMENT = {"enrollment": 2, "period": "final", "comment": "Good", "comment_status": 1}
BOOK = {
    "sections": [
        {
            "coursework": {
                "grades": [
                    grade(("1", "2"), 80),
                    grade(("1", "3"), None, exception=2),
                    grade(("1", "4"), None),
                    grade(("1", "5"), None, comment="Oh", comment_status=1),
                    grade(("1", "6"), 0, comment_status=1),
                ],
                "final_comments": [COMMENT, {**COMMENT, "comment": "", "period": "p1"}],
            }
        }
    ]
}


def test_rows_are_read_by_their_keys_and_empty_ones_are_left_out() -> None:
    assert contents(BOOK) == {
        ("1", "2"): Content(80.0),
        ("1", "3"): Content(None, 2),
        ("1", "5"): Content(None, 0, "Oh", True),
        ("1", "6"): Content(0.0),
        ("2", "final"): Content(None, 0, "Good", True),
    }


def test_a_row_survives_its_form_as_text() -> None:
    rows = PROFILE.held(BOOK)
    assert rows == held(BOOK)
    assert {key_of(name): content_of(text) for name, text in rows.items()} == contents(BOOK)
    assert content_of(None) is None


def test_the_record_follows_the_changes() -> None:
    there = Record(
        story(
            section(),
            stored={("1", "2"): 80.0, ("1", "3"): 5.0},
            changes=[changed(3, ("1", "2"), 70), changed(5, ("1", "2"))],
        )
    )
    assert [there.at(("1", "2"), number) for number in (2, 3, 4, 5)] == [
        *(None, Content(70), Content(70), None)
    ]
    assert [there.settled(("1", "2"), number) for number in (2, 3)] == [False, True]
    assert [there.cleared(("1", "2"), number) for number in (3, 4, 5)] == [False, False, True]
    assert there.at(("1", "3"), 0) == Content(5.0)
    assert there.settled(("1", "3"), 0)
    assert not there.cleared(("1", "3"), 5)
    assert there.at(("1", "4"), 9) is None


def test_without_a_gradebook_nothing_was_held() -> None:
    assert Record(Evidence("made", story(section()).exporter)).keys() == set()


@pytest.mark.parametrize(
    ("due", "there", "agreed"),
    [
        (Content(80.0), Content(80.0), True),
        (Content(80.0), Content(81.0), False),
        (Content(80.0), None, False),
        (Content("B"), Content(80.0), True),
        (Content("B"), NOTHING, False),
        (Content(None, 2), Content(None, 2), True),
        (Content(None, 2), Content(None, 1), False),
        (Content(80.0), Content(None, 2), False),
        (NOTHING, None, True),
        (NOTHING, Content(80.0), False),
        (Content(None, 0, "x"), Content(None, 0, "x"), True),
        (Content(None, 0, "x"), Content(None, 0, "y"), False),
        (Content(None, 0, "x", True), Content(None, 0, "x"), False),
    ],
)
def test_what_is_held_agrees_with_what_is_due(
    due: Content, there: Content | None, agreed: bool
) -> None:
    assert agrees(due, there) is agreed


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "nothing"),
        (NOTHING, "nothing"),
        (Content(80.0), "the grade 80"),
        (Content(None, 1), "the exception 1"),
        (Content(8.5, 0, "x"), "the grade 8.5 and the hidden comment 'x'"),
        (Content(None, 0, "x", True), "the visible comment 'x'"),
    ],
)
def test_a_row_is_told_in_words(content: Content | None, words: str) -> None:
    assert in_words(content) == words
