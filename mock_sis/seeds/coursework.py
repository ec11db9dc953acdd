"""A section's coursework from its part of a seed document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mock_sis.errors import NotFound, Problem, Refused
from mock_sis.gradebook import Gradebook
from mock_sis.gradebook.coursework import (
    Assignment,
    Category,
    Coursework,
    FinalComment,
    Grade,
    Override,
    Period,
    Policy,
    by_place,
)


def coursework(row: Mapping[str, Any], periods: Mapping[int, Period]) -> Coursework:
    """Periods, categories and assignments of a section, without grades. Raises NotFound or
    Conflict."""
    work = Coursework(msgspec.convert(row.get("grading", {}), Policy))
    for given in row.get("periods", ()):
        if given["id"] not in periods:
            raise NotFound(f"No grading period has the id {given['id']}.")
        period = periods[given["id"]]
        weight = given.get("weight", period.weight)
        work.add_period(msgspec.structs.replace(period, weight=weight))
    for given in row.get("categories", ()):
        work.add_category(msgspec.convert(given, Category))
    for given in row.get("assignments", ()):
        work.add_assignment(msgspec.convert(given, Assignment))
    if row.get("exam_assignment"):
        work.assignment(row["exam_assignment"])
    return work


def fill(
    book: Gradebook, row: Mapping[str, Any], place: str, at: float, by: str
) -> Iterator[Problem]:
    """Put grades, final comments and overrides into a section whose people are enrolled; yields
    what is wrong. `place` is the section's JSON pointer."""
    section, work = row["id"], book.coursework(row["id"])
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
            work.put_comment(
                FinalComment(given["enrollment"], given["period"], given["comment"], status, at)
            )
        except Refused as error:
            yield Problem(f"{place}/final_comments/{number}", str(error))
    for number, given in enumerate(row.get("overrides", ())):
        try:
            _require(book, section, given["enrollment"])
            work.put_override(msgspec.convert(given, Override))
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
