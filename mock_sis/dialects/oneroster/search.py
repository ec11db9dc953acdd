"""Plan which indexes of the gradebook answer a list of results, so that it reads no other results.

The path and the clauses about class, line item, student, sourcedId and dateLastModified become
lookups in the indexes. The other clauses of a filter are tested on each row that these find.
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
"""The values that all results share; deleted ones are not shown."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """The results of a section, assignment or enrollment, last changed within a span of time.
    None means any."""

    section: str | None = None
    assignment: int | None = None
    enrollment: int | None = None
    span: Span | None = None

    def page(
        self, book: Gradebook, start: int = 0, limit: int = 2**31
    ) -> tuple[list[tuple[Section, Grade]], int]:
        """A page of the results, and their total number."""
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
    """Lookups that find every wanted result. If `exact`, they find no others, and each one once."""

    lookups: tuple[Lookup, ...] = ()
    exact: bool = True


def search(book: Gradebook, named: Mapping[str, str], wanted: Filter | None) -> Search:
    """Plan the lookups for a filter; `named` are the values of fields that the path determines."""
    clauses = () if wanted is None else wanted.clauses
    if wanted is None or wanted.joiner == "AND":
        return _all_hold(book, named, clauses)
    one, other = (_all_hold(book, named, (clause,)) for clause in clauses)
    if not other.lookups or clauses[0] == clauses[1]:
        return one
    if not one.lookups:
        return other
    apart = clauses[0].field == clauses[1].field and all(map(_is_indexed, clauses))
    return Search(one.lookups + other.lookups, apart)


def _all_hold(book: Gradebook, named: Mapping[str, str], clauses: Iterable[Clause]) -> Search:
    """Plan the lookups for results that match all clauses."""
    equal, span, exact = dict(named), None, True
    for clause in clauses:
        if clause.field in EVERY_ROW:
            if not clause.matches(EVERY_ROW):
                return Search()
        elif _is_indexed(clause):
            if equal.setdefault(clause.field, clause.value) != clause.value:
                return Search()
        elif clause.field == MODIFIED and clause.operator in _SPANS:
            span = _narrowed(span, clause)
        else:
            exact = False
    return Search(tuple(_lookups(book, equal, span)), exact)


def _is_indexed(clause: Clause) -> bool:
    return clause.operator == "=" and clause.field in NAMES


def _lookups(book: Gradebook, equal: Mapping[str, str], span: Span | None) -> Iterator[Lookup]:
    """The lookups for results with these values of indexed fields."""
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
        yield Lookup(section, assignment, enrollment, span)
        return
    for each in book.sections_of(equal[STUDENT]):
        own = book.enrollment(each.id, equal[STUDENT]).id
        if section in (None, each.id) and enrollment in (None, own):
            yield Lookup(each.id, assignment, own, span)


Compare = Callable[[datetime, datetime], bool]
_SPANS: Mapping[str, tuple[Compare | None, Compare | None]] = {
    ">": (operator.gt, None),
    ">=": (operator.ge, None),
    "<": (None, operator.ge),
    "<=": (None, operator.gt),
    "=": (operator.ge, operator.gt),
}
"""For each operator: the comparison with its value at which a span begins, and past which it is
over. None: the span has no such bound."""


def _narrowed(span: Span | None, clause: Clause) -> Span:
    """The part of a span in which the clause holds."""
    below, above = _SPANS[clause.operator]
    wanted = moment(clause.value)
    assert wanted is not None  # parse_filter refuses other values
    mine = Span(below and _comparison(below, wanted), above and _comparison(above, wanted))
    if span is None:
        return mine
    return Span(_combined(span.begun, mine.begun, all), _combined(span.over, mine.over, any))


Holds = Callable[[float], bool]


def _comparison(compare: Compare, wanted: datetime) -> Holds:
    """Test how a time compares with `wanted`, in the precision of answers."""
    return lambda at: compare(shown(at), wanted)


def _combined(
    one: Holds | None, other: Holds | None, how: Callable[[Iterable[bool]], bool]
) -> Holds | None:
    """Combine two tests with `all` or `any`; a missing one does not count."""
    if one is None or other is None:
        return one or other
    return lambda at: how((one(at), other(at)))
