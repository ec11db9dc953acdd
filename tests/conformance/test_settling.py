"""Settle: one that does not come back is explained, and one that comes too early is found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from conformance.dialects import DIALECTS
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.protocol import AdapterLate
from conformance.exporters.handling import ReferenceAdapter
from conformance.judging.verdicts import Status
from conformance.model import steps
from conformance.model.rule import Scenario
from conformance.runner import players, slow_visit
from conformance.runner.doctor import NOT_EARLY, Finding, examine
from conformance.runner.run import Options, run
from conformance.runner.settling import still_working, unsettled
from helpers.suite.jumping_loop import run_jumping
from helpers.suite.made import PRESSED_TWICE, post, reply, rule
from helpers.suite.miniatures import Honest
from mock_sis.exchange import Hangup, Reply
from mock_sis.journal.entry import Delivered, Entry

WHOLE = Delivered(0.0, 0, "complete")


def over(entry: Entry) -> Entry:
    return msgspec.structs.replace(entry, delivered=WHOLE)


UNAVAILABLE = over(post(5, {1: "A"}, Reply(503)))

DOING: list[tuple[list[Entry], str]] = [
    ([], "It had sent nothing to the SIS."),
    (
        [over(post(1, {1: "A"}, reply(1))), UNAVAILABLE],
        "It was still working 30 s after a 503 to POST /wiseflow/flows/U/grades (#5); is something"
        " backing off and retrying?",
    ),
    ([over(post(5, {1: "A"}, Hangup("reset")))], "(#5), whose connection was reset; is something"),
    ([over(post(5, {1: "A"}, Hangup("close")))], "was closed without an answer; is something"),
    ([post(5, {1: "A"}, Hangup("close", hold=60.0))], "had not answered POST /wiseflow/flows/U/"),
]


@pytest.mark.parametrize(("requests", "words"), DOING)
def test_what_an_exporter_may_be_doing_is_told_by_the_last_answer(
    requests: list[Entry], words: str
) -> None:
    assert words in still_working(requests, 30)
    late = AdapterLate("It did not answer.", "Flush.", 30)
    late.add_note("its last words")
    broken = unsettled(late, requests)
    assert broken.cause == f"It did not answer. {still_working(requests, 30)}"
    assert broken.__notes__ == ["its last words"]


READY = (steps.Load(), steps.Sync(), steps.EndPeriod())
REFUSED = steps.Arm(
    {
        "operation": "wiseflow.flows.grades.*",
        "when": {"next": 1},
        "fault": {"kind": "status", "status": 503},
    }
)
SETTLED = Scenario(
    "settled", "", PRESSED_TWICE.subject, (*READY, REFUSED, steps.Export(), steps.Settle())
)


class Backing(Honest):
    """Backs off after a failure, and settles when it is done with that."""

    async def handle(self, message: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        if message["op"] == "settle":
            await asyncio.sleep(3600)
        return await asyncio.get_running_loop().run_in_executor(None, super().handle, message)


def test_a_settle_that_does_not_come_back_is_explained() -> None:
    tried = rule(scenarios=(SETTLED,))
    report = run_jumping(run([tried], InProcessDriver(Backing), "spec", Options()))
    (found,) = report.verdicts
    assert found.status is Status.ERROR
    assert "did not answer message 7 (settle) within 30 s" in found.reason
    assert "It was still working 30 s after a 503 to POST /wiseflow/flows/" in found.reason


class Restless(Honest):
    """Has no way to look at its work, and asks the SIS again and again."""

    features = ("sync", "period")
    asking: asyncio.Task[None]

    async def handle(self, message: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        loop = asyncio.get_running_loop()
        if message["op"] == "export":
            self.asking = loop.create_task(self.ask())
        if message["op"] == "bye":
            self.asking.cancel()
        return await loop.run_in_executor(None, super().handle, message)

    async def ask(self) -> None:
        while True:
            await asyncio.sleep(1)
            await asyncio.get_running_loop().run_in_executor(None, super().sync, {})


def test_an_exporter_that_never_falls_silent_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(players, "LONGEST_SETTLE", 8.0)
    tried = rule(scenarios=(SETTLED,))
    report = run_jumping(run([tried], InProcessDriver(Restless), "spec", Options()))
    (found,) = report.verdicts
    assert found.status is Status.NOT_TESTABLE
    assert "did not stop sending within 8 s. It was still working" in found.reason
    assert "a 200 to GET /wiseflow/flows/" in found.reason


class Queued(Honest):
    """Sends in the background, and settles when that is done."""

    sending: asyncio.Task[Any]

    async def handle(self, message: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        loop = asyncio.get_running_loop()
        if message["op"] == "export":
            self.sending = loop.create_task(self.later())
            return {"id": message["id"], "status": "ok", "accepted": True}
        if message["op"] == "settle":
            await self.settling()
        return await loop.run_in_executor(None, super().handle, message)

    async def settling(self) -> None:
        await self.sending

    async def later(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self.send)


class Hasty(Queued):
    """Settles while it is sending."""

    async def settling(self) -> None:
        pass


class Lazy(Hasty):
    """Settles, and then begins to send."""

    def __init__(self) -> None:
        super().__init__()
        self.settled = asyncio.Event()

    async def handle(self, message: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        answer = await super().handle(message)
        if message["op"] == "settle":
            self.settled.set()
        return answer

    async def later(self) -> None:
        await self.settled.wait()
        await super().later()


VISITED: list[tuple[type[Honest], bool]] = [
    (Honest, False),
    (Queued, False),
    (Hasty, True),
    (Lazy, True),
]


async def examined(driver: InProcessDriver) -> list[Finding]:
    return [each async for each in examine(driver, 60)]


@pytest.mark.parametrize(("adapter", "early"), VISITED)
async def test_the_doctor_finds_a_settle_that_does_not_wait(
    adapter: type[Honest], early: bool
) -> None:
    dialects = [replace(each, rules=()) for each in DIALECTS]
    driver = InProcessDriver(adapter)
    findings = [each async for each in examine(driver, 60, tuple(dialects))]
    texts = [each.text for each in findings if "slow SIS" in each.text]
    if early:
        (text,) = texts
        assert "the adapter answered settle" in text
        assert "How to fix: Answer settle when no request is under way" in text
    assert (texts == [NOT_EARLY]) is not early


def test_the_reference_settles_in_time_in_every_dialect() -> None:
    findings = run_jumping(examined(InProcessDriver(ReferenceAdapter)))
    assert [each.text for each in findings].count(NOT_EARLY) == len(DIALECTS)
    assert slow_visit.DELAY > 2 * slow_visit.EARLY
