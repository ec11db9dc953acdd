"""HMAC-SHA1 signatures: those of oauthlib's client match, and match only what was signed."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1 import SIGNATURE_TYPE_QUERY, Client

from helpers.simulator.oauth1_desk import (
    AUTH,
    GIVEN,
    NOW,
    PATH,
    SECRET,
    calling,
    check,
    header,
    told,
)
from mock_sis.exchange import Call


def signed(
    url: str,
    *,
    method: Literal["GET", "PUT", "POST"] = "GET",
    secret: str = SECRET,
    body: str | None = None,
    **how: Any,
) -> Call:
    """The call that oauthlib's client makes of it."""
    client = Client("k3y", secret, timestamp="1800000000", nonce=how.pop("nonce", "n1"), **how)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
    uri, sent, content = client.sign(url, method, body, headers)
    host, _, rest = uri.partition("//")[2].partition("/")
    rows = tuple(({"Host": host} | sent).items())
    return Call(method, f"/{rest}", rows, (content or "").encode(), NOW)


def changed(call: Call, **other: str) -> Call:
    """The same with another method, target, or header."""
    rows = tuple((name, other.get(name, value)) for name, value in call.headers)
    return Call(other.get("method", call.method), other.get("target", call.target), rows, call.body,
                call.received)  # fmt: skip


FORM_TYPE = "Application/X-WWW-Form-URLencoded ; charset=utf-8"
LOCAL = f"http://127.0.0.1:8080{PATH}"
REAL = f"https://api.schoology.com{PATH}"


@pytest.mark.parametrize(
    "call",
    [
        signed(LOCAL),
        signed(LOCAL, method="PUT"),
        signed(LOCAL, realm="Schoology API"),
        signed(f"{LOCAL}?start=20&limit=5"),
        signed(f"{LOCAL}?a=&b=2&a=1&c=%C3%A5+x%2By&d=x%20y"),
        signed("http://127.0.0.1/v1/users/a%2Fb%20c/grades"),
        signed("http://LOCALHOST:80/v1/sections/1/grades"),
        signed("http://[::1]:8080/v1/users/1;v=2"),
        signed("https://sis.example/v1/users/me"),
        signed(LOCAL, method="POST", body="a=1&b=%26&a=2"),
        changed(signed(LOCAL, method="POST", body="a=1"), **{"Content-Type": FORM_TYPE}),
        signed(LOCAL, nonce="a/b+c=&"),
        signed(LOCAL, signature_type=SIGNATURE_TYPE_QUERY),
        signed(f"{LOCAL}?start=20", signature_type=SIGNATURE_TYPE_QUERY),
        signed(LOCAL, signature_method="PLAINTEXT"),
        signed(REAL),
        changed(signed(REAL), Host="127.0.0.1:8080"),
        changed(signed(f"{REAL}?start=20"), Host="localhost"),
        changed(signed(REAL), Host="[broken"),
    ],
)
def test_a_call_signed_by_a_client_library_passes(call: Call) -> None:
    check(call)


def test_a_body_that_is_not_a_form_is_not_signed() -> None:
    client = Client("k3y", SECRET, timestamp="1800000000", nonce="n1")
    _, headers, _ = client.sign(LOCAL, "PUT")
    rows = (*headers.items(), ("Host", "127.0.0.1:8080"), ("Content-Type", "application/json"))
    check(Call("PUT", PATH, rows, b'{"a": 1}', NOW))


def test_a_call_without_a_host_must_sign_the_canonical_root() -> None:
    call = signed(REAL)
    rows = tuple(row for row in call.headers if row[0] != "Host")
    check(Call("GET", call.target, rows, received=NOW))


def test_the_canonical_root_can_be_configured() -> None:
    auth = AUTH | {"canonical_root": "https://sis.example/api/"}
    proxied = signed(f"https://sis.example/api{PATH}")
    check(changed(proxied, target=PATH, Host="127.0.0.1:8080"), auth)
    assert "or https://sis.example/api/" in told(changed(signed(REAL), Host="localhost"), auth)


def test_an_empty_token_is_signed_if_it_is_sent() -> None:
    """By hand, as clients do that always send the parameter (RFC 5849 §3.4.1)."""
    given = GIVEN | {"oauth_signature_method": "HMAC-SHA1", "oauth_token": ""}
    del given["oauth_signature"]
    parameters = "&".join(f"{name}={value}" for name, value in sorted(given.items()))
    base = "&".join(quote(part, safe="") for part in ("GET", LOCAL, parameters))
    digest = hmac.new(f"{SECRET}&".encode(), base.encode(), hashlib.sha1).digest()
    raw = b64encode(digest).decode()
    for spelled in (quote(raw, safe=""), raw):
        check(calling(header(signature_method="HMAC-SHA1", token="", signature=spelled)))


QUERIED = signed(f"{LOCAL}?start=20")
FORM = signed(LOCAL, method="POST", body="a=1")


@pytest.mark.parametrize(
    "call",
    [
        signed(LOCAL, secret="wrong"),
        changed(QUERIED, method="PUT"),
        changed(QUERIED, target=f"{PATH}?start=21"),
        changed(QUERIED, target=PATH),
        changed(QUERIED, target=f"{PATH}?start=20&start=20"),
        changed(QUERIED, target=f"{PATH}/?start=20"),
        changed(QUERIED, target=f"{PATH}\udcff?start=20"),
        changed(QUERIED, target=f"{PATH}?start=20&x=\udcff"),
        changed(QUERIED, Host="127.0.0.1:8081"),
        changed(QUERIED, Host="127.0.0.1"),
        changed(QUERIED, Host="127.0.0.1:no"),
        changed(QUERIED, Host="127.0.0.1:99999"),
        changed(QUERIED, Host="[::1"),
        changed(QUERIED, Host=""),
        changed(QUERIED, Host="\udcff"),
        changed(signed(f"http://api.schoology.com{PATH}"), Host="127.0.0.1:8080"),
        Call("POST", FORM.target, FORM.headers, b"a=2", NOW),
        Call("POST", FORM.target, FORM.headers, b"", NOW),
        changed(FORM, **{"Content-Type": "text/plain"}),
    ],
)
def test_a_signature_of_other_data_does_not_match(call: Call) -> None:
    assert "HMAC-SHA1 signature does not match" in told(call)


NAMES, VALUES = st.text("aå&=+ ", max_size=4), st.text("bß%;/ ", max_size=4)


@given(st.text("abcåß€ &=+%/", max_size=8), st.dictionaries(NAMES, VALUES, max_size=4))
def test_every_signature_of_the_client_library_matches(nonce: str, query: dict[str, str]) -> None:
    parameters = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in query.items())
    call = signed(f"{LOCAL}?{parameters}", nonce=f"n{nonce}")
    assert dict(parse_qsl(call.target.partition("?")[2], keep_blank_values=True)) == query
    check(call)
