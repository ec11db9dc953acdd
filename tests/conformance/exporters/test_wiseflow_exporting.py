"""Export and retry against a SIS that answers as scripted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.wiseflow import WiseflowExporter
from helpers.deadlines import Deadlines
from helpers.exporters.flows import AFTER, CODE, DURING, flow, person
from helpers.exporters.opening import Opening, Ready
from helpers.exporters.stub_sis import Behaviour, StubSis, answer, hang_up, report


def states(exporter: WiseflowExporter) -> dict[Any, str]:
    return {each.user_id: each.state.name.lower() for each in exporter.people}


async def exported(exporter: WiseflowExporter) -> dict[Any, str]:
    await exporter.export()
    await exporter.settle()
    return states(exporter)


async def test_one_call_carries_everybody_and_nothing_else(ready: Ready, sis: StubSis) -> None:
    people = (person(1), person("två", "a1:0"), person(3, "", alternative_grade="A"))
    exporter = await ready(flow(*people))
    assert await exported(exporter) == {1: "exported", "två": "exported", 3: "exported"}
    (heard,) = sis.exports
    assert heard.method == "POST"
    assert heard.path == "/sis/flows/UNI%7C%7CMATH101%7C%7C2026/grades"
    assert heard.headers["Content-Type"] == "application/json"
    assert json.loads(heard.body.decode()) == {
        "participants": [
            {"userId": 1, "mark": "B", "adminGrade": ""},
            {"userId": "två", "mark": "0", "adminGrade": ""},
            {"userId": 3, "mark": "", "adminGrade": "A"},
        ]
    }
    assert exporter.flow_state() == "exported"
    assert exporter.people[0].exported_at == exporter.clock.now()


async def test_the_configured_method_is_used(ready: Ready, sis: StubSis) -> None:
    await exported(await ready(flow(person(1)), method="PATCH"))
    assert [each.method for each in sis.exports] == ["PATCH"]


@pytest.mark.parametrize(
    "nobody",
    [
        person(2, ""),
        person(2, source="manual"),
        person(2, "", source="manual", alternative_grade="A"),
        person(2, unlocked=True),
        person(2, "a1:B c1:C"),
        person(2, "a1:B c1:B?"),
    ],
)
async def test_only_sis_participants_with_a_grade_are_sent(
    ready: Ready, sis: StubSis, nobody: dict[str, Any]
) -> None:
    exporter = await ready(flow(person(1, "a1:B c1:B"), nobody, assessors="a1 c1"))
    assert await exported(exporter) == {1: "exported", 2: "not_exported"}
    assert sis.sent == [[1]]
    assert exporter.flow_state() == "exported"


async def test_an_alternative_grade_is_sent_where_the_markers_disagree(
    ready: Ready, sis: StubSis
) -> None:
    disputed = person(1, "a1:B c1:C", alternative_grade="F")
    await exported(await ready(flow(disputed, assessors="a1 c1")))
    assert sis.exports[0].rows == [{"userId": 1, "mark": "", "adminGrade": "F"}]


async def test_nothing_is_sent_before_a_synchronisation(opened: Opening, sis: StubSis) -> None:
    exporter = opened()
    exporter.load(flow(person(1)))
    with pytest.raises(NotAllowed, match="synchronise"):
        await exporter.export()
    sis.flow = lambda: web.Response(status=503)
    with pytest.raises(NotAllowed, match="503"):
        await exporter.synchronise()
    with pytest.raises(NotAllowed, match="synchronise"):
        await exporter.export()
    assert sis.exports == []


async def test_nothing_is_sent_before_the_period_has_ended(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1)), at=DURING)
    with pytest.raises(NotAllowed, match="period"):
        await exporter.export()
    assert sis.exports == []
    exporter.advance(10 * 86400)
    assert await exported(exporter) == {1: "exported"}


async def test_a_manager_may_end_the_period(ready: Ready) -> None:
    exporter = await ready(flow(person(1)), at=DURING)
    exporter.end_period()
    assert await exported(exporter) == {1: "exported"}


async def test_without_a_sis_source_nothing_is_sent(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1)))
    exporter.remove_source(CODE)
    with pytest.raises(NotAllowed, match="no SIS source"):
        await exporter.export()
    assert sis.exports == []


async def test_an_export_of_nobody_sends_nothing(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1, "")))
    with pytest.raises(NotAllowed, match="No participant"):
        await exporter.export()
    assert sis.exports == []


async def test_an_export_runs_once(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1), person(2)))
    await exported(exporter)
    for button in (exporter.export, exporter.retry):
        with pytest.raises(NotAllowed):
            await button()
    assert sis.sent == [[1, 2]]


async def test_a_press_during_an_export_sends_nothing(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1), person(2)))
    await exporter.export()
    assert exporter.flow_state() == "queued"
    with pytest.raises(NotAllowed, match="under way"):
        await exporter.export()
    await exporter.settle()
    assert sis.sent == [[1, 2]]


async def test_those_in_errors_are_failed_with_the_sis_text_and_alone_retried(
    ready: Ready, sis: StubSis
) -> None:
    sis.script.append(report({2: "Not enrolled"}))
    exporter = await ready(flow(person(1), person(2), person(3)))
    assert await exported(exporter) == {1: "exported", 2: "failed", 3: "exported"}
    assert exporter.people[1].message == "Not enrolled"
    assert exporter.people[1].exported_at is None
    assert exporter.flow_state() == "partly_exported"
    await exporter.retry()
    assert (exporter.people[1].state.name, exporter.people[1].message) == ("QUEUED", None)
    await exporter.settle()
    assert sis.sent == [[1, 2, 3], [2]]
    assert states(exporter) == {1: "exported", 2: "exported", 3: "exported"}
    assert exporter.people[1].message is None


FAILURES: dict[str, tuple[Behaviour, bool]] = {
    "500": (answer(500), False),
    "503": (answer(503, headers={"Retry-After": "0"}), False),
    "429": (answer(429, headers={"Retry-After": "0"}), True),
    "401": (answer(401), True),
    "422": (answer(422), True),
    "a page": (answer(200, b"<html>"), False),
    "nothing": (answer(200), False),
    "wrong gzip": (answer(200, b"{}", {"Content-Encoding": "gzip"}), False),
    "no answer": (hang_up(), False),
    "half an answer": (hang_up(b'{"numberOf'), False),
}


@pytest.mark.parametrize(("behaviour", "known"), FAILURES.values(), ids=list(FAILURES))
async def test_a_failed_export_is_failed_and_only_a_person_sends_it_again(
    ready: Ready, sis: StubSis, behaviour: Behaviour, known: bool
) -> None:
    sis.script.append(behaviour)
    exporter = await ready(flow(person(1), person(2)))
    assert await exported(exporter) == {1: "failed", 2: "failed"}
    assert exporter.flow_state() == "failed"
    assert ("outcome is unknown" not in str(exporter.people[0].message)) is known
    exporter.advance(30 * 86400)
    await exporter.settle()
    with pytest.raises(NotAllowed, match="retried"):
        await exporter.export()
    assert sis.sent == [[1, 2]]
    await exporter.retry()
    await exporter.settle()
    assert sis.sent == [[1, 2], [1, 2]]
    assert states(exporter) == {1: "exported", 2: "exported"}


async def test_a_stalled_sis_is_given_up_on(
    ready: Ready, sis: StubSis, deadlines: Deadlines
) -> None:
    sis.script.append(sis.hang())
    exporter = await ready(flow(person(1)), timeout=30.0)
    await exporter.export()
    await sis.until_exported()
    deadlines.expire()
    await exporter.settle()
    assert states(exporter) == {1: "failed"}
    assert "30 seconds" in str(exporter.people[0].message)


async def test_a_sis_that_is_not_there_got_nothing(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1)))
    await sis.close()
    assert await exported(exporter) == {1: "failed"}
    assert str(exporter.people[0].message).startswith("Nothing was sent")


async def test_who_was_unlocked_since_is_not_retried(ready: Ready, sis: StubSis) -> None:
    sis.script.append(answer(500))
    exporter = await ready(flow(person(1), person(2)))
    await exported(exporter)
    exporter.unlock(1)
    await exporter.retry()
    await exporter.settle()
    assert sis.sent == [[1, 2], [2]]


async def test_an_alternative_grade_is_frozen_once_exported(ready: Ready, sis: StubSis) -> None:
    sis.script.append(report({2: "no"}))
    people = [person(each, alternative_grade="A") for each in (1, 2)]
    exporter = await ready(flow(*people, person(3)))
    await exporter.export()
    with pytest.raises(NotAllowed, match="cannot change"):
        exporter.set_alternative_grade(2, "F")
    await exporter.settle()
    for change in ("F", ""):
        with pytest.raises(NotAllowed, match="cannot change"):
            exporter.set_alternative_grade(1, change)
    exporter.set_alternative_grade(2, "F")
    await exporter.retry()
    await exporter.settle()
    assert sis.exports[1].rows == [{"userId": 2, "mark": "B", "adminGrade": "F"}]


async def test_an_alternative_grade_the_sis_does_not_have_is_not_frozen(ready: Ready) -> None:
    exporter = await ready(flow(person(1)))
    await exported(exporter)
    exporter.set_alternative_grade(1, "A")
    exporter.set_alternative_grade(1, "F")
    assert exporter.people[0].alternative_grade == "F"


async def test_a_flow_that_is_loaded_with_a_conflict_reopens_it(ready: Ready) -> None:
    exporter = await ready(flow(person(1, "a1:B c1:C"), assessors="a1 c1"))
    assert {each.assessor for each in exporter.notices} == {"a1", "c1"}
    assert {each.state for each in exporter.people[0].assessments} == {"reopened"}


async def test_only_administrators_set_alternative_grades_and_only_on_the_scale(
    ready: Ready,
) -> None:
    exporter = await ready(flow(person(1)))
    with pytest.raises(NotAllowed):
        exporter.set_alternative_grade(1, "A", by="manager")
    with pytest.raises(NotAllowed):
        exporter.set_alternative_grade(1, "Z")
    assert exporter.people[0].alternative_grade == ""


async def test_participants_see_grades_only_where_the_box_is_ticked(ready: Ready) -> None:
    exporter = await ready(flow(person(1), person(2, alternative_grade="A"), person(3, "a1:B?")))
    assert [exporter.shown_to_participant(each) for each in (1, 2, 3)] == ["", "", ""]
    exporter.show_grades(True)
    assert [exporter.shown_to_participant(each) for each in (1, 2, 3)] == ["B", "A", ""]


async def test_what_becomes_final_after_an_export_waits_for_another_press(
    ready: Ready, sis: StubSis
) -> None:
    exporter = await ready(flow(person(1), person(2, "")), at=AFTER)
    await exported(exporter)
    exporter.submit_assessment(2, "a1", "C")
    assert exporter.flow_state() == "partly_exported"
    await exported(exporter)
    assert sis.sent == [[1], [2]]
