"""Building blocks of the section scenarios: students, assignments and shared steps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.model.people import NAMES
from conformance.model.rule import Depth, Scenario
from conformance.model.steps import Act, Advance, Arm, Export, Load, Quiet, Settle, State, Step
from conformance.schoology.subject import Assignment, ExceptionCode, Grade, Points, Section, Student

QUIZ = 5007606
ESSAY = 5007607

STUDENTS = tuple(
    Student(44783000 + place, person, *name)
    for place, (person, name) in enumerate(NAMES.items(), start=1)
)
ASA, JOSE, LEILA, ZOE, BO = (student.enrollment_id for student in STUDENTS)

POINTS = (Assignment(QUIZ, "Quiz 1"), Assignment(ESSAY, "Essay", 50))
"""Two assignments that take points only."""

LETTERED = (POINTS[0], Assignment(ESSAY, "Essay", 50, ("A", "B", "C", "D", "F")))
"""The same, but the essay takes letters."""


def on(
    assignment: int, enrollment: int, grade: Points, exception: ExceptionCode = 0, **more: Any
) -> Grade:
    """A student's grade on an assignment."""
    return Grade(assignment, enrollment, grade, exception, **more)


def section(*grades: Grade, **more: Any) -> Section:
    """A section with the students above and these grades on two assignments."""
    return Section(STUDENTS, grades=grades, **{"assignments": POINTS, **more})


GRADED = section(
    on(QUIZ, ASA, 99),
    on(QUIZ, JOSE, 76.5),
    on(QUIZ, LEILA, 61),
    on(ESSAY, ASA, 44),
    on(QUIZ, BO, 8),
)
"""Five grades in points."""


def edit(enrollment: int, grade: Points, assignment: int = QUIZ, **more: Any) -> Act:
    """The teacher edits a grade."""
    where = {"assignment_id": assignment, "enrollment_id": enrollment}
    return Act("edit_grade", {**where, "grade": grade, **more})


PRESSED: tuple[Step, ...] = (Load(), Export(), Settle())
"""The steps of one export."""

EXPORTED: tuple[Step, ...] = (*PRESSED, Advance(1), Settle(), State(label="end"))
"""The same steps, a day for work that waits, and a look at what the product shows."""

AT_LAST: tuple[Step, ...] = (
    Settle(),
    Advance(1),
    Settle(),
    Quiet(),
    Export(label="again"),
    Settle(),
    State(label="end"),
)
"""Time for an exporter to recover by itself, and then a second press of export, since an exporter
may also wait for a user."""


def fails_once(operation: str, kind: str, **parameters: Any) -> Arm:
    """Arm a fault for the next request of an operation."""
    fault = {"kind": kind, **parameters}
    return Arm({"operation": operation, "when": {"next": 1}, "fault": fault})


Pair = tuple[Scenario, Scenario]
"""A scenario in JSON, and the same in XML."""


def in_xml(scenario: Scenario) -> Scenario:
    """The same scenario with bodies in XML, from depth normal on: most flaws show in both."""
    return replace(
        scenario,
        name=f"{scenario.name}-xml",
        title=f"{scenario.title} (in XML)",
        format="xml",
        needs=(*scenario.needs, "format.xml"),
        depth=Depth.NORMAL,
    )


def in_both(scenario: Scenario) -> Pair:
    """A scenario in JSON and in XML."""
    return scenario, in_xml(scenario)
