"""The adapter: every answer is on schema, and starting it is cheap."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from flows import AFTER, flow, person
from stub_sis import StubSis, report

from conformance import protocol
from conformance.exporters.adapter import parsed
from conformance.exporters.handling import FEATURES, ReferenceAdapter
from conformance.exporters.mutants import MUTANTS


class Suite:
    """Sends checked messages to an adapter and checks its answers."""

    def __init__(self, adapter: ReferenceAdapter) -> None:
        self.adapter = adapter
        self.number = 0

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        self.number += 1
        message = protocol.build(self.number, op, fields)
        return protocol.check(await self.adapter.handle(message), message)

    async def opened(self, sis: StubSis, state_dir: Path, **facts: Any) -> None:
        given = {
            "dialect": "wiseflow",
            "sis_url": sis.url,
            "credentials": {"type": "none"},
            "method": "POST",
            "timeout": 60,
            "state_dir": str(state_dir),
            "clock": {"mode": "virtual", "now": AFTER},
            "resume": False,
        }
        assert (await self.ask("configure", **{**given, **facts}))["status"] == "ok"


async def test_every_answer_of_a_whole_case_is_on_schema(sis: StubSis, tmp_path: Path) -> None:
    suite = Suite(ReferenceAdapter())
    hello = await suite.ask("hello", protocol=1, suite={"name": "tests", "version": "1"})
    assert hello["features"] == list(FEATURES)
    await suite.opened(sis, tmp_path)
    document = flow(person(1), person("2", "a1:B?"), person(3, ""), instant_export=True)
    assert (await suite.ask("load", flow=document))["status"] == "ok"
    assert not (await suite.ask("export", presses=1, by="manager"))["accepted"]
    assert (await suite.ask("sync"))["synchronised"]
    sis.script.append(report({1: "no"}))
    pressed = await suite.ask("export", presses=2, by="administrator")
    assert pressed["accepted"]
    assert (await suite.ask("settle"))["pending"] == []
    assert sis.sent == [[1]]
    state = await suite.ask("state")
    assert (state["flow"], state["instant_export"]) == ("failed", True)
    assert [(each["user_id"], each["status"]) for each in state["participants"]] == [
        (1, "submitted"),
        ("2", "none"),
        (3, "none"),
    ]
    assert (await suite.ask("retry"))["accepted"]
    assert not (await suite.ask("retry"))["accepted"]
    assert (await suite.ask("advance", seconds=86400))["now"] == "2026-07-01T09:00:00Z"
    assert (await suite.ask("bye"))["status"] == "ok"


async def test_every_action_is_done_or_refused_with_a_text(sis: StubSis, tmp_path: Path) -> None:
    suite = Suite(ReferenceAdapter())
    await suite.opened(sis, tmp_path)
    await suite.ask("load", flow=flow(person(1, ""), assessors="a1 r1"))
    submit = {"action": "submit_assessment", "participant": 1, "assessor": "a1", "grade": "B"}
    alternative = {"action": "set_alternative_grade", "participant": 1}
    expected = [
        (submit, True),
        (submit, False),
        ({"action": "approve", "participant": 1}, True),
        ({"action": "unlock", "participant": 1}, True),
        ({"action": "unlock", "participant": 9}, False),
        ({**alternative, "grade": "A"}, True),
        ({**alternative, "grade": None}, True),
        ({**alternative, "grade": "Z"}, False),
        ({"action": "enable_instant_export"}, True),
        ({"action": "change_setup", "change": "assessors"}, True),
        ({"action": "enable_instant_export"}, False),
        ({"action": "end_period"}, True),
    ]
    for fields, done in expected:
        answer = await suite.ask("act", **fields)
        assert answer["done"] is done, fields
        assert done or answer["message"]


async def test_what_it_cannot_do_and_what_breaks_are_answers_too(
    sis: StubSis, tmp_path: Path
) -> None:
    suite = Suite(ReferenceAdapter())
    assert "configure" in (await suite.ask("state"))["message"]
    await suite.opened(sis, tmp_path)
    assert (await suite.ask("state"))["status"] == "error"
    unknown = await suite.adapter.handle({"id": 7, "op": "dance"})
    assert (unknown["id"], unknown["status"]) == (7, "unsupported")
    for line in (b"rubbish\n", b"[1]\n", b"\xff\n", b"{"):
        assert (await suite.adapter.handle(parsed(line)))["status"] == "unsupported"
    suite.adapter.abandon()


async def test_a_new_case_starts_with_a_clean_memory(sis: StubSis, tmp_path: Path) -> None:
    suite = Suite(ReferenceAdapter())
    for case in ("first", "second"):
        await suite.opened(sis, tmp_path / case)
        await suite.ask("load", flow=flow(person(1)))
        assert not (await suite.ask("state"))["synchronised"]
        await suite.ask("sync")
        await suite.ask("export", presses=1, by="manager")
        await suite.ask("settle")
    suite.adapter.abandon()
    assert sis.sent == [[1], [1]]


def test_starting_costs_neither_an_http_client_nor_the_simulator() -> None:
    listing = (
        "import conformance.exporters.adapter, json, sys; print(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True)
    packages = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert packages & {"aiohttp", "mock_sis", "orjson", "jsonschema_rs", "click"} == set()


def test_an_unknown_mutant_is_a_usage_error_that_names_those_there_are() -> None:
    command = [sys.executable, "-m", "conformance.exporters.adapter", "--mutant", "nobody"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert all(name in done.stderr for name in MUTANTS)
