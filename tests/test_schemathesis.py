"""Whatever the OpenAPI documents allow or forbid, a running simulator answers as they say."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from mock_sis.contracts.openapi import bundle
from mock_sis.server.embedded import EmbeddedSimulator

# As many as fit in a few seconds; the same in every run, so that a failure stays one.
BOUNDED = hypothesis.settings(
    max_examples=25,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)

# A body may keep its schema and make no sense: a person twice, a seed that is not there, a span of
# time that ends before it starts. These operations refuse it; the other checks hold for them too.
BEYOND_SCHEMA = ("/_control/seed", "/_control/reset", "/_control/faults")
FLOW = "UNI||MATH101||2026"


def _document(name: str) -> schemathesis.BaseSchema:
    """The document as it is served, to be tried with requests that keep it and that break it."""
    loaded = schemathesis.openapi.from_dict(bundle(f"{name}/openapi.json"))
    loaded.config.generation.update(modes=list(schemathesis.GenerationMode))
    return loaded


wiseflow = _document("wiseflow")
control = _document("control").exclude(path="/_control/events")  # its answer has no end


@pytest.fixture(scope="module")
def sis() -> Iterator[EmbeddedSimulator]:
    with EmbeddedSimulator("demo") as running:
        yield running


@pytest.mark.parametrize("document", [wiseflow, control], ids=["wiseflow", "control"])
def test_the_document_is_openapi_3_1(document: schemathesis.BaseSchema) -> None:
    document.validate()


@wiseflow.parametrize()
@BOUNDED
def test_the_receiver_answers_as_documented(case: Case, sis: EmbeddedSimulator) -> None:
    case.call_and_validate(base_url=f"{sis.url}/wiseflow")


@wiseflow.include(path_regex="sisCode").parametrize()
@BOUNDED
def test_a_flow_answers_as_documented(case: Case, sis: EmbeddedSimulator) -> None:
    case.path_parameters["sisCode"] = FLOW
    case.call_and_validate(base_url=f"{sis.url}/wiseflow")


@control.parametrize()
@BOUNDED
def test_the_control_interface_answers_as_documented(case: Case, sis: EmbeddedSimulator) -> None:
    sis.control("DELETE", "/_control/faults")  # one could refuse every connection from here on
    senseless = case.operation.path in BEYOND_SCHEMA
    excluded = [positive_data_acceptance] if senseless else []
    case.call_and_validate(base_url=sis.url, excluded_checks=excluded)
