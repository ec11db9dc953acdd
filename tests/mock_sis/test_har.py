"""The archive of a journal is valid HAR 1.2 for every kind of exchange."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from helpers.simulator.delivery_desk import FakeSimulator, request, served, told
from mock_sis.exchange import Call, Delivery, Hangup, Reply
from mock_sis.journal.har import har
from mock_sis.journal.journal import Delivered, Entry

JSON = ("Content-Type", "application/json")
OK = Reply(200, (JSON,), b'{"numberOfErrors":0}')
POST = Call(
    "POST",
    "/wiseflow/flows/UNI%7C%7CM/grades?a=1&b=%C3%A5&b=&c",
    (("Host", "127.0.0.1:8080"), JSON),
    '{"mark":"Å"}'.encode(),
    received=1781514000.25,
)


def one(entry: Entry, public_url: str = "") -> dict[str, Any]:
    entries = har([entry], version="1.2.3", public_url=public_url)["log"]["entries"]
    assert isinstance(entries[0], dict)
    return entries[0]


def answered(reply: Reply | Hangup, delivered: Delivered | None = None) -> dict[str, Any]:
    response = one(Entry(1, "o", POST, reply, delivered=delivered))["response"]
    assert isinstance(response, dict)
    return response


ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
Check = Callable[[Any], bool]


def text(value: Any) -> bool:
    return isinstance(value, str)


def count(value: Any) -> bool:
    return isinstance(value, int) and value >= 0


def size(value: Any) -> bool:
    return isinstance(value, int) and value >= -1


def duration(value: Any) -> bool:
    return isinstance(value, int | float) and value >= 0


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these fields, perhaps those, and beyond them only names with "_" before."""
    allowed = {**required, **(optional or {})}

    def check(value: Any) -> bool:
        assert isinstance(value, dict)
        assert required.keys() <= value.keys(), required.keys() - value.keys()
        for name, given in value.items():
            assert name.startswith("_") or name in allowed, name
            assert name.startswith("_") or allowed[name](given), (name, given)
        return True

    return check


def many(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(item) for item in value)


PAIR = record({"name": text, "value": text})
COOKIE = record(
    {"name": text, "value": text},
    {"path": text, "domain": text, "httpOnly": bool, "secure": bool},
)
MESSAGE: dict[str, Check] = {
    "httpVersion": text,
    "cookies": many(COOKIE),
    "headers": many(PAIR),
    "headersSize": size,
    "bodySize": size,
}
REQUEST = record(
    {
        **MESSAGE,
        "method": lambda value: text(value) and value != "",
        "url": lambda value: re.match(r"https?://[^/]+/", value) is not None,
        "queryString": many(PAIR),
    },
    {"postData": record({"mimeType": text, "text": text})},
)
RESPONSE = record(
    {
        **MESSAGE,
        "status": count,
        "statusText": text,
        "content": record(
            {"size": count, "mimeType": text},
            {"text": text, "encoding": lambda value: value == "base64"},
        ),
        "redirectURL": text,
    }
)
ENTRY = record(
    {
        "startedDateTime": lambda value: ISO.fullmatch(value) is not None,
        "time": duration,
        "request": REQUEST,
        "response": RESPONSE,
        "cache": record({}),
        "timings": record({"send": duration, "wait": duration, "receive": duration}),
    }
)
ARCHIVE = record(
    {
        "log": record(
            {
                "version": lambda value: value == "1.2",
                "creator": record({"name": text, "version": text}),
                "pages": many(record({})),
                "entries": many(ENTRY),
            }
        )
    }
)

KINDS = {
    "bulk export": Entry(1, "wiseflow.flows.grades.post", POST, OK, took=0.004),
    "delivered": Entry(2, "o", POST, OK, delivered=Delivered(1781514001.5, 20, "complete")),
    "delivered before the clock went back": Entry(
        2, "o", POST, OK, took=0.5, delivered=Delivered(1.0, 20, "complete")
    ),
    "closed": Entry(3, "o", POST, Hangup("close"), ("close_without_answer",)),
    "reset": Entry(4, "o", POST, Hangup("reset"), ("reset_before",)),
    "refused": Entry(5, "connect", Call("", "", received=5.0), Hangup("reset")),
    "cut": Entry(6, "o", POST, Reply(200, (JSON,), b"{}", Delivery(cut_after=1)),
                 delivered=Delivered(9.0, 1, "cut")),
    "binary": Entry(7, "o", Call("POST", "/", (), b"\xff"), Reply(200, (), b"\x1f\x8b\xff")),
    "no host": Entry(8, "o", Call("GET", "/x"), OK),
    "redirect": Entry(9, "o", POST, Reply(307, (("Location", "https://other.invalid/"),))),
    "unheard status": Entry(10, "o", POST, Reply(799)),
    "no unicode": Entry(
        11,
        "o",
        Call("GET", "/\udcff?\udcff=\udcff", (("X-\udcff", "\udcff"), ("Host", "\udcff"))),
        Reply(200, (("X", "\udcff"), ("Content-Type", "\udcff"), ("Location", "\udcff"))),
    ),
    "whole url": Entry(12, "o", Call("GET", "http://sis.invalid/a/b?c"), OK),
    "asterisk": Entry(13, "o", Call("OPTIONS", "*"), OK),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_exchange_has_all_required_fields(kind: str) -> None:
    archive = har([KINDS[kind]], version="1.2.3")
    assert ARCHIVE(json.loads(json.dumps(archive).encode()))


def test_an_archive_keeps_the_order_and_names_its_maker() -> None:
    log = har(KINDS.values(), version="1.2.3")["log"]
    assert log["creator"] == {"name": "mock-sis", "version": "1.2.3"}
    assert [entry["_number"] for entry in log["entries"]] == [e.number for e in KINDS.values()]


def test_a_request_is_exported_completely() -> None:
    entry = one(Entry(7, "wiseflow.flows.grades.post", POST, OK, ("delay",)))
    assert entry["startedDateTime"] == "2026-06-15T09:00:00.250Z"
    assert (entry["_operation"], entry["_faults"]) == ("wiseflow.flows.grades.post", ["delay"])
    assert entry["request"] == {
        "method": "POST",
        "url": "http://127.0.0.1:8080/wiseflow/flows/UNI%7C%7CM/grades?a=1&b=%C3%A5&b=&c",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [
            {"name": "Host", "value": "127.0.0.1:8080"},
            {"name": "Content-Type", "value": "application/json"},
        ],
        "queryString": [
            {"name": "a", "value": "1"},
            {"name": "b", "value": "å"},
            {"name": "b", "value": ""},
            {"name": "c", "value": ""},
        ],
        "headersSize": -1,
        "bodySize": 13,
        "postData": {"mimeType": "application/json", "text": '{"mark":"Å"}'},
    }


def test_a_response_is_exported_completely() -> None:
    assert answered(OK) == {
        "status": 200,
        "statusText": "OK",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "content": {
            "size": 20,
            "mimeType": "application/json",
            "text": '{"numberOfErrors":0}',
        },
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": 20,
    }


def test_a_redirect_names_its_target() -> None:
    assert answered(KINDS["redirect"].outcome)["redirectURL"] == "https://other.invalid/"


def test_a_binary_body_travels_as_base64() -> None:
    entry = one(KINDS["binary"])
    content, posted = entry["response"]["content"], entry["request"]["postData"]
    assert content == {"size": 3, "mimeType": "x-unknown", "text": "H4v/", "encoding": "base64"}
    assert posted == {"mimeType": "x-unknown", "text": "/w==", "_encoding": "base64"}


def test_a_request_without_a_body_has_no_post_data() -> None:
    assert "postData" not in one(Entry(1, "o", Call("GET", "/"), OK))["request"]


@pytest.mark.parametrize(
    ("outcome", "how", "error"),
    [
        (Hangup("close"), None, "net::ERR_EMPTY_RESPONSE"),
        (Hangup("reset"), None, "net::ERR_CONNECTION_RESET"),
        (OK, "cut", "net::ERR_CONTENT_LENGTH_MISMATCH"),
        (OK, "client_gone", "net::ERR_ABORTED"),
        (OK, "complete", None),
        (OK, None, None),
    ],
)
def test_an_incomplete_answer_has_an_error(
    outcome: Reply | Hangup, how: Any, error: str | None
) -> None:
    response = answered(outcome, how and Delivered(0.0, 3, how))
    assert response.get("_error") == error
    assert response["status"] == (0 if isinstance(outcome, Hangup) else 200)


@pytest.mark.parametrize("how", ["cut", "complete", "client_gone"])
def test_the_body_size_is_the_number_of_sent_bytes(how: Any) -> None:
    assert answered(OK, Delivered(0.0, 7, how))["bodySize"] == 7


@pytest.mark.parametrize(
    ("call", "public_url", "url"),
    [
        (POST, "https://sis.example.test", "https://sis.example.test" + POST.target),
        (POST, "https://sis.example.test/", "https://sis.example.test" + POST.target),
        (Call("GET", "/x"), "", "http://localhost/x"),
        (Call("GET", "http://sis.invalid/a"), "", "http://sis.invalid/a"),
        (Call("GET", "/x?back=http://y/"), "", "http://localhost/x?back=http://y/"),
        (Call("", ""), "", "http://localhost/"),
    ],
)
def test_a_url_is_the_one_clients_used(call: Call, public_url: str, url: str) -> None:
    assert one(Entry(1, "o", call, OK), public_url)["request"]["url"] == url


@pytest.mark.parametrize(
    ("took", "delivered_after", "expected"),
    [
        (0.25, None, {"send": 0, "wait": 250.0, "receive": 0.0}),
        (0.25, 1.0, {"send": 0, "wait": 250.0, "receive": 750.0}),
        (0.25, -9.0, {"send": 0, "wait": 250.0, "receive": 0.0}),
        (-1.0, None, {"send": 0, "wait": 0.0, "receive": 0.0}),
    ],
)
def test_the_time_is_the_sum_of_the_timings(
    took: float, delivered_after: float | None, expected: dict[str, float]
) -> None:
    delivered = None
    if delivered_after is not None:
        delivered = Delivered(POST.received + delivered_after, 0, "complete")
    entry = one(Entry(1, "o", POST, OK, took=took, delivered=delivered))
    assert entry["timings"] == expected
    assert entry["time"] == sum(expected.values())


def test_the_version_of_the_request_is_the_one_that_was_sent() -> None:
    entry = one(Entry(1, "o", Call("GET", "/", version="1.0"), OK))
    assert (entry["request"]["httpVersion"], entry["response"]["httpVersion"]) == (
        "HTTP/1.0",
        "HTTP/1.1",
    )


def test_cookies_are_listed() -> None:
    sent = (("Cookie", "a=1; b=x=y;"), ("cookie", "c"))
    set_ = (("Set-Cookie", "s=1; Path=/x; HttpOnly; Secure; Max-Age=3"), ("Set-Cookie", "t=\udcff"))
    entry = one(Entry(1, "o", Call("GET", "/", sent), Reply(200, set_)))
    assert entry["request"]["cookies"] == [
        {"name": "a", "value": "1"},
        {"name": "b", "value": "x=y"},
        {"name": "c", "value": ""},
    ]
    assert entry["response"]["cookies"] == [
        {"name": "s", "value": "1", "path": "/x", "httpOnly": True, "secure": True},
        {"name": "t", "value": "?"},
    ]
    assert ENTRY(entry)


FRAMINGS: dict[str, tuple[Delivery, str, dict[str, str]]] = {
    "plain": (Delivery(), "GET", {"Content-Length": "2"}),
    "HEAD": (Delivery(), "HEAD", {"Content-Length": "2"}),
    "too long": (Delivery(claimed_length=9), "GET", {"Content-Length": "9"}),
    "chunks": (Delivery(bad_chunks=True), "GET", {"Transfer-Encoding": "chunked"}),
    "cut": (Delivery(cut_after=1, ending="close"), "GET", {"Content-Length": "2"}),
}


@pytest.mark.parametrize(("plan", "method", "framing"), FRAMINGS.values(), ids=FRAMINGS.keys())
@pytest.mark.parametrize("own", [(), (("content-length", "2"),)])
async def test_the_framing_that_was_sent_is_in_the_archive(
    plan: Delivery, method: str, framing: dict[str, str], own: tuple[tuple[str, str], ...]
) -> None:
    fake = FakeSimulator(lambda _: Reply(200, (JSON, *own), b"{}", plan))
    async with served(fake) as url:
        line = await told(url, request(method, close=True))
    response = one(fake.world.journal.select()[0])["response"]
    shown = [(each["name"].lower(), each["value"]) for each in response["headers"]]
    expected = {name.lower(): value for name, value in framing.items()}
    assert shown == [
        ("content-type", "application/json"),
        *expected.items(),
        ("connection", "close"),
    ]
    for name, value in framing.items():
        assert f"{name}: {value}\r\n".lower().encode() in bytes(line.heard).lower()
    assert (response["content"]["text"] == "") == (method == "HEAD")
