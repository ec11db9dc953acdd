"""Situations in which the exporter reads grades from the SIS."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Scenario
from conformance.model.steps import (
    HOUR,
    Advance,
    Arm,
    Export,
    Load,
    Officer,
    Pull,
    Settle,
    State,
    Step,
)
from conformance.schoology.evidence.wire import GET
from conformance.schoology.scenarios.common import (
    ASA,
    BO,
    ESSAY,
    JOSE,
    LEILA,
    POINTS,
    QUIZ,
    ZOE,
    in_both,
    on,
    section,
)
from conformance.schoology.subject import Section, Student

_MANY = tuple(Student(44790000 + n, 2000 + n, f"Student {n}", "of Many") for n in range(1, 24))

CLASS = Section(
    _MANY,
    POINTS,
    held=tuple(
        on(item, student.enrollment_id, 20 + place)
        for place, student in enumerate(_MANY)
        for item in (QUIZ, ESSAY)
    ),
    by_hand=QUIZ,
)
"""23 students with 46 grades in the SIS, which fill three pages of 20."""

PAGED = in_both(
    Scenario(
        "section-paged",
        "the SIS lists 46 grades in pages of 20",
        CLASS,
        (Load(), Pull(), Settle(), State(label="end")),
    )
)
PAGED_SHORT = in_both(
    replace(
        PAGED[0],
        name="section-paged-short",
        title="the SIS lists 46 grades in pages of 7, even if the exporter asks for longer pages",
        policies={"page_size": 7, "page_most": 7},
    )
)


KINDS = in_both(
    Scenario(
        "section-reads-all-kinds",
        "the SIS lists zeros, a fraction, grades with comments, an excused grade and an"
        " incomplete one",
        section(
            held=(
                on(QUIZ, ASA, 0),
                on(QUIZ, JOSE, None, 1),
                on(QUIZ, LEILA, 61.25, comment="See me", comment_visible=True),
                on(QUIZ, ZOE, None, 2, comment="Comes on Monday"),
                on(ESSAY, ASA, 44),
                on(ESSAY, BO, 0, comment="Not for his eyes"),
            ),
        ),
        (Load(), Pull(), Settle(), State(label="end")),
    )
)


def _marks(place: int, mark: str) -> Officer:
    """An officer of the SIS enters a grade of a student of the class."""
    path = f"/gradebook/sections/{CLASS.id}/scores/{_MANY[place].user_id}"
    return Officer("PUT", path, {"mark": mark})


def _fails_once(nth: int) -> Arm:
    """The nth list from now on fails."""
    fault = {"kind": "status", "status": 503}
    return Arm({"operation": GET, "when": {"nth": nth}, "fault": fault})


_READ: tuple[Step, ...] = (Pull(), Settle())
FAILED = in_both(
    Scenario(
        "section-read-fails",
        "a grade changes in the SIS, and reading it fails once",
        CLASS,
        (
            *(Load(), *_READ, Advance(1 / 24), _marks(4, "88"), _fails_once(1), *_READ),
            *(State(label="failed"), Advance(1 / 24), *_READ, State(label="end")),
        ),
    )
)
FAILED_PAGE = in_both(
    Scenario(
        "section-read-fails-midway",
        "the second of three pages of grades cannot be read at first",
        CLASS,
        (
            *(Load(), _fails_once(2), *_READ, State(label="failed")),
            *(Advance(1 / 24), *_READ, State(label="end")),
        ),
    )
)
CHANGED_TWICE = in_both(
    Scenario(
        "section-read-thrice",
        "grades change in the SIS before the second pull and in the same second after it",
        CLASS,
        (
            *(Load(), *_READ, Advance(1 / 24), _marks(4, "88"), *_READ, State()),
            *(_marks(5, "77"), *_READ, State(label="end")),
        ),
    )
)
EXPORTED_AFTER_READING = in_both(
    Scenario(
        "section-read-and-exported",
        "the SIS holds other grades than the gradebook; they are read, and then export is pressed",
        section(
            on(QUIZ, ASA, 99),
            on(QUIZ, JOSE, 0),
            on(QUIZ, LEILA, 61),
            held=(on(QUIZ, ASA, 50), on(QUIZ, JOSE, 70), on(QUIZ, BO, 8)),
        ),
        (Load(), *_READ, State(), Export(), Settle(), Advance(1), Settle(), State(label="end")),
        needs=("pull",),
    )
)


def _changed(name: str, title: str, skew: float) -> Scenario:
    """A grade changes in the SIS between two pulls."""
    return Scenario(
        name,
        title,
        CLASS,
        (
            Load(),
            Pull(label="first"),
            Settle(),
            Advance(1 / 24),
            _marks(4, "88"),
            Advance(1 / 24),
            Pull(label="second"),
            Settle(),
            State(label="end"),
        ),
        skew=skew,
    )


SIS_BEHIND = in_both(
    _changed(
        "section-sis-behind",
        "the SIS's clock is three hours behind, and a grade changes between two pulls",
        -3 * HOUR,
    )
)
SIS_AHEAD = in_both(
    _changed(
        "section-sis-ahead",
        "the SIS's clock is three hours ahead, and a grade changes between two pulls",
        3 * HOUR,
    )
)
