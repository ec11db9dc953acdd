"""OAuth 1.0a (RFC 5849) in its one-legged form: a key and a secret, but no token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, Literal, cast

from conformance.exporters.kit.wire import Request

_Method = Literal["GET", "PUT"]

METHODS = ("HMAC-SHA1", "PLAINTEXT")


class Signer:
    """Signs requests one by one. `credentials` are shaped as in
    schemas/adapter/configure.schema.json, and may also name a `signature_method`."""

    def __init__(self, credentials: Mapping[str, Any]) -> None:
        self._credentials = credentials

    @property
    def signs(self) -> bool:
        return str(self._credentials["type"]) == "oauth1"

    def headers(self, request: Request, now: float) -> dict[str, str]:
        """The header for one request; each request needs another, even to the same URL. Raises
        ValueError for a URL that cannot be signed."""
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
        # OAuth 1.0a signs only the body of a form (section 3.4.1.3.1), and no form is sent.
        _, headers, _ = signing.sign(request.url, http_method=cast(_Method, request.method))
        return {"Authorization": str(headers["Authorization"])}

    def nonce(self) -> str:
        """A nonce that no earlier request had, before or after a restart."""
        return secrets.token_hex(16)
