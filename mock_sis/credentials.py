"""The credentials an interface asks for, checked without a socket, a clock or a secret in an error.

Kinds, as a seed document's `auth` object names them (schemas/control/auth.schema.json): none, HTTP
Basic (RFC 7617), a fixed bearer token (RFC 6750), a key in a header, OAuth 1.0a with a key and a
secret (RFC 5849, in oauth1/), and OAuth 2 client credentials (RFC 6749 §4.4), whose tokens the
interface issues itself.
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

from mock_sis.errors import Forbidden, NotFound, Unauthorised
from mock_sis.exchange import Call, Reply
from mock_sis.oauth1 import Consumer, NonceStore, verify

REALM = 'realm="mock-sis"'
MOST_TOKENS = 10_000
"""How many tokens are remembered; the expired ones, then the oldest, are forgotten first."""
LONGEST_FORM = 2**14
"""Bytes of a token request. A token is kept with the scope that was asked for, which may name one
as often as it likes."""
_SPARE = MOST_TOKENS // 10
"""How many more there may be between two times of forgetting, which looks at every token."""


@dataclass(frozen=True, slots=True)
class Token:
    """An issued access token; `expires` is Unix seconds."""

    value: str
    client: str
    expires: float
    scope: str = ""


class TokenStore:
    """The tokens issued so far. Their values follow from the seed and their number, so that the
    same calls are answered with the same tokens: they are for tests, and keep nobody out who
    knows the seed. `nonces` are those that signed calls have used up."""

    def __init__(self, seed: bytes = b"mock-sis") -> None:
        self.nonces = NonceStore()
        self._seed = seed
        self._issued = 0
        self._tokens: dict[bytes, Token] = {}

    def issue(self, client: str, now: float, lifetime: float, scope: str = "") -> Token:
        """A new token that lives for `lifetime` seconds."""
        self._issued += 1
        digest = hmac.digest(self._seed, str(self._issued).encode(), "sha256")
        token = Token(urlsafe_b64encode(digest).decode().rstrip("="), client, now + lifetime, scope)
        self._tokens[_fingerprint(token.value)] = token
        if len(self._tokens) > MOST_TOKENS + _SPARE:
            self._forget(now)
        return token

    def find(self, value: str, now: float) -> Token | None:
        """The token of that value, unless it is unknown or has expired."""
        token = self._tokens.get(_fingerprint(value))
        return token if token is not None and now < token.expires else None

    def knew(self, value: str) -> bool:
        """Whether a token of that value was ever issued (as far as is remembered)."""
        return _fingerprint(value) in self._tokens

    def _forget(self, now: float) -> None:
        living = [(key, token) for key, token in self._tokens.items() if now < token.expires]
        self._tokens = dict(living[-MOST_TOKENS:])


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """One way of saying who one is."""

    def check(self, call: Call, tokens: TokenStore, now: float) -> Token | None:
        """The token that the call carries, where there are any. Raises Unauthorised unless it
        carries these credentials, with a text that says what is wrong and never repeats what was
        sent."""
        raise NotImplementedError


class NoAuth(Scheme, frozen=True, tag="none"):
    """Nothing is asked."""

    def check(self, call: Call, tokens: TokenStore, now: float) -> None:
        """Anybody may call."""


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
        # Both are compared whichever is wrong, so that the time taken does not tell them apart.
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
    """A key in a header of the interface's choice."""

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
    """A signature by a key and a secret, without a token. `canonical_root` is what a signed URL may
    start with beside the call's own Host; `window` is how many seconds a timestamp may be off."""

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
    """A token that the token endpoint issued to the client; `lifetime` is seconds, `scope` what
    the client may ask for."""

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
    """The scheme of an `auth` object that keeps its schema."""
    scheme: Scheme = msgspec.convert(auth, Auth)
    return scheme


def require_scope(scheme: Scheme, token: Token | None, scopes: frozenset[str]) -> None:
    """Raises Forbidden unless the token of a call that passed `check` reaches as far as one of
    these scopes. Schemes without scopes reach everywhere."""
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

    `lifetime` gives the seconds a token lives, from those it usually would; it is called once, when
    a token is issued. Raises NotFound where the interface asks for other credentials than OAuth 2.
    """
    scheme = scheme_of(auth)
    if not isinstance(scheme, OAuth2):
        raise NotFound("This interface issues no tokens; its seed document asks for no oauth2.")
    try:
        scope = _granted(scheme, call)
    except _TokenError as error:
        return error.reply()
    token = tokens.issue(scheme.client_id, call.received, lifetime(scheme.lifetime), scope)
    told: dict[str, Any] = {
        "access_token": token.value,
        "token_type": "Bearer",
        "expires_in": int(token.expires - call.received),
    }
    return _uncached(200, told | {"scope": scope} if scope else told)


class _TokenError(Exception):
    """A refused token request: one of the codes of RFC 6749 §5.2, and what to do about it."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code

    def reply(self) -> Reply:
        """The error as the client is told it."""
        body = {"error": self.code, "error_description": str(self)}
        if self.code != "invalid_client":
            return _uncached(400, body)
        return _uncached(401, body, (("WWW-Authenticate", f"Basic {REALM}"),))


def _granted(scheme: OAuth2, call: Call) -> str:
    """The scope of the token to issue. Raises _TokenError."""
    form = _form(call)
    if "grant_type" not in form:
        raise _TokenError("invalid_request", "grant_type is missing")
    given = _client(call, form)
    right = [_same(given[0], scheme.client_id), _same(given[1], scheme.client_secret)]
    if not all(right):
        raise _TokenError("invalid_client", "The client id or the client secret is wrong")
    if form["grant_type"] != "client_credentials":
        raise _TokenError("unsupported_grant_type", "The grant type here is client_credentials")
    asked = form.get("scope", scheme.scope)
    if not set(asked.split()) <= set(scheme.scope.split()):
        raise _TokenError("invalid_scope", "The client may not ask for this scope")
    return asked


def _form(call: Call) -> Mapping[str, str]:
    """The parameters of a token request; empty ones count as left out (RFC 6749 §3.2)."""
    media_type = (call.header("Content-Type") or "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise _TokenError("invalid_request", "Send application/x-www-form-urlencoded")
    if "?" in call.target:
        raise _TokenError("invalid_request", "Send parameters in the body, never in the URL")
    if len(call.body) > LONGEST_FORM:
        raise _TokenError("invalid_request", "The body is not a short form in UTF-8")
    try:
        pairs = parse_qsl(call.body.decode("ascii"), errors="strict", max_num_fields=20)
    except ValueError:
        raise _TokenError("invalid_request", "The body is not a short form in UTF-8") from None
    form = dict(pairs)
    if len(form) < len(pairs):
        raise _TokenError("invalid_request", "A parameter is given twice")
    return form


def _client(call: Call, form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret as given, by header or in the form (RFC 6749 §2.3.1)."""
    headers = call.headers_of("Authorization")
    if not headers:
        if "client_id" not in form:
            raise _TokenError("invalid_client", "The client does not say who it is")
        return form["client_id"], form.get("client_secret", "")
    if "client_secret" in form or len(headers) > 1:
        raise _TokenError("invalid_request", "Say who the client is in one way, not in two")
    scheme, _, value = headers[0].partition(" ")
    pair = basic_pair(value.strip()) if scheme.lower() == "basic" else None
    if pair is None:
        raise _TokenError("invalid_client", "The Authorization header is not HTTP Basic")
    return unquote_plus(pair[0]), unquote_plus(pair[1])


def basic_pair(value: str) -> tuple[str, str] | None:
    """User and password of Basic credentials; None where they are not base64 of UTF-8 with a
    colon in it."""
    try:
        user, colon, password = b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def _authorization(call: Call, scheme: str, challenge: str) -> str:
    """What follows the scheme's name in the one Authorization header."""
    given = call.headers_of("Authorization")
    if len(given) != 1:
        fault = "is missing" if not given else "is given more than once"
        raise Unauthorised(f"The Authorization header {fault}.", challenge=challenge)
    name, _, value = given[0].partition(" ")
    if name.lower() != scheme.lower():
        raise Unauthorised(
            f"The Authorization header is not of the kind {scheme}.", challenge=challenge
        )
    return value.strip()


def _bearer(call: Call) -> str:
    """The token of a call. One in the URL would stand in every log on the way: it is refused, with
    or without a header."""
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
    """A JSON answer that nothing on the way may keep (RFC 6749 §5.1)."""
    fixed = (
        ("Content-Type", "application/json"),
        ("Cache-Control", "no-store"),
        ("Pragma", "no-cache"),
    )
    return Reply(status, (*fixed, *headers), orjson.dumps(body))


def _same(given: str, right: str) -> bool:
    """Whether two texts are equal, found out in a time that depends on neither's content."""
    return hmac.compare_digest(_bytes(given), _bytes(right))


def _bytes(text: str) -> bytes:
    # Header bytes that are not UTF-8 reach us as lone surrogates; they are equal to nothing.
    return text.encode(errors="surrogatepass")


def _fingerprint(value: str) -> bytes:
    """What a token is looked up by: how long that takes says nothing of the token."""
    return hashlib.blake2b(_bytes(value), digest_size=32).digest()
