"""Rules about what an exporter shows or logs: no credentials, and no other people's data."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.leaks import leak_rules
from conformance.model.others import Person, facts
from conformance.skyward.scenarios import leaking


def _people(evidence: Evidence) -> Iterator[Person]:
    """The students of the course. Their names are in the SIS only."""
    course = evidence.loaded.get("course", {})
    named = {str(each["id"]): each for each in evidence.gradebook.get("people", ())}
    for each in course.get("students", ()):
        student = str(each["user_id"])
        person = named.get(student, {})
        yield Person(
            student,
            facts(
                name=[person.get("given_name"), person.get("family_name")],
                number=[each["user_id"]],
                grade=[s["score"] for s in course["scores"] if str(s["student"]) == student],
            ),
        )


RULES = leak_rules(
    "SK",
    people=_people,
    lists=("scores",),
    key="student",
    with_credentials=leaking.WITH_CREDENTIALS,
    some_refused=leaking.SOME_REFUSED,
    feature="row.messages",
)
