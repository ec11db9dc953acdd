"""The OneRoster 1.2 provider, with the rules of the Skyward write-back: its operations."""

from __future__ import annotations

from collections.abc import Iterator

from mock_sis.contracts.openapi import bundle
from mock_sis.dialects.oneroster import results
from mock_sis.dialects.oneroster.lists import listing, single
from mock_sis.dialects.oneroster.reads import BELOW, COLLECTIONS, GRADEBOOK
from mock_sis.dialects.oneroster.scopes import DELETE, MARKS, MARKS_CORE, POST, PUT
from mock_sis.dialects.oneroster.scopes import SCOPE as SCOPE
from mock_sis.dialects.oneroster.writing import categories, line_items, scales
from mock_sis.dialects.oneroster.writing import results as written
from mock_sis.exchange import Call, Handler, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context

SPELLINGS = ("/{service}/v1p2", "/v1p2/{service}/v1p2")
"""The paths of a service below the base path. Clients use both."""

_HANDLED: tuple[tuple[str, str, str, Handler, str, frozenset[str]], ...] = (
    ("results.list", "GET", "/results", results.list_results, "List results", MARKS_CORE),
    ("results.get", "GET", "/results/{result}", results.get_result, "Show a result", MARKS_CORE),
    (
        "classes.results.list",
        "GET",
        "/classes/{class}/results",
        results.list_results,
        "List the results of a class",
        MARKS,
    ),
    (
        "classes.lineItems.results.list",
        "GET",
        "/classes/{class}/lineItems/{lineItem}/results",
        results.list_results,
        "List the results of a line item",
        MARKS,
    ),
    (
        "classes.students.results.list",
        "GET",
        "/classes/{class}/students/{student}/results",
        results.list_results,
        "List the results of a student",
        MARKS,
    ),
    (
        "lineItems.put",
        "PUT",
        "/lineItems/{lineItem}",
        line_items.put_line_item,
        "Make or change a line item",
        PUT,
    ),
    (
        "lineItems.delete",
        "DELETE",
        "/lineItems/{lineItem}",
        line_items.delete_line_item,
        "Remove a line item",
        DELETE,
    ),
    ("results.put", "PUT", "/results/{result}", written.put_result, "Write a result", PUT),
    (
        "results.delete",
        "DELETE",
        "/results/{result}",
        written.delete_result,
        "Remove a result",
        DELETE,
    ),
    (
        "categories.put",
        "PUT",
        "/categories/{category}",
        categories.put_category,
        "Make or change a category",
        PUT,
    ),
    (
        "categories.delete",
        "DELETE",
        "/categories/{category}",
        categories.delete_category,
        "Remove a category",
        DELETE,
    ),
    (
        "scoreScales.put",
        "PUT",
        "/scoreScales/{scoreScale}",
        scales.put_scale,
        "Make or change a score scale",
        PUT,
    ),
    (
        "scoreScales.delete",
        "DELETE",
        "/scoreScales/{scoreScale}",
        scales.delete_scale,
        "Remove a score scale",
        DELETE,
    ),
    (
        "classes.lineItems.post",
        "POST",
        "/classes/{class}/lineItems",
        line_items.post_line_items,
        "Make line items",
        POST,
    ),
    (
        "schools.lineItems.post",
        "POST",
        "/schools/{school}/lineItems",
        line_items.post_school_line_items,
        "Make line items in classes of a school",
        POST,
    ),
    (
        "lineItems.results.post",
        "POST",
        "/lineItems/{lineItem}/results",
        written.post_results,
        "Write results on a line item",
        POST,
    ),
    (
        "classes.academicSessions.results.post",
        "POST",
        "/classes/{class}/academicSessions/{session}/results",
        written.post_session_results,
        "Write results in a grading period",
        POST,
    ),
)
"""The other operations of the gradebook service: name, method, path, handler, summary, scopes."""


def openapi(context: Context, _call: Call, _params: Params) -> Reply:
    """Answer with this interface's OpenAPI document and its public URLs."""
    base = context.base_url
    servers = [{"url": base}, {"url": f"{base}/v1p2"}]
    return json_reply({**bundle("oneroster/openapi.json"), "servers": servers})


def _routes(prefix: str) -> Iterator[Route]:
    for service, path, kind, source, finder, scopes in COLLECTIONS:
        name = f"oneroster.{service}.{path}"
        pattern = f"{prefix.format(service=service)}/{path}"
        yield _route(f"{name}.list", pattern, listing(kind, source, finder), scopes)
        one = f"{pattern}/{{{kind.one}}}"
        yield _route(f"{name}.get", one, single(kind, finder), scopes, "Show one")
    for service, (name, path, kind, source, below_finder), scopes in BELOW:
        base = prefix.format(service=service)
        handler = listing(kind, source, below_finder)
        yield _route(f"oneroster.{service}.{name}.list", base + path, handler, scopes)
    base = prefix.format(service=GRADEBOOK)
    for name, method, path, handler, summary, scopes in _HANDLED:
        yield Route(
            f"oneroster.gradebook.{name}", method, base + path, handler, summary, scopes=scopes
        )


def _route(
    operation: str, pattern: str, handler: Handler, scopes: frozenset[str], verb: str = "List"
) -> Route:
    what = operation.split(".")[-2]
    return Route(operation, "GET", pattern, handler, f"{verb}: {what}", scopes=scopes)


ROUTES: tuple[Route, ...] = (
    *(route for prefix in SPELLINGS for route in _routes(prefix)),
    Route(
        "oneroster.openapi",
        "GET",
        "/openapi.json",
        openapi,
        "This OpenAPI document",
        public=True,
        journaled=False,
    ),
)
