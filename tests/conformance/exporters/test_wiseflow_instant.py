"""Instant export: one participant, at the moment of agreement, and never again by itself."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web

from conformance.exporters.kit.outcome import NotAllowed
from helpers.exporters.flows import AFTER, BEFORE, DURING, flow, person
from helpers.exporters.opening import Ready
from helpers.exporters.stub_sis import StubSis, answer


def instant(*people: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return flow(*people, **{"instant_export": True, **facts})


async def test_a_grade_leaves_the_moment_the_assessors_agree(ready: Ready, sis: StubSis) -> None:
    document = instant(person(1, ""), person(2, ""), assessors="a1 c1")
    exporter = await ready(document, at=DURING)
    exporter.submit_assessment(1, "a1", "B")
    await exporter.settle()
    assert sis.sent == []
    exporter.submit_assessment(1, "c1", "B")
    await exporter.settle()
    assert sis.exports[0].rows == [{"userId": 1, "mark": "B", "adminGrade": ""}]
    assert sis.sent == [[1]]


async def test_a_conflict_leaves_nothing_until_it_is_resolved(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(instant(person(1, "a1:B"), assessors="a1 c1"), at=DURING)
    exporter.submit_assessment(1, "c1", "C")
    await exporter.settle()
    assert sis.sent == []
    assert exporter.status(1) == "conflict"
    assert [each.assessor for each in exporter.notices] == ["a1", "c1"]
    exporter.submit_assessment(1, "a1", "C")
    exporter.submit_assessment(1, "c1", "C")
    await exporter.settle()
    assert sis.sent == [[1]]


async def test_with_a_reviewer_the_moment_is_the_approval(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(instant(person(1, ""), assessors="a1 r1"), at=DURING)
    exporter.submit_assessment(1, "a1", "B")
    await exporter.settle()
    assert sis.sent == []
    exporter.approve(1)
    exporter.approve(1)
    await exporter.settle()
    assert sis.sent == [[1]]


async def test_a_grade_that_was_unlocked_and_submitted_again_is_not_sent_again(
    ready: Ready, sis: StubSis
) -> None:
    exporter = await ready(instant(person(1, "")), at=DURING)
    exporter.submit_assessment(1, "a1", "B")
    await exporter.settle()
    exporter.unlock(1)
    exporter.submit_assessment(1, "a1", "C")
    await exporter.settle()
    assert sis.sent == [[1]]


@pytest.mark.parametrize(
    "held_back",
    [person(1, "", source="manual"), person(1, "", alternative_grade="A")],
    ids=["manual", "alternative"],
)
async def test_manual_participants_and_alternative_grades_never_leave_instantly(
    ready: Ready, sis: StubSis, held_back: dict[str, Any]
) -> None:
    exporter = await ready(instant(held_back), at=DURING)
    exporter.submit_assessment(1, "a1", "B")
    exporter.unlock(1)
    exporter.set_alternative_grade(1, "F")
    await exporter.settle()
    assert sis.sent == []


async def test_setting_an_alternative_grade_sends_nothing(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(instant(person(1)), at=DURING)
    exporter.set_alternative_grade(1, "F")
    await exporter.settle()
    assert sis.sent == []


async def test_enabling_is_not_retroactive(ready: Ready, sis: StubSis) -> None:
    exporter = await ready(flow(person(1), person(2, "")), at=DURING)
    exporter.enable_instant_export()
    exporter.submit_assessment(2, "a1", "B")
    await exporter.settle()
    assert sis.sent == [[2]]
    exporter.end_period()
    await exporter.export()
    await exporter.settle()
    assert sis.sent == [[2], [1]]


async def test_approving_again_what_was_approved_before_enabling_sends_nothing(
    ready: Ready, sis: StubSis
) -> None:
    exporter = await ready(flow(person(1, "a1:B r1:B"), assessors="a1 r1"), at=DURING)
    exporter.enable_instant_export()
    exporter.approve(1)
    await exporter.settle()
    assert sis.sent == []


async def test_without_a_synchronisation_nothing_leaves_instantly(
    ready: Ready, sis: StubSis
) -> None:
    exporter = await ready(instant(person(1, "")), at=DURING)
    sis.flow = lambda: web.Response(status=500)
    with pytest.raises(NotAllowed):
        await exporter.synchronise()
    exporter.submit_assessment(1, "a1", "B")
    await exporter.settle()
    assert sis.sent == []


async def test_a_failed_instant_export_waits_for_a_person(ready: Ready, sis: StubSis) -> None:
    sis.script.append(answer(503))
    exporter = await ready(instant(person(1, ""), person(2, "")), at=DURING)
    exporter.submit_assessment(1, "a1", "B")
    await exporter.settle()
    exporter.submit_assessment(2, "a1", "B")
    exporter.advance(86400)
    await exporter.settle()
    assert sis.sent == [[1], [2]]
    await exporter.retry()
    await exporter.settle()
    assert sis.sent == [[1], [2], [1]]


async def test_a_change_of_set_up_after_marking_started_turns_it_off_for_good(
    ready: Ready, sis: StubSis
) -> None:
    exporter = await ready(instant(person(1, "")), at=DURING)
    exporter.change_setup("assessors")
    assert not exporter.flow.instant_export
    exporter.submit_assessment(1, "a1", "B")
    await exporter.settle()
    assert sis.sent == []
    with pytest.raises(NotAllowed):
        exporter.enable_instant_export()
    exporter.end_period()
    with pytest.raises(NotAllowed, match="administrator"):
        await exporter.export(by="manager")
    await exporter.export(by="administrator")
    await exporter.settle()
    assert sis.sent == [[1]]


@pytest.mark.parametrize(("on", "at"), [(True, BEFORE), (False, DURING), (False, AFTER)])
async def test_other_changes_of_set_up_change_nothing(ready: Ready, on: bool, at: str) -> None:
    exporter = await ready(flow(person(1), instant_export=on), at=at)
    exporter.change_setup("assessors")
    assert exporter.flow.instant_export is on
    assert not exporter.flow.instant_lost
