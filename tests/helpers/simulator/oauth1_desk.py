"""Signed calls, right ones and others, for the tests of OAuth 1.0a."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mock_sis.auth import schemes
from mock_sis.auth.tokens import TokenStore
from mock_sis.errors import Unauthorised
from mock_sis.exchange import Call

NOW = 1_800_000_000.0
SECRET = "5ecre7"
AUTH: dict[str, Any] = {"type": "oauth1", "consumer_key": "k3y", "consumer_secret": SECRET}
GIVEN = {
    "oauth_consumer_key": "k3y",
    "oauth_signature_method": "PLAINTEXT",
    "oauth_timestamp": "1800000000",
    "oauth_nonce": "n1",
    "oauth_version": "1.0",
    "oauth_signature": f"{SECRET}%26",
}
PATH = "/v1/sections/1/grades"


def header(*without: str, **other: str) -> str:
    """A good PLAINTEXT header, but for these; values are as they stand on the wire."""
    names = {f"oauth_{name}": value for name, value in other.items()}
    kept = {name: value for name, value in GIVEN.items() if name not in without} | names
    return "OAuth " + ", ".join(f'{name}="{value}"' for name, value in kept.items())


def calling(*authorization: str, target: str = PATH, body: bytes = b"", **headers: str) -> Call:
    sent = {"Host": "127.0.0.1:8080"} | {n.replace("_", "-"): v for n, v in headers.items()}
    rows = (*(("Authorization", value) for value in authorization), *sent.items())
    return Call("GET", target, rows, body, NOW)


def check(call: Call, auth: Mapping[str, Any] = AUTH, tokens: TokenStore | None = None) -> None:
    schemes.scheme_of(auth).check(call, tokens or TokenStore(), call.received)


def told(call: Call, auth: Mapping[str, Any] = AUTH) -> str:
    """What a call that is left out is told."""
    with pytest.raises(Unauthorised) as caught:
        check(call, auth)
    assert caught.value.headers == (("WWW-Authenticate", 'OAuth realm="mock-sis"'),)
    assert SECRET not in str(caught.value)
    return str(caught.value)
