"""A gradebook from a seed document, and the documents that are built in.

A document is checked against schemas/seed.schema.json first and for sense after, so that a
gradebook is only ever built whole; nothing is loaded from a document with a mistake in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from mock_sis import seedfile
from mock_sis.clock import moment
from mock_sis.contracts import MOST_PROBLEMS, contract, more_than
from mock_sis.coursework import Period
from mock_sis.errors import Conflict, Problem, Refused, SeedError
from mock_sis.gradebook import (
    Enrollment,
    Flow,
    Gradebook,
    Identifier,
    Person,
    Scale,
    Section,
    key,
)
from mock_sis.seed_coursework import fill, plan, policy
from mock_sis.settings import wiseflow_policy

_DATA = Path(__file__).parent / "seed_data"
SEEDED = "seed"
"""The author of scores that come with a seed document."""


def names() -> tuple[str, ...]:
    """The names of the built-in documents."""
    return tuple(sorted(path.stem for path in _DATA.glob("*.yaml")))


def builtin(name: str) -> dict[str, Any]:
    """The built-in document of that name. Raises SeedError."""
    if name not in names():
        raise SeedError(f"There is no built-in seed {name!r}; there are: {', '.join(names())}.")
    return seedfile.read(_DATA / f"{name}.yaml")


def find(name_or_path: str) -> dict[str, Any]:
    """The built-in document of that name, or else the one in that file. Raises SeedError."""
    if name_or_path in names():
        return builtin(name_or_path)
    path = Path(name_or_path)
    if not path.exists():
        raise SeedError(
            f"{name_or_path!r} is neither a file nor a built-in seed ({', '.join(names())})."
        )
    return seedfile.read(path)


def located(name_or_path: str, error: SeedError) -> SeedError:
    """An error about what `find` gave, told with the file's name and lines where it is a file."""
    return error if name_or_path in names() else seedfile.located(Path(name_or_path), error)


def build(document: Mapping[str, Any], at: float = 0.0) -> Gradebook:
    """A gradebook from a document; scores it brings are registered at `at` (Unix seconds).

    Raises SeedError with a Problem for each place that is wrong.
    """
    check(document)
    book = Gradebook()
    periods = _periods(document)
    problems = [
        *_mapping_problems(document),
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


def check(document: Mapping[str, Any]) -> None:
    """Raise SeedError unless the document keeps its schema."""
    try:
        problems = contract("seed.schema.json").problems(document)
    except ValueError as error:
        raise SeedError(f"The seed document is not something JSON can say: {error}.") from error
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


def _mapping_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    mapping = wiseflow_policy(document).mapping
    names = (mapping.user_id, mapping.mark, mapping.admin_grade)
    if len(set(names)) < len(names):
        yield Problem("/wiseflow/mapping", f"Two fields have one name: {', '.join(names)}.")


def _add_each(document: Mapping[str, Any], name: str, add: Any) -> Iterator[Problem]:
    for number, row in enumerate(document.get(name, ())):
        try:
            add(row)
        except Refused as error:
            yield Problem(f"/{name}/{number}", str(error))


def _person(row: Mapping[str, Any]) -> Person:
    return msgspec.convert({**row, "id": _identifier(row["id"])}, Person)


def _identifier(given: float | str) -> Identifier:
    """An id that keeps the schema, which counts 1.0 among the integers."""
    return int(given) if isinstance(given, float) else given


def _numbered(document: Mapping[str, Any]) -> dict[str, Any]:
    """The scales, those without a number with the first that is free: without one, nothing that is
    graded could be on them."""
    scales = document.get("scales", ())
    taken = _scale_numbers(document)
    free = (number for number in count(1) if number not in taken)
    return {"scales": [row if "number" in row else {**row, "number": next(free)} for row in scales]}


def _scale_numbers(document: Mapping[str, Any]) -> frozenset[int]:
    return frozenset(row["number"] for row in document.get("scales", ()) if "number" in row)


def _scale_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Each place that names a number which no scale of the document was given."""
    known = _scale_numbers(document) | {0}
    for place, section in enumerate(document.get("sections", ())):
        graded = {"grading": section.get("grading", {})}
        graded |= {f"assignments/{n}": row for n, row in enumerate(section.get("assignments", ()))}
        for name, row in graded.items():
            if row.get("scale", 0) not in known:
                why = f"No scale has the number {row['scale']}."
                yield Problem(f"/sections/{place}/{name}/scale", why)


def _date_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Each date that the calendar does not have: the schema only knows what one looks like."""
    dated = {"/grading_periods": document.get("grading_periods", ())}
    for number, section in enumerate(document.get("sections", ())):
        dated[f"/sections/{number}/assignments"] = section.get("assignments", ())
    for place, rows in dated.items():
        for number, row in enumerate(rows):
            for name in ("start", "end", "due"):
                if row.get(name) and moment(row[name]) is None:
                    why = f"There is no such day or time: {row[name]}."
                    yield Problem(f"{place}/{number}/{name}", why)


def _scale(row: Mapping[str, Any]) -> Scale:
    scale = msgspec.convert(row, Scale)
    if len({level.mark for level in scale.levels}) < len(scale.levels):
        raise Conflict(f"The scale {scale.id!r} has a mark twice.")
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
