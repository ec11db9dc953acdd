"""A section and its gradebook from plain data, shaped as in schemas/adapter/load.schema.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.exporters.schoology.formats import storable
from conformance.exporters.schoology.model import Assignment, Content, GradebookItem, Section


def section_from(document: Mapping[str, Any]) -> Section:
    """The section itself. Raises KeyError for a document of another shape."""
    return Section(
        id=str(document["id"]),
        title=document["title"],
        enrollments=tuple(each["enrollment_id"] for each in document["enrollments"]),
        assignments=tuple(map(_assignment, document["assignments"])),
    )


def items_from(document: Mapping[str, Any]) -> list[GradebookItem]:
    """The items of its gradebook, in order. Of an item that is named twice, the last counts."""
    return [*map(_grade, document["grades"]), *map(_final_comment, document["final_comments"])]


def _assignment(document: Mapping[str, Any]) -> Assignment:
    """A `type` ("discussion") may be given beyond the schema."""
    return Assignment(
        assignment_id=document["assignment_id"],
        title=document["title"],
        max_points=document["max_points"],
        letters=tuple(document["letters"]),
        type=document.get("type", "assignment"),
    )


def _grade(document: Mapping[str, Any]) -> GradebookItem:
    content = Content(
        grade=document["grade"],
        exception=document["exception"],
        comment=storable(document["comment"] or ""),
        visible=document["comment_visible"],
    )
    return GradebookItem("grade", document["assignment_id"], document["enrollment_id"], content)


def _final_comment(document: Mapping[str, Any]) -> GradebookItem:
    content = Content(comment=storable(document["comment"]), visible=document["comment_visible"])
    return GradebookItem("final_comment", document["period"], document["enrollment_id"], content)
