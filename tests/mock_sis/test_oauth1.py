"""OAuth 1.0a: which calls are accepted, and the errors of the others."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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
from mock_sis.auth.oauth1.nonces import MOST_NONCES, NonceStore
from mock_sis.auth.tokens import TokenStore
from mock_sis.contracts.contract import contract
from mock_sis.errors import Unauthorised
from mock_sis.exchange import Call

# --- what passes ----------------------------------------------------------------------------------

UNQUOTED = "OAuth " + ",".join(f"{name}={value}" for name, value in GIVEN.items())
QUERY = "&".join(f"{name}={value}" for name, value in GIVEN.items())
HEADER_PAST_REALM = header().removeprefix("OAuth ")


@pytest.mark.parametrize(
    "call",
    [
        calling(header()),
        calling(header().replace("OAuth", "oauth")),
        calling(f" {header()} "),
        calling(header().ljust(len("OAuth ") + 4096, ",")),
        calling(header("oauth_version")),
        calling(header(token="")),
        calling(header(signature=f"{SECRET}&")),
        calling(header(nonce="a/b+c=")),
        calling(header(nonce="a%2Fb%2bc%3D")),
        calling(header(nonce="%25")),
        calling(header(nonce="%C3%A5")),
        calling(header(nonce="å")),
        calling(header().replace('", ', '" ,,\t ') + " , "),
        calling(header().replace(", ", ",")),
        calling(header().replace("=", " = ").replace("oauth_nonce", "oauth%5Fnonce")),
        calling(UNQUOTED),
        calling(UNQUOTED.replace("%26", "&")),
        calling(f'OAuth realm="Schoology API",{HEADER_PAST_REALM}'),
        calling(f'OAuth realm="say \\"hi\\", 100%", {HEADER_PAST_REALM}'),
        calling(f'OAuth Realm="100%", {HEADER_PAST_REALM}'),
        calling(f'{header()}, realm="Škola"'),
        calling(f'{header()}, oauth_body_hash="x", mine="1", mine="2"'),
        calling(header(), target=f"{PATH}?start=20&start=%FF&q=%zz&oauth_body_hash"),
        calling(header(timestamp="1799999700")),
        calling(header(timestamp="1800000300")),
        calling(target=f"{PATH}?{QUERY}"),
        calling(target=f"{PATH}?start=0&{QUERY}&limit=5"),
        calling('OAuth realm="Schoology API"', target=f"{PATH}?{QUERY}"),
        calling(header(), body=b"\xff\x00", Content_Type="application/xml"),
        calling(header(), body=b"\xff%zz", Content_Type="application/x-www-form-urlencoded"),
    ],
)
def test_every_accepted_form_of_a_signed_call_passes(call: Call) -> None:
    check(call)


@pytest.mark.parametrize("spelled", ["a%2526b%25%26", "a%2526b%2525%26", "a%26b%25%26"])
def test_a_secret_that_needs_encoding_may_be_sent_encoded_or_not(spelled: str) -> None:
    auth = AUTH | {"consumer_secret": "a&b%"}
    if spelled == "a%2526b%25%26":
        assert "PLAINTEXT signature" in told(calling(header(signature=spelled)), auth)
    else:
        check(calling(header(signature=spelled)), auth)


# --- what does not, and why -----------------------------------------------------------------------

LONG = "x" * 4096
LEFT_OUT = [
    (calling(), "header is missing"),
    (calling(""), "not use the scheme OAuth"),
    (calling("Basic azN5OjVlY3JlNw=="), "not use the scheme OAuth"),
    (calling("OAuth2 x"), "not use the scheme OAuth"),
    (calling("OAuth"), "oauth_consumer_key is missing"),
    (calling('OAuth realm="x"'), "oauth_consumer_key is missing"),
    (calling(header("oauth_consumer_key")), "oauth_consumer_key is missing"),
    (calling(header("oauth_signature_method")), "oauth_signature_method is missing"),
    (calling(header("oauth_timestamp")), "oauth_timestamp is missing"),
    (calling(header("oauth_nonce")), "oauth_nonce is missing"),
    (calling(header("oauth_signature")), "oauth_signature is missing"),
    (calling(header(consumer_key="")), "oauth_consumer_key is empty"),
    (calling(header(nonce="")), "oauth_nonce is empty"),
    (calling(header(signature="")), "oauth_signature is empty"),
    (calling(header(consumer_key="other")), "oauth_consumer_key is not known"),
    (calling(header(consumer_key="K3Y")), "oauth_consumer_key is not known"),
    (calling(header(consumer_key="k3y%20")), "oauth_consumer_key is not known"),
    (calling(header(signature_method="RSA-SHA1")), "must be PLAINTEXT or HMAC-SHA1"),
    (calling(header(signature_method="plaintext")), "must be PLAINTEXT or HMAC-SHA1"),
    (calling(header(signature_method="HMAC-SHA256")), "must be PLAINTEXT or HMAC-SHA1"),
    (calling(header(version="2.0")), "oauth_version must be 1.0"),
    (calling(header(version="")), "oauth_version must be 1.0"),
    (calling(header(token="t0ken")), "oauth_token must be empty"),
    (calling(header(timestamp="1799999699")), "301 s behind this server's clock"),
    (calling(header(timestamp="1800000301")), "is 301 s ahead of this server's clock"),
    (calling(header(timestamp="0")), "behind this server's clock"),
    (calling(header(timestamp="999999999999999")), "ahead of this server's clock"),
    (calling(header(timestamp="1" + "0" * 15)), "must be a whole number of seconds"),
    (calling(header(timestamp="-1800000000")), "must be a whole number of seconds"),
    (calling(header(timestamp="1800000000.5")), "must be a whole number of seconds"),
    (calling(header(timestamp="1.8e9")), "must be a whole number of seconds"),
    (calling(header(timestamp="now")), "must be a whole number of seconds"),
    (calling(header(timestamp="%D9%A1")), "must be a whole number of seconds"),
    (calling(header(signature=SECRET)), "PLAINTEXT signature must be"),
    (calling(header(signature="wrong%26")), "PLAINTEXT signature must be"),
    (calling(header(signature=f"{SECRET}%26t0ken")), "PLAINTEXT signature must be"),
    (calling(header(signature=f"{SECRET}%2526")), "PLAINTEXT signature must be"),
    (calling(header(signature_method="HMAC-SHA1")), "HMAC-SHA1 signature does not match"),
    (calling(header(signature_method="HMAC-SHA1", signature="å")), "does not match"),
    (calling(header(nonce="%")), "% without two hexadecimal"),
    (calling(header(nonce="%2")), "% without two hexadecimal"),
    (calling(header(nonce="%zz")), "% without two hexadecimal"),
    (calling(header(nonce="%FF")), "not UTF-8"),
    (calling(header(nonce="\udcff")), "not UTF-8"),
    (calling(header() + ', oauth_nonce="n1"'), "oauth_nonce is given twice"),
    (calling(header() + ', oauth%5Fnonce="n2"'), "oauth_nonce is given twice"),
    (calling(target=f"{PATH}?{QUERY}&oauth_nonce=n1"), "oauth_nonce is given twice"),
    (calling(header(), target=f"{PATH}?{QUERY}"), "both in the Authorization header and in"),
    (calling(header("oauth_nonce"), target=f"{PATH}?oauth_nonce=n1"), "both in the Authorization"),
    (calling("Bearer x", target=f"{PATH}?{QUERY}"), "not use the scheme OAuth"),
    (calling(target=f"{PATH}?oauth_nonce=n1"), "oauth_consumer_key is missing"),
    (calling(target=f"{PATH}?{QUERY}".replace("k3y", "%FF")), "oauth_consumer_key is not known"),
    (calling(target=f"{PATH}?{QUERY}".replace("k3y", "\udcff")), "consumer_key is not known"),
    (calling(header(), target=f"{PATH}?" + "&".join("a" * 1001)), "more than 1000 parameters"),
    (calling(header(), header()), "more than once"),
    (calling(header(nonce=LONG)), "longer than 4096 characters"),
    (calling(f'OAuth realm="{LONG}", {HEADER_PAST_REALM}'), "longer than 4096 characters"),
    (calling("OAuth " + "," * 5000), "longer than 4096 characters"),
    (calling(header() + " and more"), "cannot be read"),
    (calling(header() + ', "quoted"="x"'), "cannot be read"),
    (calling(header() + ', name'), "cannot be read"),
    (calling(header() + ', name="open'), "cannot be read"),
    (calling(header() + ', name="x" y'), "cannot be read"),
    (calling(f'OAuth realm="a"b", {HEADER_PAST_REALM}'), "cannot be read"),
    (calling(header().replace(", ", "; ")), "cannot be read"),
    (calling("OAuth =x"), "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "why"), LEFT_OUT)
def test_an_invalid_call_is_refused_with_the_reason(call: Call, why: str) -> None:
    assert why in told(call)


def test_a_secret_with_a_slash_may_be_sent_encoded() -> None:
    auth = AUTH | {"consumer_secret": "a/b"}
    for spelled in ("a%252Fb%26", "a%2Fb%26", "a/b&"):
        check(calling(header(signature=spelled)), auth)


def test_a_narrow_window_is_enforced() -> None:
    auth = AUTH | {"window": 1}
    check(calling(header(timestamp="1799999999")), auth)
    assert "at most 1 s" in told(calling(header(timestamp="1799999998")), auth)


# --- replays --------------------------------------------------------------------------------------


def at(now: float, **given: str) -> Call:
    return Call("GET", PATH, (("Authorization", header(**given)),), received=now)


def test_a_replay_is_refused_and_named() -> None:
    tokens = TokenStore()
    check(at(NOW), tokens=tokens)
    with pytest.raises(Unauthorised, match="Duplicate timestamp/nonce combination"):
        check(at(NOW + 299), tokens=tokens)
    check(at(NOW, nonce="n2"), tokens=tokens)
    check(at(NOW, timestamp="1800000001"), tokens=tokens)


def test_a_refused_call_does_not_use_up_its_nonce() -> None:
    tokens = TokenStore()
    for wrong in ({"signature": "wrong%26"}, {"consumer_key": "other"}, {"version": "2"}):
        with pytest.raises(Unauthorised):
            check(at(NOW, **wrong), tokens=tokens)
    check(at(NOW), tokens=tokens)


def test_nonces_are_dropped_when_their_timestamp_expires() -> None:
    nonces = NonceStore()
    for second in range(1000):
        assert nonces.use("k", second, "n", oldest=second - 10)
        assert len(nonces) <= 11
    assert not nonces.use("k", 989, "n", oldest=989)
    assert nonces.use("k", 988, "n", oldest=0)


def test_the_number_of_nonces_is_bounded_and_the_oldest_go_first() -> None:
    nonces = NonceStore()
    for number in range(MOST_NONCES + 1):
        nonces.use("k", number, "n", oldest=0)
    assert len(nonces) == MOST_NONCES
    assert not nonces.use("k", 1, "n", oldest=0)
    assert nonces.use("k", 0, "n", oldest=0)


def test_consumers_do_not_share_nonces() -> None:
    nonces = NonceStore()
    assert nonces.use("one", 1, "n", oldest=0)
    assert nonces.use("two", 1, "n", oldest=0)


# --- any input -----------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [*(f'{name}="{value}"' for name, value in GIVEN.items()), ",", " ", "=", '"', "\\", "%", "%2",
     "&", "+", "\t", "\n", "realm=", "oauth_token", "oauth_signature_method=HMAC-SHA1",
     "å", "\udcff"]
)  # fmt: skip
TEXT = st.text(max_size=60) | st.lists(FRAGMENTS, max_size=14).map("".join)


@given(TEXT, st.text(max_size=20), st.none() | TEXT, st.binary(max_size=20))
@example(HEADER_PAST_REALM, "", None, b"")
def test_any_header_query_and_host_is_accepted_or_refused(
    text: str, query: str, host: str | None, body: bytes
) -> None:
    rows = [
        ("Authorization", f"OAuth {text}"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ]
    rows += [] if host is None else [("Host", host)]
    call = Call("GET", f"{PATH}?{query}", tuple(rows), body, NOW)
    with suppress(Unauthorised):
        check(call)
        return
    assert told(call)


# --- the seed document ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "auth",
    [
        AUTH,
        AUTH | {"canonical_root": "https://sis.example:8443/api", "window": 1.5},
        AUTH | {"window": 10**12},
    ],
)
def test_the_schema_accepts_oauth1(auth: dict[str, Any]) -> None:
    assert contract("control/auth.schema.json").problems(auth) == []


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"consumer_key": ""}, "/consumer_key"),
        ({"consumer_secret": "ä"}, "/consumer_secret"),
        ({"canonical_root": "api.schoology.com"}, "/canonical_root"),
        ({"canonical_root": "https://api.schoology.com/?x"}, "/canonical_root"),
        ({"window": 0}, "/window"),
        ({"token": "x"}, ""),
    ],
)
def test_the_schema_refuses_settings_that_no_call_can_match(
    other: dict[str, Any], pointer: str
) -> None:
    problems = contract("control/auth.schema.json").problems(AUTH | other)
    assert [problem.pointer for problem in problems] == [pointer]
