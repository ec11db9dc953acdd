"""A section's coursework from its part of a seed document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mock_sis.errors import NotFound, Problem, Refused
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import (
    Assignment,
    Category,
    FinalComment,
    Grade,
    Override,
    Period,
    Policy,
    by_place,
)


def policy(row: Mapping[str, Any]) -> Policy:
    """The grading policy of a section."""
    return msgspec.convert(row.get("grading", {}), Policy)


def plan(book: Gradebook, row: Mapping[str, Any], periods: Mapping[int, Period]) -> None:
    """Add periods, categories and assignments to a section, without grades. Raises NotFound or
    Conflict."""
    section = row["id"]
    for given in row.get("periods", ()):
        if given["id"] not in periods:
            raise NotFound(f"No grading period has the id {given['id']}.")
        period = periods[given["id"]]
        weight = given.get("weight", period.weight)
        book.add_period(section, msgspec.structs.replace(period, weight=weight))
    for given in row.get("categories", ()):
        book.add_category(section, msgspec.convert(given, Category))
    for given in row.get("assignments", ()):
        book.add_assignment(section, msgspec.convert(given, Assignment))
    if row.get("exam_assignment"):
        book.coursework(section).assignment(row["exam_assignment"])


def fill(
    book: Gradebook, row: Mapping[str, Any], place: str, at: float, by: str
) -> Iterator[Problem]:
    """Put grades, final comments and overrides into a section whose people are enrolled; yields
    what is wrong. `place` is the section's JSON pointer."""
    section = row["id"]
    for index, item in enumerate(row.get("assignments", ())):
        for number, given in enumerate(item.get("grades", ())):
            try:
                _require(book, section, given["enrollment"])
                book.put_grades(section, by_place([_grade(item["id"], given, at, by)]))
            except Refused as error:
                yield Problem(f"{place}/assignments/{index}/grades/{number}", str(error))
    for number, given in enumerate(row.get("final_comments", ())):
        try:
            _require(book, section, given["enrollment"])
            status = given.get("comment_status") or 0
            book.put_comment(
                section,
                FinalComment(given["enrollment"], given["period"], given["comment"], status, at),
            )
        except Refused as error:
            yield Problem(f"{place}/final_comments/{number}", str(error))
    for number, given in enumerate(row.get("overrides", ())):
        try:
            _require(book, section, given["enrollment"])
            book.put_override(section, msgspec.convert(given, Override))
        except Refused as error:
            yield Problem(f"{place}/overrides/{number}", str(error))


def _require(book: Gradebook, section: str, enrollment: int) -> None:
    if book.enrollment_by_id(section, enrollment) is None:
        raise NotFound(f"No enrollment of this section has the id {enrollment}.")


def _grade(assignment: int, given: Mapping[str, Any], at: float, by: str) -> Grade:
    exception = given.get("exception", 0)
    return Grade(
        assignment,
        given["enrollment"],
        None if exception else given.get("grade"),
        given.get("timestamp", at),
        by,
        exception,
        given.get("comment", ""),
        given.get("comment_status"),
    )
