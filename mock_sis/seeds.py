"""A gradebook from a seed document, and the documents that are built in.

A document is checked against schemas/seed.schema.json first and for sense after, so that a
gradebook is only ever built whole; nothing is loaded from a document with a mistake in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from mock_sis import seedfile
from mock_sis.contracts import contract
from mock_sis.errors import Problem, Refused, SeedError
from mock_sis.gradebook import (
    Enrollment,
    Flow,
    Gradebook,
    Person,
    Scale,
    Section,
    key,
)

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


def build(document: Mapping[str, Any], at: float = 0.0) -> Gradebook:
    """A gradebook from a document; scores it brings are registered at `at` (Unix seconds).

    Raises SeedError with a Problem for each place that is wrong.
    """
    check(document)
    book = Gradebook()
    problems = [
        *_add_each(document, "people", lambda row: book.add_person(msgspec.convert(row, Person))),
        *_add_each(document, "scales", lambda row: book.add_scale(msgspec.convert(row, Scale))),
        *_add_each(document, "sections", lambda row: book.add_section(_section(row))),
    ]
    if not problems:
        problems = list(_fill_sections(book, document, at))
    _raise(problems)
    return book


def check(document: Mapping[str, Any]) -> None:
    """Raise SeedError unless the document keeps its schema."""
    _raise(contract("seed.schema.json").problems(document))


def _raise(problems: list[Problem]) -> None:
    if problems:
        lines = "; ".join(f"{found.pointer or '(root)'}: {found.message}" for found in problems)
        raise SeedError(f"The seed document is wrong at {lines}", problems=problems)


def _add_each(document: Mapping[str, Any], name: str, add: Any) -> Iterator[Problem]:
    for number, row in enumerate(document.get(name, ())):
        try:
            add(row)
        except Refused as error:
            yield Problem(f"/{name}/{number}", str(error))


def _section(row: Mapping[str, Any]) -> Section:
    kept = {
        name: row[name] for name in ("id", "title", "sis_code", "scale", "state") if name in row
    }
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


def _enrollment(given: Mapping[str, Any]) -> Enrollment:
    return Enrollment(
        key(given["person"]), given.get("state", "active"), given.get("unique_exam_id", "")
    )


def _score(book: Gradebook, section_id: str, given: Mapping[str, Any], at: float) -> None:
    mark, admin_grade = given.get("mark", ""), given.get("admin_grade", "")
    book.register(section_id, given["person"], mark, admin_grade, at, SEEDED)
