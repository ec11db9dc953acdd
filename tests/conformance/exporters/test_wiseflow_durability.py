"""What is left after a kill: an export is neither repeated nor forgotten."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from conformance.exporters.kit.outcome import NotAllowed
from helpers.exporters.flows import AFTER, flow, person
from helpers.exporters.opening import Opening, Ready
from helpers.exporters.processes import Process
from helpers.exporters.stub_sis import StubSis, report


async def states(process: Process) -> dict[Any, str]:
    state = await process.ask("state")
    return {each["user_id"]: each["state"] for each in state["participants"]}


async def exporting(sis: StubSis, state_dir: Path, *people: dict[str, Any]) -> Process:
    """A process that has pressed export."""
    process = await Process.start()
    await process.configure("wiseflow", sis.url, state_dir, AFTER)
    await process.ask("load", flow=flow(*people))
    await process.ask("sync")
    await process.ask("export", presses=1, by="manager")
    return process


async def restarted(sis: StubSis, state_dir: Path) -> Process:
    process = await Process.start()
    await process.configure("wiseflow", sis.url, state_dir, AFTER, resume=True)
    return process


async def test_killed_while_the_sis_works_the_export_is_failed_and_not_repeated(
    sis: StubSis, tmp_path: Path
) -> None:
    sis.script.append(sis.hang())
    first = await exporting(sis, tmp_path, person(1), person("two"), person(3, ""))
    await sis.until_exported()
    await first.kill()
    second = await restarted(sis, tmp_path)
    await second.ask("settle")
    await second.ask("advance", seconds=30 * 86400)
    state = await second.ask("state")
    assert (state["flow"], state["synchronised"]) == ("failed", True)
    assert "outcome is unknown" in state["participants"][0]["message"]
    assert await states(second) == {1: "failed", "two": "failed", 3: "not_exported"}
    assert sis.sent == [[1, "two"]]
    assert (await second.ask("retry"))["accepted"]
    await second.ask("settle")
    assert await states(second) == {1: "exported", "two": "exported", 3: "not_exported"}
    await second.ask("bye")
    assert await second.process.wait() == 0


async def test_killed_after_a_success_nothing_is_sent_again(sis: StubSis, tmp_path: Path) -> None:
    sis.script.append(report({3: "no"}))
    first = await exporting(sis, tmp_path, person(1), person(2, alternative_grade="A"), person(3))
    await first.ask("settle")
    await first.kill()
    second = await restarted(sis, tmp_path)
    assert not (await second.ask("export", presses=2, by="manager"))["accepted"]
    change = {"action": "set_alternative_grade", "participant": 2, "grade": "F"}
    assert not (await second.ask("act", **change))["done"]
    assert (await second.ask("retry"))["accepted"]
    await second.ask("settle")
    assert sis.sent == [[1, 2, 3], [3]]
    await second.kill()


async def test_the_claim_is_on_disk_before_the_sis_hears_anything(
    ready: Ready, sis: StubSis, tmp_path: Path
) -> None:
    exporter = await ready(flow(person(1)))
    await exporter.export()
    assert sis.exports == []
    exporter.close()
    database = sqlite3.connect(tmp_path / "exporter.sqlite")
    participants = "SELECT body FROM document WHERE kind = 'Participant'"
    (document,) = database.execute(participants).fetchone()
    (finished,) = database.execute("SELECT finished FROM run").fetchone()
    database.close()
    assert json.loads(document)["state"] == 1
    assert finished is None


async def test_what_was_recorded_before_the_run_ended_survives(
    opened: Opening, ready: Ready, sis: StubSis
) -> None:
    exporter = await ready(flow(person(1)))
    exporter.runs.finish = lambda run: None  # type: ignore[method-assign]
    await exporter.export()
    await exporter.settle()
    again = opened()
    assert again.flow_state() == "exported"
    assert again.flow.message == "Exported 1 of 1."


async def test_a_fresh_case_forgets_what_the_directory_held(ready: Ready, opened: Opening) -> None:
    await ready(flow(person(1)))
    assert opened(resume=True).people[0].user_id == 1
    with pytest.raises(NotAllowed, match="No flow"):
        _ = opened(resume=False).flow


async def test_loading_a_known_flow_again_forgets_nothing(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1)))
    await exporter.export()
    with pytest.raises(NotAllowed, match="under way"):
        exporter.load(flow(person(1), sis_code="OTHER"))
    await exporter.settle()
    exporter.load(flow(person(1, "a1:F"), person(2)))
    assert [each.state.name for each in exporter.people] == ["EXPORTED", "NOT_EXPORTED"]
    exporter.load(flow(person(2), sis_code="OTHER"))
    assert [each.user_id for each in exporter.people] == [2]
    assert not exporter.flow.synchronised


async def test_one_process_at_a_time_holds_a_state_directory(ready: Ready, tmp_path: Path) -> None:
    await ready(flow(person(1)))
    other = sqlite3.connect(tmp_path / "exporter.sqlite", timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("SELECT * FROM run")
    other.close()
