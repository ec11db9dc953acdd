"""Who the exporter is: OAuth 1.0a (RFC 5849) in its one-legged form, a key, a secret, no token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Literal, cast

from conformance.exporters.kit.wire import Request

_Method = Literal["GET", "PUT"]

METHODS = ("HMAC-SHA1", "PLAINTEXT")


class Signer:
    """Signs requests one by one. `credentials` are shaped as in schemas/adapter/configure.schema
    .json, and may name a `signature_method` besides."""

    def __init__(self, credentials: Mapping[str, Any]) -> None:
        self._credentials = credentials

    @property
    def signs(self) -> bool:
        return str(self._credentials["type"]) == "oauth1"

    def headers(self, request: Request, now: float) -> dict[str, str]:
        """The header for this very request: another URL, or the same one again, needs another.
        Raises ValueError for a URL that cannot be signed."""
        if not self.signs:
            return {}
        # oauthlib takes longer to import than the exporter, and most cases sign nothing.
        from oauthlib.oauth1 import Client

        given = self._credentials
        signing = Client(
            given["consumer_key"],
            client_secret=given["consumer_secret"],
            signature_method=given.get("signature_method", METHODS[0]),
            nonce=self.nonce(),
            timestamp=str(int(now)),
        )
        # Only a form's body is signed, and none is ever sent: the body stays out of it.
        _, headers, _ = signing.sign(request.url, http_method=cast(_Method, request.method))
        return {"Authorization": str(headers["Authorization"])}

    def nonce(self) -> str:
        """One that no earlier request had, in this run or the one before a restart."""
        return secrets.token_hex(16)
