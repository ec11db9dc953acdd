"""Flow documents for the tests, as the adapter's load message has them."""

from __future__ import annotations

from typing import Any

CODE = "UNI||MATH101||2026"
BEFORE, DURING, AFTER = (f"2026-06-{day}T09:00:00Z" for day in ("01", "10", "30"))
ROLES = {"a": "assessor", "c": "co_assessor", "r": "reviewer"}


def assessor(code: str) -> dict[str, str]:
    """ "a1" is an assessor, "c1" a co-assessor, "r1" a reviewer."""
    return {"id": code, "role": ROLES[code[0]], "name": f"Marker {code}"}


def marks(text: str) -> list[dict[str, Any]]:
    """ "a1:B c1:C?" is a submitted B of a1 and a draft C of c1."""
    pairs = (word.split(":") for word in text.split())
    return [
        {"assessor": who, "grade": grade.rstrip("?"), "submitted": not grade.endswith("?")}
        for who, grade in pairs
    ]


def person(user_id: int | str, graded: str = "a1:B", **facts: Any) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "given_name": "Åsa",
        "family_name": "O'Neill",
        "number": f"S-{user_id}",
        "source": "sis",
        "alternative_grade": None,
        "assessments": marks(graded),
        "unlocked": False,
        **facts,
    }


def flow(*people: dict[str, Any], assessors: str = "a1", **facts: Any) -> dict[str, Any]:
    return {
        "sis_code": CODE,
        "title": "Mathematics 101",
        "marking": {"start": "2026-06-05T00:00:00Z", "end": "2026-06-20T00:00:00Z"},
        "scale": ["A", "B", "C", "F", "0"],
        "instant_export": False,
        "sis_sources": [CODE],
        "assessors": [assessor(each) for each in assessors.split()],
        "participants": list(people),
        **facts,
    }
