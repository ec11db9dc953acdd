"""Situations in which the exporter reads grades from the SIS."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Scenario
from conformance.model.steps import HOUR, Advance, Load, Officer, Pull, Settle, State
from conformance.schoology.scenarios.common import ESSAY, POINTS, QUIZ, in_both, on
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


def _changed(name: str, title: str, skew: float) -> Scenario:
    """A grade changes in the SIS between two pulls."""
    path = f"/gradebook/sections/{CLASS.id}/scores/{_MANY[4].user_id}"
    return Scenario(
        name,
        title,
        CLASS,
        (
            Load(),
            Pull(label="first"),
            Settle(),
            Advance(1 / 24),
            Officer("PUT", path, {"mark": "88"}),
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
