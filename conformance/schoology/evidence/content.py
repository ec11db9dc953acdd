"""Grades, exceptions and comments in one form, however a message spells them.

A GradeKey is (assignment, enrollment) for a grade and (enrollment, period) for a final comment.
Ids are text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GradeKey = tuple[str, str]
_PERIOD = re.compile("p[0-9]+|final")


@dataclass(frozen=True, slots=True)
class Content:
    """A grade with its exception and comment. `grade` is points, a letter or None; `visible` says
    whether the student may see the comment."""

    grade: float | str | None
    exception: int = 0
    comment: str = ""
    visible: bool = False

    @property
    def graded(self) -> bool:
        """Whether there is a grade, or an exception instead of one."""
        return self.grade is not None or bool(self.exception)


def content_of(row: Mapping[str, Any]) -> Content:
    """The content of a row."""
    return Content(
        number_or_text(row.get("grade")),
        whole_number(row.get("exception")),
        str(row.get("comment") or ""),
        whole_number(row.get("comment_status")) == 1,
    )


def grade_key(row: Mapping[str, Any]) -> GradeKey:
    """The key of a grade row."""
    return str(row.get("assignment_id")), str(row.get("enrollment_id"))


def comment_key(row: Mapping[str, Any]) -> GradeKey:
    """The key of a final comment. The period is "final", or "p" and a number."""
    period = str(row.get("period_id", row.get("period")))
    return str(row.get("enrollment_id")), f"p{period}" if period.isdecimal() else period


def number_or_text(value: Any) -> float | str | None:
    """A number if the value is one, None for null, a boolean or blank text, otherwise the text."""
    if value is None or isinstance(value, bool) or str(value).strip() == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def whole_number(value: Any) -> int:
    """A whole number, also from text: 0 for null or empty text, -1 for anything else."""
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return -1


def key_in_words(key: GradeKey) -> str:
    """A key in words, for messages."""
    if _PERIOD.fullmatch(key[1]):
        return f"the final comment of enrollment {key[0]} for {key[1]}"
    return f"enrollment {key[1]} on assignment {key[0]}"


def content_in_words(content: Content | None) -> str:
    """A grade and an exception in words, for messages."""
    if content is None:
        return "nothing"
    exception = f"the exception {content.exception}" if content.exception else ""
    grade = "" if content.grade is None else f"the grade {grade_in_words(content.grade)}"
    return " and ".join(part for part in (grade, exception) if part) or "no grade"


def grade_in_words(grade: float | str | None) -> str:
    """A grade in words, for messages: 80 rather than 80.0."""
    return f"{grade:g}" if isinstance(grade, float) else repr(grade)
