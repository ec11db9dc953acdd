"""Rules about what an exporter shows or logs: no credentials, and no other people's data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.others import Person, facts, others_data, shown_rows
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.model.secrets import leaked_secrets
from conformance.model.steps import Load
from conformance.schoology import sources
from conformance.schoology.scenarios import leaking

_AUTH = {each.name: each.policies["auth"] for each in leaking.WITH_CREDENTIALS}


def prints_no_credentials(evidence: Evidence) -> Iterator[Violation]:
    """No secret of the scenario is in stderr, in an answer or in a URL."""
    yield from leaked_secrets(evidence, _AUTH.get(evidence.scenario, {}))


def tells_nobody_of_others(evidence: Evidence) -> Iterator[Violation]:
    """No student is shown another one's name, number, grade or comment."""
    loaded = next((done for done in evidence.steps if isinstance(done.step, Load)), None)
    section = ((loaded and loaded.message) or {}).get("section", {})
    people = [
        Person(
            str(each["enrollment_id"]),
            facts(
                name=[each["given_name"], each["family_name"]],
                number=[each["enrollment_id"], each["user_id"]],
                grade=[row["grade"] for row in _rows_of(each, section, "grades")],
                comment=[
                    row["comment"]
                    for name in ("grades", "final_comments")
                    for row in _rows_of(each, section, name)
                ],
            ),
        )
        for each in section.get("enrollments", [])
    ]
    lists = ("rows", "final_comments")
    yield from others_data(evidence, people, shown_rows(evidence, lists, "enrollment_id"))


def _rows_of(student: Any, section: Any, name: str) -> list[Any]:
    return [row for row in section[name] if row["enrollment_id"] == student["enrollment_id"]]


RULES = (
    Rule(
        id="SC-SECRETS",
        level=Level.SHOULD_INFERRED,
        title="should not print credentials",
        sources=(sources.SECRETS,),
        scenarios=leaking.WITH_CREDENTIALS,
        proofs=(Proof.COUNT,),
        check=prints_no_credentials,
        fix="Keep credentials out of logs, texts and URLs; send them in headers only.",
    ),
    Rule(
        id="SC-OTHERS",
        level=Level.SHOULD_INFERRED,
        title="should not show other people's data in a person's message",
        sources=(sources.OTHERS,),
        scenarios=(leaking.SOME_REFUSED,),
        proofs=(Proof.COUNT,),
        check=tells_nobody_of_others,
        fix="Tell each student only what the SIS said of their row.",
        needs=("row.messages",),
    ),
)
