"""Whatever the OpenAPI document of the Schoology dialect allows or forbids, in JSON or in XML, a
running simulator answers as it says, also to a client that follows its links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import Case, DeserializationContext, Response
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from helpers.simulator.schoology_contract import promised, typed
from mock_sis.contracts.openapi import bundle
from mock_sis.formats.xml_text import decode_xml
from mock_sis.server.embedded import EmbeddedSimulator

BOUNDED = hypothesis.settings(
    max_examples=10,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
ACCEPTED = ("application/json", "text/xml")
KNOWN = {"section": "4318461", "assignment": "5699937", "enrollment": "44783151", "user": "48289"}
KNOWN["school_uid"] = "S-48289"

document = schemathesis.openapi.from_dict(bundle("schoology/openapi.json"))
document.config.generation.update(modes=list(schemathesis.GenerationMode))


@schemathesis.deserializer("application/xml", "text/xml")
def xml_by_schema(context: DeserializationContext, response: Response) -> Any:
    """An answer in XML as the data that JSON would have, for the schema to judge."""
    operation = context.operation.definition.raw["operationId"]
    content = promised(operation, response.status_code)["content"]
    return typed(decode_xml(response.content), content["text/xml"]["schema"])


def excluded(case: Case) -> list[Any]:
    """The checks that do not hold for a request; all the others do.

    XML has no types: what breaks the schema in JSON may keep it in XML (the text "null" is a
    title), and the other way round. And no schema knows which scales, categories and periods a
    section has.
    """
    if "xml" in str(case.media_type):
        return [negative_data_rejection, positive_data_acceptance]
    if case.method in ("POST", "PUT"):
        return [positive_data_acceptance] if "/assignments" in case.operation.path else []
    return []


@pytest.fixture(scope="module")
def sis() -> Iterator[EmbeddedSimulator]:
    with EmbeddedSimulator("schoology") as running:
        yield running


@document.parametrize()
@BOUNDED
def test_the_gradebook_answers_as_documented(case: Case, sis: EmbeddedSimulator) -> None:
    case.call_and_validate(base_url=f"{sis.url}/v1", excluded_checks=excluded(case))


@pytest.mark.parametrize("accept", ACCEPTED)
@document.include(path_regex="{").exclude(method="DELETE").parametrize()
@BOUNDED
def test_what_is_there_answers_as_documented(
    case: Case, accept: str, sis: EmbeddedSimulator
) -> None:
    for name in case.path_parameters:
        case.path_parameters[name] = KNOWN[name]
    case.call_and_validate(
        base_url=f"{sis.url}/v1", headers={"Accept": accept}, excluded_checks=excluded(case)
    )


def test_what_a_client_made_answers_at_the_links_it_was_given() -> None:
    answered: set[str] = set()
    whole = schemathesis.openapi.from_dict(bundle("schoology/openapi.json"))
    chained = whole.include(path_regex="/assignments")
    chained.config.generation.update(modes=[schemathesis.GenerationMode.POSITIVE])

    class Client(chained.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            sis.seed("schoology")

        def before_call(self, case: Case) -> None:
            # Only the links name assignments; the rest is brought to where there is something.
            for name in case.path_parameters.keys() & {"section", "user"}:
                case.path_parameters[name] = KNOWN[name]
            if case.operation.path.endswith(("/assignments", "/{assignment}")) and case.body:
                case.body = {"title": "Oral"}  # other bodies are tried above

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            return {"base_url": f"{sis.url}/v1"}

        def validate_response(self, response: Response, case: Case, **_: Any) -> None:
            case.validate_response(response, excluded_checks=excluded(case))
            made = case.path_parameters.get("assignment") not in (None, "5699937", 5699937)
            if response.status_code < 300 and made:
                answered.add(f"{case.method} {case.operation.path.rpartition('/')[2]}")

    with EmbeddedSimulator("schoology") as sis:
        Client.run(settings=hypothesis.settings(BOUNDED, stateful_step_count=10))
    assert answered >= {f"{method} {{assignment}}" for method in ("GET", "PUT", "DELETE")}
