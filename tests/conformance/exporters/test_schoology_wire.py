"""The wire: signatures, redirects, waits and deadlines."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp import web
from oauthlib.common import Request as Signed
from oauthlib.oauth1.rfc5849.signature import verify_hmac_sha1, verify_plaintext

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.wire import Answer
from conformance.exporters.schoology import SchoologyExporter
from conformance.exporters.schoology.client import asked_for
from helpers.deadlines import Deadlines
from helpers.exporters.schoology_sections import ASA, JOSE, QUIZ, graded, section
from helpers.exporters.schoology_stub import PATH, Behaviour, Heard, StubGradebook, answer, hang_up

Opened = Callable[..., SchoologyExporter]
SECRET = "s&cret/+="
OAUTH = {"type": "oauth1", "consumer_key": "key 1", "consumer_secret": SECRET}


def oauth(heard: Heard) -> dict[str, str]:
    header = heard.headers["Authorization"]
    assert header.startswith("OAuth ")
    return dict(re.findall(r'(\w+)="([^"]*)"', header))


def is_genuine(book: StubGradebook, heard: Heard) -> bool:
    """Whether the signature is that of this request by the key's owner."""
    given = oauth(heard)
    query = "&".join(f"{name}={value}" for name, value in heard.query.items())
    url = book.url.removesuffix("/v1") + heard.path + (f"?{query}" if query else "")
    asked = Signed(url, http_method=heard.method, headers={"Authorization": ""})
    asked.params = [
        *((name, unquote(value)) for name, value in given.items() if name != "oauth_signature"),
        *heard.query.items(),
    ]
    asked.signature = unquote(given["oauth_signature"])
    plain = given["oauth_signature_method"] == "PLAINTEXT"
    verify = verify_plaintext if plain else verify_hmac_sha1
    return bool(verify(asked, client_secret=SECRET))


@pytest.mark.parametrize("method", ["HMAC-SHA1", "PLAINTEXT"])
async def test_every_request_is_signed_by_itself(
    gradebook: Opened, book: StubGradebook, method: str
) -> None:
    book.page_size = 1
    book.hold(ASA, QUIZ, 1)
    book.hold(JOSE, QUIZ, 1)
    book.on_put(hang_up)
    exporter = gradebook(
        section(graded(ASA), graded(JOSE)), credentials={**OAUTH, "signature_method": method}
    )
    await exporter.pull()
    await exporter.export()
    await exporter.settle()
    assert [each.path for each in book.heard[:2]] == ["/v1/users/me", "/v1/users/48289"]
    assert len(book.puts) == 2
    assert all(is_genuine(book, each) for each in book.heard)
    nonces = [oauth(each)["oauth_nonce"] for each in book.heard]
    assert len(set(nonces)) == len(nonces) == 8
    assert {oauth(each)["oauth_signature_method"] for each in book.heard} == {method}
    assert {oauth(each)["oauth_timestamp"] for each in book.heard} == {"1781514000"}
    assert all("oauth_token" not in oauth(each) for each in book.heard)


async def test_the_exporter_introduces_itself_once(gradebook: Opened, book: StubGradebook) -> None:
    exporter = gradebook(section(), credentials=OAUTH)
    await exporter.pull()
    await exporter.pull()
    assert [each.path for each in book.heard].count("/v1/users/me") == 1


async def test_without_a_key_nothing_is_signed_and_nobody_introduced(
    gradebook: Opened, book: StubGradebook
) -> None:
    await gradebook(section()).pull()
    assert [each.path for each in book.heard] == [PATH]
    assert "Authorization" not in book.heard[0].headers


async def test_a_sis_that_does_not_know_the_key_is_asked_for_nothing_more(
    gradebook: Opened, book: StubGradebook
) -> None:
    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=401)

    book.me = refuse
    exporter = gradebook(section(), credentials=OAUTH)
    with pytest.raises(NotAllowed, match="credentials"):
        await exporter.pull()
    assert [each.path for each in book.heard] == ["/v1/users/me"]


@pytest.mark.parametrize(
    ("status", "follows"), [(307, True), (308, True), (301, False), (302, False), (303, False)]
)
async def test_grades_are_sent_on_only_on_their_own_host_and_by_the_same_method(
    gradebook: Opened, book: StubGradebook, status: int, follows: bool
) -> None:
    book.on_put(answer(status, headers={"Location": f"{PATH}?here=1"}))
    exporter = gradebook(section(graded(ASA)), credentials=OAUTH)
    await exporter.export()
    await exporter.settle()
    assert [each.query.get("here") for each in book.puts] == ([None, "1"] if follows else [None])
    assert all(is_genuine(book, each) for each in book.puts)
    assert exporter.items[0].state.name == ("EXPORTED" if follows else "FAILED")


async def test_redirects_without_end_are_left(gradebook: Opened, book: StubGradebook) -> None:
    book.on_get(*[answer(302, headers={"Location": PATH})] * 9)
    with pytest.raises(NotAllowed, match="HTTP 302"):
        await gradebook(section()).pull()
    assert len(book.gets) == 6


def put_off(after: str | None, date: str | None = None) -> Behaviour:
    headers = {"Retry-After": after} if after else {}
    return answer(429, headers=headers | ({"Date": date} if date else {}))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "\u00b2"}, None),
        ({"retry-after": "Mon, 15 Jun 2026 09:00:30 GMT"}, None),
        (
            {
                "retry-after": "Mon, 15 Jun 2026 09:00:30 GMT",
                "date": "Mon, 15 Jun 2026 09:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "retry-after": "Mon, 15 Jun 2026 09:00:00 GMT",
                "date": "Mon, 15 Jun 2026 09:00:30 GMT",
            },
            0.0,
        ),
        ({"retry-after": "Mon, 15 Jun 2026 09:00:00 GMT", "date": "yesterday"}, None),
        ({"retry-after": "Mon, 15 Jun 2026 09:00:00", "date": "Mon, 15 Jun 2026 09:00 GMT"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_siss_own_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert asked_for(Answer(429, b"", "", headers)) == seconds


@pytest.mark.parametrize(("after", "wait"), [("7", 7), (None, 5)])
async def test_what_was_put_off_waits_and_is_sent_whole(
    gradebook: Opened, book: StubGradebook, after: str | None, wait: int
) -> None:
    exporter = gradebook(section(graded(ASA), graded(JOSE)), most_rows=1)
    book.on_put(put_off(after))
    await exporter.export()
    assert len(await exporter.settle()) == 1
    assert [each.state.name for each in exporter.items] == ["QUEUED", "QUEUED"]
    exporter.advance(wait - 0.5)
    assert len(await exporter.settle()) == 1
    assert len(book.puts) == 1
    exporter.advance(0.5)
    assert await exporter.settle() == ()
    assert [put.subjects for put in book.puts] == [[ASA], [ASA], [JOSE]]
    assert [each.state.name for each in exporter.items] == ["EXPORTED", "EXPORTED"]


async def test_while_one_waits_nobody_asks(gradebook: Opened, book: StubGradebook) -> None:
    exporter = gradebook(section(graded(ASA)))
    book.on_put(put_off("7"))
    await exporter.export()
    await exporter.settle()
    with pytest.raises(NotAllowed, match=r"still being read.*fewer requests"):
        await exporter.pull()
    with pytest.raises(NotAllowed, match="already"):
        await exporter.pull()
    assert len(book.heard) == 1
    exporter.advance(7)
    assert await exporter.settle() == ()
    assert (len(book.puts), len(book.gets)) == (2, 1)


async def test_by_a_real_clock_a_wait_ends_by_itself(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)), virtual=False)
    book.on_put(put_off("1"))
    before = exporter.clock.now()
    await exporter.export()
    assert await exporter.settle() == ()
    assert exporter.clock.now() - before >= 0.99
    assert exporter.items[0].state.name == "EXPORTED"


async def test_a_sis_that_puts_off_for_ever_ends_in_failure(
    gradebook: Opened, book: StubGradebook
) -> None:
    exporter = gradebook(section(graded(ASA)))
    book.on_put(*[put_off("1")] * 30)
    await exporter.export()
    for _ in range(30):
        await exporter.settle()
        exporter.advance(1)
    assert "fewer requests" in (exporter.items[0].message or "")
    assert (exporter.items[0].state.name, len(book.puts)) == ("FAILED", 20)


async def test_a_sis_that_stalls_is_given_up_and_asked_again(
    gradebook: Opened, book: StubGradebook, deadlines: Deadlines
) -> None:
    reached, released = asyncio.Event(), asyncio.Event()

    async def stall(_: StubGradebook, __: Any, ___: Heard) -> web.Response:
        reached.set()
        await released.wait()
        return web.Response()

    exporter = gradebook(section(graded(ASA)))
    book.on_put(stall)
    await exporter.export()
    await reached.wait()
    deadlines.expire()
    await exporter.settle()
    released.set()
    assert (len(book.puts), exporter.items[0].state.name) == (2, "EXPORTED")
