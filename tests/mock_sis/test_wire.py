"""How an outcome leaves, step by step, without a socket."""

from __future__ import annotations

import pytest

from mock_sis.exchange import Delivery, Hangup, Reply
from mock_sis.server.steps import End, Pause, Send, Step, feed_head, head, steps

DATE = "Mon, 15 Jun 2026 09:00:00 GMT"
BODY = b"0123456789"
LARGE = b"x" * 100_000


def plan(delivery: Delivery, body: bytes = BODY, *, method: str = "GET") -> list[Step]:
    return list(steps(Reply(200, (), body, delivery), method=method, date=DATE))


def sent(played: list[Step]) -> bytes:
    return b"".join(step.data for step in played if isinstance(step, Send))


def after_head(played: list[Step]) -> bytes:
    return sent(played).partition(b"\r\n\r\n")[2]


def header(raw: bytes, name: str) -> list[str]:
    lines = raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    pairs = (line.partition(": ") for line in lines)
    return [value for key, _, value in pairs if key.lower() == name.lower()]


@pytest.mark.parametrize(
    ("delivery", "body", "pauses", "end"),
    [
        (Delivery(), BODY, [], End("keep", True)),
        (Delivery(delay=2.5), BODY, [2.5], End("keep", True)),
        (Delivery(ending="close"), BODY, [], End("close", True)),
        (Delivery(ending="reset"), BODY, [], End("reset", True)),
        (Delivery(cut_after=4, ending="close"), b"0123", [], End("close", False)),
        (Delivery(cut_after=0, ending="reset"), b"", [], End("reset", False)),
        (Delivery(cut_after=99, ending="keep"), BODY, [], End("keep", True)),
        (Delivery(cut_after=0, ending="stall", stall=30), b"", [30], End("close", False)),
        (Delivery(delay=1, ending="stall", stall=2), BODY, [1, 2], End("close", True)),
        (Delivery(drip=5, cut_after=3), b"012", [0.2] * 3, End("keep", False)),
        (Delivery(drip=40), BODY, [0.1, 0.1, 0.05], End("keep", True)),
        (Delivery(bad_chunks=True), b"not-a-number\r\n" + BODY, [], End("keep", True)),
        (Delivery(claimed_length=99), BODY, [], End("keep", True)),
    ],
)
def test_a_delivery_is_played_as(
    delivery: Delivery, body: bytes, pauses: list[float], end: End
) -> None:
    played = plan(delivery)
    assert after_head(played) == body
    assert [step.seconds for step in played if isinstance(step, Pause)] == pytest.approx(pauses)
    assert played[-1] == end
    assert sum(isinstance(step, End) for step in played) == 1


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (Delivery(), [10]),
        (Delivery(cut_after=4), [4]),
        (Delivery(drip=40), [0, 4, 4, 2]),
        (Delivery(bad_chunks=True), [10]),
    ],
)
def test_only_bytes_of_the_body_are_counted(delivery: Delivery, expected: list[int]) -> None:
    assert [step.body for step in plan(delivery) if isinstance(step, Send)] == expected


@pytest.mark.parametrize(
    ("delivery", "length", "encoding"),
    [
        (Delivery(), ["10"], []),
        (Delivery(cut_after=3, ending="reset"), ["10"], []),
        (Delivery(claimed_length=3), ["3"], []),
        (Delivery(claimed_length=0), ["0"], []),
        (Delivery(bad_chunks=True), [], ["chunked"]),
    ],
)
def test_the_head_frames_the_body_truly_or_as_the_delivery_lies(
    delivery: Delivery, length: list[str], encoding: list[str]
) -> None:
    raw = sent(plan(delivery))
    assert header(raw, "Content-Length") == length
    assert header(raw, "Transfer-Encoding") == encoding


@pytest.mark.parametrize(
    ("given", "delivery", "length"),
    [
        ("7", Delivery(), ["7"]),
        ("7", Delivery(claimed_length=3), ["3"]),
        ("7", Delivery(bad_chunks=True), []),
    ],
)
def test_a_length_that_the_reply_brings_is_not_said_twice(
    given: str, delivery: Delivery, length: list[str]
) -> None:
    raw = head(Reply(200, (("content-length", given),), BODY, delivery), DATE).data
    assert header(raw, "Content-Length") == length


@pytest.mark.parametrize(
    ("method", "status", "length", "body"),
    [
        ("GET", 200, ["10"], BODY),
        ("HEAD", 200, ["10"], b""),
        ("GET", 204, [], b""),
        ("GET", 304, [], b""),
    ],
)
def test_a_body_is_only_sent_where_there_may_be_one(
    method: str, status: int, length: list[str], body: bytes
) -> None:
    played = list(steps(Reply(status, (), BODY), method=method, date=DATE))
    assert header(sent(played), "Content-Length") == length
    assert after_head(played) == body
    assert played[-1] == End("keep", True)


@pytest.mark.parametrize(
    ("hangup", "expected"),
    [
        (Hangup("close"), [End("close", False)]),
        (Hangup("reset"), [End("reset", False)]),
        (Hangup("close", hold=5), [Pause(5), End("close", False)]),
    ],
)
def test_a_hangup_sends_nothing(hangup: Hangup, expected: list[Step]) -> None:
    assert list(steps(hangup, method="GET", date=DATE)) == expected


def test_an_answer_that_ends_the_connection_says_so() -> None:
    played = list(steps(Reply(200, (), BODY), method="GET", date=DATE, keep_alive=False))
    assert header(sent(played), "Connection") == ["close"]
    assert played[-1] == End("close", True)


def test_small_answers_leave_in_one_piece_and_large_ones_are_not_copied() -> None:
    small, large = plan(Delivery()), plan(Delivery(), LARGE)
    assert [type(step) for step in small] == [Send, End]
    assert [type(step) for step in large] == [Send, Send, End]
    assert large[1] == Send(LARGE, len(LARGE))


@pytest.mark.parametrize("body", [b"", BODY, LARGE])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("status", [200, 204])
@pytest.mark.parametrize("keep", [True, False])
def test_an_answer_without_a_plan_leaves_as_by_the_plain_one(
    status: int, method: str, body: bytes, keep: bool
) -> None:
    told = [
        list(steps(reply, method=method, date=DATE, keep_alive=keep))
        for reply in (Reply(status, (), body), Reply(status, (), body, Delivery()))
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize("evil", ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\x00b", "a\x7fb"])
def test_no_value_ends_its_header_early(evil: str) -> None:
    raw = head(Reply(200, (("X-Echo", evil),)), DATE).data
    lines = raw[:-4].split(b"\r\n")
    assert [line.partition(b":")[0] for line in lines[1:]] == [
        b"X-Echo",
        b"Content-Length",
        b"Date",
        b"Server",
    ]
    assert not {0x00, 0x0A, 0x0D, 0x7F} & set(b"".join(lines))


@pytest.mark.parametrize(
    ("value", "raw"), [("Åsa", "Åsa".encode()), ("\ud800", b"?"), ("a\tb", b"a\tb")]
)
def test_any_text_can_be_a_value(value: str, raw: bytes) -> None:
    assert b"X-Name: " + raw + b"\r\n" in head(Reply(200, (("X-Name", value),)), DATE).data


@pytest.mark.parametrize(
    ("status", "line"),
    [(200, b"200 OK"), (429, b"429 Too Many Requests"), (799, b"799 Unassigned")],
)
def test_the_status_line_has_a_phrase(status: int, line: bytes) -> None:
    assert head(Reply(status), DATE).data.startswith(b"HTTP/1.1 " + line + b"\r\n")


def test_headers_that_the_reply_brings_are_not_said_twice() -> None:
    given = (("Date", "then"), ("Server", "other"), ("connection", "upgrade"))
    raw = head(Reply(200, given), DATE, keep_alive=False).data
    assert [header(raw, name) for name, _ in given] == [["then"], ["other"], ["upgrade"]]


def test_an_event_stream_lasts_until_the_connection_is_closed() -> None:
    raw = feed_head(DATE)
    assert header(raw, "Content-Type") == ["text/event-stream; charset=utf-8"]
    assert header(raw, "Connection") == ["close"]
    assert header(raw, "Content-Length") == []
