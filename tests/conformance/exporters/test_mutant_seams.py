"""Each flaw shows against a stub SIS, where the reference in the same situation shows none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from conformance.exporters.kit.face import Face, Message
from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.mutants import MUTANTS
from conformance.exporters.wiseflow.face import WiseflowFace
from helpers.deadlines import Deadlines
from helpers.exporters.flows import flow, person
from helpers.exporters.opening import Opening, Ready
from helpers.exporters.stub_sis import Behaviour, StubSis, answer, report

Opener = Callable[[Message], Face]


async def sent_by(
    ready: Ready, sis: StubSis, opener: Opener, *script: Behaviour
) -> tuple[list[list[Any]], str]:
    """The userIds of each export after two presses at once, and the state of the flow."""
    sis.script.extend(script)
    people = (person(1), person(2, ""), person(3, source="manual"))
    exporter = await ready(flow(*people), opener=opener)
    presses = [exporter.export(), exporter.export()]
    for press in asyncio.as_completed(presses):
        try:
            await press
        except NotAllowed:
            continue
    await exporter.settle()
    return sis.sent, exporter.flow_state()


BAD_COUNTS = answer(200, b'{"numberOfSuccess":9,"numberOfErrors":0,"errors":[]}')


@pytest.mark.parametrize(
    ("name", "script", "good", "bad"),
    [
        ("sends-ungraded", [], ([[1]], "exported"), ([[1, 2]], "exported")),
        ("sends-manual", [], ([[1]], "exported"), ([[1, 3]], "exported")),
        ("ignores-the-claim", [], ([[1]], "exported"), ([[1], [1]], "exported")),
        ("looks-before-it-waits", [], ([[1]], "exported"), ([[1], [1]], "exported")),
        ("believes-any-counts", [BAD_COUNTS], ([[1]], "failed"), ([[1]], "exported")),
        ("tries-twice", [answer(503)], ([[1]], "failed"), ([[1], [1]], "exported")),
    ],
)
async def test_the_flaw_shows_where_the_reference_has_none(
    ready: Ready, sis: StubSis, name: str, script: list[Behaviour], good: Any, bad: Any
) -> None:
    assert await sent_by(ready, sis, WiseflowFace, *script) == good
    sis.heard.clear()
    assert await sent_by(ready_again(ready), sis, MUTANTS[name].open, *script) == bad


def ready_again(ready: Ready) -> Ready:
    """The same with an empty memory."""

    async def build(document: dict[str, Any], **facts: Any) -> Any:
        return await ready(document, resume=False, **facts)

    return build


async def test_a_mutant_sends_grades_on_where_a_redirect_points(ready: Ready, sis: StubSis) -> None:
    sis.script.extend([answer(307, headers={"Location": "/sis/other/grades"}), report()])
    await sent_by(ready, sis, MUTANTS["follows-redirects"].open)
    assert [each.path for each in sis.exports][1:] == ["/sis/other/grades"]


async def test_a_mutant_waits_for_a_stalled_sis_long_after_its_time(
    ready: Ready, sis: StubSis, deadlines: Deadlines
) -> None:
    sis.script.append(sis.hang())
    exporter = await ready(flow(person(1)), opener=MUTANTS["never-gives-up"].open)
    await exporter.export()
    await sis.until_exported()
    deadlines.expire()
    sis.released.set()
    await exporter.settle()
    assert "not readable" in str(exporter.people[0].message)


async def test_a_mutant_repeats_after_a_restart_what_was_under_way(
    ready: Ready, opened: Opening, sis: StubSis
) -> None:
    sis.script.append(sis.hang())
    exporter = await ready(flow(person(1)))
    await exporter.export()
    await sis.until_exported()
    again = opened(opener=MUTANTS["sends-again-after-restart"].open)
    await again.settle()
    assert sis.sent == [[1], [1]]
