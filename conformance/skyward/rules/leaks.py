"""Rules about what an exporter shows or logs: no credentials, and no other people's data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.others import Person, facts, others_data, shown_rows
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.model.secrets import leaked_secrets
from conformance.model.steps import Load
from conformance.skyward import sources
from conformance.skyward.scenarios import leaking

_AUTH = {each.name: each.policies["auth"] for each in leaking.WITH_CREDENTIALS}


def prints_no_credentials(evidence: Evidence) -> Iterator[Violation]:
    """No secret of the scenario is in stderr, in an answer or in a URL."""
    yield from leaked_secrets(evidence, _AUTH.get(evidence.scenario, {}))


def tells_nobody_of_others(evidence: Evidence) -> Iterator[Violation]:
    """No student is shown another one's name, number or score. Names are those of the SIS."""
    loaded = next((done for done in evidence.steps if isinstance(done.step, Load)), None)
    course = ((loaded and loaded.message) or {}).get("course", {})
    named = {str(each["id"]): each for each in evidence.gradebook.get("people", [])}
    people = [
        Person(
            str(each["user_id"]),
            facts(
                name=_names(named.get(str(each["user_id"]), {})),
                number=[each["user_id"]],
                grade=[
                    score["score"]
                    for score in course["scores"]
                    if str(score["student"]) == str(each["user_id"])
                ],
            ),
        )
        for each in course.get("students", [])
    ]
    yield from others_data(evidence, people, shown_rows(evidence, ("scores",), "student"))


def _names(person: Mapping[str, Any]) -> list[Any]:
    return [person.get("given_name"), person.get("family_name")]


RULES = (
    Rule(
        id="SK-SECRETS",
        level=Level.SHOULD_INFERRED,
        title="should not print credentials",
        sources=(sources.SECRETS,),
        scenarios=leaking.WITH_CREDENTIALS,
        proofs=(Proof.COUNT,),
        check=prints_no_credentials,
        fix="Keep credentials out of logs, texts and URLs; send them in headers only.",
    ),
    Rule(
        id="SK-OTHERS",
        level=Level.SHOULD_INFERRED,
        title="should not show other people's data in a person's message",
        sources=(sources.OTHERS,),
        scenarios=(leaking.SOME_REFUSED,),
        proofs=(Proof.COUNT,),
        check=tells_nobody_of_others,
        fix="Tell each student only what the SIS said of their score.",
        needs=("row.messages",),
    ),
)
