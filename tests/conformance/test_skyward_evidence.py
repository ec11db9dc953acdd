"""What the Skyward rules read out of evidence: requests, the course, what was entered and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from conformance.model.evidence import Done, Evidence
from conformance.model.rule import NotTestable
from conformance.model.steps import Load
from conformance.skyward.evidence.fates import Fate, fate_of
from conformance.skyward.evidence.record import course, item_key, item_keys, score_key
from conformance.skyward.evidence.wire import (
    SentObject,
    line_items,
    line_items_in,
    results,
    results_in,
)
from conformance.skyward.scenarios import failing, sending
from conformance.skyward.scenarios.common import ASA, ONE, TWO
from helpers.suite.made_course import (
    POSTED,
    Sender,
    answered,
    case,
    encoded,
    entry,
)
from mock_sis.exchange import Call, Delivery, Hangup, Reply
from mock_sis.journal.entry import Delivered, Entry

PLAIN = Sender(sending.PLAIN)
ESSAY = ("essay", ONE)


def plain(*sent: Entry) -> Evidence:
    """The plain course, with these requests at its transfer."""
    return case(sending.PLAIN, sent, book={"sections": []})


# What was sent


def post(operation: str, data: Any, pairs: Any = None, status: int | None = 201) -> Entry:
    call = Call("POST", "/ims/oneroster/gradebook/v1p2/x", (), encoded(data))
    return Entry(0, operation, call, answered(status, "said", pairs))


RESULTS_POSTED = "oneroster.gradebook.lineItems.results.post"
SESSION_POSTED = "oneroster.gradebook.classes.academicSessions.results.post"


@pytest.mark.parametrize("operation", [RESULTS_POSTED, SESSION_POSTED])
def test_results_are_read_from_posts_too(operation: str) -> None:
    rows = [{"score": 1}, {"score": 2, "sourcedId": "mine"}, "nothing"]
    pairs = [{"allocatedSourcedId": "a"}, {"allocatedSourcedId": "b"}]
    found = results(plain(post(operation, {"results": rows}, pairs)))
    assert [(each.sourced_id, each.id_chosen, each.raw["score"]) for each in found] == [
        ("a", False, 1),
        ("b", True, 2),
    ]
    assert line_items(plain(post(operation, {"results": rows}, pairs))) == []


def test_what_a_post_without_an_answer_made_goes_by_the_name_it_was_given() -> None:
    rows = [{"title": "A"}, {"title": "B", "sourcedId": "b"}]
    found = line_items(plain(post(POSTED, {"lineItems": rows}, None, None)))
    assert [(each.sourced_id, each.status, each.description) for each in found] == [
        ("", None, ""),
        ("b", None, ""),
    ]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b'{"lineItem": []}', b'{"lineItems": [{}]}', b'{"result": {}}'],
)
def test_a_put_that_cannot_be_read_brings_no_line_item(body: bytes) -> None:
    good = PLAIN.item("essay", ONE)
    found = plain(changed(good, call=replace(good.call, body=body)), good)
    assert [each.number for each in line_items(found)] == [2]


@pytest.mark.parametrize("body", [b"{}", b'{"lineItems": {}}', b'{"lineItem": {}}', b"null"])
def test_a_post_that_cannot_be_read_brings_none_either(body: bytes) -> None:
    sent = post(POSTED, {})
    assert line_items(plain(changed(sent, call=replace(sent.call, body=body)))) == []


def test_a_name_is_read_as_it_was_meant() -> None:
    (found,) = line_items(plain(PLAIN.item("essay", ONE, name="a/b: c")))
    assert (found.sourced_id, found.id_chosen) == ("a/b: c", True)


@pytest.mark.parametrize(
    ("status", "accepted", "refused"),
    [
        (200, True, False),
        (201, True, False),
        (299, True, False),
        (300, False, True),
        (199, False, True),
        (422, False, True),
        (503, False, True),
        (None, False, False),
    ],
)
def test_the_status_says_what_was_accepted(
    status: int | None, accepted: bool, refused: bool
) -> None:
    (found,) = line_items(plain(PLAIN.item("essay", ONE, status, "why")))
    assert (found.accepted, found.refused) == (accepted, refused)
    assert found.description == ("" if status is None else "why")


def test_references_and_metadata_are_read_where_they_are_well_formed() -> None:
    raw = {"class": {"sourcedId": 7}, "school": "x", "category": {}, "metadata": {"a": 1}, "b": 2}
    found = SentObject(1, "n", True, raw, 201, "")
    assert [found.ref(name) for name in ("class", "school", "category", "none")] == [
        "7",
        "",
        "",
        "",
    ]
    assert found.members == {**raw, "a": 1}
    assert replace(found, raw={"metadata": "x"}).members == {"metadata": "x"}


def test_between_two_steps_only_what_was_sent_there_is_read() -> None:
    found = case(
        failing.LAGGING,
        [PLAIN.item("essay", ONE)],
        [PLAIN.item("essay", TWO), PLAIN.score("essay", ASA, 1)],
        [PLAIN.score("essay", ASA, 2)],
        book={"sections": []},
    )
    assert [each.number for each in line_items(found, until="soon")] == [1]
    assert [each.number for each in line_items(found, since="soon")] == [2]
    assert [each.number for each in results(found, since="soon", until="again")] == [3]


# The course


def test_a_course_that_was_never_loaded_is_not_known() -> None:
    bare = plain()
    others = (Done(Load(), 0.0, 0, 0), Done(Load(), 0.0, 0, 0, message={"op": "configure"}))
    with pytest.raises(NotTestable, match="never loaded"):
        course(changed(bare, steps=others))
    assert course(changed(bare, steps=(*others, *bare.steps)))["id"] == "algebra"


def test_keys_are_found_by_title_and_by_sourced_id() -> None:
    found = plain(
        PLAIN.item("essay", ONE, name="e"),
        PLAIN.item("essay", TWO, title="Another", name="t"),
        PLAIN.score("essay", ASA, 1, on="e"),
        PLAIN.score("essay", ASA, 1, on="elsewhere"),
    )
    assert item_keys(found) == {"e": ESSAY, "t": ("", TWO)}
    assert [item_key(found, each) for each in line_items(found)] == [ESSAY, ("", TWO)]
    keys = [score_key(each, item_keys(found)) for each in results(found)]
    assert keys == [("essay", str(ASA)), ("", str(ASA))]


def test_the_rows_of_a_request_are_read_by_its_operation() -> None:
    item, score = PLAIN.item("essay", ONE), PLAIN.score("essay", ASA, 1)
    assert [len(line_items_in(each)) for each in (item, score)] == [1, 0]
    assert [len(results_in(each)) for each in (item, score)] == [0, 1]
    assert line_items_in(entry("control.gradebook.line_items.put", "PUT")) == []


# What an exporter can know

WHOLE, GONE, CUT = (Delivered(0.0, 0, how) for how in ("complete", "client_gone", "cut"))
SLOW, STALLED, RESET = Delivery(delay=9), Delivery(ending="stall"), Delivery(ending="reset")


@pytest.mark.parametrize(
    ("outcome", "delivered", "fate"),
    [
        (Reply(200), WHOLE, Fate.CONFIRMED),
        (Reply(201), None, Fate.CONFIRMED),
        (Reply(204), WHOLE, Fate.CONFIRMED),
        (Reply(201, (), b"{}"), WHOLE, Fate.CONFIRMED),
        (Reply(200, (), b'{"imsx_codeMajor": "failure"}'), WHOLE, Fate.REFUSED),
        (
            Reply(200, (), b'{"imsx_StatusInfo": {"imsx_codeMajor": "failure"}}'),
            WHOLE,
            Fate.REFUSED,
        ),
        (Reply(200, (), b'{"imsx_StatusInfo": "failure"}'), WHOLE, Fate.CONFIRMED),
        (Reply(200, (), b"<html>"), WHOLE, Fate.ODD),
        (Reply(200, (), b"[]"), WHOLE, Fate.ODD),
        (Reply(202), WHOLE, Fate.ODD),
        (Reply(302), WHOLE, Fate.ODD),
        (Reply(401), WHOLE, Fate.REFUSED),
        (Reply(422), WHOLE, Fate.REFUSED),
        (Reply(408), WHOLE, Fate.FAILED),
        (Reply(429), WHOLE, Fate.FAILED),
        (Reply(500), WHOLE, Fate.UNKNOWN),
        (Reply(504), None, Fate.UNKNOWN),
        (Hangup("reset"), None, Fate.UNKNOWN),
        (Reply(201), GONE, Fate.UNKNOWN),
        (Reply(201), CUT, Fate.UNKNOWN),
        (Reply(201, (), b"{}", RESET), CUT, Fate.UNKNOWN),
        (Reply(201, (), b"", RESET), CUT, Fate.ODD),
        (Reply(201, (), b"", STALLED), None, Fate.UNKNOWN),
        (Reply(201, (), b"", SLOW), WHOLE, Fate.ODD),
        (Reply(201, (), b"", Delivery(delay=1)), WHOLE, Fate.CONFIRMED),
        (Reply(201, (), b"", Delivery(drip=1)), WHOLE, Fate.ODD),
    ],
)
def test_the_fate_of_a_request_is_what_its_answer_says(
    outcome: Reply | Hangup, delivered: Delivered | None, fate: Fate
) -> None:
    sent = changed(PLAIN.item("essay", ONE), outcome=outcome, delivered=delivered)
    assert fate_of(sent, timeout=5) is fate


@pytest.mark.parametrize(
    ("sent", "fate"),
    [
        (PLAIN.item("essay", ONE), Fate.CONFIRMED),
        (PLAIN.posted(("essay", ONE)), Fate.ODD),
        (entry("oneroster.gradebook.lineItems.list"), Fate.ODD),
        (entry("oneroster.gradebook.lineItems.delete", "DELETE"), Fate.CONFIRMED),
    ],
    ids=["put", "post", "get", "delete"],
)
def test_only_some_answers_may_be_empty(sent: Entry, fate: Fate) -> None:
    assert fate_of(changed(sent, outcome=Reply(200)), timeout=5) is fate
