"""What the scenarios of a course are made of: sections, items, scores, and steps they share."""

from __future__ import annotations

from typing import Any

from conformance.model.people import NAMES
from conformance.model.steps import Act, Advance, Arm, Export, Load, Quiet, Settle, State, Step
from conformance.skyward.subject import Course, Item, Score, Student, Term

ONE, TWO = "alg-1", "alg-2"
HOMEWORK, TESTS, PROJECTS = "Homework", "Tests", "Projects"
SECTIONS = ((ONE, (HOMEWORK, TESTS)), (TWO, (PROJECTS, HOMEWORK)))
"""Two classes that were merged; what both have as Homework are two categories."""

PAST = Term(1, "Spring term", "2026-01-15", "2026-03-31")
NOW = Term(2, "Summer term", "2026-04-01", "2026-08-31")
"""The second has long to go, so that a month may pass twice within it."""

ESSAY = Item("essay", "Essay on Emmy Noether", due="2026-06-12", max_points=50)
QUIZ = Item("quiz", "Quiz 1: <b> & 'roots'", "test", max_points=20)
POSTER = Item("poster", "Poster", "task", max_points=10, sections=(ONE,))
ITEMS = (ESSAY, QUIZ, POSTER)

ASA, JOSE, LEILA, ZOE, BO = NAMES
STUDENTS = tuple(
    Student(person, ONE if place < 3 else TWO, *name)
    for place, (person, name) in enumerate(NAMES.items())
)
"""Three in the first section, two in the second."""

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
    """Three items of the three kinds, in two sections."""
    given = {"items": ITEMS, "scores": SCORES, "students": STUDENTS, **more}
    return Course(SECTIONS, given.pop("terms", (PAST, NOW)), **given)


COURSE = course()


def choose(item: str, section: str, category: str) -> Act:
    """The teacher chooses a category for an item in a section."""
    return Act("choose_category", {"item": item, "section": section, "category": category})


def edit(item: str, student: int, score: float | None, **more: Any) -> Act:
    """The teacher enters a score."""
    return Act("edit_score", {"item": item, "student": student, "score": score}, **more)


CHOSEN: tuple[Step, ...] = (
    choose("essay", ONE, HOMEWORK),
    choose("essay", TWO, HOMEWORK),
    choose("quiz", ONE, TESTS),
    choose("quiz", TWO, PROJECTS),
    choose("poster", ONE, HOMEWORK),
)
READY: tuple[Step, ...] = (Load(), *CHOSEN)
"""Up to the moment from which everything can be transferred."""

TRANSFERRED: tuple[Step, ...] = (*READY, Export(label="press"), Settle())
"""Everything is transferred once."""

ENDED: tuple[Step, ...] = (*TRANSFERRED, State(label="end"))
"""The same, and what is shown then."""

AGAIN: tuple[Step, ...] = (Export(label="again"), Settle(), State(label="end"))
"""Transfer is pressed once more."""

LATER: tuple[Step, ...] = (Settle(), Advance(30), Settle(), Quiet())
"""Time for an exporter to do things by itself."""

AT_LAST: tuple[Step, ...] = (*LATER, *AGAIN)
"""Time to mend things; then Transfer is pressed once more, since an exporter that waits for a
person is as good."""


def fails_once(operation: str, nth: int, kind: str, **parameters: Any) -> Arm:
    """One request of an operation meets a fault, and the others do not."""
    fault = {"kind": kind, **parameters}
    return Arm({"operation": operation, "when": {"nth": nth}, "fault": fault})
