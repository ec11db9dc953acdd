"""PUT sections/{id}/grades: judges each row, stores the good ones, reports on all.

Source: "Grade/Grades" of the Schoology documentation, fields and both PUT requests. It shows no
answer; the default here (207, a code for each row) is inference, and a policy of the seed.
"""

from __future__ import annotations

from typing import Any

from mock_sis.dialects.schoology import body
from mock_sis.dialects.schoology.answers import answer, nothing
from mock_sis.dialects.schoology.codes import BAD, OK
from mock_sis.dialects.schoology.judging import Judge, Told, shown
from mock_sis.dialects.schoology.lookup import section_of
from mock_sis.errors import Refused
from mock_sis.exchange import Call, Params, Reply
from mock_sis.faults.plan import Effects
from mock_sis.faults.row_fate import RowFate
from mock_sis.world import Context


def put_grades(context: Context, call: Call, params: Params) -> Reply:
    """Set or change grades, final comments, or both."""
    section, book = section_of(context, params), context.world.gradebook
    request = body.read(call)
    judge = Judge(book, section, call.received, context.operation)
    grades = [judge.grade(row) for row in request.grades or ()]
    comments = [judge.comment(row) for row in request.final_comments or ()]
    status = context.policy.put_status
    if context.effects.bend_rows:
        grades, comments = _bent(context.effects, judge, grades, comments, listed=status != 204)
    if judge.grades:
        book.put_grades(section.id, judge.grades)
    for comment in judge.comments.values():
        book.put_comment(section.id, comment)
    report: dict[str, Any] = {}
    if request.grades is not None:
        report["grades"] = {"grade": grades}
    if request.final_comments is not None:
        report["final_comments"] = {"final_comment": comments}
    return nothing(status) if status == 204 else answer(call, report, status)


def _bent(
    effects: Effects, judge: Judge, grades: list[Told], comments: list[Told], *, listed: bool
) -> tuple[list[Told], list[Told]]:
    """The report as faults bend it; what they keep from being stored is taken from the judge."""
    told = [*grades, *comments]
    rows = effects.rows([_row(each) for each in told], listed)
    # A fault does the same to all rows of one enrollment that would have been accepted.
    judge.forget(
        {
            each["enrollment_id"]
            for each, row in zip(told, rows, strict=True)
            if each["response_code"] == OK and not row.stored
        }
    )
    bent = [_retold(each, row) for each, row in zip(told, rows, strict=True)]
    return bent[: len(grades)], bent[len(grades) :]


def _row(told: Told) -> RowFate:
    return RowFate(str(told["enrollment_id"]), told.get("message"), told["response_code"] == OK)


def _retold(told: Told, row: RowFate) -> Told:
    if row.error is None:  # what was refused is not called accepted by any fault
        return told
    code = told["response_code"]
    return {**told, "response_code": code if code != OK else BAD, "message": row.error}


def subjects(_context: Context, call: Call) -> frozenset[str]:
    """The enrollments that a request is about; empty if it cannot be read."""
    try:
        return frozenset(str(shown(each)) for each in body.read(call).enrollments())
    except Refused:
        return frozenset()
