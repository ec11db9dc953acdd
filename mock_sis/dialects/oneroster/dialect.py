"""The OneRoster provider as a dialect."""

from __future__ import annotations

from mock_sis.contracts.bodies import Body
from mock_sis.dialects.oneroster.settings import OneRosterPolicy
from mock_sis.errors import Refused
from mock_sis.exchange import Reply, Route
from mock_sis.settings import Dialect


def _routes() -> tuple[Route, ...]:
    from mock_sis.dialects.oneroster.routes import ROUTES

    return ROUTES


def _root_routes() -> tuple[Route, ...]:
    from mock_sis.dialects.oneroster.token_route import ROUTES

    return ROUTES


def _refuse(refused: Refused) -> Reply:
    from mock_sis.dialects.oneroster.statusinfo import refuse

    return refuse(refused)


def _in_envelope(name: str, title: str) -> Body:
    return Body(title, f"oneroster/envelopes.schema.json#/$defs/{name}")


ONEROSTER = Dialect(
    name="oneroster",
    policy=OneRosterPolicy,
    policy_schema={"$ref": "oneroster/policy.schema.json"},
    routes=_routes,
    root_routes=_root_routes,
    refuse=_refuse,
    bodies={
        "category": _in_envelope("categoryRequest", "a category to make or to change"),
        "line-item": _in_envelope("lineItemRequest", "a line item to make or to change"),
        "line-items": _in_envelope("lineItemsRequest", "line items to make"),
        "result": _in_envelope("resultRequest", "a result to make or to change"),
        "results": _in_envelope("resultsRequest", "results to make"),
    },
)
