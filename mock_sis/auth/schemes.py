"""Check the credentials of a call, without reading a clock and without secrets in errors.

The `auth` object of a seed document names the scheme (schemas/control/auth.schema.json): none, HTTP
Basic (RFC 7617), a fixed bearer token (RFC 6750), a key in a header, OAuth 1.0a with a key and a
secret (RFC 5849, in oauth1/), or OAuth 2 client credentials (RFC 6749 §4.4) with tokens that the
simulator issues.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import msgspec

from mock_sis.auth.comparing import same
from mock_sis.auth.oauth1.verifying import Consumer, verify
from mock_sis.auth.tokens import Token, TokenStore
from mock_sis.errors import Forbidden, Unauthorised
from mock_sis.exchange import Call

REALM = 'realm="mock-sis"'


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A way for a client to identify itself."""

    def check(self, call: Call, tokens: TokenStore, now: float) -> Token | None:
        """Check a call's credentials. Return its access token if the scheme issues tokens.

        Raises Unauthorised if the credentials are missing or wrong. The message says why, and never
        repeats what was sent.
        """
        raise NotImplementedError


class NoAuth(Scheme, frozen=True, tag="none"):
    """No credentials."""

    def check(self, call: Call, tokens: TokenStore, now: float) -> None:
        """Accept every call."""


class Basic(Scheme, frozen=True, tag="basic"):
    """A user name and a password in the Authorization header."""

    username: str
    password: str

    def check(self, call: Call, tokens: TokenStore, now: float) -> None:  # noqa: ARG002
        challenge = f'Basic {REALM}, charset="UTF-8"'
        given = basic_pair(_authorization(call, "Basic", challenge))
        if given is None:
            raise Unauthorised(
                "The Basic credentials are not the base64 form of user:password in UTF-8.",
                challenge=challenge,
            )
        # Both are always compared, so that the time taken does not reveal which one is wrong.
        right = [same(given[0], self.username), same(given[1], self.password)]
        if not all(right):
            raise Unauthorised("The user name or the password is wrong.", challenge=challenge)


class Bearer(Scheme, frozen=True, tag="bearer"):
    """A fixed token in the Authorization header."""

    token: str

    def check(self, call: Call, tokens: TokenStore, now: float) -> None:  # noqa: ARG002
        if not same(_bearer(call), self.token):
            raise _invalid_token("The bearer token is wrong")


class ApiKey(Scheme, frozen=True, tag="api_key"):
    """A key in the header `header`."""

    key: str
    header: str = "X-API-Key"

    def check(self, call: Call, tokens: TokenStore, now: float) -> None:  # noqa: ARG002
        challenge = f'ApiKey {REALM}, header="{self.header}"'
        given = call.header(self.header)
        if given is None:
            raise Unauthorised(f"The header {self.header} is missing.", challenge=challenge)
        if not same(given, self.key):
            raise Unauthorised(f"The key in {self.header} is wrong.", challenge=challenge)


class OAuth1(Scheme, frozen=True, tag="oauth1"):
    """A signature made with a key and a secret, without a token. A signed URL must start with the
    call's own Host or with `canonical_root`. `window` is the tolerance for timestamps, in seconds.
    """

    consumer_key: str
    consumer_secret: str
    canonical_root: str = "https://api.schoology.com"
    window: float = 300

    def check(self, call: Call, tokens: TokenStore, now: float) -> None:
        consumer = Consumer(
            self.consumer_key, self.consumer_secret, self.canonical_root, self.window
        )
        verify(consumer, call, tokens.nonces, now)


class OAuth2(Scheme, frozen=True, tag="oauth2"):
    """A token that the token endpoint issued to the client. `lifetime` is in seconds; `scope` lists
    the scopes that the client may request, separated by spaces."""

    client_id: str
    client_secret: str
    lifetime: float = 3600
    scope: str = ""

    def check(self, call: Call, tokens: TokenStore, now: float) -> Token:
        given = _bearer(call)
        token = tokens.find(given, now)
        if token is None:
            expired = tokens.knew(given)
            raise _invalid_token(
                "The access token has expired" if expired else "The access token is not known"
            )
        if token.client != self.client_id:
            raise _invalid_token("The access token is another client's")
        return token


Auth = NoAuth | Basic | Bearer | ApiKey | OAuth1 | OAuth2


def scheme_of(auth: Mapping[str, Any]) -> Scheme:
    """The scheme of a valid `auth` object."""
    scheme: Scheme = msgspec.convert(auth, Auth)
    return scheme


def require_scope(scheme: Scheme, token: Token | None, scopes: frozenset[str]) -> None:
    """Raise Forbidden unless the token of a call that passed `check` has one of these scopes.
    Schemes without scopes allow everything."""
    if token is None or not scopes or not isinstance(scheme, OAuth2) or not scheme.scope:
        return
    if scopes.isdisjoint(token.scope.split()):
        raise Forbidden(f"The access token lacks the scope {' or '.join(sorted(scopes))}.")


def basic_pair(value: str) -> tuple[str, str] | None:
    """User and password of Basic credentials, or None if they are not `user:password` in UTF-8 and
    base64."""
    try:
        user, colon, password = b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def _authorization(call: Call, scheme: str, challenge: str) -> str:
    """The credentials in the Authorization header, after the name of the scheme."""
    given = call.headers_of("Authorization")
    if len(given) != 1:
        problem = "is missing" if not given else "is given more than once"
        raise Unauthorised(f"The Authorization header {problem}.", challenge=challenge)
    name, _, value = given[0].partition(" ")
    if name.lower() != scheme.lower():
        raise Unauthorised(
            f"The Authorization header does not use the scheme {scheme}.", challenge=challenge
        )
    return value.strip()


def _bearer(call: Call) -> str:
    """The token of a call. A token in the URL is refused, with or without a header, because logs
    would record it."""
    challenge = f"Bearer {REALM}"
    if "?" in call.target and "access_token" in call.query:
        raise Unauthorised(
            "Send the token in the Authorization header, never in the URL.", challenge=challenge
        )
    return _authorization(call, "Bearer", challenge)


def _invalid_token(text: str) -> Unauthorised:
    challenge = f'Bearer {REALM}, error="invalid_token", error_description="{text}"'
    return Unauthorised(f"{text}.", challenge=challenge)
