"""The domain behind every dialect: people, sections, enrollments, scales, assignments, scores.

A WISEflow flow, a OneRoster class and a Schoology section are the same Section in three dialects.
The Gradebook is the only mutable object; it holds frozen rows. Every change carries its time and
its author, and nothing here reads a clock, so replaying the same changes gives the same snapshot.
"""

from __future__ import annotations

from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.values import (
    Dates,
    Enrollment,
    EnrollmentState,
    Flow,
    Identifier,
    Level,
    Person,
    Range,
    Role,
    Scale,
    Score,
    Section,
    SectionState,
    key,
)

__all__ = [
    "Dates",
    "Enrollment",
    "EnrollmentState",
    "Flow",
    "Gradebook",
    "Identifier",
    "Level",
    "Person",
    "Range",
    "Role",
    "Scale",
    "Score",
    "Section",
    "SectionState",
    "key",
]
