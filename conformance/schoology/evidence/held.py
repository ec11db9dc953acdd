"""What the SIS holds of each row at any moment, from its gradebook.

A row is text: the two parts of its GradeKey. Its value is JSON: grade, exception, comment and
visibility. A row without any of these is as good as absent, so it is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.schoology.evidence.content import Content, GradeKey, number_or_text

SEPARATOR = " "


def held(gradebook: Mapping[str, Any]) -> dict[str, str]:
    """The rows of a gradebook, given as plain data, with their values as text."""
    return {SEPARATOR.join(key): _text(each) for key, each in contents(gradebook).items()}


def contents(gradebook: Mapping[str, Any]) -> dict[GradeKey, Content]:
    """The same rows as keys and contents."""
    found = (row for work in _courseworks(gradebook) for row in (*_grades(work), *_comments(work)))
    return {key: each for key, each in found if each.graded or each.comment}


def key_of(row: str) -> GradeKey:
    """The key of a row."""
    first, _, second = row.partition(SEPARATOR)
    return first, second


def content_of(value: str | None) -> Content | None:
    """The content that a value stands for; None for a row that was removed."""
    return None if value is None else Content(*json.loads(value))


def _text(content: Content) -> str:
    return json.dumps([content.grade, content.exception, content.comment, content.visible])


def _courseworks(gradebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (section["coursework"] for section in gradebook.get("sections", []))


def _grades(work: Mapping[str, Any]) -> Iterator[tuple[GradeKey, Content]]:
    for row in work["grades"]:
        yield (str(row["assignment"]), str(row["enrollment"])), _content(row)


def _comments(work: Mapping[str, Any]) -> Iterator[tuple[GradeKey, Content]]:
    for row in work.get("final_comments", []):
        yield (str(row["enrollment"]), str(row["period"])), _content(row)


def _content(row: Mapping[str, Any]) -> Content:
    visible = row["comment_status"] == 1 and bool(row["comment"])
    exception = row.get("exception", 0)
    return Content(number_or_text(row.get("grade")), exception, row["comment"], visible)
