"""Course documents for the tests, as the adapter's load message has them, and what their exporters
are asked."""

from __future__ import annotations

from typing import Any

from conformance.exporters.skyward import SkywardExporter

NOW = "2026-06-15T09:00:00Z"
ONE, TWO = "alg-1", "alg-2"
ASA, JOSE, ZOE = 1001, 1002, 2001
"""Two in the first section, one in the second."""


def item(id: Any = "essay", **facts: Any) -> dict[str, Any]:
    """An assignment of the second term that both sections have."""
    return {
        "id": id,
        "title": str(id).title(),
        "kind": "assignment",
        "scale": "score",
        "term": "2",
        "due": "2026-06-12",
        "max_points": 50,
        "sections": [ONE, TWO],
        **facts,
    }


def score(student: Any, points: float | None, item: Any = "essay", **facts: Any) -> dict[str, Any]:
    return {"item": item, "student": student, "score": points, "late": False, **facts}


def course(*items: dict[str, Any], scores: Any = (), **facts: Any) -> dict[str, Any]:
    return {
        "id": "algebra",
        "title": "Algebra",
        "integration": True,
        "pass_back": True,
        "sections": [ONE, TWO],
        "terms": [],
        "items": list(items or (item(),)),
        "students": [
            {"user_id": ASA, "section": ONE},
            {"user_id": JOSE, "section": ONE},
            {"user_id": ZOE, "section": TWO},
        ],
        "scores": list(scores),
        **facts,
    }


async def pressed(exporter: SkywardExporter, **ticked: Any) -> None:
    """Transfer is pressed, and all comes of it that does."""
    await exporter.transfer(**ticked)
    assert await exporter.settle() == ()


def chosen(exporter: SkywardExporter, *items: Any, category: str = "Homework") -> None:
    """A category is chosen for these items, or for all, wherever they are."""
    for each in exporter.places:
        if str(each.item) in map(str, items or (each.item,)):
            exporter.choose_category(each.item, each.section, category)


def states(exporter: SkywardExporter) -> dict[str, str]:
    """What became of each item, by item and section."""
    return {each.key: each.state.name for each in exporter.places}


def marks(exporter: SkywardExporter) -> dict[str, str]:
    """What became of each score, by item and student."""
    return {each.key: each.state.name for each in exporter.marks}


def message(exporter: SkywardExporter, item: str, section: str = ONE) -> str:
    """The text beside an item."""
    place = exporter.register.place(f"{item}:{section}")
    assert place is not None
    return place.message or ""
