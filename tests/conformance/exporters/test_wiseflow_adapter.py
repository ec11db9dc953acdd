"""The adapter: every answer is on schema, and starting it is cheap."""

from __future__ import annotations

from pathlib import Path

from helpers.exporters.flows import AFTER, flow, person
from helpers.exporters.stub_sis import StubSis, report
from helpers.exporters.suite import Suite


async def opened(suite: Suite, sis: StubSis, state_dir: Path) -> None:
    clock = {"mode": "virtual", "now": AFTER}
    answer = await suite.configure("wiseflow", sis.url, state_dir, clock=clock)
    assert answer["status"] == "ok"


async def test_every_answer_of_a_whole_case_is_on_schema(sis: StubSis, tmp_path: Path) -> None:
    suite = Suite()
    await opened(suite, sis, tmp_path)
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
    suite = Suite()
    await opened(suite, sis, tmp_path)
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
        ({**alternative, "grade": "A", "by": "licence_administrator"}, True),
        ({"action": "add_participant", "new_participant": person(2, "")}, True),
        ({"action": "add_participant", "new_participant": person(2, "a1:A")}, False),
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
    suite = Suite()
    assert "configure" in (await suite.ask("state"))["message"]
    await opened(suite, sis, tmp_path)
    assert (await suite.ask("state"))["status"] == "error"
    suite.adapter.abandon()


async def test_a_new_case_starts_with_a_clean_memory(sis: StubSis, tmp_path: Path) -> None:
    suite = Suite()
    for case in ("first", "second"):
        await opened(suite, sis, tmp_path / case)
        await suite.ask("load", flow=flow(person(1)))
        assert not (await suite.ask("state"))["synchronised"]
        await suite.ask("sync")
        await suite.ask("export", presses=1, by="manager")
        await suite.ask("settle")
    suite.adapter.abandon()
    assert sis.sent == [[1], [1]]
