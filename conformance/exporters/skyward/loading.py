"""A course and its scores from plain data, shaped as in schemas/adapter/load.schema.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.exporters.skyward.model import Course, Item, ItemPlace, Mark


def course_from(document: Mapping[str, Any]) -> Course:
    """The course itself. Raises KeyError for a document of another shape."""
    return Course(
        id=document["id"],
        title=document["title"],
        integration=document["integration"],
        pass_back=document["pass_back"],
        sections=tuple(document["sections"]),
        items=tuple(map(_item, document["items"])),
        students=tuple((each["user_id"], each["section"]) for each in document["students"]),
    )


def places_from(course: Course) -> list[ItemPlace]:
    """Each item in each of its sections."""
    return [ItemPlace(item.id, section) for item in course.items for section in item.sections]


def marks_from(document: Mapping[str, Any], course: Course) -> list[Mark]:
    """The scores of students of the course. Of a score that is named twice, the last counts."""
    marks = [
        Mark(each["item"], each["student"], section, each["score"], each["late"])
        for each in document["scores"]
        if (section := course.section_of(each["student"])) is not None
    ]
    return list({each.key: each for each in marks}.values())


def _item(document: Mapping[str, Any]) -> Item:
    return Item(
        id=document["id"],
        title=document["title"],
        kind=document["kind"],
        scale=document["scale"],
        term=document["term"] or "",
        due=document["due"] or "",
        max_points=document["max_points"],
        sections=tuple(document["sections"]),
    )
