"""The control token opens the control interface, and nothing else does."""

from __future__ import annotations

from base64 import b64encode

import pytest
from control_desk import GOOD, JSON_TYPE, Desk, kept, refused

from mock_sis.exchange import Call, Feed, Reply

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
    ("method", "target", "operation"),
    [
        ("POST", "/_control/clock/advance", "control.clock.advance"),
        ("POST", "/_control/clock/advanse", "unrouted"),
        ("DELETE", "/_control/clock", "unrouted"),
        ("GET", "/_control", "unrouted"),
    ],
)
def test_the_journal_never_holds_the_control_token(
    method: str, target: str, operation: str
) -> None:
    desk = Desk(TOKEN)
    headers = (*JSON_TYPE, ("Authorization", f"Bearer {TOKEN}"))
    desk.outcome(method, target, {"seconds": 1}, headers=headers)
    newest = desk.world.journal.select()[-1]
    assert newest.operation == operation
    assert all(TOKEN not in repr(entry) for entry in desk.world.journal)
