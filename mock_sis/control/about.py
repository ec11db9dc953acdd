"""The state of the simulator, and the OpenAPI document of the control interface."""

from __future__ import annotations

from mock_sis import __version__
from mock_sis.contracts.openapi import bundle
from mock_sis.control.inputs import only
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context


def health(_context: Context, _call: Call, _params: Params) -> Reply:
    """Report that the simulator is running. Public, so it reveals only name and version."""
    return json_reply({"status": "ok", "name": "mock-sis", "version": __version__})


def openapi(_context: Context, call: Call, _params: Params) -> Reply:
    """Show the OpenAPI document of this interface, with every schema in it."""
    only(call, ())
    return json_reply(bundle("control/openapi.json"))


ROUTES = (
    Route(
        "control.health",
        "GET",
        "/_control/health",
        health,
        "Report that the simulator is running",
        public=True,
        journaled=False,
    ),
    Route(
        "control.openapi",
        "GET",
        "/_control/openapi.json",
        openapi,
        "Show the OpenAPI document of this interface",
        journaled=False,
    ),
)
