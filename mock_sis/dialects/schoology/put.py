"""PUT sections/{id}/grades: judges each row, stores the good ones, reports on all.

Source: "Grade/Grades" of the Schoology documentation, fields and both PUT requests. It shows no
answer; the default here (207, a code for each row) is inference, and a policy of the seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.contracts import contract
from mock_sis.coursework import Assignment, Coursework, FinalComment, Grade
from mock_sis.dialects.schoology.answers import answer, nothing
from mock_sis.dialects.schoology.lookup import section_of
from mock_sis.dialects.schoology.numbers import absent, decimal, listed, plain, whole
from mock_sis.errors import Invalid, Refused
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook import Gradebook, Section
from mock_sis.grading import Level, letter_points
from mock_sis.media import request_format
from mock_sis.verdict import Row
from mock_sis.world import Context, World

TYPES = ("application/json", "application/xml", "text/xml")
OK, BAD, FORBIDDEN, MISSING = 200, 400, 403, 404


@dataclass(frozen=True, slots=True)
class Judged:
    """One row of a request: how it stands in the report, the code and the cause, and what is to
    be written (None where it is refused)."""

    names: dict[str, Any]
    subject: str
    code: int
    message: str = ""
    write: Grade | FinalComment | None = None


class RowRefused(Exception):
    """A row that cannot be taken, with its code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Desk:
    """What rows are judged against: a section before the request, the time and the operation."""

    book: Gradebook
    section: Section
    work: Coursework
    at: float
    by: str


def put_grades(context: Context, call: Call, params: Params) -> Reply:
    """Set or change grades, final comments, or both."""
    section = section_of(context, params)
    data = request_format(call, TYPES).decode(call.body)
    problems = contract("schoology/grades-request.schema.json").problems(data)
    if problems:
        raise Invalid("The body is not a request to set grades.", problems=problems)
    book = context.world.gradebook
    desk = Desk(book, section, book.coursework(section.id), call.received, context.operation)
    report: dict[str, Any] = {}
    for kind, member, judge in KINDS:
        if kind in data:
            rows = listed(data[kind][member]) if isinstance(data[kind], Mapping) else []
            report[kind] = {member: _apply(context, desk, [judge(desk, row) for row in rows])}
    return _reported(context, call, report)


def _apply(context: Context, desk: Desk, judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Store what is to be stored, and give the report's rows."""
    told = context.effects.rows(
        [Row(each.subject, each.message or None, each.write is not None) for each in judged]
    )
    kept = [each.write for each, row in zip(judged, told, strict=True) if row.stored and each.write]
    grades = [write for write in kept if isinstance(write, Grade)]
    if grades:
        desk.book.put_grades(desk.section.id, grades)
    for write in kept:
        if isinstance(write, FinalComment):
            desk.work.put_comment(write)
    return [_told(each, row) for each, row in zip(judged, told, strict=True)]


def _told(judged: Judged, row: Row) -> dict[str, Any]:
    if row.error is None:
        return {**judged.names, "response_code": OK}
    code = judged.code if judged.code != OK else BAD
    return {**judged.names, "response_code": code, "message": row.error}


def _reported(context: Context, call: Call, report: dict[str, Any]) -> Reply:
    status = context.world.settings.schoology.put_status
    return nothing(status) if status == 204 else answer(call, report, status)


def judge_grade(desk: Desk, row: Mapping[str, Any]) -> Judged:
    """The verdict on one grade."""
    names = {name: _shown(row[name]) for name in ("enrollment_id", "assignment_id")}
    subject = str(names["enrollment_id"])
    try:
        grade = _grade(desk, row)
    except RowRefused as refused:
        return Judged(names, subject, refused.code, str(refused))
    return Judged(names, subject, OK, "", grade)


def _grade(desk: Desk, row: Mapping[str, Any]) -> Grade:
    enrollment = _enrollment(desk, row["enrollment_id"])
    item = _assignment(desk, row["assignment_id"])
    before = desk.work.grade(item.id, enrollment)
    exception = _exception(row, before)
    value = None if exception else _points(desk, item, row, before)
    comment, status = _comment(row, before)
    return Grade(item.id, enrollment, value, desk.at, desk.by, exception, comment, status)


def _enrollment(desk: Desk, given: Any) -> int:
    number = whole(given)
    found = None if number is None else desk.book.enrollment_by_id(desk.section.id, number)
    if found is None:
        raise RowRefused(MISSING, "There is no such enrollment in this section.")
    if found.state == "withdrawn":
        raise RowRefused(FORBIDDEN, "The enrollment is not active.")
    if desk.section.state == "closed":
        raise RowRefused(FORBIDDEN, "The section is closed.")
    return found.id


def _assignment(desk: Desk, given: Any) -> Assignment:
    number = whole(given)
    if number is None or number not in desk.work.assignments:
        raise RowRefused(MISSING, "There is no such assignment in this section.")
    return desk.work.assignments[number]


def _exception(row: Mapping[str, Any], before: Grade | None) -> int:
    if "exception" not in row:
        # A new grade ends an exception that stood before it.
        return 0 if "grade" in row or before is None else before.exception
    given = row["exception"]
    number = 0 if absent(given) else whole(given)
    if number not in (0, 1, 2, 3):
        raise RowRefused(
            BAD, "The exception is 0 (none), 1 (excused), 2 (incomplete) or 3 (missing)."
        )
    return number


def _points(
    desk: Desk, item: Assignment, row: Mapping[str, Any], before: Grade | None
) -> float | None:
    if "grade" not in row:
        return None if before is None else before.grade
    given = row["grade"]
    if absent(given):
        return None
    number = decimal(given)
    if number is None and isinstance(given, str):
        number = _letter(desk, item, given)
    if number is None:
        raise RowRefused(BAD, "The grade is neither a number nor a letter of the scale.")
    if number < 0:
        raise RowRefused(BAD, "The grade is below 0.")
    return number


def _letter(desk: Desk, item: Assignment, letter: str) -> float | None:
    scale = desk.book.scale_by_number(item.scale)
    if scale is None:
        return None
    levels = [Level(level.mark, level.value) for level in scale.levels]
    return letter_points(levels, letter, item.max_points)


def _comment(row: Mapping[str, Any], before: Grade | None) -> tuple[str, int | None]:
    comment = before.comment if before else ""
    status = before.comment_status if before else None
    if "comment" in row:
        comment = "" if absent(row["comment"]) else str(row["comment"])
        status = status if status is not None or not comment else 0
    if "comment_status" in row:
        status = _visibility(row["comment_status"])
    return comment, status


def _visibility(given: Any) -> int | None:
    if absent(given):
        return None
    number = whole(given)
    if number not in (0, 1):
        raise RowRefused(BAD, "The comment_status is 1 (visible to the student) or 0.")
    return number


def judge_comment(desk: Desk, row: Mapping[str, Any]) -> Judged:
    """The verdict on one final comment."""
    names = {name: _shown(row[name]) for name in ("enrollment_id", "period_id")}
    subject = str(names["enrollment_id"])
    try:
        enrollment = _enrollment(desk, row["enrollment_id"])
        period = _period(desk, row["period_id"])
        status = _visibility(row.get("comment_status")) or 0
    except RowRefused as refused:
        return Judged(names, subject, refused.code, str(refused))
    text = "" if absent(row["comment"]) else str(row["comment"])
    return Judged(names, subject, OK, "", FinalComment(enrollment, period, text, status, desk.at))


def _period(desk: Desk, given: Any) -> str:
    if given == "final":
        return "final"
    number = whole(given.removeprefix("p") if isinstance(given, str) else given)
    if number is None or number not in desk.work.periods:
        raise RowRefused(MISSING, "There is no such grading period in this section.")
    return f"p{number}"


def _shown(given: Any) -> Any:
    """An id as the report names it: a whole number where it is one, else as it was sent."""
    number = whole(given)
    return number if number is not None else plain(given) if isinstance(given, float) else given


KINDS = (
    ("grades", "grade", judge_grade),
    ("final_comments", "final_comment", judge_comment),
)


def subjects(_world: World, call: Call) -> frozenset[str]:
    """The enrollments a request is about; none where it cannot be read."""
    try:
        data = request_format(call, TYPES).decode(call.body)
    except Refused:
        return frozenset()
    if not contract("schoology/grades-request.schema.json").accepts(data):
        return frozenset()
    rows = (
        row
        for kind, member, _ in KINDS
        if isinstance(data.get(kind), Mapping)
        for row in listed(data[kind][member])
    )
    return frozenset(str(_shown(row["enrollment_id"])) for row in rows)
