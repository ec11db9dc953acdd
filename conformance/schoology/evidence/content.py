"""What a gradebook says of somebody on an assignment, however it was spelled.

A place is (assignment, enrollment), and a final comment's (enrollment, period), with ids as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

GradePlace = tuple[str, str]
_PERIOD = re.compile("p[0-9]+|final")


@dataclass(frozen=True, slots=True)
class Content:
    """What a place says. `grade` is points, a letter, or None; `visible` is whether the student may
    see the comment."""

    grade: float | str | None
    exception: int = 0
    comment: str = ""
    visible: bool = False

    @property
    def graded(self) -> bool:
        """Whether there is a grade, or an exception in its place."""
        return self.grade is not None or bool(self.exception)


def content_of(row: Mapping[str, Any]) -> Content:
    """What a row of a body says."""
    return Content(
        points(row.get("grade")),
        code(row.get("exception")),
        str(row.get("comment") or ""),
        code(row.get("comment_status")) == 1,
    )


def place_of(row: Mapping[str, Any]) -> GradePlace:
    """Where a grade belongs, however its ids are spelled."""
    return str(row.get("assignment_id")), str(row.get("enrollment_id"))


def comment_place_of(row: Mapping[str, Any]) -> GradePlace:
    """Where a final comment belongs: the period is "p" and a number, or "final"."""
    period = str(row.get("period_id", row.get("period")))
    return str(row.get("enrollment_id")), f"p{period}" if period.isdecimal() else period


def points(value: Any) -> float | str | None:
    """A grade as a number where it is one, None for none, and else as the text it is."""
    if value is None or isinstance(value, bool) or str(value).strip() == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def code(value: Any) -> int:
    """A whole number that may be spelled as text; 0 for none, -1 for what is no number."""
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return -1


def spell(place: GradePlace) -> str:
    """A place in words."""
    if _PERIOD.fullmatch(place[1]):
        return f"the final comment of enrollment {place[0]} for {place[1]}"
    return f"enrollment {place[1]} on assignment {place[0]}"


def spelled_content(content: Content | None) -> str:
    """A grade or an exception in words."""
    if content is None:
        return "nothing"
    if content.exception:
        return f"the exception {content.exception}"
    return "no grade" if content.grade is None else f"the grade {plain(content.grade)}"


def plain(grade: float | str | None) -> str:
    """A grade as one writes it: 80 and not 80.0."""
    return f"{grade:g}" if isinstance(grade, float) else repr(grade)
