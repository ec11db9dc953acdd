"""Whether a call was signed by the one consumer, within the time, and never before."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from mock_sis.decimals import whole_number
from mock_sis.exchange import Call
from mock_sis.oauth1.nonces import NonceStore
from mock_sis.oauth1.parameters import NEEDED, Pairs, parameters, refused

if TYPE_CHECKING:
    from oauthlib.common import Request

LATEST = 10**15 - 1
"""The highest timestamp, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who may call. A signed URL may start with the call's own Host or with `canonical_root`, the
    address that clients of the real system believe they call; `window` is how many seconds a
    timestamp may be away from the time of receipt."""

    key: str
    secret: str
    canonical_root: str
    window: float


def verify(consumer: Consumer, call: Call, nonces: NonceStore, now: float) -> None:
    """Raises Unauthorised, and nothing else, unless this consumer signed this call just once."""
    given, signed = parameters(call)
    _check_form(given)
    if not _same(given["oauth_consumer_key"], consumer.key):
        raise refused("The oauth_consumer_key is not known.")
    timestamp = _timestamp(given["oauth_timestamp"], consumer.window, now)
    method = METHODS.get(given["oauth_signature_method"])
    if method is None:
        raise refused(f"The oauth_signature_method is none of {', '.join(METHODS)}.")
    method(consumer, call, given["oauth_signature"], signed)
    # Only a call that is rightly signed uses its nonce up: nobody else can use it up for it.
    oldest = now - consumer.window
    if not nonces.use(consumer.key, timestamp, given["oauth_nonce"], oldest=oldest):
        raise refused(
            "Duplicate timestamp/nonce combination: this request is a replay. Sign each request, "
            "a repeated or redirected one too, with a new oauth_nonce."
        )


def _check_form(given: Mapping[str, str]) -> None:
    """What can be said of the parameters without knowing the consumer."""
    for name in NEEDED:
        if not given.get(name):
            raise refused(f"The parameter {name} is {'empty' if name in given else 'missing'}.")
    if given.get("oauth_version", "1.0") != "1.0":
        raise refused("The oauth_version is not 1.0.")
    if given.get("oauth_token"):
        raise refused(
            "The oauth_token is not empty: no tokens are issued here, requests are signed with "
            "the consumer's key and secret alone."
        )


def _timestamp(text: str, window: float, now: float) -> int:
    """Unix seconds, close enough to now."""
    timestamp = whole_number(text, 0, LATEST)
    if timestamp is None:
        raise refused("The oauth_timestamp is not a number of seconds since 1970.")
    if abs(now - timestamp) > window:
        where = "behind" if timestamp < now else "ahead of"
        raise refused(
            f"The oauth_timestamp is {abs(now - timestamp):.0f} s {where} this server's clock, and "
            f"at most {window:g} s are allowed. A virtual clock stands still until it is set."
        )
    return timestamp


def _plaintext(consumer: Consumer, call: Call, signature: str, signed: Pairs) -> None:  # noqa: ARG001
    # §3.4.4 wants the secret percent-encoded before it is encoded again with the parameter, which
    # not all clients do. Both are compared, so that the time does not tell them apart.
    encoded = _same(signature, f"{quote(consumer.secret, safe='')}&")
    if not (_same(signature, f"{consumer.secret}&") or encoded):
        raise refused("The PLAINTEXT signature is not the consumer secret followed by &.")


def _hmac_sha1(consumer: Consumer, call: Call, signature: str, signed: Pairs) -> None:
    if not any(
        _signs(f"{root}{call.path}", call, signature, signed, consumer.secret)
        for root in _roots(consumer, call)
    ):
        raise refused(
            "The HMAC-SHA1 signature does not fit. Signed are the method, the URL (with the Host "
            f"of the request, or {consumer.canonical_root}), the parameters of the query, those of "
            "a form, and the OAuth parameters; the key is the secret followed by &."
        )


METHODS: Mapping[str, Callable[[Consumer, Call, str, Pairs], None]] = {
    "PLAINTEXT": _plaintext,
    "HMAC-SHA1": _hmac_sha1,
}
"""How a signature of each method is checked; they raise Unauthorised."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """What oauthlib reads of a request to verify its signature."""

    uri: str
    http_method: str
    params: Pairs
    signature: str


def _signs(uri: str, call: Call, signature: str, signed: Pairs, secret: str) -> bool:
    # Only signed calls need it, and importing it would slow every start.
    from oauthlib.oauth1.rfc5849.signature import verify_hmac_sha1

    request = cast("Request", _Signed(uri, call.method, signed, signature))
    try:
        return verify_hmac_sha1(request, secret)
    except ValueError:
        # No Host, or one (or a path) that no URL can be made of, or text that is not UTF-8.
        return False


def _roots(consumer: Consumer, call: Call) -> Iterable[str]:
    """What a signed URL may start with (§3.4.1.2). Both schemes, since TLS may have ended at a
    proxy on the way here."""
    host = call.header("Host") or ""
    return f"http://{host}", f"https://{host}", consumer.canonical_root.rstrip("/")


def _same(given: str, right: str) -> bool:
    """Whether two texts are equal, found out in a time that depends on neither's content."""
    return hmac.compare_digest(given.encode(), right.encode())
