"""Assignments in categories and grading periods, and the grades on them."""

from __future__ import annotations

from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.exam import Exam, exam_of
from mock_sis.gradebook.coursework.index import BY_PLACE, BY_TIME, Index, Span
from mock_sis.gradebook.coursework.values import (
    OTHER,
    Assignment,
    Category,
    FinalComment,
    Grade,
    Override,
    Period,
    Place,
    Policy,
    ResultDetails,
    by_place,
)

__all__ = [
    "BY_PLACE",
    "BY_TIME",
    "OTHER",
    "Assignment",
    "Category",
    "Coursework",
    "Exam",
    "FinalComment",
    "Grade",
    "Index",
    "Override",
    "Period",
    "Place",
    "Policy",
    "ResultDetails",
    "Span",
    "by_place",
    "exam_of",
]
