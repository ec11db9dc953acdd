"""Rules about what an exporter shows or logs: no credentials, and no other people's data."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.leaks import leak_rules
from conformance.model.others import Person, facts
from conformance.wiseflow.scenarios import leaking


def _people(evidence: Evidence) -> Iterator[Person]:
    for each in evidence.loaded.get("flow", {}).get("participants", ()):
        grades = (one["grade"] for one in each["assessments"])
        yield Person(
            str(each["user_id"]),
            facts(
                name=[each["given_name"], each["family_name"]],
                number=[each["user_id"], each["number"]],
                grade=[each["alternative_grade"], *grades],
            ),
        )


RULES = leak_rules(
    "WF",
    people=_people,
    lists=("participants",),
    key="user_id",
    with_credentials=leaking.WITH_CREDENTIALS,
    some_refused=leaking.SOME_REFUSED,
    feature="participant.messages",
)
