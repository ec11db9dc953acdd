"""The bodies that people send to a SIS or get from it, by name, with their schemas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Body:
    """One kind of body: its JSON Schema below schemas/, with a pointer, and its XSD file if it can
    be XML."""

    title: str
    schema: str
    xsd: str = ""


def _section(name: str, title: str) -> Body:
    return Body(title, f"schoology/{name}.schema.json", f"schoology/{name}.xsd")


def _oneroster(name: str, title: str) -> Body:
    return Body(title, f"oneroster/envelopes.schema.json#/$defs/{name}")


BODIES: Mapping[str, Body] = {
    "wiseflow.export": Body("an export of a flow", "wiseflow/export.schema.json"),
    "wiseflow.report": Body("the answer to an export", "wiseflow/report.schema.json"),
    "wiseflow.flow": Body("a flow, as the SIS gives it", "wiseflow/flow.schema.json"),
    "schoology.grades": _section("grades-request", "grades and final comments to store"),
    "schoology.grades-report": _section("grades-report", "the answer to them"),
    "schoology.grades-list": _section("grades", "a page of grades, as the SIS gives it"),
    "schoology.assignment": _section("assignment-request", "an assignment to change"),
    "schoology.assignment-new": Body(
        "an assignment to make",
        "schoology/assignment-request.schema.json#/$defs/new",
        "schoology/assignment-request-new.xsd",
    ),
    "oneroster.category": _oneroster("categoryRequest", "a category to make or to change"),
    "oneroster.line-item": _oneroster("lineItemRequest", "a line item to make or to change"),
    "oneroster.line-items": _oneroster("lineItemsRequest", "line items to make"),
    "oneroster.result": _oneroster("resultRequest", "a result to make or to change"),
    "oneroster.results": _oneroster("resultsRequest", "results to make"),
    "seed": Body("a seed document", "seed.schema.json"),
    "fault": Body("a fault to arm", "control/fault.schema.json"),
}
"""By the name that `mock-sis check --as` takes."""
