"""The control token opens the control interface, and nothing else does."""

from __future__ import annotations

from base64 import b64encode

import pytest
from control_desk import GOOD, JSON_TYPE, SECTION, SECTIONS, Desk, kept, refused

from mock_sis.exchange import Call, Feed, Reply
from mock_sis.simulator import Simulator

TOKEN = "contrôl-token"

WRONG = {
    "nothing": (),
    "another token": (("Authorization", "Bearer other"),),
    "the dialect's token": (("Authorization", "Bearer dialect-token"),),
    "the start of it": (("Authorization", "Bearer contr"),),
    "more than it": (("Authorization", f"Bearer {TOKEN}x"),),
    "an empty one": (("Authorization", "Bearer "),),
    "no scheme": (("Authorization", TOKEN),),
    "another scheme": (("Authorization", f"Token {TOKEN}"),),
    "basic": (("Authorization", "Basic " + b64encode(f"x:{TOKEN}".encode()).decode()),),
    "an API key": (("X-API-Key", TOKEN),),
    "bytes that are no text": (("Authorization", "Bearer \udcff"),),
    "another name": (("X-Authorization", f"Bearer {TOKEN}"),),
}
DESK = Desk(TOKEN)
"""Shared by the refusals, none of which changes anything."""
CLOSED = sorted(set(GOOD) - {"control.health"})


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("operation", CLOSED)
def test_nothing_but_the_token_opens_an_operation(operation: str, wrong: str) -> None:
    method, target, data = GOOD[operation]
    before = DESK.state()
    answer = DESK.ask(method, target, data, headers=(*JSON_TYPE, *WRONG[wrong]))
    problem = refused(answer, 401)
    assert (answer.header("WWW-Authenticate") or "").startswith("Bearer")
    assert TOKEN not in problem["detail"]
    assert DESK.state() == before


@pytest.mark.parametrize("operation", GOOD)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_token_opens_every_operation(operation: str, scheme: str) -> None:
    method, target, data = GOOD[operation]
    headers = (*JSON_TYPE, ("Authorization", f"{scheme} {TOKEN}"))
    outcome = Desk(TOKEN).outcome(method, target, data, headers=headers)
    assert isinstance(outcome, Feed) or outcome.status in (200, 201, 204)  # type: ignore[union-attr]


def test_health_is_open() -> None:
    assert DESK.ask("GET", "/_control/health").status == 200


def test_a_token_in_the_query_opens_nothing() -> None:
    outcome = DESK.outcome("GET", f"/_control/gradebook?token={TOKEN}&access_token={TOKEN}")
    assert isinstance(outcome, Reply)
    kept("GET", "/_control/gradebook", outcome)
    refused(outcome, 401)


def test_the_control_token_is_no_credential_of_a_dialect() -> None:
    headers = (("Authorization", f"Bearer {TOKEN}"),)
    outcome = DESK.simulator.answer(Call("GET", "/wiseflow/flows/x", headers))
    assert isinstance(outcome, Reply)
    assert outcome.status == 401


@pytest.mark.parametrize(
    ("method", "target", "operation", "credentials"),
    [
        ("POST", "/_control/clock/advance", "control.clock.advance", f"Bearer {TOKEN}"),
        ("POST", "/_control/clock/advance", "control.clock.advance", f"Bearer \t{TOKEN} "),
        ("POST", "/_control/clock/advance", "control.clock.advance", f"bearer  {TOKEN}"),
        ("POST", "/_control/clock/advanse", "unrouted", f"Bearer {TOKEN}"),
        ("DELETE", "/_control/clock", "unrouted", f"Bearer {TOKEN}"),
        ("GET", "/_control", "unrouted", TOKEN),
    ],
)
def test_the_journal_never_holds_the_control_token(
    method: str, target: str, operation: str, credentials: str
) -> None:
    desk = Desk(TOKEN)
    headers = (*JSON_TYPE, ("Authorization", credentials))
    desk.outcome(method, target, {"seconds": 1}, headers=headers)
    newest = desk.world.journal.select()[-1]
    assert newest.operation == operation
    assert all(TOKEN not in repr(entry) for entry in desk.world.journal)


OPEN = Desk(public_url="https://sis.example.edu/mock")
"""Without a token; shared, because what changes is only the clock."""
FOREIGN = [
    "evil.example",
    "evil.example:8080",
    "EVIL.example.",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evillocalhost.example",
    "sis.example.edu.evil.example",
    "not.sis.example.edu",
    "256.256.256.256",
    "[::1",
    "a.b\udcff",
]
OWN = [
    "localhost",
    "LocalHost:8080",
    "localhost.",
    "sis.localhost:8080",
    "127.0.0.1:8080",
    "10.1.2.3",
    "[::1]:8080",
    "mock-sis:8080",
    "sis.example.edu",
    "SIS.example.edu:443",
    "",
]


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("operation", CLOSED)
def test_without_a_token_a_foreign_name_opens_nothing(operation: str, host: str) -> None:
    method, target, data = GOOD[operation]
    before = OPEN.state()
    headers = (*JSON_TYPE, ("Host", host), ("Origin", f"http://{host}"))
    refused(OPEN.ask(method, target, data, headers=headers), 401)
    assert OPEN.state() == before


@pytest.mark.parametrize("host", OWN)
def test_without_a_token_a_name_of_ones_own_opens(host: str) -> None:
    headers = (*JSON_TYPE, ("Host", host))
    assert (
        OPEN.ask("POST", "/_control/clock/advance", {"seconds": 1}, headers=headers).status == 200
    )


def test_with_a_token_any_name_opens() -> None:
    headers = (*JSON_TYPE, ("Host", FOREIGN[0]), ("Authorization", f"Bearer {TOKEN}"))
    answer = Desk(TOKEN).ask("POST", "/_control/clock/advance", {"seconds": 1}, headers=headers)
    assert answer.status == 200


def test_a_dialect_answers_to_any_name() -> None:
    headers = (("Host", FOREIGN[0]), ("Authorization", "Bearer dialect-token"))
    outcome = Desk().simulator.answer(Call("GET", "/wiseflow/openapi.json", headers))
    assert isinstance(outcome, Reply)
    assert outcome.status == 200


@pytest.mark.parametrize("token", [TOKEN, None])
def test_who_was_let_in_under_any_name_is_let_in_again(token: str | None) -> None:
    desk = Desk(token, public_url="https://sis.example.edu")
    path, closed = f"{SECTIONS}/{SECTION}/state", {"state": "closed"}
    with_token = (("Authorization", f"Bearer {token}"),) if token else ()
    let_in = (*JSON_TYPE, ("Host", "sis.example.edu"), *with_token)
    kept_out = (*JSON_TYPE, ("Host", FOREIGN[0]))
    assert desk.ask("PUT", path, closed, headers=let_in).status == 200
    assert desk.ask("PUT", path, {"state": "open"}, headers=kept_out).status == 401
    again = Simulator.replay(desk.world.journal).world
    assert again.gradebook.snapshot() == desk.world.gradebook.snapshot()
    assert again.gradebook.section(SECTION).state == "closed"
