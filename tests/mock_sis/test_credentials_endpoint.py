"""The token endpoint of RFC 6749: which clients get a token, for how long, and the errors."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote_plus, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.auth.schemes import scheme_of
from mock_sis.auth.token_endpoint import token_endpoint
from mock_sis.auth.tokens import TokenStore
from mock_sis.errors import NotFound
from mock_sis.exchange import Call, Reply

ID, SECRET = "export+er", "s3cret&=é"
AUTH: dict[str, Any] = {
    "type": "oauth2",
    "client_id": ID,
    "client_secret": SECRET,
    "lifetime": 60,
    "scope": "grades flows",
}
GRANT = {"grant_type": "client_credentials"}
FORM = "application/x-www-form-urlencoded"


def known(client: str = ID, secret: str = SECRET) -> tuple[str, str]:
    """The Authorization header of RFC 6749 §2.3.1: both halves are form-encoded first."""
    pair = f"{quote_plus(client)}:{quote_plus(secret)}"
    return ("Authorization", "Basic " + b64encode(pair.encode()).decode())


def asking(
    form: dict[str, str] | bytes,
    *headers: tuple[str, str],
    at: float = 100.0,
    media_type: str = FORM,
    target: str = "/wiseflow/oauth/token",
) -> Call:
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    return Call("POST", target, (("Content-Type", media_type), *headers), body, received=at)


def asked(call: Call, tokens: TokenStore | None = None, auth: dict[str, Any] = AUTH) -> Reply:
    return token_endpoint(auth, call, tokens or TokenStore(), lambda usual: usual)


def told(reply: Reply) -> Any:
    assert reply.header("Content-Type") == "application/json"
    assert reply.header("Cache-Control") == "no-store"
    return orjson.loads(reply.body)


SAME = {"client_id": ID, "client_secret": SECRET}
GRANTED = [
    (asking(GRANT, known()), "grades flows"),
    (asking({**GRANT, **SAME}), "grades flows"),
    (asking({**GRANT, "client_id": ID}, known()), "grades flows"),
    (asking({**GRANT, "scope": "flows"}, known()), "flows"),
    (asking({**GRANT, "scope": ""}, known()), "grades flows"),
    (asking({**GRANT, "more": "x"}, known(), media_type=f"{FORM}; charset=utf-8"), "grades flows"),
]


@pytest.mark.parametrize(("call", "scope"), GRANTED)
def test_a_client_with_valid_credentials_gets_a_valid_token(call: Call, scope: str) -> None:
    tokens = TokenStore()
    reply = asked(call, tokens)
    answer = told(reply)
    token = answer.pop("access_token")
    assert reply.status == 200
    assert answer == {"token_type": "Bearer", "expires_in": 60, "scope": scope}
    scheme_of(AUTH).check(Call("GET", "/", (("Authorization", f"Bearer {token}"),)), tokens, 100)


def test_the_lifetime_can_be_shortened() -> None:
    tokens = TokenStore()
    reply = token_endpoint(AUTH, asking(GRANT, known()), tokens, lambda usual: usual / 20)
    answer = told(reply)
    assert answer["expires_in"] == 3
    assert tokens.find(answer["access_token"], 102.9)
    assert tokens.find(answer["access_token"], 103) is None


def test_an_answer_without_scope_names_none() -> None:
    assert "scope" not in told(asked(asking(GRANT, known()), auth={**AUTH, "scope": ""}))


REFUSED = [
    (asking({}, known()), 400, "invalid_request"),
    (asking({"grant_type": ""}, known()), 400, "invalid_request"),
    (asking({"grant_type": "password"}, known()), 400, "unsupported_grant_type"),
    (asking({**GRANT, "scope": "grades admin"}, known()), 400, "invalid_scope"),
    (asking(b"{}", known(), media_type="application/json"), 400, "invalid_request"),
    (
        asking(GRANT, known(), target="/wiseflow/oauth/token?client_secret=x"),
        400,
        "invalid_request",
    ),
    (asking(b"grant_type=a&grant_type=b", known()), 400, "invalid_request"),
    (asking(b"grant_type=%ff", known()), 400, "invalid_request"),
    (asking(b"grant_type=\xff", known()), 400, "invalid_request"),
    (asking({**GRANT, **{f"p{each}": "x" for each in range(30)}}, known()), 400, "invalid_request"),
    (asking({**GRANT, "scope": "flows " * 4000}, known()), 400, "invalid_request"),
    (asking({**GRANT, "client_secret": SECRET}, known()), 400, "invalid_request"),
    (asking(GRANT, known(), known(secret="wrong")), 400, "invalid_request"),
    (asking(GRANT), 401, "invalid_client"),
    (asking({**GRANT, "client_id": ID}), 401, "invalid_client"),
    (asking({**GRANT, "client_id": ID, "client_secret": "wrong"}), 401, "invalid_client"),
    (asking(GRANT, known(secret="wrong")), 401, "invalid_client"),
    (asking(GRANT, known(client="wrong")), 401, "invalid_client"),
    (asking(GRANT, ("Authorization", "Bearer x")), 401, "invalid_client"),
    (asking(GRANT, ("Authorization", "Basic %%%")), 401, "invalid_client"),
    (asking({"grant_type": "password"}, known(secret="wrong")), 401, "invalid_client"),
]


@pytest.mark.parametrize(("call", "status", "code"), REFUSED)
def test_other_clients_get_the_error_of_rfc_6749_and_no_token(
    call: Call, status: int, code: str
) -> None:
    tokens = TokenStore()
    reply = asked(call, tokens)
    answer = told(reply)
    assert (reply.status, answer["error"]) == (status, code)
    assert SECRET not in answer["error_description"]
    assert (reply.header("WWW-Authenticate") is not None) == (status == 401)
    assert tokens.issue("x", 0, 1) == TokenStore().issue("x", 0, 1)


def test_an_interface_with_other_credentials_issues_no_tokens() -> None:
    with pytest.raises(NotFound):
        token_endpoint({"type": "none"}, asking(GRANT, known()), TokenStore(), lambda usual: usual)


@given(body=st.binary(max_size=60), header=st.text(max_size=30))
def test_any_request_gets_an_answer(body: bytes, header: str) -> None:
    reply = asked(asking(body, ("Authorization", header)))
    assert reply.status in (400, 401)
    assert told(reply)["error"]
