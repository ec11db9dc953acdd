"""The receiver's verdict on each participant of an export, and what it answers.

Source: "Grade Export: Rules and Technical Setup", technical details (the recommended answer), and
the export rules (an export runs once). Every row is judged before any is stored, so that an export
is never half-applied by accident; errors name the cause and never another participant's data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from msgspec.structs import replace

from mock_sis.contracts.contract import pointer
from mock_sis.dialects.wiseflow.settings import Overwrite
from mock_sis.errors import Invalid, Problem
from mock_sis.exchange import Reply
from mock_sis.faults.row_fate import RowFate
from mock_sis.formats.mapping.paths import Path
from mock_sis.formats.mapping.reports import ANSWER_TYPES, Report, write_report
from mock_sis.formats.mapping.rows import Given
from mock_sis.formats.mapping.shapes import AnswerMapping
from mock_sis.formats.negotiation import json_reply
from mock_sis.formats.numbers import LARGEST, SMALLEST
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.values import Enrollment, Scale, Score, Section, key


@dataclass(frozen=True, slots=True)
class Desk:
    """What a participant is judged against: one section as it stands before the export.

    `worth` is what a mark is worth on the scale, None if it is not on it; an export has few
    different marks, so each is looked up once.
    """

    section: Section
    scale: Scale | None
    worth: Callable[[str], float | None]
    roster: Mapping[str, Enrollment]
    scores: Mapping[str, Score]
    overwrite: Overwrite


def desk(book: Gradebook, section: Section, overwrite: Overwrite) -> Desk:
    """The state of a section to judge an export by."""
    scale = book.scale_of(section)
    return Desk(
        section,
        scale,
        cache(scale.value) if scale else lambda _: 0,
        book.roster(section.id),
        book.scores(section.exam),
        overwrite,
    )


def judge(desk: Desk, given: Sequence[Given]) -> list[RowFate]:
    """A verdict on each participant, in the order sent."""
    return list(_judge_each(desk, given))


def _judge_each(desk: Desk, given: Sequence[Given]) -> Iterator[RowFate]:
    seen: set[str] = set()
    for row in given:
        person = key(row.user_id)
        error = TWICE if person in seen else _first_cause(desk, person, row)
        seen.add(person)
        yield RowFate(person, error, error is None)


def _first_cause(desk: Desk, person: str, row: Given) -> str | None:
    for check in CHECKS:
        error = check(desk, person, row)
        if error is not None:
            return error
    return None


TWICE = "The participant occurs more than once in this export."


def _not_an_id(_desk: Desk, person: str, row: Given) -> str | None:
    given = row.user_id
    # What is shorter fits. Asking that first is quicker in each of 10,000 rows.
    if len(person) < _LONG and not isinstance(given, float):
        return None
    if isinstance(given, str) or (isinstance(given, int) and SMALLEST <= given <= LARGEST):
        return None
    return f"The userId must be text or a whole number from {SMALLEST} to {LARGEST}."


_LONG = len(str(LARGEST))


def _closed(desk: Desk, _person: str, _row: Given) -> str | None:
    return None if desk.section.state == "open" else "The flow is closed in the SIS."


def _unknown(desk: Desk, person: str, _row: Given) -> str | None:
    return None if person in desk.roster else "The SIS has no such participant in this flow."


def _withdrawn(desk: Desk, person: str, _row: Given) -> str | None:
    withdrawn = desk.roster[person].state == "withdrawn"
    return "The participant has been withdrawn from this flow." if withdrawn else None


def _ungraded(_desk: Desk, _person: str, row: Given) -> str | None:
    return None if row.mark or row.admin_grade else "Neither a mark nor an adminGrade is given."


def _off_scale(desk: Desk, _person: str, row: Given) -> str | None:
    if desk.scale is None:
        return None
    for name, grade in (("mark", row.mark), ("adminGrade", row.admin_grade)):
        if grade and desk.worth(grade) is None:
            return f"The {name} {grade[:80]!r} is not on the scale {desk.scale.title!r}."
    return None


def _registered(desk: Desk, person: str, row: Given) -> str | None:
    before = desk.scores.get(person)
    if before is None or desk.overwrite == "allow":
        return None
    same = (before.mark, before.admin_grade) == (row.mark or "", row.admin_grade or "")
    if same and desk.overwrite == "same-value-ok":
        return None
    return "A grade is already registered for this participant."


CHECKS: tuple[Callable[[Desk, str, Given], str | None], ...] = (
    _closed,
    _not_an_id,
    _unknown,
    _withdrawn,
    _ungraded,
    _off_scale,
    _registered,
)
"""In the order in which they are asked; the first cause found is the one told."""


def store(
    book: Gradebook,
    section: Section,
    given: Sequence[Given],
    rows: Sequence[RowFate],
    at: float,
    by: str,
) -> None:
    """Register what is to be stored. A row that a fault wants stored although its participant is
    not enrolled has nowhere to go and is left out."""
    roster = book.roster(section.id)
    results = [
        (row.subject, sent.mark or "", sent.admin_grade or "")
        for row, sent in zip(rows, given, strict=True)
        if row.stored and row.subject in roster
    ]
    if results:
        book.register_all(section.id, results, at, by)


STANDARD = AnswerMapping()
MOST_NAMED = 20
"""The most participants that are named where no report can name all."""


def report(
    given: Sequence[Given], rows: Sequence[RowFate], answer: AnswerMapping = STANDARD
) -> Reply:
    """The recommended answer: 200 with the counts, and each error with its cause; in another form
    if the institution has one."""
    errors = [
        {"userId": sent.user_id, "errorInfo": row.error}
        for row, sent in zip(rows, given, strict=True)
        if row.error is not None
    ]
    if answer != STANDARD:
        told = [(each["userId"], str(each["errorInfo"])) for each in errors]
        return _in_its_form(Report(len(rows) - len(errors), len(errors), told), answer)
    return json_reply(
        {
            "numberOfSuccess": len(rows) - len(errors),
            "numberOfErrors": len(errors),
            "errors": errors,
        }
    )


def _in_its_form(told: Report, answer: AnswerMapping) -> Reply:
    if answer.format == "none":
        return Reply(answer.status)
    headers = (("Content-Type", ANSWER_TYPES[answer.format]),)
    return Reply(200, headers, write_report(told, answer), form=answer)


def all_or_none(rows: Sequence[RowFate]) -> Sequence[RowFate]:
    """The same fates where no report can say which participants were refused: if one is, none is
    stored. What a fault stores although it reports an error stays stored."""
    if all(row.error is None for row in rows):
        return rows
    return [replace(row, stored=row.stored and row.error is not None) for row in rows]


def refuse_some(rows: Sequence[RowFate], at: Path) -> None:
    """Raise Invalid if a participant is refused, where no report can say which. `at` is the path of
    the list in the body."""
    refused = [(place, row.error) for place, row in enumerate(rows) if row.error is not None]
    if refused:
        raise Invalid(
            f"The SIS registers all participants of an export or none, and refuses {len(refused)}"
            f" of {len(rows)}. Nothing was registered.",
            problems=[
                Problem(pointer([*at, place]), error or "") for place, error in refused[:MOST_NAMED]
            ],
        )
