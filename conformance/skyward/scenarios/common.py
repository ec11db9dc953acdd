"""Building blocks of the course scenarios: sections, items, scores and shared steps."""

from __future__ import annotations

from typing import Any

from conformance.model.people import NAMES
from conformance.model.steps import Act, Advance, Arm, Export, Load, Quiet, Settle, State, Step
from conformance.skyward.subject import Course, Item, Score, Student, Term

ONE, TWO = "alg-1", "alg-2"
HOMEWORK, TESTS, PROJECTS = "Homework", "Tests", "Projects"
SECTIONS = ((ONE, (HOMEWORK, TESTS)), (TWO, (PROJECTS, HOMEWORK)))
"""Two merged sections with their categories. Each has a separate category called Homework."""

PAST = Term(1, "Spring term", "2026-01-15", "2026-03-31")
NOW = Term(2, "Summer term", "2026-04-01", "2026-08-31")
"""The second term is long enough for two waits of a month."""

ESSAY = Item("essay", "Essay on Emmy Noether", due="2026-06-12", max_points=50)
QUIZ = Item("quiz", "Quiz 1: <b> & 'roots'", "test", max_points=20)
POSTER = Item("poster", "Poster", "task", max_points=10, sections=(ONE,))
ITEMS = (ESSAY, QUIZ, POSTER)

ASA, JOSE, LEILA, ZOE, BO = NAMES
STUDENTS = tuple(
    Student(person, ONE if place < 3 else TWO, *name)
    for place, (person, name) in enumerate(NAMES.items())
)
"""Three students in the first section, and two in the second."""

SCORES = (
    Score("essay", ASA, 44),
    Score("essay", JOSE, 31.5, late=True),
    Score("essay", ZOE, 50),
    Score("quiz", ASA, 18),
    Score("quiz", LEILA, 12, late=True),
    Score("quiz", BO, 20),
    Score("poster", JOSE, 9),
)


def course(**more: Any) -> Course:
    """A course with three items, one of each kind, in two sections."""
    given = {"items": ITEMS, "scores": SCORES, "students": STUDENTS, **more}
    return Course(SECTIONS, given.pop("terms", (PAST, NOW)), **given)


COURSE = course()


def choose(item: str, section: str, category: str) -> Act:
    """The teacher chooses a category for an item in a section."""
    return Act("choose_category", {"item": item, "section": section, "category": category})


def edit(item: str, student: int | str, score: float | None, **more: Any) -> Act:
    """The teacher enters a score."""
    return Act("edit_score", {"item": item, "student": student, "score": score}, **more)


CHOSEN: tuple[Step, ...] = (
    choose("essay", ONE, HOMEWORK),
    choose("essay", TWO, HOMEWORK),
    choose("quiz", ONE, TESTS),
    choose("quiz", TWO, PROJECTS),
    choose("poster", ONE, HOMEWORK),
)


def chosen(course: Course) -> tuple[Step, ...]:
    """The teacher chooses a category for every item: the last one of each section."""
    options = dict(course.sections)
    return tuple(
        choose(item.id, section, options[section][-1])
        for item in course.items
        for section in course.sections_of(item)
    )


READY: tuple[Step, ...] = (Load(), *CHOSEN)
"""The steps after which everything can be transferred."""

TRANSFERRED: tuple[Step, ...] = (*READY, Export(label="press"), Settle())
"""The steps of one transfer of everything."""

ENDED: tuple[Step, ...] = (*TRANSFERRED, State(label="end"))
"""The same steps, followed by a look at what the product shows."""

AGAIN: tuple[Step, ...] = (Export(label="again"), Settle(), State(label="end"))
"""The steps of another transfer."""

LATER: tuple[Step, ...] = (Settle(), Advance(30), Settle(), Quiet())
"""Time for an exporter to act by itself."""

AT_LAST: tuple[Step, ...] = (*LATER, *AGAIN)
"""Time for an exporter to recover by itself, and then another transfer, since an exporter may also
wait for a user."""


def fails_once(operation: str, nth: int, kind: str, **parameters: Any) -> Arm:
    """Arm a fault for the nth request of an operation."""
    fault = {"kind": kind, **parameters}
    return Arm({"operation": operation, "when": {"nth": nth}, "fault": fault})
