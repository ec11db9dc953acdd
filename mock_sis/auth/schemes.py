"""Check the credentials of a call, without reading a clock and without secrets in errors.

The `auth` object of a seed document names the scheme (schemas/control/auth.schema.json): none, HTTP
Basic (RFC 7617), a fixed bearer token (RFC 6750), a key in a header, OAuth 1.0a with a key and a
secret (RFC 5849, in oauth1/), or OAuth 2 client credentials (RFC 6749 §4.4) with tokens that the
simulator issues.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import msgspec
import orjson

from mock_sis.auth.oauth1 import Consumer, NonceStore, verify
from mock_sis.errors import Forbidden, NotFound, Unauthorised
from mock_sis.exchange import Call, Reply

REALM = 'realm="mock-sis"'
MOST_TOKENS = 10_000
"""The most tokens that are stored. Expired tokens are dropped first, then the oldest."""
LONGEST_FORM = 2**14
"""The most bytes of a token request. A token is stored with the requested scope, which would
otherwise be unbounded."""
_SPARE = MOST_TOKENS // 10
"""How far the number may exceed MOST_TOKENS before tokens are dropped, which visits all of them."""


@dataclass(frozen=True, slots=True)
class Token:
    """An issued access token; `expires` is Unix seconds."""

    value: str
    client: str
    expires: float
    scope: str = ""


class TokenStore:
    """The issued tokens, and the used nonces of signed calls.

    The value of a token depends only on the seed and on its number, so that a replayed journal
    issues the same tokens. They are for tests: anyone who knows the seed can compute them.
    """

    def __init__(self, seed: bytes = b"mock-sis") -> None:
        self.nonces = NonceStore()
        self._seed = seed
        self._issued = 0
        self._tokens: dict[bytes, Token] = {}

    def issue(self, client: str, now: float, lifetime: float, scope: str = "") -> Token:
        """A new token that expires `lifetime` seconds after `now`."""
        self._issued += 1
        digest = hmac.digest(self._seed, str(self._issued).encode(), "sha256")
        token = Token(urlsafe_b64encode(digest).decode().rstrip("="), client, now + lifetime, scope)
        self._tokens[_fingerprint(token.value)] = token
        if len(self._tokens) > MOST_TOKENS + _SPARE:
            self._drop_old(now)
        return token

    def find(self, value: str, now: float) -> Token | None:
        """The token with that value, or None if it is unknown or has expired."""
        token = self._tokens.get(_fingerprint(value))
        return token if token is not None and now < token.expires else None

    def knew(self, value: str) -> bool:
        """Whether a token with that value was issued, expired or not, and is still stored."""
        return _fingerprint(value) in self._tokens

    def _drop_old(self, now: float) -> None:
        valid = [(key, token) for key, token in self._tokens.items() if now < token.expires]
        self._tokens = dict(valid[-MOST_TOKENS:])


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
        right = [_same(given[0], self.username), _same(given[1], self.password)]
        if not all(right):
            raise Unauthorised("The user name or the password is wrong.", challenge=challenge)


class Bearer(Scheme, frozen=True, tag="bearer"):
    """A fixed token in the Authorization header."""

    token: str

    def check(self, call: Call, tokens: TokenStore, now: float) -> None:  # noqa: ARG002
        if not _same(_bearer(call), self.token):
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
        if not _same(given, self.key):
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
    right = [_same(given[0], scheme.client_id), _same(given[1], scheme.client_secret)]
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


def _same(given: str, right: str) -> bool:
    """Whether two texts are equal, compared in constant time."""
    return hmac.compare_digest(_bytes(given), _bytes(right))


def _bytes(text: str) -> bytes:
    # Header bytes that are not UTF-8 arrive as lone surrogates; they equal no secret.
    return text.encode(errors="surrogatepass")


def _fingerprint(value: str) -> bytes:
    """The key under which a token is stored, so that lookups take no revealing time."""
    return hashlib.blake2b(_bytes(value), digest_size=32).digest()
