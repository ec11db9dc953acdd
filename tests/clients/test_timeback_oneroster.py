"""timeback-oneroster, written by somebody else for another provider, gets on with this one: nothing
of it is changed but the URLs it calls. It needs Python 3.12."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from mock_sis.seeds import library
from mock_sis.server.embedded import EmbeddedSimulator

timeback = pytest.importorskip("timeback_oneroster", reason="timeback-oneroster needs Python 3.12")
common = pytest.importorskip("timeback_common")

CLASS, ITEM = "alg-1", "lms-17"
RESULTS = {"2001": "lms-17-2001", "2002": "lms-17-2002"}
NOW = "2026-11-02T08:00:00Z"
LINE_ITEM = {
    "title": "Essay on fractions",
    "assignDate": NOW,
    "dueDate": "2026-11-20T12:00:00Z",
    "class": {"sourcedId": CLASS},
    "school": {"sourcedId": "school-1"},
    "category": {"sourcedId": "cat-alg-1-1"},
    "gradingPeriod": {"sourcedId": "2"},
    "resultValueMin": 0,
    "resultValueMax": 20,
}


def result(student: str, **fields: Any) -> dict[str, Any]:
    """A result as the client takes it."""
    return {
        "lineItem": {"sourcedId": ITEM},
        "student": {"sourcedId": student},
        "status": "active",
        "scoreStatus": "fully graded",
        "scoreDate": "2026-11-21",
        **fields,
    }


@pytest.fixture
async def client(mock_sis: EmbeddedSimulator) -> AsyncIterator[Any]:
    """The client with the credentials of the builtin seed, whose provider tells of what it put."""
    seed = library.builtin("skyward")
    auth = seed["oneroster"]["auth"]
    policy = {**seed["oneroster"], "put_answer": "object", "put_existing_status": 200}
    clock = {"mode": "virtual", "now": NOW}
    mock_sis.seed({**seed, "oneroster": policy, "clock": clock})
    async with timeback.OneRosterClient(
        base_url=mock_sis.url,
        auth_url=f"{mock_sis.url}/oauth/token",
        client_id=auth["client_id"],
        client_secret=auth["client_secret"],
    ) as client:
        yield client


async def scores(client: Any) -> dict[str, tuple[str, Any]]:
    """Status and score of each result in the list, by sourcedId."""
    listed = await client.results.list(where={"lineItem.sourcedId": ITEM})
    return {row.sourced_id: (row.score_status, row.score) for row in listed.data}


async def test_it_gets_a_token_and_reads_the_roster(client: Any) -> None:
    assert (await client.check_auth())["ok"]
    (teacher,) = (await client.teachers.list()).data
    (found,) = (await client.teachers.list(where={"email": teacher.email})).data
    assert found.sourced_id == teacher.sourced_id == "9001"
    classes = await client.classes.list()
    assert [row.sourced_id for row in classes.data] == [CLASS, "alg-2", "chess"]
    assert [row.sourced_id for row in await client.classes(CLASS).teachers()] == ["9001"]
    assert [row.sourced_id for row in await client.classes(CLASS).students()] == ["2001", "2002"]
    everybody = await client.users.stream(limit=1).to_list()
    assert [row.username for row in everybody if row.sourced_id == "2002"] == ["bjorn.smith"]
    periods = await client.academic_sessions.list(where={"type": "gradingPeriod"})
    assert [row.title for row in periods.data] == ["Quarter 1", "Quarter 2"]
    categories = await client.classes(CLASS).categories()
    assert [row["title"] for row in categories] == ["Homework", "Tests"]


async def test_it_makes_changes_and_takes_away_a_line_item(client: Any) -> None:
    made = await client.line_items.upsert(ITEM, LINE_ITEM)
    assert (made.sourced_id, made.result_value_max) == (ITEM, 20)
    changed = await client.line_items.update(ITEM, {**LINE_ITEM, "title": "Essay, again"})
    assert changed.title == "Essay, again"
    listed = await client.line_items.list(where={"class.sourcedId": CLASS})
    assert {row.sourced_id: row.title for row in listed.data}[ITEM] == "Essay, again"
    await client.line_items.delete(ITEM)
    assert not await client.line_items(ITEM).exists()
    listed = await client.line_items.list(where={"class.sourcedId": CLASS})
    assert ITEM not in [row.sourced_id for row in listed.data]


async def test_it_sees_each_change_of_a_result_in_the_list(client: Any) -> None:
    await client.line_items.upsert(ITEM, LINE_ITEM)
    one, other = RESULTS.values()
    await client.results.upsert(one, result("2001", score=0))
    await client.results.upsert(other, result("2002", score=25))
    assert await scores(client) == {one: ("fully graded", 0), other: ("fully graded", 25)}
    changed = await client.results.update(one, result("2001", scoreStatus="exempt"))
    assert changed.score_status == "exempt"
    assert await scores(client) == {one: ("exempt", None), other: ("fully graded", 25)}
    (of_student,) = await client.classes(CLASS).student("2002").results()
    (also,) = [
        row
        for row in await client.classes(CLASS).line_item(ITEM).results()
        if row["sourcedId"] == other
    ]
    assert of_student == also
    await client.results.delete(one)
    assert await scores(client) == {other: ("fully graded", 25)}
    await client.line_items.delete(ITEM)
    assert await scores(client) == {}


async def test_it_posts_results_for_a_class_at_once(client: Any) -> None:
    await client.line_items.upsert(ITEM, LINE_ITEM)
    rows = [result(student, sourcedId=name) for student, name in RESULTS.items()]
    told = await client.line_items(ITEM).create_results(rows)
    assert [pair.allocated_sourced_id for pair in told.sourced_id_pairs] == list(RESULTS.values())
    assert set(await scores(client)) == set(RESULTS.values())


async def test_it_understands_why_it_was_refused(client: Any) -> None:
    with pytest.raises(common.ForbiddenError, match="integration_only: "):
        await client.line_items.upsert(ITEM, {**LINE_ITEM, "class": {"sourcedId": "chess"}})
    with pytest.raises(common.ValidationError, match="title_limit: "):
        await client.line_items.upsert(ITEM, {**LINE_ITEM, "title": "t" * 50})
    with pytest.raises(common.NotFoundError):
        await client.line_items.get(ITEM)
