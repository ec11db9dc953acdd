"""What an exam system reads of the SIS: the list of flows, and one flow with its participants.

Source: the vendor's public help and API description; fetching a flow is what "synchronised with
the SIS" means in "Grade Export: Rules and Technical Setup", export dashboard.
"""

from __future__ import annotations

from typing import Any

from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.values import Enrollment, Section


def summary(section: Section) -> dict[str, Any]:
    """A flow in the list (schemas/wiseflow/flows.schema.json)."""
    return {
        "title": section.title,
        "subtitle": section.flow.subtitle,
        "startDateParticipants": section.flow.participation.start,
        "endDateParticipants": section.flow.participation.end,
        "room": section.flow.room,
        "sisCode": section.sis_code,
    }


def whole(book: Gradebook, section: Section) -> dict[str, Any]:
    """A flow as it is fetched (schemas/wiseflow/flow.schema.json); the withdrawn are not in it."""
    flow, scale = section.flow, book.scale_of(section)
    return {
        "examId": flow.exam_id,
        "title": section.title,
        "subTitle": flow.subtitle,
        "term": flow.term,
        "examType": flow.exam_type,
        "code": flow.code,
        "module": flow.module,
        "sisCode": section.sis_code,
        "startDateParticipants": flow.participation.start,
        "endDateParticipants": flow.participation.end,
        "startDateMarking": flow.marking.start,
        "endDateMarking": flow.marking.end,
        "gradeType": scale.title if scale else "",
        "ectsWeight": flow.ects,
        "participants": [
            _participant(book, enrollment)
            for enrollment in book.roster(section.id).values()
            if enrollment.state == "active"
        ],
    }


def _participant(book: Gradebook, enrollment: Enrollment) -> dict[str, Any]:
    person = book.people[enrollment.person]
    return {
        "userId": person.id,
        "organisationId": person.organisation_id,
        "name": person.name,
        "number": person.number,
        "uniqueExamId": enrollment.unique_exam_id,
    }
