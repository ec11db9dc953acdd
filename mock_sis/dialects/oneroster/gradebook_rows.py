"""Gradebook objects, as rows: categories, line items, results, score scales.

Names and forms follow OneRoster 1.2 gradebook. A result is a grade written by any dialect. An
excused grade is "exempt"; fields that only OneRoster has are in `Grade.details`.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from mock_sis.clock import day_at, moment, rfc3339
from mock_sis.dialects.oneroster.roster import FIRST_DAY, LAST_DAY, JsonObject, Rows, head
from mock_sis.dialects.oneroster.sourcedids import (
    SCHOOL,
    category_name,
    line_item_name,
    result_name,
    scale_name,
)
from mock_sis.formats.numbers import digits
from mock_sis.gradebook.coursework.values import OTHER, Assignment, Category, Grade
from mock_sis.gradebook.totals import EXCUSED, INCOMPLETE, MISSING
from mock_sis.gradebook.values import Scale, Section

EXEMPT, GRADED, NOT_SUBMITTED = "exempt", "fully graded", "not submitted"
GRADEBOOK = "gradebook"


def category_row(rows: Rows, section: Section, category: Category) -> JsonObject:
    """A category. Its class is in its metadata, since the standard has no field for it."""
    row: JsonObject = {
        **head(category_name(rows.book, section.id, category.id)),
        "metadata": {"classSourcedId": section.id},
        "title": category.title,
    }
    return row if category.weight is None else {**row, "weight": _plain(category.weight)}


def line_item_row(rows: Rows, section: Section, item: Assignment) -> JsonObject:
    """A line item."""
    book = rows.book
    row: JsonObject = {
        **head(line_item_name(book, section.id, item.id), item.at),
        "title": item.title,
        "assignDate": _date_time(item.assign_date, book.zone) or f"{FIRST_DAY}T00:00:00.000Z",
        "dueDate": _date_time(item.due, book.zone) or f"{LAST_DAY}T23:59:59.000Z",
        "class": rows.ref("class", "classes", section.id),
        "school": rows.ref("org", "orgs", SCHOOL),
        "category": rows.ref(
            "category", "categories", category_name(book, section.id, item.category), GRADEBOOK
        ),
        "resultValueMin": _plain(item.min_points),
        "resultValueMax": _plain(item.max_points),
    }
    if item.description:
        row["description"] = item.description
    if item.period != OTHER:
        row["gradingPeriod"] = rows.session_ref(item.period)
    scale = book.scale_by_number(item.scale)
    if scale is not None:
        row["scoreScale"] = rows.ref(
            "scoreScale", "scoreScales", scale_name(book, scale.id), GRADEBOOK
        )
    if item.metadata:
        row["metadata"] = item.metadata
    return row


def result_row(rows: Rows, section: Section, grade: Grade) -> JsonObject:
    """A result."""
    book, more = rows.book, grade.details
    item = line_item_name(book, section.id, grade.assignment)
    enrollment = book.enrollment_by_id(section.id, grade.enrollment)
    student = enrollment.person if enrollment else ""
    row: JsonObject = {
        **head(result_name(book, (section.id, grade.assignment, grade.enrollment)), grade.at),
        "lineItem": rows.ref("lineItem", "lineItems", item, GRADEBOOK),
        "student": rows.ref("user", "users", student),
        "class": rows.ref("class", "classes", section.id),
        "scoreStatus": score_status(grade),
        "scoreDate": (more and more.score_date) or day_at(grade.at, book.zone),
        "inProgress": _flag(bool(more and more.in_progress)),
        "incomplete": _flag(grade.exception == INCOMPLETE),
        "late": _flag(bool(more and more.late)),
        "missing": _flag(grade.exception == MISSING),
    }
    if grade.grade is not None:
        row["score"] = _plain(grade.grade)
    if more and more.text_score:
        row["textScore"] = more.text_score
    if grade.comment:
        row["comment"] = grade.comment
    if more and more.metadata:
        row["metadata"] = more.metadata
    return row


def score_status(grade: Grade) -> str:
    """The OneRoster scoreStatus of a grade."""
    if grade.exception == EXCUSED:
        return EXEMPT
    if grade.details and grade.details.score_status:
        return grade.details.score_status
    return NOT_SUBMITTED if grade.grade is None else GRADED


def scale_row(rows: Rows, section: Section, scale: Scale) -> JsonObject:
    """A score scale as a class uses it. The values of a numeric scale are its bounds."""
    levels = [(level.mark, level.value) for level in scale.levels]
    bounds = (scale.range.min, scale.range.max) if scale.range else ()
    ends = [(digits(end), end) for end in bounds]
    return {
        **head(scale_name(rows.book, scale.id)),
        "title": scale.title,
        "type": scale.kind or ("letters" if scale.levels else "numeric"),
        "class": rows.ref("class", "classes", scale.section or section.id),
        "scoreScaleValue": [
            {"itemValueLHS": mark, "itemValueRHS": digits(value)}
            for mark, value in (levels or ends or [("0", 0.0)])
        ],
    }


def _date_time(text: str, zone: tzinfo) -> str:
    """A date or date-time of this time zone as a date-time in UTC; "" for any other text."""
    found = moment(text, zone)
    return rfc3339(found) if found else ""


def _flag(on: bool) -> str:
    return "true" if on else "false"


def _plain(number: float) -> Any:
    return int(number) if abs(number) < 2**53 and float(number).is_integer() else number
