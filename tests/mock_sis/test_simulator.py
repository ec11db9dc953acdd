"""One call from access to journal: the order of its checks, and its entry in the journal."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from mock_sis import simulator
from mock_sis.clock import Clock
from mock_sis.errors import ReplayError, SeedError
from mock_sis.exchange import Call, Feed, Hangup, Reply
from mock_sis.formats.json_text import encode_json
from mock_sis.formats.negotiation import defect_reply
from mock_sis.seeds import library
from mock_sis.simulator import Simulator

JSON_TYPE = ("Content-Type", "application/json")
GRADES = "/wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026/grades"
TOKEN = "open-sesame"
BEARER = ("Authorization", f"Bearer {TOKEN}")
EXPORT = encode_json({"participants": [{"userId": 1001, "mark": "A"}]})
OFF: dict[str, Any] = {"fault": {"kind": "status", "status": 503}, "when": {"always": True}}


def loaded(document: dict[str, Any] | None = None, **options: Any) -> Simulator:
    made = Simulator(clock=Clock("virtual", 1000.0), **options)
    made.load(library.builtin("demo") if document is None else document)
    return made


def demo(**wiseflow: Any) -> dict[str, Any]:
    whole = library.builtin("demo")
    return {**whole, "wiseflow": {**whole["wiseflow"], **wiseflow}}


def ask(
    sis: Simulator,
    method: str,
    target: str,
    body: bytes = b"",
    *headers: tuple[str, str],
    **more: Any,
) -> Reply:
    call = Call(method, target, (JSON_TYPE, *headers), body, received=1000.0, **more)
    answer = sis.answer(call)
    assert isinstance(answer, Reply)
    return answer


def grades(sis: Simulator) -> set[str]:
    """The people with a result in the open flow of the demo."""
    return set(sis.world.gradebook.scores("math101/exam"))


def test_a_simulator_is_empty_until_it_is_loaded() -> None:
    fresh = Simulator()
    assert ask(fresh, "GET", "/wiseflow/flows").body == b"[]"
    assert fresh.world.gradebook.snapshot() == {
        "time_zone": "UTC",
        "people": [],
        "scales": [],
        "sections": [],
        "aliases": [],
        "posting": [],
    }


def test_loading_is_a_call_in_the_journal() -> None:
    (entry,) = loaded().world.journal.select()
    assert (entry.operation, entry.call.method, entry.received) == ("control.seed.put", "PUT", 1000)


BAD_SEEDS: dict[str, Any] = {
    "off schema": {"people": 7},
    "nonsense": demo(mapping={"mark": "userId"}),
    "an impossible fault": {"faults": [{"fault": {"kind": "unheard_of"}}]},
    "a key that is not text": {1: 2},
    "a set": {"people": {1, 2}},
    "a lone surrogate": {"name": "\ud800"},
    "an integer of 30 digits": {"name": 10**30},
}


@pytest.mark.parametrize("document", BAD_SEEDS.values(), ids=BAD_SEEDS)
def test_a_bad_seed_changes_nothing(document: Any) -> None:
    sis = loaded()
    before, settings = sis.world.gradebook, sis.world.settings
    with pytest.raises(SeedError):
        sis.load(document)
    assert sis.world.gradebook is before
    assert sis.world.settings is settings


def test_the_error_of_a_bad_seed_names_each_place() -> None:
    with pytest.raises(SeedError, match="/people: 7 is not") as caught:
        loaded().load({"people": 7})
    assert [problem.pointer for problem in caught.value.problems] == ["/people"]


def test_a_new_seed_moves_the_dialect_and_forgets_the_old() -> None:
    sis = loaded()
    sis.load({"wiseflow": {"base_path": "/sis/v1"}, "faults": [OFF]})
    assert ask(sis, "GET", "/wiseflow/flows").status == 404
    assert ask(sis, "GET", "/sis/v1/flows").status == 503
    assert "/sis/v1" in {base for base, _ in sis.routes}
    sis.load({})
    assert ask(sis, "GET", "/wiseflow/flows").body == b"[]"


def test_a_new_seed_forgets_the_tokens_that_were_issued() -> None:
    auth = {"type": "oauth2", "client_id": "u", "client_secret": "p"}
    sis = loaded(demo(auth=auth))
    form = ("Content-Type", "application/x-www-form-urlencoded")
    asked = b"grant_type=client_credentials&client_id=u&client_secret=p"
    call = Call("POST", "/wiseflow/oauth/token", (form,), asked, received=1000.0)
    answer = sis.answer(call)
    assert isinstance(answer, Reply)
    bearer = ("Authorization", f"Bearer {json.loads(answer.body)['access_token']}")
    assert ask(sis, "GET", "/wiseflow/flows", b"", bearer).status == 200
    sis.load(demo(auth=auth))
    assert ask(sis, "GET", "/wiseflow/flows", b"", bearer).status == 401


def test_the_openapi_document_names_the_place_where_it_is_served() -> None:
    sis = loaded(demo(base_path="/sis/v1"), public_url="https://sis.example")
    told = json.loads(ask(sis, "GET", "/sis/v1/openapi.json").body)
    assert told["servers"] == [{"url": "https://sis.example/sis/v1"}]
    assert "https://sis.example/sis/v1/oauth/token" in json.dumps(told)


SECRET = {"type": "bearer", "token": "dialect-token"}
RIGHT = ("Authorization", "Bearer dialect-token")
# Each call also makes the mistakes of the rows below it.
ORDER: dict[str, tuple[str, str, tuple[tuple[str, str], ...], str | None, int]] = {
    "path before method": ("PUT", "/wiseflow/nowhere", (), "too_large", 404),
    "method before body": ("PUT", GRADES, (), "too_large", 405),
    "body before credentials": ("POST", GRADES, (), "too_large", 413),
    "credentials before faults": ("POST", GRADES, (), None, 401),
    "faults before the handler": ("POST", GRADES, (RIGHT,), None, 503),
}


@pytest.mark.parametrize(
    ("method", "target", "headers", "defect", "status"), ORDER.values(), ids=ORDER
)
def test_a_call_is_judged_in_order(
    method: str,
    target: str,
    headers: tuple[tuple[str, str], ...],
    defect: str | None,
    status: int,
) -> None:
    sis = loaded({**demo(auth=SECRET), "faults": [OFF]})
    assert ask(sis, method, target, b"", *headers, defect=defect).status == status
    fired = sum(armed.fired for armed in sis.world.plan.armed)
    assert fired == (status == 503)


def test_a_public_route_needs_no_credentials() -> None:
    sis = loaded(demo(auth=SECRET))
    assert ask(sis, "GET", "/wiseflow/openapi.json").status == 200
    assert ask(sis, "GET", "/wiseflow/flows").status == 401


def test_the_control_interface_and_the_dialects_have_credentials_of_their_own() -> None:
    sis = loaded(demo(auth=SECRET), control_token=TOKEN)
    assert ask(sis, "GET", "/wiseflow/flows", b"", BEARER).status == 401
    assert ask(sis, "GET", "/_control/seed", b"", RIGHT).status == 401
    assert ask(sis, "GET", "/_control/seed", b"", BEARER).status == 200


def test_faults_never_strike_the_control_interface() -> None:
    sis = loaded({**demo(), "faults": [OFF, {"operation": "*.*e*", **OFF}]})
    assert ask(sis, "GET", "/_control/gradebook").status == 200
    assert ask(sis, "POST", "/_control/reset", b"{}").status == 200


def test_what_is_not_journaled_uses_up_no_fault() -> None:
    sis = loaded({**demo(), "faults": [{**OFF, "when": {"next": 1}}]})
    assert ask(sis, "GET", "/wiseflow/openapi.json").status == 200
    assert ask(sis, "POST", GRADES, EXPORT).status == 503
    assert ask(sis, "POST", GRADES, EXPORT).status == 200


def test_a_fault_that_a_request_asks_for_is_off_unless_allowed() -> None:
    asked = ("X-Mock-Fault", "status;status=503")
    assert ask(loaded(), "POST", GRADES, EXPORT, asked).status == 200
    sis = loaded(allow_fault_header=True)
    assert ask(sis, "POST", GRADES, EXPORT, asked).status == 503
    assert grades(sis) == {"1003"}


@pytest.mark.parametrize("asked", ["", "unheard_of", "status;status=x", "{", "status;;;", "\udcff"])
def test_an_impossible_fault_in_the_header_is_a_400_that_names_the_header(asked: str) -> None:
    sis = loaded(allow_fault_header=True)
    answer = ask(sis, "POST", GRADES, EXPORT, ("X-Mock-Fault", asked))
    assert answer.status == 400
    assert "X-Mock-Fault" in json.loads(answer.body)["detail"]
    assert grades(sis) == {"1003"}


def test_a_fault_before_stores_nothing_and_one_after_stores_all() -> None:
    for phase, stored in (("before", False), ("after", True)):
        fault = {"kind": "status", "status": 500, "phase": phase}
        sis = loaded({**demo(), "faults": [{"fault": fault}]})
        assert ask(sis, "POST", GRADES, EXPORT).status == 500
        assert ("1001" in grades(sis)) == stored


JOURNALED: list[tuple[str, str, str, int]] = [
    ("POST", GRADES, "wiseflow.flows.grades.post", 200),
    ("GET", "/wiseflow/flows", "wiseflow.flows.list", 200),
    ("GET", "/wiseflow/flows/none", "wiseflow.flows.get", 404),
    ("PUT", GRADES, "unrouted", 405),
    ("GET", "/nowhere", "unrouted", 404),
    ("POST", "/_control/reset", "control.reset", 200),
]


@pytest.mark.parametrize(("method", "target", "operation", "status"), JOURNALED)
def test_every_exchange_is_journaled(method: str, target: str, operation: str, status: int) -> None:
    sis = loaded()
    body = EXPORT if "grades" in target else b"{}"
    answer = ask(sis, method, target, body, in_flight=3)
    entry = sis.world.journal.select()[-1]
    assert (entry.operation, entry.outcome, answer.status) == (operation, answer, status)
    assert (entry.call.body, entry.call.target, entry.call.in_flight) == (body, target, 3)
    assert entry.took >= 0


UNJOURNALED = [
    "/_control/health",
    "/_control/gradebook",
    "/_control/journal",
    "/_control/faults",
    "/_control/clock",
    "/wiseflow/openapi.json",
]


@pytest.mark.parametrize("target", UNJOURNALED)
def test_read_requests_are_not_journaled(target: str) -> None:
    sis = loaded()
    assert ask(sis, "GET", target).status == 200
    assert len(sis.world.journal.select()) == 1


def test_a_feed_is_not_journaled() -> None:
    sis = loaded()
    assert sis.answer(Call("GET", "/_control/events")) == Feed(1, "*")
    assert len(sis.world.journal.select()) == 1


def test_the_faults_that_struck_are_journaled() -> None:
    sis = loaded({**demo(), "faults": [OFF]})
    ask(sis, "GET", "/wiseflow/flows")
    assert sis.world.journal.select()[-1].faults == ("status",)


LEAKS: list[tuple[str, str, tuple[str, str]]] = [
    ("POST", "/_control/reset", BEARER),
    ("POST", "/_control/no-such-path", BEARER),
    ("PUT", "/_control/health", BEARER),
    ("POST", "/nowhere", BEARER),
    ("GET", "/wiseflow/flows", BEARER),
    ("GET", "/wiseflow/flows", ("X-Token", TOKEN)),
]


@pytest.mark.parametrize(("method", "target", "header"), LEAKS)
def test_the_control_token_is_never_journaled(
    method: str, target: str, header: tuple[str, str]
) -> None:
    sis = loaded(control_token=TOKEN)
    ask(sis, method, target, b"{}", header)
    assert len(sis.world.journal.select()) == 2
    for entry in sis.world.journal.select():
        assert TOKEN not in str(entry.call.headers)
    assert sis.world.journal.select()[-1].call.header(header[0]) == header[1].replace(
        TOKEN, "(redacted)"
    )


def test_other_credentials_are_journaled_as_they_were_sent() -> None:
    sis = loaded(demo(auth=SECRET), control_token="json")
    ask(sis, "POST", GRADES, EXPORT, RIGHT)
    assert sis.world.journal.select()[-1].call.headers == (JSON_TYPE, RIGHT)


def test_a_secret_that_both_interfaces_take_can_be_replayed() -> None:
    sis = loaded(demo(auth={"type": "bearer", "token": TOKEN}), control_token=TOKEN)
    assert ask(sis, "POST", GRADES, EXPORT, BEARER).status == 200
    assert grades(Simulator.replay(sis.world.journal)) == {"1001", "1003"}


@pytest.mark.parametrize(
    ("path", "status", "mark"),
    [("/v1/sections/none", 404, "API"), ("/v1/nothing", 404, "API"), ("/nothing", 404, None)],
)
def test_the_headers_of_an_interface_are_sent_with_its_refusals_too(
    path: str, status: int, mark: str | None
) -> None:
    answer = ask(loaded(), "GET", path)
    assert (answer.status, answer.header("X-Schoology")) == (status, mark)


@pytest.mark.parametrize(
    "target",
    [GRADES, "/v1/sections/1/grades", "/ims/oneroster/gradebook/v1p2/results/1", "/_control/seed"],
)
def test_an_unexpected_exception_is_answered_as_a_defect_logged_and_journaled(
    target: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("divided by zero")

    sis = loaded()
    monkeypatch.setattr(simulator, "Context", broken)
    with caplog.at_level(logging.ERROR, "mock_sis"):
        answer = ask(sis, "POST" if target == GRADES else "PUT", target, EXPORT)
    assert replace(answer, headers=answer.headers[:1]) == defect_reply()
    assert "divided by zero" not in answer.body.decode()
    assert "Traceback" in caplog.text
    assert "divided by zero" in caplog.text
    assert sis.world.journal.select()[-1].outcome == answer


def test_bytes_that_are_not_http_are_a_400_and_journaled() -> None:
    sis = loaded()
    assert ask(sis, "", "").status == 400
    assert sis.world.journal.select()[-1].operation == "unrouted"


def test_a_client_that_left_is_journaled_and_not_answered() -> None:
    sis = loaded()
    gone = Call("POST", GRADES, (JSON_TYPE,), EXPORT, defect="disconnected")
    assert sis.answer(gone) == Hangup("close")
    assert sis.world.journal.select()[-1].call == gone
    assert grades(sis) == {"1003"}


def test_a_refused_connection_is_journaled() -> None:
    sis = loaded({**demo(), "faults": [{"fault": {"kind": "refuse_connection"}}]})
    assert sis.refuses_connection("127.0.0.1", 1000.0)
    assert not sis.refuses_connection("127.0.0.1", 1000.0)
    entries = sis.world.journal.select()
    assert [entry.operation for entry in entries] == ["control.seed.put", "connection"]
    assert entries[-1].outcome == Hangup("reset")
    assert entries[-1].faults == ("refuse_connection",)


def test_a_journal_that_lost_entries_is_not_replayed() -> None:
    cleared = loaded()
    ask(cleared, "DELETE", "/_control/journal")
    evicted = loaded(journal_entries=1)
    ask(evicted, "GET", "/wiseflow/flows")
    for sis in (cleared, evicted):
        with pytest.raises(ReplayError, match="lost entries"):
            Simulator.replay(sis.world.journal)


def test_a_replay_leaves_out_calls_without_access() -> None:
    sis = loaded(control_token=TOKEN)
    assert ask(sis, "PUT", "/_control/seed", b"{}").status == 401
    replayed = Simulator.replay(sis.world.journal)
    assert replayed.world.gradebook.snapshot() == sis.world.gradebook.snapshot()
