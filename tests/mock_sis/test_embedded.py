"""A simulator in a background thread, and the fixture that starts one for each test."""

from __future__ import annotations

import re
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from mock_sis.errors import FaultError, SeedError, UsageError
from mock_sis.server.embedded import EmbeddedSimulator

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "pytest.md"
GRADES = "/wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026/grades"
FLOWS = "wiseflow.flows.list"


@pytest.fixture
def sis() -> Iterator[EmbeddedSimulator]:
    with EmbeddedSimulator() as simulator:
        yield simulator


def fetch(url: str, data: Any = None) -> Any:
    body = None if data is None else orjson.dumps(data)
    asked = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked) as answer:
        return orjson.loads(answer.read())


def test_it_answers_under_its_url(sis: EmbeddedSimulator) -> None:
    assert [flow["sisCode"] for flow in fetch(f"{sis.url}/wiseflow/flows")]


def test_two_simulators_share_nothing(sis: EmbeddedSimulator) -> None:
    with EmbeddedSimulator() as other:
        fetch(other.url + GRADES, {"participants": [{"userId": 1001, "mark": "B"}]})
        assert other.gradebook != sis.gradebook
        assert len(other.journal) == len(sis.journal) + 1


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        (("status",), {"status": 418, "operation": FLOWS, "when": {"always": True}}),
        (
            (
                {
                    "operation": FLOWS,
                    "when": {"always": True},
                    "fault": {"kind": "status", "status": 418},
                },
            ),
            {},
        ),
    ],
    ids=["a kind", "a document"],
)
def test_a_fault_is_armed_by(
    sis: EmbeddedSimulator, arguments: tuple[Any, ...], parameters: dict[str, Any]
) -> None:
    name = sis.fault(*arguments, **parameters)
    with pytest.raises(urllib.request.HTTPError, match="418"):  # type: ignore[attr-defined]
        fetch(f"{sis.url}/wiseflow/flows")
    assert [(row["id"], row["fired"]) for row in sis.faults] == [(name, 1)]


@pytest.mark.parametrize(
    ("kind", "parameters", "says"),
    [
        ("no_such_kind", {}, "no_such_kind|fault"),
        ("status", {"status": "teapot"}, "/fault"),
        ("status", {"status": 503, "when": {"sometimes": 1}}, "/when"),
        (
            "status",
            {"status": 503, "operation": "wiseflow.list"},
            r"^/operation: operation must match .* \(got 'wiseflow.list'\)",
        ),
        ("status", {}, '^The body does not match its schema. /fault: "status" is'),
    ],
)
def test_an_invalid_fault_is_refused(
    sis: EmbeddedSimulator, kind: str, parameters: dict[str, Any], says: str
) -> None:
    with pytest.raises(FaultError, match=says):
        sis.fault(kind, **parameters)
    assert sis.faults == []


def test_a_seed_replaces_the_previous_state(sis: EmbeddedSimulator) -> None:
    sis.fault("status", status=503)
    sis.seed({"people": [{"id": 1, "given_name": "A", "family_name": "B"}]})
    assert [person["id"] for person in sis.gradebook["people"]] == [1]
    assert sis.faults == []
    sis.seed("demo")
    assert len(sis.gradebook["people"]) > 1


def test_a_seed_with_a_mistake_changes_nothing(sis: EmbeddedSimulator) -> None:
    before = sis.gradebook
    with pytest.raises(SeedError, match="/people/0"):
        sis.seed({"people": [{"id": 1}]})
    assert sis.gradebook == before


def test_seeds_and_faults_are_in_the_journal(sis: EmbeddedSimulator) -> None:
    sis.advance(60)
    sis.fault("status", status=503)
    assert [entry.operation for entry in sis.journal] == [
        "control.seed.put",
        "control.clock.advance",
        "control.faults.arm",
    ]


def test_time_moves_when_it_is_advanced(sis: EmbeddedSimulator) -> None:
    sis.seed({"clock": {"mode": "virtual", "now": "2026-06-15T09:00:00Z"}})
    sis.advance(90)
    assert sis.control("GET", "/_control/clock")["now"] == "2026-06-15T09:01:30.000Z"


def test_any_control_request_can_be_sent(sis: EmbeddedSimulator) -> None:
    assert sis.control("DELETE", "/_control/faults") is None
    sis.control("PUT", "/_control/gradebook/sections/math101/state", {"state": "closed"})
    assert sis.control("GET", "/_control/health")["status"] == "ok"
    with pytest.raises(UsageError, match="Nothing is served at"):
        sis.control("GET", "/_control/nonsense")
    with pytest.raises(UsageError, match="over HTTP"):
        sis.control("GET", "/_control/events")


def test_after_it_is_closed_it_can_still_be_read() -> None:
    sis = EmbeddedSimulator()
    fetch(f"{sis.url}/wiseflow/flows")
    sis.close()
    assert "mock-sis" not in [thread.name for thread in threading.enumerate()]
    sis.close()
    assert [entry.operation for entry in sis.journal][-1] == FLOWS
    assert sis.gradebook["people"]
    with pytest.raises(OSError, match="refused"):
        fetch(f"{sis.url}/wiseflow/flows")


def test_closing_does_not_wait_for_a_stalled_answer(sis: EmbeddedSimulator) -> None:
    sis.fault("stall", seconds=3600, operation=FLOWS)
    failed = threading.Event()

    def ask() -> None:
        with pytest.raises(OSError):  # noqa: PT011  # an end or a reset, as it happens
            fetch(f"{sis.url}/wiseflow/flows")
        failed.set()

    client = threading.Thread(target=ask)
    client.start()
    while not any(entry.operation == FLOWS for entry in sis.journal):
        pass
    sis.close()
    client.join(60)
    assert failed.is_set()


def test_a_port_in_use_raises_at_the_start(sis: EmbeddedSimulator) -> None:
    with pytest.raises(OSError, match="in use"):
        EmbeddedSimulator(port=int(sis.url.rpartition(":")[2]))


def test_every_member_is_documented() -> None:
    public = {name for name in dir(EmbeddedSimulator) if not name.startswith("_")} | {"url"}
    rows = re.findall(r"^\| `(\w+)", DOCUMENTATION.read_text(), re.MULTILINE)
    assert set(rows) == public
