"""The token endpoint of the OneRoster provider, at the root of the server."""

from __future__ import annotations

from mock_sis.auth.token_endpoint import token_endpoint
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.world import Context


def issue_token(context: Context, call: Call, _params: Params) -> Reply:
    """Answer a token request with an OAuth 2 token or an error."""
    effects = context.effects
    return token_endpoint(
        context.policy.auth,
        call,
        context.world.tokens,
        lambda usual: effects.token_lifetime(usual).act(),
    )


ROUTES: tuple[Route, ...] = (
    Route(
        "oneroster.token",
        "POST",
        "/oauth/token",
        issue_token,
        "Issue an OAuth 2 token",
        public=True,
    ),
)
