"""How the SIS is asked: page by page, with a token, and not for ever."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import pytest
from aiohttp import web

from conformance.exporters.kit.wire import Answer, Lost
from conformance.exporters.skyward import SkywardExporter, client
from conformance.exporters.skyward.client import Client, is_last
from helpers.deadlines import Deadlines
from helpers.exporters.opening import Courses
from helpers.exporters.skyward_courses import (
    ASA,
    JOSE,
    ONE,
    chosen,
    course,
    item,
    marks,
    message,
    pressed,
    score,
    states,
)
from helpers.exporters.skyward_stub import (
    Behaviour,
    Heard,
    StubProvider,
    answer,
    hang,
    rightly,
    stored_but,
)

SCORES = (score(ASA, 44), score(JOSE, 31))


def ready(courses: Courses, *items: Any, **facts: Any) -> SkywardExporter:
    document = course(*(items or (item(sections=[ONE]),)), scores=SCORES)
    exporter = courses(document, **facts)
    chosen(exporter)
    return exporter


# Pages


@pytest.mark.parametrize("page", [1, 2, 100])
async def test_lists_are_read_to_their_end_whatever_a_page_holds(
    courses: Courses, provider: StubProvider, page: int
) -> None:
    provider.page = page
    exporter = ready(courses)
    await pressed(exporter)
    exporter.edit_score("essay", ASA, 45)
    provider.change(JOSE, 12)
    await pressed(exporter)
    exporter.edit_score("essay", JOSE, 33)
    await pressed(exporter)
    assert provider.held == {("Essay", "1001"): 45, ("Essay", "1002"): 12}
    pages = [e.query["offset"] for e in provider.heard if e.collection == "categories"]
    assert pages == (["0", "1"] * 3 if page == 1 else ["0"] * 3)


@pytest.mark.parametrize(
    ("headers", "here", "so_far", "last"),
    [
        ({"x-total-count": "5"}, 2, 4, False),
        ({"x-total-count": "5"}, 1, 5, True),
        ({"x-total-count": "5"}, 2, 6, True),
        ({"x-total-count": "5"}, 0, 4, True),
        ({"x-total-count": "0"}, 0, 0, True),
        ({}, 100, 100, False),
        ({}, 99, 199, True),
        ({}, 0, 200, True),
        ({"x-total-count": "many"}, 100, 100, False),
        ({"x-total-count": "²"}, 99, 99, True),
    ],
)
def test_a_list_ends_by_its_count_or_by_a_page_that_is_not_full(
    headers: dict[str, str], here: int, so_far: int, last: bool
) -> None:
    assert is_last(Answer(200, b"", "", headers), here, so_far) is last


async def test_a_list_without_end_is_given_up(
    courses: Courses, provider: StubProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 3)
    row = {"sourcedId": "c", "title": "Homework"}
    full = answer(200, {"categories": [row]}, headers={"X-Total-Count": "999"})
    provider.on("GET", "categories", *[full] * 9)
    exporter = ready(courses)
    await pressed(exporter)
    assert "does not end" in message(exporter, "essay")
    assert [e.collection for e in provider.heard] == ["categories"] * 3


async def test_the_base_url_may_end_in_a_slash(courses: Courses, provider: StubProvider) -> None:
    await pressed(ready(courses, sis_url=f"{provider.url}/"))
    assert provider.held == {("Essay", "1001"): 44, ("Essay", "1002"): 31}


# Who we are


def oauth(provider: StubProvider, **more: Any) -> dict[str, Any]:
    return {
        "type": "oauth2",
        "client_id": "lms: one",
        "client_secret": "s&cret/+=",
        "token_url": provider.token_url,
        **more,
    }


def sent_with(provider: StubProvider) -> list[str]:
    return [e.headers["Authorization"] for e in provider.heard if e.collection != "token"]


def asked_for_tokens(provider: StubProvider) -> list[Heard]:
    return [e for e in provider.heard if e.collection == "token"]


async def test_one_token_is_good_for_a_whole_transfer_and_the_next(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = ready(courses, credentials=oauth(provider, scope="a b"))
    await pressed(exporter)
    await pressed(exporter)
    (asked,) = asked_for_tokens(provider)
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
    }
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    known = b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode()
    assert [unquote_plus(half) for half in known.split(":")] == ["lms: one", "s&cret/+="]
    assert set(sent_with(provider)) == {"Bearer t-1"}
    told = [(e.headers["Accept"], e.headers["User-Agent"]) for e in provider.heard]
    assert set(told) == {("application/json", "reference-exporter")}
    assert set(marks(exporter).values()) == {"EXPORTED"}


async def test_without_a_scope_none_is_asked_for(courses: Courses, provider: StubProvider) -> None:
    await pressed(ready(courses, credentials=oauth(provider)))
    assert b"scope" not in asked_for_tokens(provider)[0].body


@pytest.mark.parametrize("place", range(2, 9))
async def test_an_expired_token_is_renewed_once_and_the_request_made_again(
    courses: Courses, provider: StubProvider, place: int
) -> None:
    """Wherever in the transfer that is; the first request of all asks for the first token."""
    provider.at[place] = answer(401)
    exporter = ready(courses, credentials=oauth(provider))
    await pressed(exporter)
    assert len(asked_for_tokens(provider)) == 2
    again = provider.heard[place + 1]
    assert (again.method, again.path) == (
        provider.heard[place - 1].method,
        provider.heard[place - 1].path,
    )
    assert again.headers["Authorization"] == f"Bearer t-{place + 1}"
    assert set(marks(exporter).values()) == {"EXPORTED"}
    assert len(provider.made) == len(set(provider.made)) == 3


async def test_a_second_401_is_the_answer(courses: Courses, provider: StubProvider) -> None:
    provider.on("PUT", "lineItems", answer(401), answer(401))
    exporter = ready(courses, credentials=oauth(provider))
    await pressed(exporter)
    assert states(exporter) == {"essay:alg-1": "FAILED"}
    assert len(asked_for_tokens(provider)) == 2


NO_TOKEN: dict[str, Behaviour] = {
    "401": answer(401, {"error": "invalid_client"}),
    "503": answer(503, {"access_token": "t"}),
    "no token": answer(200, {}),
    "a number": answer(200, {"access_token": 7}),
    "empty": answer(200, {"access_token": ""}),
    "a list": answer(200, []),
    "a page": answer(200, body=b"<html>"),
}


@pytest.mark.parametrize("behaviour", NO_TOKEN.values(), ids=NO_TOKEN)
async def test_without_a_token_nothing_is_sent(
    courses: Courses, provider: StubProvider, behaviour: Behaviour
) -> None:
    provider.on("POST", "token", *[behaviour] * 9)
    exporter = ready(courses, credentials=oauth(provider))
    await pressed(exporter)
    assert sent_with(provider) == []
    assert "gave no token" in message(exporter, "essay")


async def test_where_no_new_token_is_given_the_rest_is_not_sent(
    courses: Courses, provider: StubProvider
) -> None:
    provider.on("POST", "token", rightly, *[answer(503)] * 9)
    provider.on("PUT", "results", answer(401))
    exporter = ready(courses, credentials=oauth(provider))
    await pressed(exporter)
    assert marks(exporter) == {"essay:1001": "FAILED", "essay:1002": "FAILED"}
    assert "Nothing was sent" in (exporter.marks[0].message or "")
    assert len(provider.puts("results")) == 1


@pytest.mark.parametrize(
    ("credentials", "header"),
    [({"type": "none"}, None), ({"type": "bearer", "token": "given"}, "Bearer given")],
)
async def test_other_credentials_are_used_as_they_are_and_never_renewed(
    courses: Courses, provider: StubProvider, credentials: dict[str, Any], header: str | None
) -> None:
    provider.on("PUT", "lineItems", answer(401))
    exporter = ready(courses, credentials=credentials)
    await pressed(exporter)
    assert {e.headers.get("Authorization") for e in provider.heard} == {header}
    assert len(provider.puts("lineItems")) == 1
    assert states(exporter) == {"essay:alg-1": "FAILED"}


# How long, and how often


async def test_a_sis_that_stalls_is_given_up_and_the_next_is_sent(
    courses: Courses, provider: StubProvider, deadlines: Deadlines
) -> None:
    provider.on("PUT", "results", stored_but(hang))
    exporter = ready(courses, timeout=30.0)
    pressing = asyncio.create_task(pressed(exporter))
    await provider.reached.wait()
    deadlines.expire()
    await pressing
    assert marks(exporter) == {"essay:1001": "FAILED", "essay:1002": "EXPORTED"}
    assert "within 30 seconds" in (exporter.marks[0].message or "")
    assert len(provider.puts("results")) == 2


async def test_a_broken_connection_is_not_tried_twice(
    courses: Courses, provider: StubProvider
) -> None:
    async def hang_up(_: StubProvider, heard: Heard) -> web.StreamResponse:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)  # where the cancellation is raised
        return web.Response()

    provider.on("PUT", "results", stored_but(hang_up))
    exporter = ready(courses)
    await pressed(exporter)
    assert provider.scores == [("1001", 44), ("1002", 31)]
    assert "not known whether" in (exporter.marks[0].message or "")


async def test_a_redirect_is_not_followed_with_grades_in_hand(
    courses: Courses, provider: StubProvider
) -> None:
    provider.on("PUT", "results", answer(307, headers={"Location": "http://127.0.0.2:9/x"}))
    exporter = ready(courses)
    await pressed(exporter)
    assert marks(exporter)["essay:1001"] == "FAILED"


async def test_one_object_that_is_none_cannot_be_read(
    courses: Courses, provider: StubProvider
) -> None:
    provider.on("GET", ONE, answer(200, {"class": []}))
    exporter = ready(courses)
    asking = exporter.transfers.client
    assert isinstance(asking, Client)
    with pytest.raises(Lost, match="cannot be read"):
        await asking.one(f"/rostering/v1p2/classes/{ONE}", "class")
