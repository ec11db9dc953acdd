"""Build a gradebook from a seed document.

A document is checked against its schema first and for consistency second, so a gradebook is built
whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, tzinfo
from itertools import count
from typing import Any

import msgspec

from mock_sis.clock import moment, time_zone
from mock_sis.contracts.contract import MOST_PROBLEMS, more_than
from mock_sis.errors import Conflict, Invalid, Problem, Refused, SeedError
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Period
from mock_sis.gradebook.values import Enrollment, Flow, Identifier, Person, Scale, Section, key
from mock_sis.seeds.coursework import fill, plan, policy
from mock_sis.seeds.schema import seed_contract
from mock_sis.settings import Dialect

SEEDED = "seed"
"""The author of scores that come with a seed document."""


def build(document: Mapping[str, Any], at: float, dialects: tuple[Dialect, ...]) -> Gradebook:
    """A gradebook from a document; scores it brings are registered at `at` (Unix seconds).

    Raises SeedError with a Problem for each place that is wrong.
    """
    check(document, dialects)
    try:
        return _build(document, at, dialects)
    except msgspec.ValidationError as error:
        # To the schema, a fraction that rounds to a whole double is an integer.
        problem = Problem("", f"Ids must be written as whole numbers: {error}.")
        raise wrong([problem]) from error


def _build(document: Mapping[str, Any], at: float, dialects: tuple[Dialect, ...]) -> Gradebook:
    zone, wrong_zone = _zone(document)
    book = Gradebook(zone)
    periods = _periods(document)
    problems = [
        *wrong_zone,
        *_policy_problems(document, dialects),
        *_add_each(document, "people", lambda row: book.add_person(_person(row))),
        *_scale_problems(document),
        *_date_problems(document),
        *_add_each(_numbered(document), "scales", lambda row: book.add_scale(_scale(row))),
        *_add_each(document, "sections", lambda row: _add_section(book, row, periods)),
    ]
    if not problems:
        problems = list(_fill_sections(book, document, at))
    _raise(problems)
    return book


def check(document: Mapping[str, Any], dialects: tuple[Dialect, ...]) -> None:
    """Raise SeedError unless the document keeps its schema."""
    try:
        problems = seed_contract(dialects).problems(document)
    except ValueError as error:
        raise SeedError(f"The seed document must be JSON data ({error}).") from error
    _raise(problems)


def _raise(problems: list[Problem]) -> None:
    if len(problems) > MOST_PROBLEMS:
        problems = [*problems[:MOST_PROBLEMS], more_than(MOST_PROBLEMS)]
    if problems:
        raise wrong(problems)


def wrong(problems: list[Problem]) -> SeedError:
    """The error that names each place of a document that is wrong."""
    lines = "; ".join(f"{found.pointer or '(root)'}: {found.message}" for found in problems)
    return SeedError(f"The seed document is wrong at {lines}", problems=problems)


def policies_of(document: Mapping[str, Any], dialects: Iterable[Dialect]) -> dict[str, Any]:
    """Each dialect's policy by its name, from a document that keeps its schema."""
    return {
        each.name: msgspec.convert(document.get(each.name, {}), each.policy) for each in dialects
    }


def _policy_problems(
    document: Mapping[str, Any], dialects: tuple[Dialect, ...]
) -> Iterator[Problem]:
    policies = policies_of(document, dialects)
    for dialect in dialects:
        for problem in dialect.problems(policies[dialect.name]):
            yield Problem(f"/{dialect.name}{problem.pointer}", problem.message)


def _zone(document: Mapping[str, Any]) -> tuple[tzinfo, list[Problem]]:
    """The time zone of the SIS, and what is wrong with its name."""
    try:
        return time_zone(document.get("time_zone", "UTC")), []
    except ValueError as error:
        return UTC, [Problem("/time_zone", str(error))]


def _add_each(document: Mapping[str, Any], name: str, add: Any) -> Iterator[Problem]:
    for number, row in enumerate(document.get(name, ())):
        try:
            add(row)
        except Refused as error:
            yield Problem(f"/{name}/{number}", str(error))


def _person(row: Mapping[str, Any]) -> Person:
    return msgspec.convert({**row, "id": _identifier(row["id"])}, Person)


def _identifier(given: float | str) -> Identifier:
    """An id that keeps the schema, which counts 1.0 among the integers. Raises Invalid for a float
    that may be another number rounded."""
    if not isinstance(given, float):
        return given
    if abs(given) >= 2**53:
        raise Invalid(f"An id must be text or a whole number, written exactly (got {given!r}).")
    return int(given)


def _numbered(document: Mapping[str, Any]) -> dict[str, Any]:
    """The scales, each with a number: a line item names its scale by it. A scale without
    one gets the first free number."""
    scales = document.get("scales", ())
    taken = _scale_numbers(document)
    free = (number for number in count(1) if number not in taken)
    return {"scales": [row if "number" in row else {**row, "number": next(free)} for row in scales]}


def _scale_numbers(document: Mapping[str, Any]) -> frozenset[int]:
    return frozenset(row["number"] for row in document.get("scales", ()) if "number" in row)


def _scale_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Each reference to a scale number that no scale of the document has."""
    known = _scale_numbers(document) | {0}
    for place, section in enumerate(document.get("sections", ())):
        graded = {"grading": section.get("grading", {})}
        graded |= {f"assignments/{n}": row for n, row in enumerate(section.get("assignments", ()))}
        for name, row in graded.items():
            if row.get("scale", 0) not in known:
                why = f"No scale has the number {row['scale']}."
                yield Problem(f"/sections/{place}/{name}/scale", why)


def _date_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Dates that are not in the calendar, such as 31 February; the schema checks only the form."""
    dated = {"/grading_periods": document.get("grading_periods", ())}
    for number, section in enumerate(document.get("sections", ())):
        dated[f"/sections/{number}/assignments"] = section.get("assignments", ())
    for place, rows in dated.items():
        for number, row in enumerate(rows):
            for name in ("start", "end", "due"):
                if row.get(name) and moment(row[name]) is None:
                    why = f"{name} must be a date of the calendar (got {row[name]!r})."
                    yield Problem(f"{place}/{number}/{name}", why)


def _scale(row: Mapping[str, Any]) -> Scale:
    scale = msgspec.convert(row, Scale)
    if len({level.mark for level in scale.levels}) < len(scale.levels):
        raise Conflict(f"The scale {scale.id!r} lists a mark twice.")
    if scale.range is not None and scale.range.min > scale.range.max:
        raise Conflict(f"The range of the scale {scale.id!r} ends before it starts.")
    return scale


_OF_A_SECTION = (
    "id",
    "title",
    "sis_code",
    "scale",
    "state",
    "course_title",
    "exam_assignment",
    "integration",
    "pass_back",
)


def _periods(document: Mapping[str, Any]) -> dict[int, Period]:
    periods = [msgspec.convert(row, Period) for row in document.get("grading_periods", ())]
    return {period.id: period for period in periods}


def _add_section(book: Gradebook, row: Mapping[str, Any], periods: Mapping[int, Period]) -> None:
    book.add_section(_section(row), policy(row))
    plan(book, row, periods)


def _section(row: Mapping[str, Any]) -> Section:
    kept = {name: row[name] for name in _OF_A_SECTION if name in row}
    return Section(**kept, flow=msgspec.convert(row.get("flow", {}), Flow))


def _fill_sections(book: Gradebook, document: Mapping[str, Any], at: float) -> Iterator[Problem]:
    for number, row in enumerate(document.get("sections", ())):
        place = f"/sections/{number}"
        for index, given in enumerate(row.get("enrollments", ())):
            try:
                book.enroll(row["id"], _enrollment(given))
            except Refused as error:
                yield Problem(f"{place}/enrollments/{index}/person", str(error))
        for index, given in enumerate(row.get("scores", ())):
            try:
                _score(book, row["id"], given, at)
            except Refused as error:
                yield Problem(f"{place}/scores/{index}", str(error))
        yield from fill(book, row, place, at, SEEDED)


def _enrollment(given: Mapping[str, Any]) -> Enrollment:
    return Enrollment(
        key(_identifier(given["person"])),
        given.get("state", "active"),
        given.get("unique_exam_id", ""),
        given.get("id", 0),
        given.get("role", "student"),
    )


def _score(book: Gradebook, section_id: str, given: Mapping[str, Any], at: float) -> None:
    person = _identifier(given["person"])
    if key(person) in book.scores(book.section(section_id).exam):
        raise Conflict(f"The person {key(person)!r} has a score here already.")
    mark, admin_grade = given.get("mark", ""), given.get("admin_grade", "")
    book.register(section_id, person, mark, admin_grade, at, SEEDED)
