"""The watch: what is sent after its case was over is seen, and belongs to that case."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from conformance.drivers.inprocess import InProcessDriver
from conformance.judging.late import late_writes
from conformance.judging.report import Exit, Report
from conformance.judging.verdicts import Status
from conformance.model import steps
from conformance.model.evidence import Evidence, as_json, from_json
from conformance.model.rule import Rule, Scenario, Violation
from conformance.reports import json as json_report
from conformance.reports import terminal
from conformance.reports.story import story
from conformance.runner import watch
from conformance.runner.background import Background
from conformance.runner.run import Options, run
from conformance.wiseflow.profile import PROFILE
from helpers.children import PYTEST
from helpers.suite.jumping_loop import run_jumping
from helpers.suite.made import EXPORTER, ONCE, PRESSED_TWICE, control, rule
from helpers.suite.miniatures import Honest, asked
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry


class Timed(Honest):
    """Says that it has finished, and sends again by a timer, some real seconds later."""

    seconds = 5.0
    method = "POST"
    pending: ClassVar[set[asyncio.Task[None]]] = set()

    async def handle(self, message: dict[str, Any]) -> dict[str, Any]:  # type: ignore[override]
        loop = asyncio.get_running_loop()
        if message["op"] == "export":
            url = f"{self.flow_url()}/grades"
            task = loop.create_task(self.later(Request(url, b"{}", method=self.method)))
            self.pending.add(task)
            task.add_done_callback(self.pending.discard)
        return await loop.run_in_executor(None, super().handle, message)

    async def later(self, request: Request) -> None:
        await asyncio.sleep(self.seconds)
        await asyncio.get_running_loop().run_in_executor(None, self.send_late, request)

    def send_late(self, request: Request) -> None:
        with suppress(URLError):
            asked(request).close()


def timed(seconds: float, method: str = "POST") -> InProcessDriver:
    return InProcessDriver(lambda: _set(Timed(), seconds, method))


def _set(adapter: Timed, seconds: float, method: str) -> Timed:
    adapter.seconds, adapter.method = seconds, method
    return adapter


def scenario(name: str, *played: steps.Step) -> Scenario:
    return replace(PRESSED_TWICE, name=name, steps=played)


EXPORTED = (steps.Load(), steps.Sync(), steps.EndPeriod(), steps.Export(label="again"))
EXPORTS = scenario("exports", *EXPORTED, steps.Settle(), steps.Quiet())
WAITS = scenario("waits", steps.Load(), *[steps.Quiet()] * 8)
KILLED = scenario("killed", *EXPORTED, steps.Kill(), steps.Restart())


def tried(driver: InProcessDriver, *rules: Rule, seconds: float = 10.0) -> Report:
    return run_jumping(run(rules, driver, "spec", Options(watch=seconds)))


CAUGHT = [
    (timed(5.0), 10.0, (EXPORTS,), ["exports"]),
    (timed(20.0), 10.0, (EXPORTS,), []),
    (timed(5.0), 0.0, (EXPORTS,), []),
    (timed(5.0), 0.0, (EXPORTS, WAITS), ["exports"]),
    (timed(0.5), 10.0, (EXPORTS,), []),
    (timed(5.0, "GET"), 10.0, (EXPORTS,), []),
    (timed(5.0, "PATCH"), 10.0, (EXPORTS,), ["exports"]),
    (InProcessDriver(Honest), 10.0, (EXPORTS, WAITS), []),
]


@pytest.mark.parametrize(("driver", "seconds", "played", "late"), CAUGHT)
def test_what_a_timer_sends_after_its_case_is_caught(
    driver: InProcessDriver, seconds: float, played: tuple[Scenario, ...], late: list[str]
) -> None:
    """Timers run by the same clock as the watch. The last but one case goes on for eight quiet
    windows after the other is over."""
    rules = [rule(id=f"WF-{each.name}", scenarios=(each,)) for each in played]
    report = tried(driver, *rules, seconds=seconds)
    assert [each.scenario for each in report.late] == late
    assert report.exit is (Exit.NOT_CONFORMANT if late else Exit.CONFORMANT)
    assert report.watched == seconds
    assert {each.status for each in report.verdicts} == {Status.PASS}


def test_a_late_request_is_evidence_of_its_case_and_judged_with_it() -> None:
    again = replace(ONCE, scenarios=(EXPORTS,), check=no_more_than_one)
    shown = replace(again, id="WF-SHOWN", proofs=())
    report = tried(timed(5.0), again, shown)
    found = report.evidence["exports"]
    assert found.late_from is not None
    first, late = found.calls("wiseflow.flows.grades.*")
    assert first.number <= found.late_from < late.number
    assert {number for number, _ in found.noted} >= {first.number, late.number}
    assert [each.status for each in report.verdicts] == [Status.FAIL, Status.PASS]
    assert from_json(as_json(found)).late_from == found.late_from
    (told,) = report.late
    assert told.entries == (late.number,)
    (plain,) = json.loads(json_report.render(report))["late"]
    assert (plain["scenario"], plain["entries"]) == ("exports", [late.number])
    assert 3 < told.after < 6
    text = terminal.render(report)
    assert "Watched all SISs for 10 s after the last case.\n" in text
    assert "Late: POST /wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026/grades (#" in text
    assert "s after exports was over: the exporter works by a hidden timer.\n" in text
    lines = story(found, PROFILE)
    assert lines.index("  the case was over; later came") == len(lines) - 4


def no_more_than_one(found: Evidence) -> list[Violation]:
    sent = found.calls("wiseflow.flows.grades.*")
    return [Violation(f"sent #{each.number}", (each.number,)) for each in sent[1:]]


def at(number: int, method: str, operation: str) -> Entry:
    return Entry(number, operation, Call(method, "/x"), Reply(200))


WRITES = "wiseflow.flows.grades.post"

LATE: list[tuple[int | None, list[Entry], tuple[int, ...]]] = [
    (1, [at(1, "POST", WRITES)], ()),
    (None, [at(1, "POST", WRITES)], ()),
    (0, [at(1, "POST", WRITES)], (1,)),
    (1, [at(1, "POST", WRITES), at(2, "PUT", "x"), at(3, "DELETE", "y")], (2, 3)),
    (0, [at(1, "GET", "wiseflow.flows.get"), at(2, "HEAD", "wiseflow.flows.get")], ()),
    (0, [at(1, "POST", "wiseflow.token")], ()),
    (0, [control(1)], ()),
]


@pytest.mark.parametrize(("late_from", "journal", "numbers"), LATE)
def test_late_is_what_was_written_after_the_case(
    late_from: int | None, journal: list[Entry], numbers: tuple[int, ...]
) -> None:
    noted = tuple((entry.number, 100.0 + entry.number) for entry in journal)
    found = Evidence(
        "made", EXPORTER, journal=tuple(journal), noted=noted, ended=100.0, late_from=late_from
    )
    late = late_writes(found)
    assert (late.entries if late else ()) == numbers
    if late:
        assert late.after == numbers[0]
        more = {1: "", 2: ", and 1 more request:"}[len(numbers)]
        assert f"came {numbers[0]}.0 s after made was over{more}" in str(late)


def test_a_case_whose_adapter_cannot_be_killed_is_not_watched() -> None:
    class Durable(Timed):
        features = (*Honest.features, "state.durable")

    report = tried(InProcessDriver(Durable), rule(scenarios=(KILLED,)))
    assert ([each.status for each in report.verdicts], report.late) == ([Status.PASS], ())


def test_without_a_watch_the_report_says_so() -> None:
    text = terminal.render(tried(InProcessDriver(Honest), rule(scenarios=(WAITS,)), seconds=0))
    assert "Watched no SIS after the last case (--watch 0), so a hidden timer may be" in text


def test_where_nothing_was_played_nothing_is_watched() -> None:
    report = tried(InProcessDriver(Honest), rule(needs=("unlock",)))
    assert report.watched is None
    assert "Watched" not in terminal.render(report)


def test_of_many_cases_the_oldest_are_no_longer_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch.Watch.__init__, "__kwdefaults__", {"kills": True, "most": 2})
    played = [scenario(f"s{number}", *EXPORTED) for number in range(4)]
    rules = [rule(id=f"WF-{number}", scenarios=(each,)) for number, each in enumerate(played)]
    report = tried(timed(5.0), *rules)
    assert len(report.late) == 2
    (remark,) = report.remarks
    assert remark.startswith("The SIS of 2 cases was closed before the end of the run")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(("soft", "most"), [(8, 4), (2000, 300), (-1, 300)])
def test_there_is_an_open_file_for_each_sis(
    soft: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, -1))
    assert watch.Watch()._most == most


def test_an_exporter_that_never_stops_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(Timed):
        def send_late(self, request: Request) -> None:
            while True:
                try:
                    asked(request).close()
                except HTTPError:
                    pass
                except OSError:
                    return  # its SIS is closed

    monkeypatch.setattr(watch, "MOST_LATE", 3)
    report = tried(InProcessDriver(Endless), rule(scenarios=(EXPORTS,)))
    (late,) = report.late
    assert 3 <= len(late.entries) < 10


def test_a_run_in_the_background_is_watched_at_its_end() -> None:
    class Threaded(Honest):
        def send(self) -> None:
            super().send()
            self.url_of_case = f"{self.flow_url()}/grades"

        def hello(self, message: dict[str, Any]) -> dict[str, Any]:
            made.append(self)
            return super().hello(message)

    made: list[Threaded] = []
    background = Background(InProcessDriver(Threaded), Options(watch=0.01))
    try:
        short = scenario("short", *EXPORTED)
        assert background.verdict(rule(scenarios=(short,))).status is Status.PASS
        (adapter,) = made
        with pytest.raises(URLError):
            urlopen(Request(adapter.url_of_case, b"{}", method="POST"))
        (late,) = background.watch()
        assert late.scenario == "short"
    finally:
        background.close()


SENDS_LATE = """
from conformance.judging.late import Late
from conformance.runner.background import Background

Background.watch = lambda self: (Late("exports", (7,), "POST /x", 3.0),)
"""


def test_under_pytest_a_late_request_is_an_error_of_the_last_test(tmp_path: Path) -> None:
    (tmp_path / "sends_late.py").write_text(SENDS_LATE)
    suite = ("-p", "sends_late", "-p", "conformance.pytest_plugin", "--pyargs", "conformance")
    adapter = ("--exporter", f"python:{Honest.__module__}:Honest", "-k", "WF-ONCE]")
    path = os.pathsep.join([str(tmp_path), *map(str, Path(__file__).resolve().parents[1:3])])
    done = subprocess.run(
        [*PYTEST, "-W", "ignore", *suite, *adapter],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Late: POST /x (#7) came 3.0 s after exports was over: the exporter" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert (done.returncode, "1 passed" in last, "1 error" in last) == (1, True, True)
