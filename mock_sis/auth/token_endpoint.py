"""The OAuth 2 token endpoint for client credentials (RFC 6749 §4.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import orjson

from mock_sis.auth.comparing import same
from mock_sis.auth.schemes import REALM, OAuth2, basic_pair, scheme_of
from mock_sis.auth.tokens import TokenStore
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Reply

LONGEST_FORM = 2**14
"""The most bytes of a token request. A token is stored with the requested scope, which would
otherwise be unbounded."""


def token_endpoint(
    auth: Mapping[str, Any],
    call: Call,
    tokens: TokenStore,
    lifetime: Callable[[float], float],
) -> Reply:
    """The answer to a client-credentials token request (RFC 6749 §4.4), errors included.

    `lifetime` maps the configured lifetime of a token, in seconds, to the actual one. Raises
    NotFound if the interface does not use OAuth 2.
    """
    scheme = scheme_of(auth)
    if not isinstance(scheme, OAuth2):
        raise NotFound(
            "This interface issues no tokens: `auth` in its seed document is not of type oauth2."
        )
    try:
        scope = _granted(scheme, call)
    except _TokenError as error:
        return error.reply()
    token = tokens.issue(scheme.client_id, call.received, lifetime(scheme.lifetime), scope)
    body: dict[str, Any] = {
        "access_token": token.value,
        "token_type": "Bearer",
        "expires_in": int(token.expires - call.received),
    }
    return _uncached(200, body | {"scope": scope} if scope else body)


class _TokenError(Exception):
    """A refused token request: an error code of RFC 6749 §5.2, and what is wrong."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code

    def reply(self) -> Reply:
        """The error as an answer to the client."""
        body = {"error": self.code, "error_description": str(self)}
        if self.code != "invalid_client":
            return _uncached(400, body)
        return _uncached(401, body, (("WWW-Authenticate", f"Basic {REALM}"),))


def _granted(scheme: OAuth2, call: Call) -> str:
    """The scope of the token to issue. Raises _TokenError if the request is refused."""
    form = _form(call)
    if "grant_type" not in form:
        raise _TokenError("invalid_request", "grant_type is missing")
    given = _client(call, form)
    right = [same(given[0], scheme.client_id), same(given[1], scheme.client_secret)]
    if not all(right):
        raise _TokenError("invalid_client", "The client id or the client secret is wrong")
    if form["grant_type"] != "client_credentials":
        raise _TokenError("unsupported_grant_type", "grant_type must be client_credentials")
    asked = form.get("scope", scheme.scope)
    if not set(asked.split()) <= set(scheme.scope.split()):
        raise _TokenError("invalid_scope", "The client may not ask for this scope")
    return asked


def _form(call: Call) -> Mapping[str, str]:
    """The parameters of a token request, without empty ones (RFC 6749 §3.2)."""
    media_type = (call.header("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise _TokenError("invalid_request", "Send application/x-www-form-urlencoded")
    if "?" in call.target:
        raise _TokenError("invalid_request", "Send parameters in the body, never in the URL")
    if len(call.body) > LONGEST_FORM:
        raise _TokenError(
            "invalid_request", f"Send a form in UTF-8 of at most {LONGEST_FORM} bytes"
        )
    try:
        pairs = parse_qsl(call.body.decode("ascii"), errors="strict", max_num_fields=20)
    except ValueError:
        raise _TokenError(
            "invalid_request", f"Send a form in UTF-8 of at most {LONGEST_FORM} bytes"
        ) from None
    form = dict(pairs)
    if len(form) < len(pairs):
        raise _TokenError("invalid_request", "A parameter is given twice")
    return form


def _client(call: Call, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret, from the header or the form (RFC 6749 §2.3.1)."""
    headers = call.headers_of("Authorization")
    if not headers:
        if "client_id" not in form:
            raise _TokenError(
                "invalid_client", "client_id and the Authorization header are both missing"
            )
        return form["client_id"], form.get("client_secret", "")
    if "client_secret" in form or len(headers) > 1:
        raise _TokenError(
            "invalid_request", "Send the client credentials once: in the header or in the body"
        )
    scheme, _, value = headers[0].partition(" ")
    pair = basic_pair(value.strip()) if scheme.lower() == "basic" else None
    if pair is None:
        raise _TokenError("invalid_client", "The Authorization header is not HTTP Basic")
    return unquote_plus(pair[0]), unquote_plus(pair[1])


def _uncached(
    status: int, body: Mapping[str, Any], headers: Iterable[tuple[str, str]] = ()
) -> Reply:
    """A JSON answer that no cache may store (RFC 6749 §5.1)."""
    fixed = (
        ("Content-Type", "application/json"),
        ("Cache-Control", "no-store"),
        ("Pragma", "no-cache"),
    )
    return Reply(status, (*fixed, *headers), orjson.dumps(body))
