"""A flow and its participants from plain data, shaped as in schemas/adapter/load.schema.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from conformance.exporters.kit.times import seconds
from conformance.exporters.wiseflow.marking import reopened
from conformance.exporters.wiseflow.model import Assessment, Assessor, Flow, Participant


def flow_from(document: Mapping[str, Any]) -> Flow:
    """The flow itself. Raises KeyError or ValueError for a document of another shape."""
    return Flow(
        sis_code=document["sis_code"],
        title=document["title"],
        marking_start=seconds(document["marking"]["start"]),
        marking_end=seconds(document["marking"]["end"]),
        scale=tuple(document["scale"]),
        sis_sources=tuple(document["sis_sources"]),
        assessors=tuple(Assessor(**each) for each in document["assessors"]),
        instant_export=document["instant_export"],
    )


def participants_from(flow: Flow, documents: Iterable[Mapping[str, Any]]) -> list[Participant]:
    """The participants in order, each person once.

    A participant who was added twice, by hand and through a SIS source, is SIS-sourced; otherwise
    the first entry counts.
    """
    found: dict[str, Participant] = {}
    for document in documents:
        given = _participant(flow, document)
        known = found.setdefault(given.key, given)
        if given.source == "sis":
            found[given.key] = replace(known, source="sis")
    return list(found.values())


def _participant(flow: Flow, document: Mapping[str, Any]) -> Participant:
    """`handed_in` (a time as text) and `late` may be given beyond the schema."""
    reviewers = flow.ids("reviewer")
    marked = [each for each in document["assessments"] if each["assessor"] not in reviewers]
    participant = Participant(
        user_id=document["user_id"],
        given_name=document["given_name"],
        family_name=document["family_name"],
        number=document["number"],
        source=document["source"],
        assessments=tuple(map(_assessment, marked)),
        alternative_grade=document["alternative_grade"] or "",
        # A reviewer gives no grade: what a reviewer submits is the approval.
        approved=any(
            each["submitted"] for each in document["assessments"] if each["assessor"] in reviewers
        ),
        handed_in=document.get("handed_in", ""),
        late=document.get("late", False),
    )
    return reopened(participant) if document["unlocked"] else participant


def _assessment(document: Mapping[str, Any]) -> Assessment:
    counts = document["submitted"] and document["grade"] != ""
    return Assessment(document["assessor"], document["grade"], "submitted" if counts else "draft")
