"""Write and delete results."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import msgspec
from msgspec import UNSET

from mock_sis.clock import day
from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.gradebook_rows import EXEMPT, result_row
from mock_sis.dialects.oneroster.lists import RESULTS
from mock_sis.dialects.oneroster.rules import check_class, check_put_result
from mock_sis.dialects.oneroster.sourcedids import (
    TERM,
    Result,
    find_accepted_line_item,
    find_accepted_result,
    number_of,
    refuse_reserved,
    result_name,
)
from mock_sis.dialects.oneroster.statusinfo import RuleBroken
from mock_sis.dialects.oneroster.writing.accepting import (
    DELETED,
    accept,
    pairs_reply,
    put_reply,
    refuse_duplicates,
    scale_named,
    unknown,
)
from mock_sis.dialects.oneroster.writing.sent import SentResult, one_result, sent_result
from mock_sis.errors import Invalid, NotFound
from mock_sis.exchange import Call, Params, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Assignment, Grade, ResultDetails
from mock_sis.gradebook.delayed_writes import DropResult, PutResults
from mock_sis.gradebook.totals import EXCUSED, INCOMPLETE, MISSING
from mock_sis.gradebook.values import Section
from mock_sis.world import Context


@dataclass(frozen=True, slots=True)
class Within:
    """The limits that the path of a POST sets: a line item, or a class and a grading period (0 for
    the whole term)."""

    line_item: str | None = None
    section: str | None = None
    period: int = 0

    def holds(self, named: str, section: str, item: Assignment) -> bool:
        """Whether a line item, which the body calls `named`, is within these limits."""
        return (
            self.line_item in (None, named)
            and self.section in (None, section)
            and self.period in (0, item.period)
        )


ANYWHERE = Within()


class Planned(msgspec.Struct, frozen=True):
    """A result that passed every check. `name` is its sourcedId from the client, if any."""

    section: str
    grade: Grade
    existed: bool
    name: str | None

    @property
    def place(self) -> Result:
        """Its section, assignment and enrollment."""
        return (self.section, self.grade.assignment, self.grade.enrollment)


def put_result(context: Context, call: Call, params: Params) -> Reply:
    """Write the result with the sourcedId of the path."""
    name = params["result"]
    made = _plan(context, call, one_result(context, call, name), name, ANYWHERE)
    context.world.gradebook.give_name("result", made.place, name)
    accept(context, call, [PutResults(made.section, (made.grade,))])
    section = context.world.gradebook.sections[made.section]
    return put_reply(
        context, made.existed, RESULTS, lambda rows: result_row(rows, section, made.grade)
    )


def post_results(context: Context, call: Call, params: Params) -> Reply:
    """Write results on a line item."""
    name = params["lineItem"]
    if find_accepted_line_item(context.world.gradebook, name) is None:
        raise NotFound(f"No line item has the sourcedId {name[:200]!r}.")
    return _post(context, call, Within(line_item=name))


def post_session_results(context: Context, call: Call, params: Params) -> Reply:
    """Write results on line items of a class and a grading period."""
    section, named = params["class"], params["session"]
    work = context.world.gradebook.coursework(section)
    period = 0 if named == TERM else number_of(named)
    if period is None or (period and period not in work.periods):
        raise NotFound(f"No academic session of this class has the sourcedId {named[:200]!r}.")
    return _post(context, call, Within(section=section, period=period))


def delete_result(context: Context, call: Call, params: Params) -> Reply:
    """Delete a result."""
    book, rules = context.world.gradebook, context.policy.rules
    found = find_accepted_result(book, params["result"])
    if found is None:
        raise NotFound(f"No result has the sourcedId {params['result'][:200]!r}.")
    (section, number, enrollment), item = found
    check_class(rules, book.sections[section])
    work = book.coursework(section)
    check_put_result(rules, work, item, work.grade(number, enrollment), "")
    accept(context, call, [DropResult(section, number, enrollment)])
    return DELETED


def _post(context: Context, call: Call, within: Within) -> Reply:
    listed = bodies.many(context, call, RESULTS)
    refuse_duplicates((given.get("sourcedId") for given in listed), "sourcedId")
    planned = [
        _plan(context, call, sent_result(given), given.get("sourcedId"), within) for given in listed
    ]
    refuse_duplicates((row.place for row in planned), "line item and student")
    _write(context, call, planned)
    book = context.world.gradebook
    return pairs_reply(listed, (result_name(book, row.place) for row in planned))


def _write(context: Context, call: Call, planned: list[Planned]) -> None:
    book = context.world.gradebook
    for row in planned:
        if row.name is not None:
            book.give_name("result", row.place, row.name)
    sections = groupby(planned, key=lambda row: row.section)
    writes = [PutResults(name, tuple(row.grade for row in rows)) for name, rows in sections]
    accept(context, call, writes)


def _plan(
    context: Context, call: Call, given: SentResult, name: str | None, within: Within
) -> Planned:
    """The result to be written, once every check has let it through."""
    book, rules = context.world.gradebook, context.policy.rules
    section, item = _item(book, given, within)
    check_class(rules, section)
    enrollment = _enrollment(context, section, given.student.sourced_id)
    if name is not None:
        _refuse_moved(book, name, (section.id, item.id, enrollment))
    work = book.coursework(section.id)
    before = work.grade(item.id, enrollment)
    check_put_result(rules, work, item, before, given.text_score or "")
    if given.score_scale:
        scale_named(context, given.score_scale.sourced_id)
    pending = book.posting.awaits_result(section.id, item.id, enrollment)
    grade = _grade(context, call, given, item, enrollment, before)
    return Planned(section.id, grade, before is not None or pending, name)


def _refuse_moved(book: Gradebook, name: str, place: Result) -> None:
    """Raise Invalid if the sourcedId belongs to another result or is reserved for the SIS."""
    if book.aliases.name("result", place) == name:
        return
    known = find_accepted_result(book, name)
    if known is None:
        refuse_reserved(book, name)
    elif known[0] != place:
        raise Invalid(
            f"The sourcedId {name[:80]!r} belongs to the result of another line item or student."
        )


def _item(book: Gradebook, given: SentResult, within: Within) -> tuple[Section, Assignment]:
    named = given.line_item.sourced_id
    found = find_accepted_line_item(book, named)
    if found is None:
        raise unknown("line item", named)
    section, item = found
    if within is not ANYWHERE and not within.holds(named, section, item):
        raise Invalid(f"lineItem must match the path (got {named[:200]!r}).")
    if given.klass and given.klass.sourced_id != section:
        got = given.klass.sourced_id[:200]
        raise Invalid(f"class must be {section!r}, the class of the line item (got {got!r}).")
    return book.sections[section], item


def _enrollment(context: Context, section: Section, named: str) -> int:
    """The id of the student's enrollment in the class. Raises Invalid and RuleBroken.

    Without the rule `enrolled_only`, students who were dropped still take scores.
    """
    book = context.world.gradebook
    if named not in book.people:
        raise unknown("student", named)
    found = book.roster(section.id).get(named)
    if found is None or found.role != "student":
        raise RuleBroken("enrolled_only", "the student is not enrolled in this class.")
    if context.policy.rules.enrolled_only and found.state == "withdrawn":
        raise RuleBroken("enrolled_only", "the student has been dropped from this class.")
    return found.id


def _grade(
    context: Context,
    call: Call,
    given: SentResult,
    item: Assignment,
    enrollment: int,
    before: Grade | None,
) -> Grade:
    """The result to be written. A late flag that a teacher set stays if the body leaves it out."""
    details = before.details if before is not None else None
    kept = given.late is UNSET and details is not None and details.late_by_hand
    score = None if given.score is UNSET else given.score
    if score is not None and score < 0:
        raise Invalid(f"score must be at least 0 (got {score:g}).")
    exception = _exception(given)
    details = ResultDetails(
        given.score_status,
        day(given.score_date, context.world.gradebook.zone),
        given.text_score or "",
        kept or given.late == "true",
        given.in_progress == "true",
        given.metadata or {},
        kept,
    )
    return Grade(
        item.id,
        enrollment,
        None if exception or score is None else score + 0.0,  # turns -0.0 into 0.0
        call.received,
        context.operation,
        exception,
        given.comment or "",
        None,
        details,
    )


def _exception(given: SentResult) -> int:
    if given.score_status == EXEMPT:
        return EXCUSED
    if given.score is not UNSET:
        return 0
    return INCOMPLETE if given.incomplete == "true" else MISSING if given.missing == "true" else 0
