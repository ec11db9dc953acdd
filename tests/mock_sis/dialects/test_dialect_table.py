"""A dialect is one value: receivers with other policies, and new dialects, are rows of a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from helpers.simulator.oneroster_desk import item
from mock_sis.clock import Clock
from mock_sis.contracts.contract import BASE, document
from mock_sis.dialects.oneroster.dialect import ONEROSTER
from mock_sis.dialects.schoology.dialect import SCHOOLOGY
from mock_sis.dialects.table import DIALECTS
from mock_sis.dialects.wiseflow.dialect import WISEFLOW
from mock_sis.errors import Problem, SeedError
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.json_text import decode_json
from mock_sis.formats.negotiation import json_reply
from mock_sis.seeds import library
from mock_sis.seeds.schema import seed_contract
from mock_sis.settings import Dialect
from mock_sis.simulator import Simulator
from mock_sis.world import Context

NOW = 1000.0
FLOW = "/flows/UNI%7C%7CMATH101%7C%7C2026"


def loaded(dialects: tuple[Dialect, ...], seed: str, **policies: Any) -> Simulator:
    simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis", dialects=dialects)
    simulator.load({**library.builtin(seed), **policies})
    return simulator


def ask(simulator: Simulator, method: str, target: str, data: Any = None) -> Reply:
    body = b"" if data is None else json.dumps(data).encode()
    headers = (("Content-Type", "application/json"),)
    reply = simulator.answer(Call(method, target, headers, body, NOW))
    assert isinstance(reply, Reply)
    return reply


def test_the_schema_of_seeds_on_disk_is_what_the_table_composes() -> None:
    composed = dict(seed_contract(DIALECTS).schema)
    assert composed.pop("$id") == f"{BASE}seed.schema.json"
    assert composed == document("seed.schema.json")


def test_the_names_of_dialects_differ() -> None:
    assert len({dialect.name for dialect in DIALECTS}) == len(DIALECTS)


SECOND = (*DIALECTS, replace(WISEFLOW, name="second"))
PATCH_ONLY = {"base_path": "/second", "methods": ["PATCH"], "overwrite": "allow"}
MARK_B = {"participants": [{"userId": 1001, "mark": "B"}]}


@pytest.fixture
def receivers() -> Simulator:
    return loaded(SECOND, "demo", second=PATCH_ONLY)


def counts(reply: Reply) -> tuple[int, int]:
    told = decode_json(reply.body)
    return told["numberOfSuccess"], told["numberOfErrors"]


def test_two_receivers_with_different_policies_work_side_by_side(receivers: Simulator) -> None:
    first, second = f"/wiseflow{FLOW}/grades", f"/second{FLOW}/grades"
    assert counts(ask(receivers, "POST", first, MARK_B)) == (1, 0)
    assert counts(ask(receivers, "POST", first, MARK_B)) == (0, 1)  # overwrite: refuse
    assert counts(ask(receivers, "PATCH", second, MARK_B)) == (1, 0)  # overwrite: allow
    assert ask(receivers, "POST", second, MARK_B).status == 405
    assert counts(ask(receivers, "PATCH", first, MARK_B)) == (0, 1)


def test_each_receiver_has_its_own_documents_and_paths(receivers: Simulator) -> None:
    for base in ("/wiseflow", "/second"):
        servers = decode_json(ask(receivers, "GET", f"{base}/openapi.json").body)["servers"]
        assert servers == [{"url": f"http://sis{base}"}]
    listed = decode_json(ask(receivers, "GET", "/_control/routes").body)["routes"]
    paths = {row["path"] for row in listed if row["operation"] == "wiseflow.flows.list"}
    assert paths == {"/wiseflow/flows", "/second/flows"}


def test_each_receiver_asks_for_its_own_credentials() -> None:
    auth = {"type": "bearer", "token": "only-here"}
    simulator = loaded(SECOND, "demo", second={**PATCH_ONLY, "auth": auth})
    assert ask(simulator, "GET", "/wiseflow/flows").status == 200
    assert ask(simulator, "GET", "/second/flows").status == 401


def test_a_person_named_by_a_fault_is_found_by_the_mapping_of_the_receiver_called() -> None:
    mapped = {"base_path": "/second", "mapping": {"list": "rows", "userId": "who"}}
    fault = {"subject": 1001, "when": {"always": True}, "fault": {"kind": "status", "status": 503}}
    simulator = loaded(SECOND, "demo", second=mapped, faults=[fault])
    grades = f"/second{FLOW}/grades"
    for person, status in ((1002, 200), (1001, 503)):
        rows = {"rows": [{"who": person, "mark": "B"}]}
        assert ask(simulator, "POST", grades, rows).status == status


def test_a_journal_of_two_receivers_replays(receivers: Simulator) -> None:
    ask(receivers, "POST", f"/wiseflow{FLOW}/grades", MARK_B)
    ask(
        receivers,
        "PATCH",
        f"/second{FLOW}/grades",
        {"participants": [{"userId": 1001, "mark": "A"}]},
    )
    again = Simulator.replay(receivers.world.journal, dialects=SECOND).world
    assert again.gradebook.snapshot() == receivers.world.gradebook.snapshot()
    assert again.gradebook.scores("math101/exam")["1001"].mark == "A"


PUT_GRADE = {"grades": {"grade": [{"enrollment_id": 44783151, "assignment_id": 7, "grade": 9}]}}


def test_two_schoology_apis_answer_a_put_differently() -> None:
    table = (SCHOOLOGY, replace(SCHOOLOGY, name="terse"))
    simulator = loaded(table, "schoology", terse={"base_path": "/terse", "put_status": 204})
    for base, status in (("/v1", 207), ("/terse", 204)):
        reply = ask(simulator, "PUT", f"{base}/sections/4318461/grades", PUT_GRADE)
        assert (reply.status, reply.header("X-Schoology")) == (status, "API")
        links = decode_json(ask(simulator, "GET", f"{base}/sections/4318461/enrollments").body)
        assert links["links"]["self"].startswith(f"http://sis{base}/")


def test_two_oneroster_providers_keep_different_rules() -> None:
    lax = replace(ONEROSTER, name="lax", root_routes=tuple)
    rules = {"base_path": "/lax", "rules": {"title_limit": 0}}
    simulator = loaded((ONEROSTER, lax), "skyward", oneroster={}, lax=rules)
    long = item(sourcedId="long", title="x" * 60)
    for base, status in (("/ims/oneroster", 422), ("/lax", 201)):
        assert ask(simulator, "PUT", f"{base}/gradebook/v1p2/lineItems/long", long).status == status


class TinyPolicy(msgspec.Struct, frozen=True):
    """The policy of the tiny dialect: the one mark that it takes."""

    base_path: str = "/tiny"
    auth: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "none"})
    mark: str = "A"


def tiny_put(context: Context, call: Call, params: Params) -> Reply:
    """Register a mark for a person in the first section."""
    book = context.world.gradebook
    (section,) = book.sections
    book.register(section, params["person"], context.policy.mark, "", call.received, "tiny.put")
    return json_reply({"at": context.base_url, "mark": context.policy.mark})


def tiny_problems(policy: TinyPolicy) -> Iterator[Problem]:
    if policy.mark == "F":
        yield Problem("/mark", "mark must not be F (got 'F').")


TINY = Dialect(
    name="tiny",
    policy=TinyPolicy,
    policy_schema={
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "base_path": {"type": "string"},
            "auth": {"$ref": "control/auth.schema.json"},
            "mark": {"type": "string"},
        },
    },
    routes=lambda: (Route("tiny.put", "PUT", "/people/{person}", tiny_put, "Register a mark"),),
    headers=(("X-Tiny", "yes"),),
    problems=tiny_problems,
    standing_faults=lambda policy: (
        [{"operation": "tiny.*", "fault": {"kind": "status", "status": 503}}]
        if policy.mark == "later"
        else []
    ),
)
WITH_TINY = (*DIALECTS, TINY)
TINY_SEED = {
    "people": [{"id": "1", "given_name": "Ada", "family_name": "Ek"}],
    "sections": [{"id": "s", "title": "S", "enrollments": [{"person": "1"}]}],
}


def tiny(**policy: Any) -> Simulator:
    simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis", dialects=WITH_TINY)
    simulator.load({**TINY_SEED, "tiny": policy})
    return simulator


def test_a_fourth_dialect_is_a_row_of_the_table() -> None:
    simulator = tiny(base_path="/small", mark="B")
    reply = ask(simulator, "PUT", "/small/people/1")
    assert decode_json(reply.body) == {"at": "http://sis/small", "mark": "B"}
    assert reply.header("X-Tiny") == "yes"
    assert simulator.world.journal.select()[-1].operation == "tiny.put"
    book = Simulator.replay(simulator.world.journal, dialects=WITH_TINY).world.gradebook
    assert book.scores(book.section("s").exam)["1"].mark == "B"


WRONG = [
    ({"mark": 1}, "/tiny/mark"),
    ({"mark": "F"}, "/tiny/mark"),
    ({"marc": "A"}, "/tiny"),
    ({"auth": {"type": "magic"}}, "/tiny/auth"),
]


@pytest.mark.parametrize(("policy", "pointer"), WRONG)
def test_its_policy_is_checked_by_its_own_schema_and_check(
    policy: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(SeedError) as caught:
        tiny(**policy)
    assert caught.value.problems[0].pointer.startswith(pointer)


def test_its_credentials_and_standing_faults_hold() -> None:
    secured = tiny(auth={"type": "bearer", "token": "t"})
    assert ask(secured, "PUT", "/tiny/people/1").status == 401
    assert [ask(tiny(mark="later"), "PUT", "/tiny/people/1").status] == [503]


def test_a_fault_reaches_it_by_its_operation() -> None:
    simulator = tiny()
    fault = {"operation": "tiny.put", "fault": {"kind": "status", "status": 500}}
    assert ask(simulator, "POST", "/_control/faults", fault).status == 201
    assert ask(simulator, "PUT", "/tiny/people/1").status == 500
    assert ask(simulator, "PUT", "/tiny/people/1").status == 200


def test_a_dialect_that_is_not_in_the_table_is_refused_in_a_seed() -> None:
    with pytest.raises(SeedError, match="tiny"):
        Simulator().load({**TINY_SEED, "tiny": {}})
