"""The journal keeps exchanges in order, within its limits, and exports them byte for byte."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.errors import ReplayError, UsageError
from mock_sis.exchange import Call, Delivery, Hangup, Reply
from mock_sis.journal.journal import Delivered, Entry, Journal, as_json, from_json

OK = Reply(200, (("Content-Type", "application/json"),), b"{}")
LONG = (("n" * 500, "v" * 500),)
EMPTY = (("", ""),)


def fill(journal: Journal, *operations: str, body: bytes = b"") -> None:
    for operation in operations:
        journal.append(operation, Call("POST", "/x", body=body), OK)


def numbers(entries: list[Entry]) -> list[int]:
    return [entry.number for entry in entries]


def test_entries_are_numbered_from_one_in_order() -> None:
    journal = Journal()
    fill(journal, "a", "b", "c")
    assert [(entry.number, entry.operation) for entry in journal] == [(1, "a"), (2, "b"), (3, "c")]
    assert journal.last == 3


@pytest.mark.parametrize(
    ("operation", "since", "limit", "expected"),
    [
        ("*", 0, None, [1, 2, 3, 4]),
        ("*", 2, None, [3, 4]),
        ("*", 4, None, []),
        ("*", 99, None, []),
        ("*", -5, None, [1, 2, 3, 4]),
        ("*", 0, 2, [1, 2]),
        ("*", 1, 2, [2, 3]),
        ("*", 0, 0, []),
        ("wiseflow.*", 0, None, [1, 3]),
        ("wiseflow.*", 1, 1, [3]),
        ("wiseflow.flows.get", 0, None, [3]),
        ("WISEFLOW.*", 0, None, []),
        ("*.get", 0, None, [3, 4]),
        ("nothing", 0, None, []),
    ],
)
def test_select_filters_by_pattern_number_and_limit(
    operation: str, since: int, limit: int | None, expected: list[int]
) -> None:
    journal = Journal()
    fill(journal, "wiseflow.flows.list", "control.reset", "wiseflow.flows.get", "control.seed.get")
    assert numbers(journal.select(operation, since, limit)) == expected


def test_the_oldest_entries_are_dropped_when_there_are_too_many() -> None:
    journal = Journal(max_entries=3)
    fill(journal, *"abc")
    assert journal.complete
    fill(journal, *"de")
    assert numbers(journal.select()) == [3, 4, 5]
    assert (len(journal), journal.last, journal.complete) == (3, 5, False)


def test_the_oldest_entries_are_dropped_when_they_are_too_large() -> None:
    journal = Journal(max_bytes=15_000)
    fill(journal, *"abcdefgh", body=b"x" * 2_000)
    assert journal.bytes <= 15_000
    assert numbers(journal.select()) == [6, 7, 8] or numbers(journal.select()) == [5, 6, 7, 8]
    assert journal.bytes == sum(entry.weight for entry in journal)


def test_an_entry_larger_than_the_limit_is_announced_but_not_kept() -> None:
    journal = Journal(max_bytes=10_000)
    told: list[Entry] = []
    journal.subscribe(told.append)
    fill(journal, "small")
    fill(journal, "huge", body=b"x" * 20_000)
    fill(journal, "after")
    assert [entry.operation for entry in journal] == ["after"]
    assert [entry.operation for entry in told] == ["small", "huge", "after"]


def entry(*, reply: Reply = OK, **call: Any) -> Entry:
    return Entry(1, "o", Call(**{"method": "GET", "target": "/"} | call), reply)


@pytest.mark.parametrize(
    ("heavier", "plain"),
    [
        (entry(target="/" + "t" * 1000), entry()),
        (entry(headers=LONG), entry(headers=EMPTY)),
        (entry(body=b"x" * 1000), entry()),
        (entry(reply=Reply(200, LONG)), entry(reply=Reply(200, EMPTY))),
        (entry(reply=Reply(200, body=b"x" * 1000)), entry(reply=Reply(200))),
    ],
    ids=["target", "call headers", "call body", "reply headers", "reply body"],
)
def test_an_entry_weighs_what_it_holds(heavier: Entry, plain: Entry) -> None:
    assert heavier.weight == plain.weight + 1000


@pytest.mark.parametrize(
    "call",
    [
        Call("GET", "/"),
        Call("GET", "/", tuple((f"x-{number}", f"{number}-x") for number in range(126))),
        Call("GET", "/", (("x", "\N{GRINNING FACE}" * 2000),)),
        Call("GET", "/" + "\N{SNOWMAN}" * 2000),
        Call("GET", "/?" + "&".join(f"{number}=" for number in range(2000))),
    ],
    ids=["little", "many headers", "a wide header", "a wide target", "a long query"],
)
def test_an_entry_takes_no_more_memory_than_it_weighs(call: Call) -> None:
    assert (call.path, call.query, call.header("x")) is not None  # looked up, as handlers do
    journal = Journal()
    journal.append("o", call, OK, faults=("delay",), took=0.1)
    (entry,) = journal
    assert taken(entry, set()) <= entry.weight <= 2 * taken(entry, set())


def taken(thing: object, seen: set[int]) -> int:
    """The size in bytes of all objects that are reachable from a value, each counted once."""
    if id(thing) in seen or isinstance(thing, type):
        return 0
    seen.add(id(thing))
    if isinstance(thing, msgspec.Struct):  # one that the collector may not know
        inner = [getattr(thing, name) for name in thing.__struct_fields__]
    else:
        inner = gc.get_referents(thing)
    return sys.getsizeof(thing) + sum(taken(each, seen) for each in inner)


def test_clearing_drops_entries_but_reuses_no_number() -> None:
    journal = Journal()
    fill(journal, *"abc")
    journal.clear()
    assert (len(journal), journal.bytes, journal.complete) == (0, 0, False)
    fill(journal, "d")
    assert numbers(journal.select()) == [4]


def test_the_limits_hold_after_clearing_too() -> None:
    journal = Journal(max_entries=2)
    fill(journal, *"ab", body=b"x" * 1000)
    journal.clear()
    fill(journal, *"cde")
    assert numbers(journal.select()) == [4, 5]
    assert journal.bytes == sum(entry.weight for entry in journal)


def test_clearing_an_empty_journal_leaves_it_complete() -> None:
    journal = Journal()
    journal.clear()
    assert journal.complete


def test_a_delivery_is_noted_on_its_entry_alone() -> None:
    journal = Journal()
    fill(journal, *"abc")
    delivered = Delivered(at=12.5, sent_bytes=1, how="cut")
    before = journal.bytes
    journal.note_delivery(2, delivered)
    assert [entry.delivered for entry in journal] == [None, delivered, None]
    assert journal.bytes == before


def test_a_delivery_of_an_evicted_entry_is_no_error() -> None:
    journal = Journal(max_entries=1)
    fill(journal, *"ab")
    journal.note_delivery(1, Delivered(0.0, 0, "complete"))
    journal.note_delivery(7, Delivered(0.0, 0, "complete"))
    assert [entry.delivered for entry in journal] == [None]


def test_subscribers_hear_every_entry_until_they_unsubscribe() -> None:
    journal = Journal()
    first: list[Entry] = []
    second: list[Entry] = []
    stop = journal.subscribe(first.append)
    journal.subscribe(second.append)
    fill(journal, "a")
    stop()
    stop()
    fill(journal, "b")
    assert (numbers(first), numbers(second)) == ([1], [1, 2])


def test_one_callback_may_subscribe_twice_and_leave_once() -> None:
    journal = Journal()
    heard: list[Entry] = []
    stop = journal.subscribe(heard.append)
    journal.subscribe(heard.append)
    stop()
    fill(journal, "a")
    assert numbers(heard) == [1]


@pytest.mark.parametrize("bounds", [{"max_entries": 0}, {"max_bytes": 0}, {"max_entries": -1}])
def test_limits_below_one_are_refused(bounds: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Journal(**bounds)


def _lines(work: Callable[[], Any]) -> int:
    """How many lines of Python ran: a cost that does not depend on the machine's mood."""
    count = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    outer = sys.gettrace()
    gc.disable()  # a collection may run others' callbacks, whose lines would count
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(outer)
        gc.enable()
    return count


@pytest.mark.parametrize(
    "work",
    [
        lambda journal: fill(journal, "x"),
        lambda journal: journal.note_delivery(journal.last - 1, Delivered(0.0, 0, "complete")),
        lambda journal: journal.select(since=journal.last - 3),
        lambda journal: journal.select(limit=3),
    ],
    ids=["append", "note delivery", "newest", "first page"],
)
def test_no_operation_takes_longer_in_a_longer_journal(work: Callable[[Journal], Any]) -> None:
    short, long = Journal(max_entries=20), Journal(max_entries=2000)
    fill(short, *"x" * 40)
    fill(long, *"x" * 4000)
    assert _lines(lambda: work(short)) == _lines(lambda: work(long))


texts = st.text(st.characters(codec=None), max_size=20) | st.text(
    st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF), max_size=3
)
headers = st.lists(st.tuples(texts, texts), max_size=3).map(tuple)
bodies = st.binary(max_size=40) | st.text(max_size=20).map(
    lambda text: text.encode(errors="replace")
)
times = st.floats(min_value=0, max_value=4e9)
calls = st.builds(
    Call,
    method=st.sampled_from(["", "GET", "POST", "PATCH"]),
    target=texts,
    headers=headers,
    body=bodies,
    received=times,
    peer=texts,
    in_flight=st.integers(1, 99),
    defect=st.sampled_from([None, "too_large", "stalled", "disconnected", "unreadable"]),
)
deliveries = st.builds(
    Delivery,
    delay=times,
    drip=st.none() | times,
    cut_after=st.none() | st.integers(0, 99),
    ending=st.sampled_from(["keep", "close", "reset", "stall"]),
    stall=times,
    claimed_length=st.none() | st.integers(0, 99),
    bad_chunks=st.booleans(),
)
replies = st.builds(Reply, st.integers(100, 999), headers=headers, body=bodies, delivery=deliveries)
entries = st.builds(
    Entry,
    number=st.integers(1, 10**9),
    operation=st.text(max_size=20),
    call=calls,
    outcome=replies | st.builds(Hangup, st.sampled_from(["close", "reset"]), hold=times),
    faults=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    took=times,
    delivered=st.none()
    | st.builds(
        Delivered, times, st.integers(0, 99), st.sampled_from(["complete", "cut", "client_gone"])
    ),
)


@given(entries)
def test_an_entry_comes_back_from_json_byte_for_byte(entry: Entry) -> None:
    assert from_json(orjson.loads(orjson.dumps(as_json(entry)))) == entry
    assert from_json(json.loads(json.dumps(as_json(entry)))) == entry


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", {"encoding": "utf-8", "text": ""}),
        ("Åsa".encode(), {"encoding": "utf-8", "text": "Åsa"}),
        (b"\xff\x00", {"encoding": "base64", "text": "/wA="}),
    ],
)
def test_a_body_in_utf_8_is_written_as_text(body: bytes, expected: dict[str, str]) -> None:
    entry = Entry(1, "o", Call("POST", "/", body=body), Reply(200, (), body))
    written = as_json(entry)
    assert written["call"]["body"] == expected
    assert written["outcome"]["body"] == expected


GOOD = as_json(Entry(1, "o", Call("GET", "/"), OK, delivered=Delivered(0.0, 2, "complete")))


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {**GOOD, "call": {}},
        {**GOOD, "call": None},
        {**GOOD, "outcome": {"kind": "reply"}},
        {**GOOD, "outcome": {**GOOD["outcome"], "delivery": {"speed": 1}}},
        {**GOOD, "outcome": {**GOOD["outcome"], "body": {"encoding": "base64", "text": "?"}}},
        {**GOOD, "outcome": {**GOOD["outcome"], "headers": [7]}},
        {**GOOD, "delivered": {"at": 1}},
        {**GOOD, "faults": None},
    ],
)
def test_data_that_is_not_an_entry_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ReplayError, match="not a journal entry"):
        from_json(bad)
