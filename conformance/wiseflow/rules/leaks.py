"""Rules about what an exporter shows or logs: no credentials, and no other people's data."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.others import Person, facts, others_data, shown_rows
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.model.secrets import leaked_secrets
from conformance.model.steps import Load
from conformance.wiseflow import sources
from conformance.wiseflow.scenarios import leaking

_AUTH = {each.name: each.policies["auth"] for each in leaking.WITH_CREDENTIALS}


def prints_no_credentials(evidence: Evidence) -> Iterator[Violation]:
    """No secret of the scenario is in stderr, in an answer or in a URL."""
    yield from leaked_secrets(evidence, _AUTH.get(evidence.scenario, {}))


def tells_nobody_of_others(evidence: Evidence) -> Iterator[Violation]:
    """No participant is shown another one's name, number or grade."""
    loaded = next((done for done in evidence.steps if isinstance(done.step, Load)), None)
    flow = ((loaded and loaded.message) or {}).get("flow", {})
    people = [
        Person(
            str(each["user_id"]),
            facts(
                name=[each["given_name"], each["family_name"]],
                number=[each["user_id"], each["number"]],
                grade=[each["alternative_grade"], *(one["grade"] for one in each["assessments"])],
            ),
        )
        for each in flow.get("participants", [])
    ]
    yield from others_data(evidence, people, shown_rows(evidence, ("participants",), "user_id"))


RULES = (
    Rule(
        id="WF-SECRETS",
        level=Level.SHOULD_INFERRED,
        title="should not print credentials",
        sources=(sources.SECRETS,),
        scenarios=leaking.WITH_CREDENTIALS,
        proofs=(Proof.COUNT,),
        check=prints_no_credentials,
        fix="Keep credentials out of logs, texts and URLs; send them in headers only.",
    ),
    Rule(
        id="WF-OTHERS",
        level=Level.SHOULD_INFERRED,
        title="should not show other people's data in a person's message",
        sources=(sources.OTHERS,),
        scenarios=(leaking.SOME_REFUSED,),
        proofs=(Proof.COUNT,),
        check=tells_nobody_of_others,
        fix="Tell each participant only what the SIS said of them.",
        needs=("participant.messages",),
    ),
)
