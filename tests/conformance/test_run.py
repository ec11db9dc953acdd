"""Runs against a real simulator: verdicts on small exporters, and what a broken adapter costs."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request

import pytest

from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.process import ProcessConnection, ProcessDriver
from conformance.judging.report import Report
from conformance.judging.verdicts import Status
from conformance.model import steps
from conformance.model.evidence import Evidence
from conformance.model.rule import Rule, Scenario
from conformance.runner import players
from conformance.runner.run import Options, run, running
from conformance.runner.stage import QUIET_BLIND, QUIET_INSPECTED
from conformance.wiseflow.subject import Flow
from helpers.suite import miniatures
from helpers.suite.made import ONCE, PRESSED_TWICE, rule
from helpers.suite.miniatures import Honest, asked

MINIATURES = Path(miniatures.__file__)


def inside(name: str) -> InProcessDriver:
    return InProcessDriver.parse(f"helpers.suite.miniatures:{name}")


def process(name: str) -> ProcessDriver:
    return ProcessDriver((sys.executable, "-S", str(MINIATURES), name))


def scenario(name: str, *played: steps.Step) -> Scenario:
    return replace(PRESSED_TWICE, name=name, steps=played)


EXPORT = (steps.Load(), steps.EndPeriod(), steps.Export(), steps.Settle())


async def report_on(driver: InProcessDriver | ProcessDriver, *rules: Rule) -> Report:
    return await run(rules, driver, "spec", Options())


async def evidence_of(name: str, *played: steps.Step) -> Evidence:
    found = await report_on(inside(name), rule(scenarios=(scenario("tried", *played),)))
    return found.evidence["tried"]


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("Honest", Status.PASS, ""),
        ("Eager", Status.FAIL, "sent 3 participants again"),
        ("Idle", Status.NOT_TESTABLE, "accepted no export in full"),
        ("Unwilling", Status.ERROR, "declared sync in hello, but answered unsupported to sync"),
        ("Unwilling", Status.ERROR, "the test system has no SIS source"),
        ("OffSchema", Status.ERROR, "/accepted"),
        ("Confessing", Status.ERROR, "the database is away"),
    ],
)
async def test_each_miniature_gets_its_verdict(name: str, status: Status, words: str) -> None:
    (found,) = (await report_on(inside(name), ONCE)).verdicts
    assert found.status is status
    assert words in found.reason + "".join(each.message for each in found.violations)


@pytest.mark.parametrize(
    ("name", "window", "skipped"),
    [("Honest", QUIET_INSPECTED, 0), ("Blind", QUIET_BLIND, 1)],
)
async def test_silence_lasts_longer_where_less_can_be_seen(
    name: str, window: float, skipped: int
) -> None:
    began = time.monotonic()
    found = await evidence_of(name, steps.Load(), steps.Quiet(), steps.Advance(1))
    assert found.quiet_seconds == window <= time.monotonic() - began
    assert sum(bool(done.skipped) for done in found.steps) == skipped


async def test_an_exporter_whose_work_cannot_be_seen_is_given_time_to_fall_silent() -> None:
    began = time.monotonic()
    found = await evidence_of("Blind", steps.Load(), steps.Sync(), steps.Settle())
    assert time.monotonic() - began >= QUIET_BLIND
    assert [done.missed + done.skipped for done in found.steps] == ["", "", ""]


async def test_cases_wait_for_their_silence_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each window lasts until all are open."""
    count = 12
    all_open = asyncio.Barrier(count)
    monkeypatch.setattr(players, "asyncio", Mock(wraps=asyncio, sleep=lambda _: all_open.wait()))
    rules = [
        rule(id=f"WF-{n}", scenarios=(scenario(f"s{n}", steps.Load(), steps.Quiet()),))
        for n in range(count)
    ]
    found = await report_on(inside("Honest"), *rules)
    assert {each.status for each in found.verdicts} == {Status.PASS}


async def test_rules_that_share_a_scenario_share_its_run() -> None:
    loads = 0

    class Counting(Honest):
        def load(self, message: dict[str, Any]) -> None:
            nonlocal loads
            loads += 1
            super().load(message)

    shared = scenario("shared", *EXPORT)
    rules = [rule(id=f"WF-{n}", scenarios=(shared,)) for n in range(3)]
    found = await report_on(InProcessDriver(Counting), *rules)
    assert [each.status for each in found.verdicts] == [Status.PASS] * 3
    assert loads == 1


async def test_an_exporter_cannot_change_the_sis_that_judges_it() -> None:
    answers: list[int] = []

    class Meddling(Honest):
        def load(self, message: dict[str, Any]) -> None:
            super().load(message)
            control = urlsplit(self.url)._replace(path="/_control/clock").geturl()
            moved = b'{"now": "2999-12-31T00:00:00Z"}'
            kind = {"Content-Type": "application/json"}
            try:
                with asked(Request(control, moved, kind, method="PUT")) as reply:
                    answers.append(reply.status)
            except HTTPError as refused:
                answers.append(refused.code)

    (found,) = (await report_on(InProcessDriver(Meddling), ONCE)).verdicts
    assert (found.status, set(answers)) == (Status.PASS, {401})


@pytest.mark.parametrize("name", ["Dying", "Rubbish", "Huge"])
async def test_one_broken_case_leaves_the_others_alone(name: str) -> None:
    """The miniature breaks at load; the case without one is played to its end by a new process."""
    broken = rule(id="WF-BROKEN", scenarios=(scenario("broken", steps.Load()),))
    sound = rule(id="WF-SOUND", scenarios=(scenario("sound", steps.Settle()),))
    found = await run([broken, sound, broken], process(name), "spec", Options(parallel=1))
    statuses = [each.status for each in found.verdicts]
    assert statuses == [Status.ERROR, Status.PASS, Status.ERROR]


async def test_an_adapter_that_never_says_hello_makes_every_rule_an_error() -> None:
    found = await report_on(ProcessDriver((sys.executable, "-S", "-c", "")), ONCE, rule())
    assert found.identity is None
    assert [each.status for each in found.verdicts] == [Status.ERROR] * 2
    assert all("exited with code 0 instead" in each.reason for each in found.verdicts)


async def test_a_noisy_end_is_a_remark_and_changes_no_verdict() -> None:
    found = await report_on(process("Noisy"), rule(scenarios=(scenario("s", steps.Settle()),)))
    assert [each.status for each in found.verdicts] == [Status.PASS]
    assert found.remarks == ("The adapter exited with code 9 after bye.",)


async def test_adapters_whose_answer_to_bye_is_wrong_alike_are_told_of_once() -> None:
    played = [
        rule(id=f"WF-{n}", scenarios=(scenario(f"s{n}", *EXPORT[: n + 1]),)) for n in range(2)
    ]
    (told,) = (await report_on(inside("Effusive"), *played)).remarks
    assert told.startswith("The adapter's answer to bye is off schema: ")


GRADES = "wiseflow.flows.grades.post"


async def test_a_closed_port_refuses_the_exporter_until_it_is_open_again() -> None:
    causes: list[type[BaseException]] = []

    class Wary(Honest):
        def may_export(self) -> bool:
            return True

        def send(self) -> None:
            try:
                super().send()
            except URLError as error:
                causes.append(type(error.reason))
                self.state_of_flow = "failed"

    played = (
        *(steps.Load(), steps.EndPeriod(), steps.Unplug(), steps.Export(), steps.State()),
        *(steps.Plug(), steps.Export(), steps.State(), steps.Unplug()),
    )
    found = await report_on(InProcessDriver(Wary), rule(scenarios=(scenario("tried", *played),)))
    evidence = found.evidence["tried"]
    states = [done.answer["flow"] for done in evidence.steps if isinstance(done.step, steps.State)]
    assert states == ["failed", "exported"]
    assert causes == [ConnectionRefusedError]
    assert [entry.operation for entry in evidence.requests] == [GRADES]


async def test_a_port_closed_during_an_export_leaves_that_export_alone() -> None:
    slow = {"operation": GRADES, "fault": {"kind": "delay", "seconds": 0.2}}
    evidence = await evidence_of(
        "Honest",
        *(steps.Load(), steps.EndPeriod(), steps.Arm(slow), steps.Export(wait=False)),
        *(steps.WaitForExchange(GRADES), steps.Unplug(), steps.Plug(), steps.State()),
    )
    (answer,) = [done.answer for done in evidence.steps if isinstance(done.step, steps.State)]
    assert answer is not None
    assert answer["flow"] == "exported"
    (sent,) = evidence.calls(GRADES)
    assert sent.delivered is not None
    assert sent.delivered.how == "complete"


async def test_an_exporter_can_be_killed_in_the_middle_and_carries_on() -> None:
    flows: dict[str, Any] = {}

    class Durable(Honest):
        features = (*Honest.features, "state.durable")
        directory = ""

        def configure(self, message: dict[str, Any]) -> None:
            super().configure(message)
            if message["resume"]:
                self.flow, self.state_of_flow = flows[str(message["state_dir"])]

        def send(self) -> None:
            super().send()
            flows[self.directory] = (self.flow, self.state_of_flow)

        def handle(self, message: dict[str, Any]) -> dict[str, Any]:
            self.directory = str(message.get("state_dir", self.directory))
            return super().handle(message)

    again = (steps.Kill(), steps.Restart(), steps.Export(label="again"), steps.State(label="end"))
    played = scenario("killed", *EXPORT, *again)
    found = await report_on(InProcessDriver(Durable), replace(ONCE, scenarios=(played,)))
    assert [each.status for each in found.verdicts] == [Status.PASS]
    assert found.evidence["killed"].step("end").answer["flow"] == "exported"  # type: ignore[index]


async def test_an_adapter_that_writes_while_its_folder_is_taken_away_ends_no_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    remove = os.rmdir

    def after_a_late_write(path: Any, *args: Any, **named: Any) -> None:
        if "conformance-" in str(path):
            Path(path, "late").touch()
        remove(path, *args, **named)

    monkeypatch.setattr(os, "rmdir", after_a_late_write)
    (found,) = (await report_on(inside("Honest"), ONCE)).verdicts
    assert found.status is Status.PASS
    assert "late" in [name for _, _, names in os.walk(tmp_path) for name in names]


async def test_the_witness_is_the_faults_own_count() -> None:
    armed = steps.Arm({"operation": "wiseflow.flows.grades.*", "fault": {"kind": "empty_body"}})
    unused = steps.Arm({"operation": "wiseflow.token", "fault": {"kind": "empty_body"}})
    found = await evidence_of("Honest", armed, unused, *EXPORT[:2])
    assert [(use.name, use.fired) for use in found.faults] == [("empty_body", 0)] * 2
    found = await evidence_of("Confident", armed, unused, *EXPORT)
    assert [use.fired for use in found.faults] == [1, 0]


async def test_an_officer_changes_the_sis_in_mid_case() -> None:
    """The section of a scenario is "exam" in the gradebook."""
    path = "/gradebook/sections/exam/enrollments/1001/state"
    change = steps.Officer("PUT", path, {"state": "withdrawn"})
    found = await evidence_of("Honest", change, *EXPORT)
    (section,) = found.gradebook["sections"]
    assert [score["person"] for score in section["scores"]] == ["1002", "1003"]


def lacks(path: str, gradebook: Mapping[str, Any]) -> str:
    raise LookupError(f"{path} in {len(gradebook['sections'])} section")


class Lacking(Flow):
    """A flow whose profile never finds what an officer is to change."""

    profile = replace(Flow.profile, fill_in=lacks)


async def test_what_an_officer_cannot_find_makes_a_rule_not_testable() -> None:
    subject = Lacking(PRESSED_TWICE.subject.participants)
    played = replace(scenario("lacking", steps.Officer("PUT", "/it")), subject=subject)
    report = await report_on(inside("Honest"), rule(scenarios=(played,)))
    (found,) = report.verdicts
    assert (found.status, found.reason) == (Status.NOT_TESTABLE, "/it in 1 section")


async def test_a_scenario_that_the_sis_refuses_is_a_mistake_of_the_suite() -> None:
    with pytest.raises(ValueError, match="was refused"):
        await evidence_of("Honest", steps.Officer("PUT", "/nowhere"))


async def test_the_clocks_of_sis_and_exporter_move_together() -> None:
    found = await evidence_of("Honest", *EXPORT, steps.Advance(2), steps.State())
    moved = found.steps[-1].at - found.steps[0].at
    assert moved == 2 * 86_400 + 86_400 + 3600
    assert found.requests[-1].received == found.steps[2].at


async def test_a_cancelled_run_leaves_no_adapter_and_no_task() -> None:
    pids: list[int] = []
    loading = asyncio.Event()

    class Watched(ProcessDriver):
        async def connect(self) -> ProcessConnection:
            connection = await super().connect()
            pids.append(connection.pid)
            return Hooked(connection)  # type: ignore[return-value]

    class Hooked:
        """Tells when the message is on its way that is never answered."""

        said = ""

        def __init__(self, connection: ProcessConnection) -> None:
            self.stop, self.kill, self.forget = connection.stop, connection.kill, connection.forget
            self.connection = connection

        async def ask(self, message: dict[str, Any]) -> dict[str, Any]:
            if message["op"] == "load":
                loading.set()
            return await self.connection.ask(message)

    driver = Watched((sys.executable, "-S", str(MINIATURES), "Hanging"))
    before = asyncio.all_tasks()
    async with running(driver, Options()) as current:
        judging = asyncio.create_task(current.judge(ONCE))
        await loading.wait()
        judging.cancel()
    await asyncio.gather(judging, return_exceptions=True)
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert asyncio.all_tasks() == before


async def test_a_run_that_is_left_early_forgets_what_still_waits() -> None:
    """One case is in its quiet window, and another waits for an adapter."""
    waiting = [scenario(name, steps.Load(), steps.Quiet()) for name in ("first", "second")]
    loaded = asyncio.Event()

    class Telling(Honest):
        async def handle(self, message: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
            if message["op"] == "load":
                loaded.set()
            return super().handle(message)

    before = asyncio.all_tasks()
    async with running(InProcessDriver(Telling), Options(parallel=1)) as current:
        judging = asyncio.create_task(current.judge(rule(scenarios=tuple(waiting))))
        await loaded.wait()
    assert asyncio.all_tasks() - {judging} == before
    with pytest.raises(asyncio.CancelledError):
        await judging


async def test_a_broken_case_keeps_the_evidence_up_to_there() -> None:
    played = scenario("tried", steps.Load(), steps.Sync(), steps.Export())
    found = await report_on(inside("OffSchema"), rule(scenarios=(played,)))
    kept = found.evidence["tried"]
    assert [type(done.step) for done in kept.steps] == [steps.Load, steps.Sync]
    assert [entry.call.method for entry in kept.requests] == ["GET"]


async def test_the_real_time_of_every_request_is_kept() -> None:
    played = scenario("noted", *EXPORT)
    found = await report_on(inside("Honest"), rule(scenarios=(played,)))
    noted = dict(found.evidence["noted"].noted)
    assert noted.keys() >= {entry.number for entry in found.evidence["noted"].requests} > set()
    assert all(moment > 0 for moment in noted.values())


async def test_progress_is_told_from_the_beginning() -> None:
    told: list[tuple[int, int]] = []
    rules = [rule(needs=("unlock",)), rule(needs=("pull",))]
    await run(rules, inside("Honest"), "spec", Options(), lambda *counts: told.append(counts))
    assert told == [(0, 2), (1, 2), (2, 2)]
