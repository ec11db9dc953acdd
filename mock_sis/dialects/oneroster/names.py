"""sourcedIds: how objects of the gradebook are named here, and found again.

People, classes and enrollments go by their own ids. What a client may create (line items,
results, categories, score scales) goes by the name the client chose; for what was made elsewhere a
name is derived from where it stands.
"""

from __future__ import annotations

from mock_sis.gradebook import Gradebook

Item = tuple[str, int]
"""(section, assignment) or (section, category)"""
Result = tuple[str, int, int]
"""(section, assignment, enrollment)"""

ORG = "org-1"
SCHOOL = "school-1"
TERM = "term-1"


def line_item_name(book: Gradebook, section: str, assignment: int) -> str:
    """The sourcedId of a line item."""
    return book.aliases.name("lineItem", (section, assignment)) or f"li-{section}-{assignment}"


def category_name(book: Gradebook, section: str, category: int) -> str:
    """The sourcedId of a category of a class."""
    return book.aliases.name("category", (section, category)) or f"cat-{section}-{category}"


def result_name(book: Gradebook, place: Result) -> str:
    """The sourcedId of a result."""
    section, assignment, enrollment = place
    return book.aliases.name("result", place) or f"res-{section}-{assignment}-{enrollment}"


def find_line_item(book: Gradebook, name: str) -> Item | None:
    """Where the line item of that name stands; None where there is none."""
    found = book.aliases.find("lineItem", name) or _derived(name, "li", 1)
    if found is None or found[0] not in book.sections:
        return None
    section, assignment = str(found[0]), int(found[1])
    there = assignment in book.coursework(section).assignments
    return (section, assignment) if there else None


def find_category(book: Gradebook, name: str) -> Item | None:
    """Where the category of that name stands; None where there is none."""
    found = book.aliases.find("category", name) or _derived(name, "cat", 1)
    if found is None or found[0] not in book.sections:
        return None
    section, category = str(found[0]), int(found[1])
    there = category in book.coursework(section).categories
    return (section, category) if there else None


def find_result(book: Gradebook, name: str) -> Result | None:
    """Where the result of that name stands; None where there is none."""
    found = book.aliases.find("result", name) or _derived(name, "res", 2)
    if found is None or found[0] not in book.sections:
        return None
    section, assignment, enrollment = str(found[0]), int(found[1]), int(found[2])
    there = book.coursework(section).grade(assignment, enrollment) is not None
    return (section, assignment, enrollment) if there else None


def _derived(name: str, prefix: str, numbers: int) -> tuple[str | int, ...] | None:
    """The parts of a derived name: the prefix, a section's id (which may have hyphens), and so
    many numbers."""
    head, _, rest = name.partition("-")
    parts = rest.rsplit("-", numbers)
    digits = parts[1:]
    if head != prefix or len(digits) != numbers:
        return None
    if not all(each.isascii() and each.isdigit() and len(each) < 17 for each in digits):
        return None
    return (parts[0], *(int(each) for each in digits))
