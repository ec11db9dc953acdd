"""The world a load run starts from: one roster that every flow shares, and marks that may repeat.

The roster is shared so that many flows of 10,000 people start as fast as one, and marks may be
registered again so that a run can go on for as long as it likes without being refused.
"""

from __future__ import annotations

from typing import Any

MARKS = ("A", "B", "C", "D", "E")
_PERIOD = {"start": "2026-06-01T08:00:00Z", "end": "2026-06-14T18:00:00Z"}


def seed(flows: int, participants: int) -> dict[str, Any]:
    """A seed document with that many flows, each with the same `participants` people."""
    ids = range(1, participants + 1)
    return {
        "name": "load",
        "wiseflow": {"overwrite": "allow"},
        "people": [person(number) for number in ids],
        "scales": [{"id": "letters", "title": "A to E", "levels": levels()}],
        "sections": [section(number, ids) for number in range(1, flows + 1)],
    }


def levels() -> list[dict[str, Any]]:
    return [{"mark": mark, "value": 95 - 10 * place} for place, mark in enumerate(MARKS)]


def person(number: int) -> dict[str, Any]:
    return {"id": number, "given_name": "Load", "family_name": f"Tester {number}"}


def section(number: int, people: range) -> dict[str, Any]:
    return {
        "id": f"load{number}",
        "sis_code": f"UNI||LOAD{number}||2026",
        "title": f"Load {number}",
        "scale": "letters",
        "flow": {"marking": _PERIOD},
        "enrollments": [{"person": person} for person in people],
    }
