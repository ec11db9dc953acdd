"""What a row is worth and what the SIS holds of it: the Schoology ledger's arithmetic."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.schoology.evidence.content import Content
from conformance.schoology.ledger.due import (
    NOTHING,
    agrees,
    in_a_sis,
    merged,
    sendable,
    survived,
    takes_back,
)
from conformance.schoology.ledger.row import Fate, Row

LETTERS = ("A", "B+")
FULL = Content(80.0, 0, "x", True)


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        (FULL, FULL),
        (Content(80.0, 2), Content(None, 2)),
        (Content(80.0, 0, "", True), Content(80.0)),
    ],
)
def test_a_sis_holds_no_grade_beside_an_exception_and_shows_no_empty_comment(
    entered: Content, kept: Content
) -> None:
    assert in_a_sis(entered) == kept


@pytest.mark.parametrize(
    ("grade", "taken"),
    [
        (None, True),
        (0.0, True),
        (1e9, True),
        (-0.5, False),
        (float("inf"), False),
        ("B+", True),
        ("B", False),
    ],
)
def test_a_sis_takes_letters_of_the_scale_and_finite_points_from_zero_up(
    grade: float | str | None, taken: bool
) -> None:
    assert sendable(Content(grade), LETTERS) is taken


@pytest.mark.parametrize(
    ("held", "raw", "after"),
    [
        (FULL, {}, FULL),
        (NOTHING, {"grade": "80"}, Content(80.0)),
        (NOTHING, {"grade": "B+"}, Content("B+")),
        (Content(None, 1), {"grade": 80}, Content(80.0)),
        (Content(80.0), {"exception": "1"}, Content(None, 1)),
        (NOTHING, {"grade": 80, "exception": 1}, Content(None, 1)),
        (FULL, {"comment": "y"}, Content(80.0, 0, "y", True)),
        (FULL, {"comment": "a\ufffdb"}, Content(80.0, 0, "a\x0bb", True)),
        (FULL, {"comment": None}, Content(80.0)),
        (FULL, {"comment_status": 0}, Content(80.0, 0, "x")),
        (FULL, {"comment_status": ""}, FULL),
        (Content(80.0, 0, "x"), {"comment_status": "1"}, FULL),
    ],
)
def test_a_row_changes_what_it_names(held: Content, raw: dict[str, Any], after: Content) -> None:
    assert merged(held, raw, Content(80.0, 0, "a\x0bb"), LETTERS) == after


@pytest.mark.parametrize(
    ("entered", "arrived", "whole"),
    [
        ("a\x0bb", "a\nb", True),
        ("a\x0bb", "axxb", False),
        ("two\rlines", "two\nlines", True),
        ("two\nlines", "two\rlines", True),
        ("2\u00b2", "22", False),
    ],
)
def test_a_comment_survives_a_change_of_its_form_only(
    entered: str, arrived: str, whole: bool
) -> None:
    assert survived(entered, arrived) is whole


@pytest.mark.parametrize(
    ("held", "agreed"),
    [
        (FULL, True),
        (Content(80.0, 0, "x"), False),
        (Content(80.0, 0, "y", True), False),
        (Content(80.0, 1, "x", True), False),
        (Content(81.0, 0, "x", True), False),
    ],
)
def test_the_sis_agrees_if_every_part_does(held: Content, agreed: bool) -> None:
    assert agrees(FULL, held) is agreed


@pytest.mark.parametrize(
    ("due", "held", "words"),
    [
        (Content(80.0), Content(None, 1), "the exception 1"),
        (Content(None, 2), Content(None, 1), ""),
        (NOTHING, Content(80.0), "the grade"),
        (Content(None, 1), Content(80.0), ""),
        (Content(81.0), Content(80.0), ""),
        (Content(80.0), FULL, "the comment"),
        (Content(80.0, 0, "y"), FULL, ""),
    ],
)
def test_only_what_the_sis_must_remove_is_taken_back(
    due: Content, held: Content, words: str
) -> None:
    assert takes_back(due, held) == words


HIDDEN = Content(80.0, 0, "x")


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        (Row(("1", "2"), HIDDEN), "SC-COMPLETE"),
        (Row(("1", "2"), HIDDEN, model=FULL), "SC-COMMENT-HIDDEN"),
        (Row(("2", "final"), HIDDEN, final=True, model=FULL), "SC-FINAL-HIDDEN"),
        (Row(("1", "2"), HIDDEN, model=FULL, reach=Content(80.0)), "SC-COMPLETE"),
        (Row(("1", "2"), HIDDEN, model=Content(None, 1)), "SC-TAKEN-BACK"),
        (Row(("1", "2"), HIDDEN, model=Content(None, 1), reach=Content(80.0)), "SC-COMPLETE"),
        (Row(("1", "2"), Content(0.0, 0, "x")), "SC-ZERO"),
        (Row(("1", "2"), Content(0.0, 0, "x"), model=Content(0.0)), "SC-COMPLETE"),
        (Row(("1", "2"), HIDDEN, fate=Fate.UNKNOWN), "SC-LOST-REPLY"),
        (Row(("1", "2"), HIDDEN, fate=Fate.FAILED), "SC-LOST-REPLY"),
        (Row(("1", "2"), HIDDEN, fate=Fate.PUT_OFF), "SC-RATE"),
        (Row(("1", "2"), HIDDEN, fate=Fate.UNKNOWN, reach=Content(80.0)), "SC-COMPLETE"),
    ],
)
def test_a_row_is_lost_by_its_fate_unless_a_part_was_sent(row: Row, rule: str) -> None:
    assert row.lost_by == rule
