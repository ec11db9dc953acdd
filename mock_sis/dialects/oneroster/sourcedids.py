"""sourcedIds: the names of gradebook objects in OneRoster, and the way back from them.

The sourcedIds of people, classes and enrollments are their ids. Line items, results, categories and
score scales have the name that a client chose (`aliases.py`), otherwise a name derived from their
place, such as li-SECTION-ASSIGNMENT.
"""

from __future__ import annotations

from mock_sis.errors import Invalid, NotFound
from mock_sis.formats.numbers import LARGEST, whole_number
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.client_names import Key, NamedType
from mock_sis.gradebook.coursework.values import Assignment
from mock_sis.gradebook.values import Scale, Section

Item = tuple[str, int]
"""(section, assignment) or (section, category)"""
Result = tuple[str, int, int]
"""(section, assignment, enrollment)"""

_NUMBERS = {"li": 1, "cat": 1, "res": 2}
"""The number of integers after the section in a derived name, by its prefix."""

ORG = "org-1"
SCHOOL = "school-1"
TERM = "term-1"


def refuse_unknown_school(name: str) -> None:
    """Raise NotFound for a school other than the only one."""
    if name != SCHOOL:
        raise NotFound(f"No school has the sourcedId {name[:200]!r}.")


def course_name(section: str) -> str:
    """The sourcedId of the course of a class."""
    return f"course-{section}"


def course_section(book: Gradebook, name: str) -> Section | None:
    """The class that has the course with this sourcedId, if any."""
    return book.sections.get(name.removeprefix("course-")) if name.startswith("course-") else None


def line_item_name(book: Gradebook, section: str, assignment: int) -> str:
    """The sourcedId of a line item."""
    return book.aliases.name("lineItem", (section, assignment)) or f"li-{section}-{assignment}"


def category_name(book: Gradebook, section: str, category: int) -> str:
    """The sourcedId of a category of a class."""
    return book.aliases.name("category", (section, category)) or f"cat-{section}-{category}"


def scale_name(book: Gradebook, scale: str) -> str:
    """The sourcedId of a score scale."""
    return book.aliases.name("scoreScale", (scale,)) or f"scale-{scale}"


def result_name(book: Gradebook, place: Result) -> str:
    """The sourcedId of a result."""
    section, assignment, enrollment = place
    return book.aliases.name("result", place) or f"res-{section}-{assignment}-{enrollment}"


def find_line_item(book: Gradebook, name: str) -> Item | None:
    """The place of the posted line item with that name, if any."""
    found = _place(book, "lineItem", name, "li", 1)
    if found is None:
        return None
    section, assignment = str(found[0]), int(found[1])
    there = assignment in book.coursework(section).assignments
    return (section, assignment) if there else None


def find_accepted_line_item(book: Gradebook, name: str) -> tuple[str, Assignment] | None:
    """The section and newest accepted form of the line item with that name, posted or not."""
    found = _place(book, "lineItem", name, "li", 1)
    if found is None:
        return None
    section, assignment = str(found[0]), int(found[1])
    item = _accepted_item(book, section, assignment)
    return None if item is None else (section, item)


def _accepted_item(book: Gradebook, section: str, assignment: int) -> Assignment | None:
    if book.posting.drops((section, assignment)):
        return None
    pending = book.posting.pending_item(section, assignment)
    return pending or book.coursework(section).assignments.get(assignment)


def find_category(book: Gradebook, name: str) -> Item | None:
    """The place of the category with that name, if any."""
    found = _place(book, "category", name, "cat", 1)
    if found is None:
        return None
    section, category = str(found[0]), int(found[1])
    there = category in book.coursework(section).categories
    return (section, category) if there else None


def find_result(book: Gradebook, name: str) -> Result | None:
    """The place of the posted result with that name, if any."""
    found = _place(book, "result", name, "res", 2)
    if found is None:
        return None
    section, assignment, enrollment = str(found[0]), int(found[1]), int(found[2])
    there = book.coursework(section).grade(assignment, enrollment) is not None
    return (section, assignment, enrollment) if there else None


def find_accepted_result(book: Gradebook, name: str) -> tuple[Result, Assignment] | None:
    """The place and line item of the result with that name, posted or not."""
    found = _place(book, "result", name, "res", 2)
    if found is None:
        return None
    section, assignment, enrollment = place = (str(found[0]), int(found[1]), int(found[2]))
    item = _accepted_item(book, section, assignment)
    if item is None or book.posting.drops(place):
        return None
    posted = book.coursework(section).grade(assignment, enrollment) is not None
    return (place, item) if posted or book.posting.awaits_result(*place) else None


def find_scale(book: Gradebook, name: str) -> Scale | None:
    """The score scale with that name, if any."""
    found = book.aliases.find("scoreScale", name)
    if found is not None:
        return book.scales.get(str(found[0]))
    scale = name.removeprefix("scale-")
    derived = name.startswith("scale-") and book.aliases.name("scoreScale", (scale,)) is None
    return book.scales.get(scale) if derived else None


def refuse_reserved(book: Gradebook, name: str) -> None:
    """Raise Invalid if a name for a new object has the form of a derived name, which another object
    may have or get."""
    prefix = name.partition("-")[0]
    derived = _derived(name, prefix, _NUMBERS[prefix]) if prefix in _NUMBERS else None
    if name.startswith("scale-") or (derived and derived[0] in book.sections):
        raise Invalid(
            f"The sourcedId {name[:80]!r} has a form that is reserved for names of the SIS; choose "
            "another one."
        )


def _place(book: Gradebook, kind: NamedType, name: str, prefix: str, numbers: int) -> Key | None:
    """The place of the object with that name, which need not exist; None if no section matches.

    A derived name does not denote an object that has a client-chosen name.
    """
    found = book.aliases.find(kind, name)
    if found is None:
        found = _derived(name, prefix, numbers)
        if found is not None and book.aliases.name(kind, found) is not None:
            return None
    return found if found is not None and found[0] in book.sections else None


def number_of(name: str) -> int | None:
    """Read a name that is a number without leading zeros; None for any other name."""
    number = whole_number(name, 0, LARGEST)
    return number if str(number) == name else None


def _derived(name: str, prefix: str, numbers: int) -> Key | None:
    """Parse a derived name, PREFIX-SECTION-NUMBER…, with this many numbers; None for other names.
    The section's id may contain hyphens."""
    if not name.startswith(f"{prefix}-"):
        return None
    parts = name[len(prefix) + 1 :].rsplit("-", numbers)
    digits = [number_of(each) for each in parts[1:]]
    if len(digits) != numbers:
        return None
    return (
        (parts[0], *(each for each in digits if each is not None)) if None not in digits else None
    )
