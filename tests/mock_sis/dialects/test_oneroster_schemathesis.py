"""Whatever the OpenAPI document of the OneRoster dialect allows or forbids, a running simulator
answers as it says, in both spellings and also to a client that follows its links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import hypothesis
import pytest
import schemathesis
from schemathesis import Case, Response
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.specs.openapi.checks import positive_data_acceptance

from helpers.simulator.oneroster_asks import ITEM, RESULT, SCALE
from mock_sis.contracts.openapi import bundle
from mock_sis.seeds import library
from mock_sis.server.embedded import EmbeddedSimulator

BOUNDED = hypothesis.settings(
    max_examples=12,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
SPELLINGS = ("", "/v1p2")
KNOWN = {
    "class": "alg-1",
    "lineItem": "li-alg-1-100",
    "category": "cat-alg-1-1",
    "student": "2001",
    "user": "9001",
    "term": "term-1",
    "session": "2",
    "org": "school-1",
    "course": "course-alg-1",
    "academicSession": "2",
    "scoreScale": "scale-letters",
}

document = schemathesis.openapi.from_dict(bundle("oneroster/openapi.json"))
document.config.generation.update(modes=list(schemathesis.GenerationMode))
services = document.include(path_regex="/v1p2/")
allowed = schemathesis.openapi.from_dict(bundle("oneroster/openapi.json"))
allowed.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])
token = document.include(path="/oauth/token")


def seed() -> dict[str, Any]:
    """The builtin seed with a scale and no credentials, at a time within an open period."""
    builtin = library.builtin("skyward")
    clock = {"mode": "virtual", "now": "2026-11-02T08:00:00Z"}
    policy = {**builtin["oneroster"], "auth": {"type": "none"}}
    return {**builtin, "clock": clock, "scales": [SCALE], "oneroster": policy}


UNKNOWABLE = [positive_data_acceptance]
"""The check that does not hold, while all the others do: no schema knows which fields an object has
for `sort`, `filter` and `fields`, nor which classes, categories and students there are."""


def vanishes(value: Any) -> bool:
    """Whether a query parameter of this value is not sent at all, as there is no way to."""
    return value is None or (isinstance(value, list | dict) and all(map(vanishes, value)))


def meant(case: Case) -> Case:
    """A case that is on the wire what it was generated as: good or bad."""
    hypothesis.assume(not any(map(vanishes, (case.query or {}).values())))
    return case


@pytest.fixture(scope="module")
def sis() -> Iterator[EmbeddedSimulator]:
    with EmbeddedSimulator(seed()) as running:
        yield running


@pytest.mark.parametrize("spelling", SPELLINGS)
@services.parametrize()
@BOUNDED
def test_the_provider_answers_as_documented(
    case: Case, spelling: str, sis: EmbeddedSimulator
) -> None:
    base = f"{sis.url}/ims/oneroster{spelling}"
    meant(case).call_and_validate(base_url=base, excluded_checks=UNKNOWABLE)


@token.parametrize()
@BOUNDED
def test_the_token_endpoint_answers_as_documented(case: Case) -> None:
    with EmbeddedSimulator("skyward") as sis:
        case.call_and_validate(base_url=sis.url, excluded_checks=UNKNOWABLE)


@services.include(path_regex="{").parametrize()
@BOUNDED
def test_what_is_there_answers_as_documented(case: Case, sis: EmbeddedSimulator) -> None:
    for name in case.path_parameters:
        case.path_parameters[name] = KNOWN.get(name, case.path_parameters[name])
    meant(case).call_and_validate(base_url=f"{sis.url}/ims/oneroster", excluded_checks=UNKNOWABLE)


def made_to_fit(case: Case) -> None:
    """Let a request name what is there, and obey the rules that no schema tells."""
    case.query = {}
    if not isinstance(case.body, dict):
        return
    name = unquote(next(iter(case.path_parameters.values())))
    # A result goes by the name of its line item, as the link from the one to the other has it.
    fitting = {"lineItem": ITEM, "result": RESULT | {"lineItem": {"sourcedId": name}}}
    for kind in fitting.keys() & case.body.keys():
        row = case.body[kind]
        for field in OPTIONAL:
            row.pop(field, None)
        row.update(fitting[kind] | {"sourcedId": name})


OPTIONAL = ("status", "textScore", "class", "academicSession", "scoreScale", "resultValueMin")
JOURNEY = {
    "oneroster.gradebook.lineItems.put",
    "oneroster.gradebook.lineItems.get",
    "oneroster.gradebook.results.put",
    "oneroster.gradebook.results.get",
    "oneroster.gradebook.results.delete",
    "oneroster.gradebook.lineItems.delete",
}
REACHED = {"oneroster.gradebook.lineItems." + verb for verb in ("put", "get", "delete")}
"""The steps of a client that writes back, and those that chance gets to with success."""


def test_following_links_is_answered_as_documented() -> None:
    done: set[str] = set()

    class Client(allowed.include(operation_id=list(JOURNEY)).as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            sis.seed(seed())

        def before_call(self, case: Case) -> None:
            made_to_fit(case)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": f"{sis.url}/ims/oneroster"}

        def validate_response(self, response: Response, case: Case, **_: Any) -> None:
            case.validate_response(response, excluded_checks=UNKNOWABLE)
            if response.status_code < 300:
                done.add(case.operation.definition.raw["operationId"])

    machine: type[APIStateMachine] = Client
    with EmbeddedSimulator(seed()) as sis:
        machine.run(settings=hypothesis.settings(BOUNDED, max_examples=40, stateful_step_count=8))
    assert done >= REACHED
