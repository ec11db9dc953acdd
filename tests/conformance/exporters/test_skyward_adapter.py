"""The adapter's third face: every answer is on schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpers.exporters.skyward_courses import ASA, JOSE, ONE, TWO, ZOE, course, item, score
from helpers.exporters.skyward_stub import StubProvider, answer, refusal
from helpers.exporters.suite import Suite

CHOICES = [("essay", ONE), ("essay", TWO)]


async def choose(suite: Suite, item: str, section: str, category: str = "Homework") -> Any:
    fields = {"item": item, "section": section, "category": category}
    return await suite.ask("act", action="choose_category", **fields)


async def edit(suite: Suite, student: int, points: float | None, item: str = "essay") -> Any:
    fields = {"item": item, "student": student, "score": points}
    return await suite.ask("act", action="edit_score", **fields)


async def test_every_answer_of_a_whole_case_is_on_schema(
    provider: StubProvider, tmp_path: Path
) -> None:
    suite = Suite()
    await suite.configure("skyward", provider.url, tmp_path / "made" / "on demand")
    document = course(scores=[score(ASA, 44), score(JOSE, None), score(ZOE, 50)])
    await suite.ask("load", course=document)
    for each in CHOICES:
        assert (await choose(suite, *each))["done"]
    provider.on("PUT", "results", refusal("not enrolled"))
    first = await suite.ask("export", presses=2, by="manager")
    assert first["accepted"]
    assert "Transferring 2 of 2." in first["message"]
    assert (await suite.ask("settle"))["pending"] == []
    state = await suite.ask("state")
    assert [(e["item"], e["section"], e["state"], e["message"]) for e in state["items"]] == [
        ("essay", ONE, "exported", None),
        ("essay", TWO, "exported", None),
    ]
    assert [(e["item"], e["student"], e["state"], e["message"]) for e in state["scores"]] == [
        ("essay", ASA, "failed", "The SIS refused it: not enrolled"),
        ("essay", JOSE, "not_exported", None),
        ("essay", ZOE, "exported", None),
    ]
    refused = await choose(suite, *CHOICES[0], category="Tests")
    assert (refused["done"], "SIS" in refused["message"]) == (False, True)
    assert (await suite.ask("retry"))["accepted"]
    assert (await suite.ask("settle"))["pending"] == []
    assert (await suite.ask("state"))["scores"][0]["state"] == "exported"
    nothing = await suite.ask("retry")
    assert (nothing["accepted"], nothing["message"]) == (False, "Nothing has failed.")
    moved = await suite.ask("advance", seconds=60)
    assert moved["now"] == "2026-06-15T09:01:00Z"
    assert (await suite.ask("bye"))["status"] == "ok"


async def test_what_is_ticked_comes_through(provider: StubProvider, tmp_path: Path) -> None:
    suite = Suite()
    await suite.configure("skyward", provider.url, tmp_path)
    await suite.ask("load", course=course(item(), item(7)))
    for name in ("essay", "7"):
        for section in (ONE, TWO):
            assert (await choose(suite, name, section))["done"]
    pressed = {"presses": 1, "by": "manager"}
    assert (await suite.ask("export", **pressed, sections=[TWO], items=[7]))["accepted"]
    await suite.ask("settle")
    assert provider.titles == [("7", TWO)]
    await suite.ask("export", **pressed, sections=[ONE])
    await suite.ask("settle")
    assert provider.titles[1:] == [("Essay", ONE), ("7", ONE)]
    await suite.ask("export", **pressed)
    await suite.ask("settle")
    assert provider.titles[3:] == [("Essay", TWO)]
    suite.adapter.abandon()


async def test_scores_are_edited_by_whatever_name_a_student_goes(
    provider: StubProvider, tmp_path: Path
) -> None:
    suite = Suite()
    await suite.configure("skyward", provider.url, tmp_path)
    await suite.ask("load", course=course(item(sections=[ONE]), scores=[score(ASA, 44)]))
    await choose(suite, "essay", ONE)
    assert (await edit(suite, ASA, 0))["done"]
    assert (await edit(suite, JOSE, 5))["done"]
    assert not (await edit(suite, 9, 5))["done"]
    assert not (await edit(suite, ASA, 5, "other"))["done"]
    await suite.ask("export", presses=1, by="manager")
    await suite.ask("settle")
    assert provider.scores == [("1001", 0), ("1002", 5)]
    suite.adapter.abandon()


async def test_a_case_that_is_resumed_goes_on_and_another_begins_clean(
    provider: StubProvider, tmp_path: Path
) -> None:
    suite = Suite()
    await suite.configure("skyward", provider.url, tmp_path)
    await suite.ask("load", course=course(item(sections=[ONE]), scores=[score(ASA, 44)]))
    await choose(suite, "essay", ONE)
    provider.on("PUT", "results", answer(503))
    await suite.ask("export", presses=1, by="manager")
    await suite.ask("settle")
    await suite.configure("skyward", provider.url, tmp_path, resume=True)
    assert (await suite.ask("state"))["scores"][0]["state"] == "failed"
    await suite.configure("skyward", provider.url, tmp_path)
    assert not (await suite.ask("export", presses=1, by="manager"))["accepted"]
    suite.adapter.abandon()


@pytest.mark.parametrize(
    "credentials",
    [
        {"type": "basic", "username": "u", "password": "p"},
        {"type": "api_key", "header": "X-Key", "key": "k"},
        {"type": "oauth1", "consumer_key": "k", "consumer_secret": "s"},
    ],
    ids=lambda given: str(given["type"]),
)
async def test_credentials_that_the_dialect_does_not_know_are_declined(
    provider: StubProvider, tmp_path: Path, credentials: dict[str, Any]
) -> None:
    refusal = await Suite().configure("skyward", provider.url, tmp_path, credentials=credentials)
    assert (refusal["status"], "oauth2" in refusal["reason"]) == ("unsupported", True)


@pytest.mark.parametrize(
    "credentials",
    [
        {"type": "bearer", "token": "t"},
        {
            "type": "oauth2",
            "client_id": "lms",
            "client_secret": "s",
            "token_url": "http://127.0.0.1:9/oauth/token",
        },
    ],
    ids=lambda given: str(given["type"]),
)
async def test_tokens_it_takes(
    provider: StubProvider, tmp_path: Path, credentials: dict[str, Any]
) -> None:
    suite = Suite()
    assert (await suite.configure("skyward", provider.url, tmp_path, credentials=credentials))[
        "status"
    ] == "ok"
    suite.adapter.abandon()


async def test_what_a_course_cannot_do_is_said(provider: StubProvider, tmp_path: Path) -> None:
    suite = Suite()
    await suite.configure("skyward", provider.url, tmp_path)
    refusals = [await suite.ask("sync"), await suite.ask("act", action="end_period")]
    assert [each["status"] for each in refusals] == ["unsupported"] * 2
    assert "reads nothing back" in refusals[0]["reason"]
    assert "end_period" in refusals[1]["reason"]
    suite.adapter.abandon()
