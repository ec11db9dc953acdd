"""The control token opens the control interface, and nothing else does.

Access is one check before routing, so every wrong credential is tried on one operation, and every
path with one wrong credential.
"""

from __future__ import annotations

from base64 import b64encode

import pytest

from helpers.simulator.control_desk import (
    GOOD,
    JSON_TYPE,
    NOW,
    SECTION,
    SECTIONS,
    Desk,
    kept,
    refused,
)
from mock_sis.clock import from_iso
from mock_sis.exchange import Call, Defect, Feed, Headers, Reply
from mock_sis.simulator import Simulator

TOKEN = "contrôl-token"

WRONG = {
    "nothing": (),
    "another token": (("Authorization", "Bearer other"),),
    "the dialect's token": (("Authorization", "Bearer dialect-token"),),
    "the start of the token": (("Authorization", "Bearer contr"),),
    "more than the token": (("Authorization", f"Bearer {TOKEN}x"),),
    "an empty token": (("Authorization", "Bearer "),),
    "another case": (("Authorization", f"Bearer {TOKEN.upper()}"),),
    "no scheme": (("Authorization", TOKEN),),
    "another scheme": (("Authorization", f"Token {TOKEN}"),),
    "basic": (("Authorization", "Basic " + b64encode(f"x:{TOKEN}".encode()).decode()),),
    "an API key": (("X-API-Key", TOKEN),),
    "bytes that are not UTF-8": (("Authorization", "Bearer \udcff"),),
    "another header": (("X-Authorization", f"Bearer {TOKEN}"),),
}
FOREIGN = [
    "evil.example",
    "evil.example:8080",
    "EVIL.example.",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evillocalhost.example",
    "evil.mylocalhost",
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
LOCKED, OPEN = Desk(TOKEN), Desk(public_url="https://sis.example.edu/mock")
"""With and without a token. Shared, because a refused call changes nothing but the journal."""
ADVANCE = GOOD["control.clock.advance"]

OTHERS = {
    "the base": ("GET", "/_control"),
    "the base as a folder": ("GET", "/_control/"),
    "an unknown path": ("POST", "/_control/nothing"),
    "an unknown section": ("PUT", f"{SECTIONS}/none/state"),
    "two slashes first": ("GET", "//_control/seed"),
    "two slashes within": ("GET", "/_control//seed"),
    "a slash at the end": ("GET", "/_control/seed/"),
    "a wrong method": ("DELETE", "/_control/clock"),
    "health by another method": ("POST", "/_control/health"),
    "a closed path without its body": ("HEAD", "/_control/seed"),
    "below health": ("GET", "/_control/health/seed"),
    "health in capitals": ("GET", "/_control/Health"),
    "an unknown parameter": ("GET", "/_control/seed?x=1"),
}
CLOSED = {name: request[:2] for name, request in GOOD.items() if name != "control.health"}


def asked(
    desk: Desk, method: str, target: str, headers: Headers = (), defect: Defect | None = None
) -> Reply:
    call = Call(method, target, (*JSON_TYPE, *headers), b"{}", from_iso(NOW), defect=defect)
    answer = desk.simulator.answer(call)
    assert isinstance(answer, Reply)
    return answer


REFUSAL = asked(LOCKED, *ADVANCE[:2])
"""The one answer to a call without credentials, for every path."""
FOREIGN_REFUSAL = asked(OPEN, *ADVANCE[:2], headers=(("Host", FOREIGN[0]),))


@pytest.mark.parametrize("wrong", WRONG)
def test_nothing_but_the_token_opens_an_operation(wrong: str) -> None:
    method, target, data = ADVANCE
    before = LOCKED.state()
    answer = LOCKED.ask(method, target, data, headers=(*JSON_TYPE, *WRONG[wrong]))
    problem = refused(answer, 401)
    assert (answer.header("WWW-Authenticate") or "").startswith("Bearer")
    assert TOKEN not in problem["detail"]
    assert LOCKED.state() == before


@pytest.mark.parametrize(("method", "target"), (CLOSED | OTHERS).values(), ids=CLOSED | OTHERS)
def test_every_path_below_the_base_is_closed_and_answers_alike(method: str, target: str) -> None:
    before = LOCKED.state(), OPEN.state()
    assert asked(LOCKED, method, target) == REFUSAL
    assert asked(OPEN, method, target, headers=(("Host", FOREIGN[0]),)) == FOREIGN_REFUSAL
    assert (LOCKED.state(), OPEN.state()) == before


@pytest.mark.parametrize("defect", ["too_large", "stalled", "unreadable"])
def test_access_is_judged_before_the_body(defect: Defect) -> None:
    assert asked(LOCKED, *ADVANCE[:2], defect=defect) == REFUSAL
    assert asked(OPEN, *ADVANCE[:2], (("Host", FOREIGN[0]),), defect) == FOREIGN_REFUSAL


@pytest.mark.parametrize("host", FOREIGN)
def test_without_a_token_a_foreign_host_opens_nothing(host: str) -> None:
    method, target, data = ADVANCE
    before = OPEN.state()
    headers = (*JSON_TYPE, ("Host", host), ("Origin", f"http://{host}"))
    refused(OPEN.ask(method, target, data, headers=headers), 401)
    assert OPEN.state() == before


@pytest.mark.parametrize("operation", GOOD)
def test_the_token_opens_every_operation(operation: str) -> None:
    method, target, data = GOOD[operation]
    headers = (*JSON_TYPE, ("Authorization", f"Bearer {TOKEN}"))
    outcome = Desk(TOKEN).outcome(method, target, data, headers=headers)
    assert isinstance(outcome, Feed) or outcome.status in (200, 201, 204)  # type: ignore[union-attr]


def test_the_scheme_of_the_token_is_read_in_any_case() -> None:
    headers = (*JSON_TYPE, ("Authorization", f"bEARER  {TOKEN} "))
    method, target, data = ADVANCE
    assert Desk(TOKEN).ask(method, target, data, headers=headers).status == 200


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("POST", "/_control/nothing", 404), ("POST", "/_control/health", 405)],
)
def test_with_the_token_a_wrong_path_or_method_is_named(
    method: str, target: str, status: int
) -> None:
    bearer = (("Authorization", f"Bearer {TOKEN}"),)
    assert asked(LOCKED, method, target, bearer).status == status
    assert asked(OPEN, method, target).status == status


def test_health_is_public() -> None:
    for desk, host in ((LOCKED, "localhost"), (LOCKED, FOREIGN[0]), (OPEN, FOREIGN[0])):
        assert desk.ask("GET", "/_control/health", headers=(("Host", host),)).status == 200


def test_a_token_in_the_query_opens_nothing() -> None:
    outcome = LOCKED.outcome("GET", f"/_control/gradebook?token={TOKEN}&access_token={TOKEN}")
    assert isinstance(outcome, Reply)
    kept("GET", "/_control/gradebook", outcome)
    refused(outcome, 401)


def test_the_control_token_does_not_open_a_dialect() -> None:
    headers = (("Authorization", f"Bearer {TOKEN}"),)
    outcome = LOCKED.simulator.answer(Call("GET", "/wiseflow/flows/x", headers))
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


@pytest.mark.parametrize(
    ("method", "target", "operations"),
    [
        ("POST", "/_control/clock/advance", ["control.clock.advance"]),
        ("GET", "/_control/journal", []),
        ("GET", "/_control/nothing", ["unrouted"]),
    ],
)
def test_the_journal_names_a_refused_call_as_it_names_others(
    method: str, target: str, operations: list[str]
) -> None:
    desk = Desk(TOKEN)
    assert asked(desk, method, target) == REFUSAL
    assert [entry.operation for entry in desk.world.journal][1:] == operations


@pytest.mark.parametrize("host", OWN)
def test_without_a_token_the_host_of_this_machine_opens(host: str) -> None:
    assert OPEN.ask("GET", "/_control/clock", headers=(("Host", host),)).status == 200


def test_with_the_token_any_host_opens() -> None:
    headers = (("Host", FOREIGN[0]), ("Authorization", f"Bearer {TOKEN}"))
    assert LOCKED.ask("GET", "/_control/clock", headers=headers).status == 200


def test_a_dialect_answers_to_any_host() -> None:
    headers = (("Host", FOREIGN[0]), ("Authorization", "Bearer dialect-token"))
    outcome = Desk().simulator.answer(Call("GET", "/wiseflow/openapi.json", headers))
    assert isinstance(outcome, Reply)
    assert outcome.status == 200


@pytest.mark.parametrize("token", [TOKEN, None])
def test_a_replay_lets_in_the_calls_that_were_let_in_and_no_others(token: str | None) -> None:
    desk = Desk(token, public_url="https://sis.example.edu")
    path, closed = f"{SECTIONS}/{SECTION}/state", {"state": "closed"}
    with_token = (("Authorization", f"Bearer {token}"),) if token else ()
    let_in = (*JSON_TYPE, ("Host", "sis.example.edu"), *with_token)
    kept_out = (*JSON_TYPE, ("Host", FOREIGN[0]))
    assert desk.ask("PUT", path, closed, headers=let_in).status == 200
    assert desk.ask("PUT", path, {"state": "open"}, headers=kept_out).status == 401
    assert asked(desk, "POST", "/_control/nothing", kept_out).status == 401
    again = Simulator.replay(desk.world.journal).world
    assert len(again.journal.select()) == 2
    assert again.gradebook.snapshot() == desk.world.gradebook.snapshot()
    assert again.gradebook.section(SECTION).state == "closed"
