"""Who gets in: a token reaches as far as its scopes, and what is no token reaches nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from helpers.simulator.oneroster_asks import BASE, FORM, NOW, G, R
from helpers.simulator.oneroster_desk import Desk, Step, put_item, refused, seed
from mock_sis.dialects.oneroster.routes import ROUTES, SCOPE
from mock_sis.exchange import Call, Headers, Reply, Route

NAMES = (
    "roster-core.readonly",
    "roster.readonly",
    "roster-demographics.readonly",
    "gradebook-core.readonly",
    "gradebook.readonly",
    "gradebook.createput",
    "gradebook.createpost",
    "gradebook.delete",
)
SCOPES = tuple(SCOPE + name for name in NAMES)
AUTH: dict[str, Any] = {
    "type": "oauth2",
    "client_id": "lms",
    "client_secret": "s",
    "scope": " ".join(SCOPES),
    "lifetime": 60,
}
WISEFLOW = {"type": "oauth2", "client_id": "exams", "client_secret": "s"}


@pytest.fixture
def desk() -> Desk:
    return Desk({**seed(auth=AUTH), "wiseflow": {"auth": WISEFLOW}})


def token(desk: Desk, scope: str = "", *, target: str = "/oauth/token", client: str = "lms") -> str:
    """A token that a client gets for these scopes, or for all it may have."""
    form = f"grant_type=client_credentials&client_id={client}&client_secret=s&scope={scope}"
    call = Call("POST", target, (("Content-Type", FORM),), form.encode(), desk.now)
    reply = desk.simulator.answer(call)
    assert isinstance(reply, Reply)
    assert reply.status == 200, reply.body
    return str(json.loads(reply.body)["access_token"])


def bearing(value: str) -> Headers:
    return (("Authorization", f"Bearer {value}"),)


def opens(route: Route, scope: str) -> bool:
    """Whether a scope is for an operation, as the design has it: reading lists and single objects
    of a service for its core, all of its reading for the other."""
    service = "roster" if "/rostering/" in route.pattern else "gradebook"
    if route.method != "GET":
        verbs = {"PUT": "createput", "POST": "createpost", "DELETE": "delete"}
        return scope == f"gradebook.{verbs[route.method]}"
    if "/demographics" in route.pattern:
        return scope == "roster-demographics.readonly"
    below = route.pattern.partition("/v1p2/")[2].count("/") > 1
    return scope == f"{service}.readonly" or (scope == f"{service}-core.readonly" and not below)


GUARDED = [route for route in ROUTES if not route.public and not route.pattern.startswith("/v1p2/")]


@pytest.mark.parametrize("scope", NAMES)
def test_a_scope_opens_what_it_is_for_and_nothing_else(desk: Desk, scope: str) -> None:
    value = token(desk, SCOPE + scope)
    opened = set()
    for route in GUARDED:
        target = BASE + re.sub(r"{\w+}", "x", route.pattern)
        data = {} if route.method in ("PUT", "POST") else None
        if desk.ask(route.method, target, data, bearing(value)).status != 403:
            opened.add(route.operation)
    assert opened == {route.operation for route in GUARDED if opens(route, scope)}
    assert opened


def test_a_token_may_have_several_scopes(desk: Desk) -> None:
    value = token(desk, "+".join(SCOPES[:4]))
    assert desk.ask("GET", f"{G}/categories", None, bearing(value)).status == 200
    refused(desk.ask(*put_item(), bearing(value)), 403, "forbidden")


def test_a_client_that_names_no_scope_gets_all_it_may_have(desk: Desk) -> None:
    assert desk.ask(*put_item(), bearing(token(desk))).status == 201


def test_a_scope_too_few_says_which(desk: Desk) -> None:
    told = refused(desk.ask(*put_item(), bearing(token(desk, SCOPES[0]))), 403, "forbidden")
    assert told == f"The access token lacks the scope {SCOPE}gradebook.createput."


ASKED: list[Step] = [
    ("GET", f"{R}/classes", None),
    ("GET", f"{G}/results", None),
    put_item(),
    ("DELETE", f"{G}/lineItems/li-alg-1-100", None),
    ("POST", f"{G}/classes/alg-1/lineItems", {"lineItems": []}),
]


@pytest.mark.parametrize("step", ASKED, ids=lambda step: f"{step[0]}")
def test_a_token_that_does_not_count_opens_nothing(desk: Desk, step: Step) -> None:
    mine = token(desk)
    others = token(desk, target="/wiseflow/oauth/token", client="exams")
    method, target, data = step
    no = "The Authorization header"
    for headers, query, told in (
        ((), "", f"{no} is missing."),
        (bearing("guessed"), "", "The access token is not known."),
        (bearing(others), "", "The access token is another client's."),
        (
            bearing(mine + " "),
            "?access_token=" + mine,
            "Send the token in the Authorization header",
        ),
        ((), "?access_token=" + mine, "Send the token in the Authorization header"),
        ((("Authorization", f"Basic {mine}"),), "", f"{no} does not use the scheme Bearer."),
        ((("Authorization", mine),), "", f"{no} does not use the scheme Bearer."),
        ((*bearing(mine), *bearing(mine)), "", f"{no} is given more than once."),
    ):
        reply = desk.ask(method, target + query, data, headers)
        assert refused(reply, 401, "unauthorisedrequest").startswith(told)
        assert (reply.header("WWW-Authenticate") or "").startswith("Bearer ")
    before = desk.snapshot()
    desk.wait(60)
    told = refused(desk.ask(method, target, data, bearing(mine)), 401, "unauthorisedrequest")
    assert told == "The access token has expired."
    assert desk.snapshot() == before


def test_a_token_lasts_until_the_last_moment_of_its_life(desk: Desk) -> None:
    value = token(desk)
    desk.wait(59.999)
    assert desk.ask("GET", f"{R}/orgs", None, bearing(value)).status == 200
    assert desk.now < NOW + 60


def test_a_token_of_before_the_seed_is_not_known(desk: Desk) -> None:
    value = token(desk)
    desk.simulator.load(seed(auth=AUTH))
    told = refused(desk.ask("GET", f"{R}/orgs", None, bearing(value)), 401, "unauthorisedrequest")
    assert told == "The access token is not known."
