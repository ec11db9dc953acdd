"""HEAD is answered wherever GET is: with the same status and headers, and without the body."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.delivery_desk import FakeSimulator, body, request, served, told
from mock_sis.clock import Clock
from mock_sis.exchange import Call, Delivery, Reply, Route
from mock_sis.formats.json_text import decode_json
from mock_sis.seeds import library
from mock_sis.server import serving
from mock_sis.simulator import Simulator

NOW = 1_781_514_000.0
SEEDS = ("demo", "schoology", "skyward")


def simulator(seed: str, **options: Any) -> Simulator:
    """A simulator with an empty journal."""
    made = Simulator(clock=Clock("virtual", NOW), **options)
    made.world.load(library.builtin(seed), NOW)
    return made


def path(base: str, route: Route) -> str:
    words = ["1" if part.startswith("{") else part for part in route.segments]
    return "/".join([base.rstrip("/"), *words])


def call(method: str, target: str) -> Call:
    return Call(method, target, (("Host", "localhost"),), received=NOW)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_route_of_get_answers_head_alike(seed: str) -> None:
    # Two simulators, since an answer may depend on the requests before it.
    left, right = simulator(seed), simulator(seed)
    targets = {path(base, route) for base, route in left.routes if route.method == "GET"}
    assert len(targets) > 50
    for target in sorted(targets - {"/_control/journal", "/_control/journal.har"}):
        assert left.answer(call("GET", target)) == right.answer(call("HEAD", target)), target


@pytest.mark.parametrize("seed", SEEDS)
def test_head_is_allowed_where_get_is_and_nowhere_else(seed: str) -> None:
    served = simulator(seed)
    for target in {path(*row) for row in served.routes}:
        answer = served.answer(call("HEAD", target))
        if not isinstance(answer, Reply):
            continue
        allowed = answer.header("Allow")
        assert (answer.status == 405) == (allowed is not None), target
        assert not {"GET", "HEAD"} & {*(allowed or "").split(", ")}, target


def test_head_reads_the_health_without_the_control_token() -> None:
    guarded = simulator("demo", control_token="s3cret")
    statuses = {
        path: guarded.answer(call("HEAD", path)).status  # type: ignore[union-attr]
        for path in ("/_control/health", "/_control/routes")
    }
    assert statuses == {"/_control/health": 200, "/_control/routes": 401}


TARGETS = (
    "/_control/health",
    "/_control/journal",
    "/wiseflow/flows",
    "/wiseflow/flows/none",
    "/v1/sections/4318461/grades",
    "/ims/oneroster/gradebook/v1p2/lineItems",
)


def local(method: str, target: str) -> bytes:
    return f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize("target", TARGETS)
async def test_head_gets_the_head_of_get(target: str) -> None:
    async with serving(simulator("demo")) as url:
        whole = await told(url, local("GET", target))
        bare = await told(url, local("HEAD", target))
    heads = [bytes(line.heard).partition(b"\r\n\r\n")[0] for line in (whole, bare)]
    assert heads[0] == heads[1]
    assert b"Content-Length: %d" % len(body(whole)) in heads[1]
    assert body(bare) == b""


async def test_head_of_the_events_ends_after_its_headers() -> None:
    async with serving(simulator("demo")) as url:
        line = await told(url, local("HEAD", "/_control/events?since=0"))
    assert b"text/event-stream" in line.heard
    assert body(line) == b""


@pytest.mark.parametrize(
    ("plan", "framing"),
    [
        (Delivery(bad_chunks=True), b"Transfer-Encoding: chunked"),
        (Delivery(claimed_length=99), b"Content-Length: 99"),
        (Delivery(drip=1.0), b"Content-Length: 10"),
        (Delivery(cut_after=4, ending="close"), b"Content-Length: 10"),
    ],
    ids=str,
)
async def test_no_fault_gives_head_a_body(plan: Delivery, framing: bytes) -> None:
    fake = FakeSimulator(lambda _: Reply(200, (), b"0123456789", plan))
    async with served(fake) as url:
        line = await told(url, request("HEAD", close=True))
    assert framing in line.heard
    assert body(line) == b""


def test_a_fault_on_get_fires_on_head() -> None:
    made = simulator("demo")
    fault = {"operation": "wiseflow.flows.list", "fault": {"kind": "status", "status": 503}}
    made.world.plan.arm(fault, NOW)
    answer = made.answer(call("HEAD", "/wiseflow/flows"))
    assert isinstance(answer, Reply)
    assert answer.status == 503


def test_the_journal_names_the_operation_of_get_and_the_method_head() -> None:
    made = simulator("demo")
    made.answer(call("HEAD", "/wiseflow/flows"))
    entry = made.world.journal.select()[-1]
    assert (entry.operation, entry.call.method) == ("wiseflow.flows.list", "HEAD")
    assert isinstance(entry.outcome, Reply)
    assert decode_json(entry.outcome.body)
