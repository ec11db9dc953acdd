"""Section documents for the tests, as the adapter's load message has them."""

from __future__ import annotations

from typing import Any

SECTION = "4318461"
QUIZ, ESSAY = 5007606, 5007607
ASA, JOSE, ZOE = 44783136, 44783141, 44783151
NOW = "2026-06-15T09:00:00Z"


def graded(
    enrollment: int, grade: Any = 80, assignment: int = QUIZ, **facts: Any
) -> dict[str, Any]:
    return {
        "assignment_id": assignment,
        "enrollment_id": enrollment,
        "grade": grade,
        "exception": 0,
        "comment": None,
        "comment_visible": False,
        **facts,
    }


def remark(enrollment: int, period: str = "p13011", text: str = "Good", **facts: Any) -> Any:
    return {
        "enrollment_id": enrollment,
        "period": period,
        "comment": text,
        "comment_visible": False,
        **facts,
    }


def section(*grades: dict[str, Any], remarks: Any = (), more: int = 0) -> dict[str, Any]:
    """Points on the quiz and letters on the essay; `more` students beyond the three."""
    enrollments = (ASA, JOSE, ZOE, *range(1, more + 1))
    return {
        "id": SECTION,
        "title": "Mathematics 101",
        "enrollments": [
            {"enrollment_id": each, "user_id": each, "given_name": "Åsa", "family_name": "Ek"}
            for each in enrollments
        ],
        "assignments": [
            {"assignment_id": QUIZ, "title": "Quiz", "max_points": 100, "letters": []},
            {"assignment_id": ESSAY, "title": "Essay", "max_points": 50, "letters": ["A", "B"]},
        ],
        "grades": list(grades),
        "final_comments": list(remarks),
    }
