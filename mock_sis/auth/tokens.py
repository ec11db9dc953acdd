"""The access tokens that a simulator issues, and the nonces that signed calls used up."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from mock_sis.auth.comparing import as_bytes
from mock_sis.auth.oauth1.nonces import NonceStore

MOST_TOKENS = 10_000
"""The most tokens that are stored. Expired tokens are dropped first, then the oldest."""


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


def _fingerprint(value: str) -> bytes:
    """The key under which a token is stored, so that lookups take no revealing time."""
    return hashlib.blake2b(as_bytes(value), digest_size=32).digest()
