"""Credentials: which are accepted, which are refused, and with which error."""

from __future__ import annotations

import string
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.auth.schemes import scheme_of
from mock_sis.auth.tokens import MOST_TOKENS, TokenStore
from mock_sis.contracts.contract import contract
from mock_sis.errors import Unauthorised
from mock_sis.exchange import Call

NONE = {"type": "none"}
BASIC = {"type": "basic", "username": "zoë", "password": "pass:wörd"}
BEARER = {"type": "bearer", "token": "s3cret.token"}
KEY = {"type": "api_key", "header": "X-API-Key", "key": "s3cret-key"}
OAUTH = {"type": "oauth2", "client_id": "exporter", "client_secret": "s3cret", "lifetime": 60}

AUTH = "control/auth.schema.json"
SOME = MOST_TOKENS // 5
"""Enough additional tokens for some to be dropped."""


def basic(user: str, password: str, encoding: str = "utf-8") -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode(encoding)).decode()


def calling(*headers: tuple[str, str], target: str = "/wiseflow/flows") -> Call:
    return Call("GET", target, headers)


def authorised(value: str) -> Call:
    return calling(("Authorization", value))


LET_IN = [
    (NONE, calling()),
    (NONE, authorised("Bearer whatever")),
    (BASIC, authorised(basic("zoë", "pass:wörd"))),
    (BASIC, authorised(basic("zoë", "pass:wörd").replace("Basic", "BASIC"))),
    (BASIC, calling(("authorization", basic("zoë", "pass:wörd")))),
    (BEARER, authorised("Bearer s3cret.token")),
    (BEARER, authorised("bearer s3cret.token")),
    (BEARER, calling(("Authorization", "Bearer s3cret.token"), target="/flows?access=x")),
    (KEY, calling(("x-api-key", "s3cret-key"))),
    ({"type": "api_key", "key": "k"}, calling(("X-API-Key", "k"))),
]

LEFT_OUT = [
    (BASIC, calling(), "is missing", "Basic"),
    (BASIC, authorised("Bearer s3cret"), "not use the scheme Basic", "Basic"),
    (BASIC, authorised("Basic"), "not the base64 form", "Basic"),
    (BASIC, authorised("Basic %%%"), "not the base64 form", "Basic"),
    (BASIC, authorised("Basic schlüssel"), "not the base64 form", "Basic"),
    (BASIC, authorised("Basic " + b64encode(b"zoe").decode()), "not the base64 form", "Basic"),
    (BASIC, authorised(basic("zoë", "pass:wörd", "latin-1")), "not the base64 form", "Basic"),
    (BASIC, authorised(basic("zoë", "wrong-s3cret")), "user name or the password", "Basic"),
    (BASIC, authorised(basic("zoe", "pass:wörd")), "user name or the password", "Basic"),
    (BASIC, authorised(basic("", "")), "user name or the password", "Basic"),
    (BEARER, calling(), "is missing", "Bearer"),
    (BEARER, authorised("s3cret.token"), "not use the scheme Bearer", "Bearer"),
    (BEARER, authorised("Bearer"), "bearer token is wrong", "Bearer"),
    (BEARER, authorised("Bearer wrong-s3cret"), "bearer token is wrong", "Bearer"),
    (BEARER, authorised("Bearer \udcff"), "bearer token is wrong", "Bearer"),
    (BEARER, calling(target="/flows?access_token=s3cret.token"), "never in the URL", "Bearer"),
    (
        BEARER,
        calling(("Authorization", "Bearer s3cret.token"), target="/flows?access%5Ftoken=x"),
        "never in the URL",
        "Bearer",
    ),
    (
        BEARER,
        calling(("Authorization", "Bearer s3cret.token"), ("authorization", "Bearer other")),
        "more than once",
        "Bearer",
    ),
    (KEY, calling(), "X-API-Key is missing", "ApiKey"),
    (KEY, calling(("X-API-Key", "wrong-s3cret")), "key in X-API-Key is wrong", "ApiKey"),
    (KEY, calling(target="/flows?X-API-Key=s3cret-key"), "is missing", "ApiKey"),
    (OAUTH, calling(), "is missing", "Bearer"),
    (OAUTH, authorised("Bearer wrong-s3cret"), "not known", "Bearer"),
    (OAUTH, authorised(basic("exporter", "s3cret")), "not use the scheme Bearer", "Bearer"),
]


@pytest.mark.parametrize(("auth", "call"), LET_IN)
def test_valid_credentials_are_accepted(auth: dict[str, Any], call: Call) -> None:
    scheme_of(auth).check(call, TokenStore(), 0)


@pytest.mark.parametrize(("auth", "call", "cause", "scheme"), LEFT_OUT)
def test_other_credentials_are_refused_with_the_reason_and_the_scheme(
    auth: dict[str, Any], call: Call, cause: str, scheme: str
) -> None:
    with pytest.raises(Unauthorised) as refusal:
        scheme_of(auth).check(call, TokenStore(), 0)
    assert cause in str(refusal.value)
    assert refusal.value.challenge.startswith(f'{scheme} realm="mock-sis"')


@pytest.mark.parametrize(("auth", "call", "cause", "scheme"), LEFT_OUT)
def test_no_refusal_repeats_a_secret(
    auth: dict[str, Any], call: Call, cause: str, scheme: str
) -> None:
    with pytest.raises(Unauthorised) as refusal:
        scheme_of(auth).check(call, TokenStore(), 0)
    told = f"{refusal.value} {refusal.value.challenge}"
    assert "s3cret" not in told
    assert "pass" not in told.replace("password", "")


def test_a_wrong_token_and_a_missing_one_have_different_errors() -> None:
    for call, named in ((calling(), False), (authorised("Bearer x"), True)):
        with pytest.raises(Unauthorised) as refusal:
            scheme_of(BEARER).check(call, TokenStore(), 0)
        assert ('error="invalid_token"' in refusal.value.challenge) == named


TEXT = st.text(alphabet=string.printable.strip() + "äé漢", max_size=12)


@given(user=TEXT.filter(lambda text: ":" not in text), password=TEXT, other=TEXT)
def test_basic_accepts_only_the_right_pair(user: str, password: str, other: str) -> None:
    auth = {"type": "basic", "username": user, "password": password}
    scheme_of(auth).check(authorised(basic(user, password)), TokenStore(), 0)
    if other != password:
        with pytest.raises(Unauthorised):
            scheme_of(auth).check(authorised(basic(user, other)), TokenStore(), 0)


def test_an_issued_token_expires_after_its_lifetime() -> None:
    tokens = TokenStore()
    token = tokens.issue("exporter", 100, 60)
    call = authorised(f"Bearer {token.value}")
    scheme_of(OAUTH).check(call, tokens, 159.9)
    with pytest.raises(Unauthorised, match="has expired"):
        scheme_of(OAUTH).check(call, tokens, 160)
    with pytest.raises(Unauthorised, match="not known"):
        scheme_of(OAUTH).check(call, TokenStore(), 100)


def test_tokens_follow_from_seed_and_number() -> None:
    def issued(seed: bytes) -> list[str]:
        tokens = TokenStore(seed)
        return [tokens.issue("exporter", 0, 60).value for _ in range(50)]

    assert issued(b"a") == issued(b"a")
    assert not set(issued(b"a")) & set(issued(b"b"))
    assert len(set(issued(b"a"))) == 50


def test_the_number_of_tokens_is_bounded_and_expired_ones_go_first() -> None:
    tokens = TokenStore()
    old = tokens.issue("exporter", 0, 1000)
    short = [tokens.issue("exporter", 0, 1) for _ in range(MOST_TOKENS - 1)]
    new = [tokens.issue("exporter", 10, 1000) for _ in range(SOME)]
    assert tokens.find(old.value, 10) == old
    assert not any(tokens.knew(token.value) for token in short)
    later = [tokens.issue("exporter", 10, 1000) for _ in range(MOST_TOKENS)]
    assert all(tokens.find(token.value, 10) for token in later)
    assert not any(tokens.knew(token.value) for token in [old, *new[: SOME // 2]])


class Time(float):
    """A time that counts how often it is compared with another."""

    compared = 0

    def __lt__(self, other: float) -> bool:
        Time.compared += 1
        return float(self) < other


def test_issuing_a_token_takes_the_same_time_with_many_tokens() -> None:
    tokens, now = TokenStore(), Time(0)
    for _ in range(3 * MOST_TOKENS):
        tokens.issue("exporter", now, 1000)
    assert Time.compared < 12 * 3 * MOST_TOKENS


@pytest.mark.parametrize("auth", [NONE, BASIC, BEARER, KEY, OAUTH, {"type": "api_key", "key": "k"}])
def test_the_schema_accepts_each_scheme(auth: dict[str, Any]) -> None:
    assert contract(AUTH).problems(auth) == []


@pytest.mark.parametrize(
    ("auth", "pointer"),
    [
        ({}, ""),
        ({"type": "digest"}, "/type"),
        ({"type": "none", "token": "x"}, ""),
        ({"type": "basic", "username": "a"}, ""),
        ({"type": "basic", "username": "a:b", "password": "c"}, "/username"),
        ({"type": "basic", "username": "a", "password": "c\n"}, "/password"),
        ({"type": "bearer", "token": "two words"}, "/token"),
        ({"type": "bearer", "token": ""}, "/token"),
        ({"type": "api_key", "header": "X Key", "key": "k"}, "/header"),
        ({"type": "api_key", "header": "X-Key", "key": "ä"}, "/key"),
        ({"type": "oauth2", "client_id": "a"}, ""),
        ({"type": "oauth2", "client_id": "a", "client_secret": "b", "lifetime": 0}, "/lifetime"),
        ({"type": "oauth2", "client_id": "a", "client_secret": "b", "scope": " x"}, "/scope"),
    ],
)
def test_the_schema_refuses_credentials_that_no_call_can_carry(
    auth: dict[str, Any], pointer: str
) -> None:
    assert [problem.pointer for problem in contract(AUTH).problems(auth)] == [pointer]
