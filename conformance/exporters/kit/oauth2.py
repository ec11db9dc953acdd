"""Access tokens by the client credentials grant of OAuth 2 (RFC 6749, section 4.4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from conformance.exporters.kit.strict import decode
from conformance.exporters.kit.wire import Answer, Lost, NotSent, Request, basic

Exchange = Callable[[Request], Awaitable[Answer]]


async def fetch_token(
    exchange: Exchange, credentials: Mapping[str, Any], headers: Mapping[str, str]
) -> str:
    """Fetch a new token. Raises NotSent if the SIS gives none: then no grade has left."""
    try:
        answer = await exchange(token_request(credentials, headers))
        token = decode(answer.body)["access_token"] if answer.status == 200 else ""
    except (Lost, NotSent, ValueError, KeyError, TypeError) as error:
        raise NotSent(f"the SIS gave no token ({error})") from error
    if not isinstance(token, str) or not token:
        raise NotSent(f"the SIS gave no token (HTTP {answer.status})")
    return token


def token_request(credentials: Mapping[str, Any], headers: Mapping[str, str]) -> Request:
    """The request for a token; `headers` are those that every request has."""
    form = {"grant_type": "client_credentials"}
    if credentials.get("scope"):
        form["scope"] = credentials["scope"]
    # RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
    client, secret = quote_plus(credentials["client_id"]), quote_plus(credentials["client_secret"])
    described = {
        "Authorization": basic(client, secret),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode(form).encode()
    return Request("POST", credentials["token_url"], {**headers, **described}, body)
