"""Transfer pressed again, and Retry: what is sent once more, and whose a score is."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.skyward import SkywardExporter
from helpers.exporters.opening import Courses
from helpers.exporters.skyward_courses import (
    ASA,
    JOSE,
    ONE,
    TWO,
    ZOE,
    chosen,
    course,
    item,
    marks,
    message,
    pressed,
    score,
    states,
)
from helpers.exporters.skyward_stub import StubProvider, answer, refusal, stored_but

SCORES = (score(ASA, 44), score(JOSE, 31), score(ZOE, 50))


async def transferred(courses: Courses, **facts: Any) -> SkywardExporter:
    """An exporter that has transferred one item to both sections."""
    exporter = courses(course(scores=SCORES, **facts))
    chosen(exporter)
    await pressed(exporter)
    return exporter


def written(provider: StubProvider) -> list[tuple[str, str]]:
    return [(e.collection, e.path[-1]) for e in provider.heard if e.method == "PUT"]


async def test_where_nothing_changed_nothing_is_written(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await transferred(courses)
    provider.heard.clear()
    await pressed(exporter)
    assert written(provider) == []
    assert set(marks(exporter).values()) == {"EXPORTED"}


async def test_new_and_changed_scores_are_sent_and_nothing_else(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(scores=SCORES[:2]))
    chosen(exporter)
    await pressed(exporter)
    provider.heard.clear()
    exporter.edit_score("essay", ASA, 45)
    exporter.edit_score("essay", ZOE, 12)
    assert (provider.heard, marks(exporter)) == (
        [],
        {
            "essay:1001": "NOT_EXPORTED",
            "essay:1002": "EXPORTED",
            "essay:2001": "NOT_EXPORTED",
        },
    )
    await pressed(exporter)
    assert written(provider) == [
        ("results", "algebra:essay:alg-1:1001"),
        ("results", "algebra:essay:alg-2:2001"),
    ]
    assert provider.held == {("Essay", "1001"): 45, ("Essay", "1002"): 31, ("Essay", "2001"): 12}


async def test_a_score_that_is_changed_back_need_not_be_sent(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await transferred(courses)
    provider.heard.clear()
    exporter.edit_score("essay", ASA, 45)
    exporter.edit_score("essay", ASA, 44)
    assert marks(exporter)["essay:1001"] == "EXPORTED"
    await pressed(exporter)
    assert written(provider) == []


async def test_a_score_that_is_taken_away_is_left_in_the_sis(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await transferred(courses)
    provider.heard.clear()
    exporter.edit_score("essay", ASA, None)
    await pressed(exporter)
    assert (written(provider), provider.held["Essay", "1001"]) == ([], 44)
    assert marks(exporter)["essay:1001"] == "NOT_EXPORTED"


async def test_a_score_that_was_never_sent_is_not_exported_when_it_is_taken_away(
    courses: Courses,
) -> None:
    exporter = courses(course(scores=SCORES))
    exporter.edit_score("essay", ASA, None)
    assert marks(exporter)["essay:1001"] == "NOT_EXPORTED"


@pytest.mark.parametrize("there", [12, 0, None])
async def test_what_was_changed_in_the_sis_is_the_siss_for_good(
    courses: Courses, provider: StubProvider, there: float | None
) -> None:
    exporter = await transferred(courses)
    provider.change(ASA, there)
    for mine, other in ((45, 32), (46, 33), (there, 34)):
        exporter.edit_score("essay", ASA, mine)
        exporter.edit_score("essay", JOSE, other)
        await pressed(exporter)
        assert provider.held["Essay", "1001"] == there
        assert provider.held["Essay", "1002"] == other
    assert "in the SIS" in (exporter.marks[0].message or "") or there is None


async def test_a_score_changed_there_stays_though_nothing_changed_here(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await transferred(courses)
    provider.change(ASA, 12)
    await pressed(exporter)
    assert provider.held["Essay", "1001"] == 12
    assert (exporter.marks[0].state.name, exporter.marks[0].kept) == ("NOT_EXPORTED", True)
    again = courses()
    again.edit_score("essay", ASA, 45)
    await pressed(again)
    assert provider.held["Essay", "1001"] == 12


async def test_a_score_that_somebody_entered_in_the_sis_first_is_the_siss(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE]), scores=[score(JOSE, 31)]))
    chosen(exporter)
    await pressed(exporter)
    provider.results["by hand"] = {
        "sourcedId": "by hand",
        "lineItem": {"sourcedId": "algebra:essay:alg-1"},
        "student": {"sourcedId": "1001"},
        "score": 7,
    }
    exporter.edit_score("essay", ASA, 44)
    await pressed(exporter)
    assert provider.held["Essay", "1001"] == 7
    assert exporter.marks[-1].kept


async def test_what_does_not_show_yet_is_not_sent_again(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE]), scores=SCORES))
    chosen(exporter)
    await pressed(exporter)
    provider.hidden = set(provider.items)
    provider.heard.clear()
    exporter.edit_score("essay", ASA, 45)
    await pressed(exporter)
    assert written(provider) == [("results", "algebra:essay:alg-1:1001")]
    provider.hidden = set()
    provider.heard.clear()
    await pressed(exporter)
    assert written(provider) == []
    assert exporter.register.mark("essay:1001").kept is False  # type: ignore[union-attr]


async def test_a_change_that_does_not_show_yet_is_no_change_of_the_siss(
    courses: Courses, provider: StubProvider
) -> None:
    """The list still has the score before: that is not somebody's who changed it."""
    exporter = await transferred(courses)
    await pressed(exporter)

    async def accepted(_: StubProvider, __: Any) -> Any:
        return await answer(201)(provider, __)

    provider.on("PUT", "results", accepted)
    exporter.edit_score("essay", ASA, 45)
    await pressed(exporter)
    provider.heard.clear()
    exporter.edit_score("essay", ASA, 46)
    await pressed(exporter)
    assert provider.held["Essay", "1001"] == 46
    provider.change(ASA, 45)
    exporter.edit_score("essay", JOSE, 1)
    await pressed(exporter)
    assert not exporter.marks[0].kept


async def test_a_line_item_that_was_taken_away_in_the_sis_is_not_made_anew(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await transferred(courses)
    await pressed(exporter)
    provider.items.clear()
    provider.results.clear()
    provider.heard.clear()
    exporter.edit_score("essay", ASA, 45)
    await pressed(exporter)
    assert written(provider) == []
    assert "deleted" in message(exporter, "essay")
    assert states(exporter) == {"essay:alg-1": "FAILED", "essay:alg-2": "FAILED"}
    assert marks(exporter)["essay:1001"] == "FAILED"


@pytest.mark.parametrize("category", [None, "cat-alg-1-2"])
async def test_what_the_sis_does_to_a_category_keeps_no_score_back(
    courses: Courses, provider: StubProvider, category: str | None
) -> None:
    """It was renamed, or the line item was moved to another one."""
    exporter = await transferred(courses)
    provider.categories[ONE, "cat-alg-1-1"] = "Renamed"
    if category:
        provider.items["algebra:essay:alg-1"]["category"] = {"sourcedId": category}
    exporter.edit_score("essay", ASA, 45)
    await pressed(exporter)
    assert provider.held["Essay", "1001"] == 45
    assert len(provider.puts("lineItems")) == 2


async def test_an_item_that_changed_here_is_sent_again_in_the_category_it_has_there(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await transferred(courses)
    provider.items["algebra:essay:alg-1"]["category"] = {"sourcedId": "cat-alg-1-2"}
    provider.hidden = {"algebra:essay:alg-2"}
    provider.categories[TWO, "cat-alg-2-2"] = "Renamed"
    exporter.load(course(item(title="Essay, second edition"), scores=SCORES))
    await pressed(exporter)
    sent = [e.fields for e in provider.puts("lineItems")[2:]]
    assert [(e["title"], e["category"]["sourcedId"]) for e in sent] == [
        ("Essay, second edition", "cat-alg-1-2"),
        ("Essay, second edition", "cat-alg-2-2"),
    ]


async def test_an_item_whose_making_got_lost_keeps_the_category_that_the_sis_shows(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE]), scores=SCORES))
    chosen(exporter)
    provider.on("PUT", "lineItems", stored_but(answer(503)))
    await pressed(exporter)
    assert states(exporter) == {"essay:alg-1": "FAILED"}
    exporter.choose_category("essay", ONE, "Tests")
    await pressed(exporter)
    sent = [e.fields["category"]["sourcedId"] for e in provider.puts("lineItems")]
    assert sent == ["cat-alg-1-1", "cat-alg-1-1"]
    assert len(provider.made) == 3


# Retry


async def half_failed(courses: Courses, provider: StubProvider) -> SkywardExporter:
    """The item failed in the second section, and one score in the first."""
    exporter = courses(course(scores=SCORES))
    chosen(exporter)
    provider.on("PUT", "lineItems", stored_but(answer(201)), refusal("no"))
    provider.on("PUT", "results", refusal("not her"))
    await pressed(exporter)
    assert states(exporter) == {"essay:alg-1": "EXPORTED", "essay:alg-2": "FAILED"}
    assert marks(exporter) == {
        "essay:1001": "FAILED",
        "essay:1002": "EXPORTED",
        "essay:2001": "FAILED",
    }
    provider.heard.clear()
    return exporter


async def test_retry_sends_what_failed(courses: Courses, provider: StubProvider) -> None:
    exporter = await half_failed(courses, provider)
    assert await exporter.retry() == "Retrying 2."
    await exporter.settle()
    assert written(provider) == [
        ("results", "algebra:essay:alg-1:1001"),
        ("lineItems", "algebra:essay:alg-2"),
        ("results", "algebra:essay:alg-2:2001"),
    ]
    assert set(states(exporter).values()) == set(marks(exporter).values()) == {"EXPORTED"}


async def test_what_is_new_or_changed_waits_for_transfer(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await half_failed(courses, provider)
    exporter.edit_score("essay", JOSE, 32)
    await exporter.retry()
    await exporter.settle()
    assert ("1002", 32) not in provider.scores
    assert marks(exporter)["essay:1002"] == "NOT_EXPORTED"
    await pressed(exporter)
    assert provider.held["Essay", "1002"] == 32


async def test_transfer_sends_what_failed_too(courses: Courses, provider: StubProvider) -> None:
    exporter = await half_failed(courses, provider)
    await pressed(exporter)
    assert set(states(exporter).values()) == set(marks(exporter).values()) == {"EXPORTED"}


async def test_without_a_failure_there_is_nothing_to_retry(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await transferred(courses)
    exporter.edit_score("essay", ASA, 45)
    with pytest.raises(NotAllowed, match="Nothing has failed"):
        await exporter.retry()


async def test_a_second_retry_at_once_is_refused(courses: Courses, provider: StubProvider) -> None:
    exporter = await half_failed(courses, provider)
    await exporter.retry()
    with pytest.raises(NotAllowed, match="Nothing has failed"):
        await exporter.retry()
    await exporter.settle()


async def test_a_retry_that_is_cut_short_goes_on_as_one(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await half_failed(courses, provider)
    exporter.edit_score("essay", JOSE, 32)
    await exporter.retry()
    exporter.close()
    again = courses()
    assert await again.settle() == ()
    assert provider.scores == [("1001", 44), ("2001", 50)]
    assert marks(again) == {
        "essay:1001": "EXPORTED",
        "essay:1002": "NOT_EXPORTED",
        "essay:2001": "EXPORTED",
    }
    assert TWO in {each.section for each in again.places}
