"""Verify that the consumer signed a call, recently, and that it is not a replay."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from mock_sis.auth.oauth1.nonces import NonceStore
from mock_sis.auth.oauth1.parameters import NEEDED, Pairs, parameters, refused
from mock_sis.exchange import Call

if TYPE_CHECKING:
    from oauthlib.common import Request


@dataclass(frozen=True, slots=True)
class Consumer:
    """The client that may call.

    A signed URL must start with the call's own Host or with `canonical_root`, the address of the
    real system, which some clients always sign. `window` is the largest difference between a
    timestamp and the time of receipt, in seconds.
    """

    key: str
    secret: str
    canonical_root: str
    window: float


def verify(consumer: Consumer, call: Call, nonces: NonceStore, now: float) -> None:
    """Raise Unauthorised unless this consumer signed this call and it is not a replay."""
    given, signed = parameters(call)
    _check_form(given)
    if not _same(given["oauth_consumer_key"], consumer.key):
        raise refused("The oauth_consumer_key is not known.")
    timestamp = _timestamp(given["oauth_timestamp"], consumer.window, now)
    method = METHODS.get(given["oauth_signature_method"])
    if method is None:
        raise refused(f"The oauth_signature_method must be {' or '.join(METHODS)}.")
    method(consumer, call, given["oauth_signature"], signed)
    # Checked last, so that only a correctly signed call can use up a nonce.
    oldest = now - consumer.window
    if not nonces.use(consumer.key, timestamp, given["oauth_nonce"], oldest=oldest):
        raise refused(
            "Duplicate timestamp/nonce combination: this request is a replay. Sign every request "
            "with a new oauth_nonce, also when it is repeated or redirected."
        )


def _check_form(given: Mapping[str, str]) -> None:
    """Check that the parameters are complete and supported, for any consumer."""
    for name in NEEDED:
        if not given.get(name):
            raise refused(f"The parameter {name} is {'empty' if name in given else 'missing'}.")
    if given.get("oauth_version", "1.0") != "1.0":
        raise refused("The oauth_version must be 1.0.")
    if given.get("oauth_token"):
        raise refused(
            "The oauth_token must be empty or left out: this interface issues no tokens. Sign "
            "requests with the consumer's key and secret only."
        )


def _timestamp(text: str, window: float, now: float) -> int:
    """The timestamp in Unix seconds, at most `window` seconds from now."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise refused("The oauth_timestamp must be a whole number of seconds since 1970.")
    timestamp = int(text)
    if abs(now - timestamp) > window:
        where = "behind" if timestamp < now else "ahead of"
        raise refused(
            f"The oauth_timestamp is {abs(now - timestamp):.0f} s {where} this server's clock, and "
            f"at most {window:g} s are allowed. A virtual clock stands still until it is set or "
            "advanced."
        )
    return timestamp


def _plaintext(consumer: Consumer, call: Call, signature: str, signed: Pairs) -> None:  # noqa: ARG001
    # §3.4.4 percent-encodes the secret before the whole parameter is encoded, but not all clients
    # do. Both forms are always compared, so that the time taken does not distinguish them.
    encoded = _same(signature, f"{quote(consumer.secret, safe='')}&")
    if not (_same(signature, f"{consumer.secret}&") or encoded):
        raise refused("The PLAINTEXT signature must be the consumer secret followed by &.")


def _hmac_sha1(consumer: Consumer, call: Call, signature: str, signed: Pairs) -> None:
    if not any(
        _signs(f"{root}{call.path}", call, signature, signed, consumer.secret)
        for root in _roots(consumer, call)
    ):
        raise refused(
            "The HMAC-SHA1 signature does not match. It must cover the method, the URL (with the "
            f"Host of the request, or {consumer.canonical_root}), the parameters of the query and "
            "of a form body, and the OAuth parameters; its key is the secret followed by &."
        )


METHODS: Mapping[str, Callable[[Consumer, Call, str, Pairs], None]] = {
    "PLAINTEXT": _plaintext,
    "HMAC-SHA1": _hmac_sha1,
}
"""Signature method -> function that checks it and raises Unauthorised."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """The attributes of a request that oauthlib reads to verify a signature."""

    uri: str
    http_method: str
    params: Pairs
    signature: str


def _signs(uri: str, call: Call, signature: str, signed: Pairs, secret: str) -> bool:
    # Imported here because only signed calls need it, and it would slow every start.
    from oauthlib.oauth1.rfc5849.signature import verify_hmac_sha1

    request = cast("Request", _Signed(uri, call.method, signed, signature))
    try:
        return verify_hmac_sha1(request, secret)
    except ValueError:
        # The Host is missing, Host or path do not form a URL, or text is not UTF-8.
        return False


def _roots(consumer: Consumer, call: Call) -> Iterable[str]:
    """What a signed URL may start with (§3.4.1.2): with both schemes, since a proxy may terminate
    TLS."""
    host = call.header("Host") or ""
    return f"http://{host}", f"https://{host}", consumer.canonical_root.rstrip("/")


def _same(given: str, right: str) -> bool:
    """Whether two texts are equal, compared in constant time."""
    return hmac.compare_digest(given.encode(), right.encode())
