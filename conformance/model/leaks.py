"""The two rules about leaks, which are the same in every dialect but for where people are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from conformance.model import practice
from conformance.model.evidence import Evidence
from conformance.model.others import Person, others_data, shown_rows
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Scenario, Violation
from conformance.model.secrets import leaked_secrets

PeopleOf = Callable[[Evidence], Iterable[Person]]
"""The people that the exporter was loaded with."""


def leak_rules(
    prefix: str,
    *,
    people: PeopleOf,
    lists: Sequence[str],
    key: str,
    with_credentials: tuple[Scenario, ...],
    some_refused: Scenario,
    feature: str,
) -> tuple[Rule, ...]:
    """The rules `prefix`-SECRETS and `prefix`-OTHERS.

    `lists` are the lists of the answer to `state` whose rows have messages, `key` is the member
    that names the person of a row, and `feature` says that an exporter shows messages.
    """

    def tells_nobody_of_others(evidence: Evidence) -> Iterator[Violation]:
        """No person is shown another one's data."""
        shown = shown_rows(evidence, lists, key)
        yield from others_data(evidence, list(people(evidence)), shown)

    return (
        Rule(
            id=f"{prefix}-SECRETS",
            level=Level.SHOULD_INFERRED,
            title="should not print credentials",
            sources=(practice.SECRETS,),
            scenarios=with_credentials,
            proofs=(Proof.COUNT,),
            check=prints_no_credentials,
            fix="Keep credentials out of logs, texts and URLs; send them in headers only.",
            everywhere=True,
        ),
        Rule(
            id=f"{prefix}-OTHERS",
            level=Level.SHOULD_INFERRED,
            title="should not show other people's data in a person's message",
            sources=(practice.OTHERS,),
            scenarios=(some_refused,),
            proofs=(Proof.COUNT,),
            check=tells_nobody_of_others,
            fix="Tell each person only what the SIS said of their grade.",
            needs=(feature,),
            everywhere=True,
        ),
    )


def prints_no_credentials(evidence: Evidence) -> Iterator[Violation]:
    """No secret of the SIS's credentials is in stderr, in an answer or in a URL."""
    yield from leaked_secrets(evidence, evidence.policies.get("auth", {}))
