"""The table of control operations, and the operation that lists all operations."""

from __future__ import annotations

from typing import Any

from mock_sis.control import about, clock, faults, gradebook, journal, seed, teaching
from mock_sis.control.inputs import only
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context


def list_routes(context: Context, call: Call, _params: Params) -> Reply:
    """List the operations of this interface and of the dialects, with their current paths."""
    only(call, ())
    world = context.world
    rows = [_told("", route) for route in CONTROL_ROUTES]
    for dialect in world.dialects:
        for base, route in dialect.served(world.settings.policies[dialect.name]):
            rows.append(_told(base, route))
    return json_reply({"routes": rows})


def _told(base: str, route: Route) -> dict[str, Any]:
    return {
        "operation": route.operation,
        "method": route.method,
        "path": base.rstrip("/") + route.pattern,
        "summary": route.summary,
        "public": route.public,
        "journaled": route.journaled,
    }


CONTROL_ROUTES: tuple[Route, ...] = (
    *about.ROUTES,
    Route(
        "control.routes",
        "GET",
        "/_control/routes",
        list_routes,
        "List every operation",
        journaled=False,
    ),
    *seed.ROUTES,
    *gradebook.ROUTES,
    *teaching.ROUTES,
    *faults.ROUTES,
    *journal.ROUTES,
    *clock.ROUTES,
)
