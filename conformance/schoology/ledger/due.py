"""What each row is worth in the teacher's gradebook, as the `load` message and the edits say.

A row is a grade (by assignment and enrollment) or a final comment (by enrollment and period). Its
content is kept in the form in which a SIS can hold it: an exception replaces the grade, and an
empty comment is not visible. A grade is a number, a letter exactly as its scale spells
it, or other text, which may not be sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from conformance.schoology.evidence.content import (
    Content,
    GradeKey,
    comment_key,
    grade_key,
    whole_number,
)

NOTHING = Content(None)
"""The content of a row that says nothing."""

Entered = dict[GradeKey, Content]
"""The rows of a gradebook."""

Scales = Mapping[str, Sequence[str]]
"""The letters on the scale of each assignment, by assignment id."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""The characters that XML 1.0 or UTF-8 cannot carry."""


def scales_of(section: Mapping[str, Any]) -> Scales:
    """The scales of a loaded section."""
    return {str(each["assignment_id"]): each["letters"] for each in section["assignments"]}


def loaded(section: Mapping[str, Any], scales: Scales) -> tuple[Entered, Entered]:
    """The grades and the final comments of a loaded section, as they were entered."""
    grades = {grade_key(row): _entered(row, scales) for row in section["grades"]}
    comments = {
        comment_key(row): Content(None, 0, row["comment"], row["comment_visible"])
        for row in section["final_comments"]
    }
    return grades, comments


def edited(before: Content, fields: Mapping[str, Any], scales: Scales) -> Content:
    """A grade after an edit. Fields that the edit does not name stay as they were
    (docs/adapter-messages.md)."""
    changes: dict[str, Any] = {"grade": points(fields["grade"], scales.get(grade_key(fields)[0]))}
    if "exception" in fields:
        changes["exception"] = fields["exception"]
    if "comment" in fields:
        changes["comment"] = fields["comment"] or ""
    if "comment_visible" in fields:
        changes["visible"] = fields["comment_visible"]
    return replace(before, **changes)


def in_a_sis(entered: Content) -> Content:
    """The content as a SIS can hold it."""
    grade = None if entered.exception else entered.grade
    visible = entered.visible and entered.comment != ""
    if (grade, visible) == (entered.grade, entered.visible):
        return entered
    return replace(entered, grade=grade, visible=visible)


def points(raw: Any, letters: Sequence[str] | None) -> float | str | None:
    """A raw grade: a letter of the scale as it is, a number or numeric text as a number, None for
    null and blank text, and anything else as text."""
    if isinstance(raw, str) and raw not in (letters or ()):
        text = raw.strip()
        return float(text) if _NUMBER.fullmatch(text) else raw if text else None
    if raw is None or isinstance(raw, str):
        return raw
    return float(raw) if isinstance(raw, int | float) and raw is not True else repr(raw)


def sendable(due: Content, letters: Sequence[str]) -> bool:
    """Whether the SIS can take the grade: a letter of the scale, or a number from 0 up."""
    if isinstance(due.grade, str):
        return due.grade in letters
    return due.grade is None or 0 <= due.grade < float("inf")


def merged(held: Content, raw: Mapping[str, Any], due: Content, letters: Sequence[str]) -> Content:
    """What a SIS holds after it has taken a row. Fields that the row omits stay as they were, but
    a new grade ends an exception. A comment that arrived whole is the one that is due."""
    found = held
    if "grade" in raw:
        found = replace(found, grade=points(raw["grade"], letters), exception=0)
    if "exception" in raw:
        found = replace(found, exception=whole_number(raw["exception"]))
    if "comment" in raw:
        text = raw["comment"] or ""
        found = replace(found, comment=due.comment if survived(due.comment, text) else text)
    if raw.get("comment_status") not in (None, ""):
        found = replace(found, visible=whole_number(raw["comment_status"]) == 1)
    return in_a_sis(found)


def unfit(comment: str) -> bool:
    """Whether a comment has characters that XML or UTF-8 cannot carry."""
    return _UNFIT.search(comment) is not None


def survived(entered: str, arrived: object) -> bool:
    """Whether a comment arrived whole. Characters that XML or UTF-8 cannot carry may be dropped or
    replaced, line ends and composed characters may change their form, and white space around the
    text does not count."""
    if not isinstance(arrived, str):
        return False
    pieces = (re.escape(piece) for piece in _UNFIT.split(_lines(entered)))
    return re.fullmatch(".?".join(pieces), _lines(arrived), re.DOTALL) is not None


def _lines(text: str) -> str:
    return normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n"))


def agrees(due: Content, held: Content | None) -> bool:
    """Whether the SIS holds what is due. It stores a letter as a number, so any number matches."""
    there = held or NOTHING
    same = there.grade is not None if isinstance(due.grade, str) else there.grade == due.grade
    flags = (due.exception, due.visible) == (there.exception, there.visible)
    return same and flags and survived(due.comment, there.comment)


def takes_back(due: Content, held: Content) -> str:
    """What the SIS must remove before it holds what is due, in words; "" for nothing."""
    if held.exception and not due.exception:
        return f"the exception {held.exception}"
    if held.grade is not None and due.grade is None and not due.exception:
        return "the grade"
    return "the comment" if held.comment and not due.comment else ""


def _entered(row: Mapping[str, Any], scales: Scales) -> Content:
    grade = points(row["grade"], scales.get(grade_key(row)[0]))
    return Content(grade, row["exception"], row["comment"] or "", row["comment_visible"])
