"""Where the results that a list asks for stand, so that no others are looked at.

What a path names, and what a filter says of the class, the line item, the student, the time of the
last change or the result's own name, narrows a list to stripes of the gradebook that its indexes
know. What else a filter says is judged row by row within these.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from mock_sis.clock import moment, shown
from mock_sis.dialects.oneroster.filters import Clause, Filter
from mock_sis.dialects.oneroster.sourcedids import find_line_item, find_result
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.index import Span
from mock_sis.gradebook.coursework.values import Grade
from mock_sis.gradebook.values import Section

NAME, MODIFIED = "sourcedId", "dateLastModified"
CLASS, LINE_ITEM, STUDENT = "class.sourcedId", "lineItem.sourcedId", "student.sourcedId"
NAMES = frozenset({NAME, CLASS, LINE_ITEM, STUDENT})
EVERY_ROW = {"status": "active"}
"""What all results have in common: those that were deleted are not shown."""


@dataclass(frozen=True, slots=True)
class Stripe:
    """Results of one section or of all, of one assignment, of one enrollment, or of two of these;
    where there is a span of time, only those last changed within it."""

    section: str | None = None
    assignment: int | None = None
    enrollment: int | None = None
    span: Span | None = None

    def page(
        self, book: Gradebook, start: int = 0, limit: int = 2**31
    ) -> tuple[list[tuple[Section, Grade]], int]:
        """A page of the results in it, and how many there are."""
        if self.section is None:
            return book.page(start, limit, self.span)
        section = book.sections[self.section]
        found, total = book.coursework(self.section).page(
            start,
            limit,
            assignment=self.assignment,
            enrollment=self.enrollment,
            span=self.span,
        )
        return [(section, grade) for grade in found], total


@dataclass(frozen=True, slots=True)
class Search:
    """Stripes that hold all that is asked for. They are `exact` where they hold nothing else, and
    nothing twice."""

    stripes: tuple[Stripe, ...] = ()
    exact: bool = True


def search(book: Gradebook, named: Mapping[str, str], wanted: Filter | None) -> Search:
    """Where the results stand that a filter asks for, of those that have what a path names."""
    clauses = () if wanted is None else wanted.clauses
    if wanted is None or wanted.joiner == "AND":
        return _all_hold(book, named, clauses)
    one, other = (_all_hold(book, named, (clause,)) for clause in clauses)
    if not other.stripes or clauses[0] == clauses[1]:
        return one
    if not one.stripes:
        return other
    apart = clauses[0].field == clauses[1].field and all(map(_is_indexed, clauses))
    return Search(one.stripes + other.stripes, apart)


def _all_hold(book: Gradebook, named: Mapping[str, str], clauses: Iterable[Clause]) -> Search:
    """Where the results stand for which all clauses hold."""
    equal, span, exact = dict(named), None, True
    for clause in clauses:
        if clause.field in EVERY_ROW:
            if not clause.matches(EVERY_ROW):
                return Search()
        elif _is_indexed(clause):
            if equal.setdefault(clause.field, clause.value) != clause.value:
                return Search()
        elif clause.field == MODIFIED and clause.operator in _SPANS:
            span = _both(span, clause)
        else:
            exact = False
    return Search(tuple(_stripes(book, equal, span)), exact)


def _is_indexed(clause: Clause) -> bool:
    return clause.operator == "=" and clause.field in NAMES


def _stripes(book: Gradebook, equal: Mapping[str, str], span: Span | None) -> Iterator[Stripe]:
    """The results whose fields have these values."""
    section = assignment = enrollment = None
    if NAME in equal:
        found = find_result(book, equal[NAME])
        if found is None:
            return
        section, assignment, enrollment = found
    if LINE_ITEM in equal:
        place = find_line_item(book, equal[LINE_ITEM])
        if place is None or (NAME in equal and place != (section, assignment)):
            return
        section, assignment = place
    if CLASS in equal:
        if equal[CLASS] not in book.sections or section not in (None, equal[CLASS]):
            return
        section = equal[CLASS]
    if STUDENT not in equal:
        yield Stripe(section, assignment, enrollment, span)
        return
    for each in book.sections_of(equal[STUDENT]):
        own = book.enrollment(each.id, equal[STUDENT]).id
        if section in (None, each.id) and enrollment in (None, own):
            yield Stripe(each.id, assignment, own, span)


Compare = Callable[[datetime, datetime], bool]
_SPANS: Mapping[str, tuple[Compare | None, Compare | None]] = {
    ">": (operator.gt, None),
    ">=": (operator.ge, None),
    "<": (None, operator.ge),
    "<=": (None, operator.gt),
    "=": (operator.ge, operator.gt),
}
"""How the times an operator holds for stand to its value, and how those that are too late do."""


def _both(span: Span | None, clause: Clause) -> Span:
    """The times in a span for which a clause holds."""
    below, above = _SPANS[clause.operator]
    wanted = moment(clause.value)
    assert wanted is not None  # or it would have been refused
    mine = Span(below and _stands(below, wanted), above and _stands(above, wanted))
    if span is None:
        return mine
    return Span(_also(span.begun, mine.begun, all), _also(span.over, mine.over, any))


Holds = Callable[[float], bool]


def _stands(compare: Compare, wanted: datetime) -> Holds:
    """Whether a time stands so to the wanted one, as it is shown."""
    return lambda at: compare(shown(at), wanted)


def _also(
    one: Holds | None, other: Holds | None, how: Callable[[Iterable[bool]], bool]
) -> Holds | None:
    """Whether both hold, or one does; where there is one, that one."""
    if one is None or other is None:
        return one or other
    return lambda at: how((one(at), other(at)))
