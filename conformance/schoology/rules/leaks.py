"""Rules about what an exporter shows or logs: no credentials, and no other people's data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.leaks import leak_rules
from conformance.model.others import Person, facts
from conformance.schoology.scenarios import leaking


def _people(evidence: Evidence) -> Iterator[Person]:
    section = evidence.loaded.get("section", {})
    for each in section.get("enrollments", ()):
        grades, finals = (_rows_of(each, section[name]) for name in ("grades", "final_comments"))
        yield Person(
            str(each["enrollment_id"]),
            facts(
                name=[each["given_name"], each["family_name"]],
                number=[each["enrollment_id"], each["user_id"]],
                grade=[row["grade"] for row in grades],
                comment=[row["comment"] for row in (*grades, *finals)],
            ),
        )


def _rows_of(student: Any, rows: list[Any]) -> list[Any]:
    return [row for row in rows if row["enrollment_id"] == student["enrollment_id"]]


RULES = leak_rules(
    "SC",
    people=_people,
    lists=("rows", "final_comments"),
    key="enrollment_id",
    with_credentials=leaking.WITH_CREDENTIALS,
    some_refused=leaking.SOME_REFUSED,
    feature="row.messages",
)
