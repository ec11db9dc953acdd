"""What the Skyward rules read out of evidence: requests, the course, what was entered and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed

from conformance.model.evidence import Done, Evidence
from conformance.model.rule import NotTestable
from conformance.model.steps import Advance, Export, Load, Settle, State, Step
from conformance.skyward.evidence.record import (
    categories,
    chosen,
    course,
    duplicates,
    entered,
    held_items,
    held_scores,
    item_key,
    item_keys,
    items_to_transfer,
    score_key,
    shown,
    unstored_scores,
)
from conformance.skyward.evidence.wire import (
    SentObject,
    line_items,
    results,
    writes,
    writes_without_transfer,
)
from conformance.skyward.scenarios import failing, sending
from conformance.skyward.scenarios.common import ASA, JOSE, LEILA, ONE, TWO, choose, edit
from helpers.suite.made_course import (
    POSTED,
    Sender,
    answered,
    case,
    encoded,
    entry,
    gradebook,
    put,
    shows,
)
from mock_sis.exchange import Call
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
ESSAY, QUIZ = ("essay", ONE), ("quiz", ONE)


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
    assert [each.number for each in writes(found)] == [1, 2]


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
    assert [each.number for each in writes(found, since="again")] == [4]


def steps(*pairs: tuple[Step, int]) -> tuple[Done, ...]:
    """Steps with the number of requests that came in each."""
    found, last = [], 0
    for step, count in pairs:
        found.append(Done(step, 0.0, last, last + count))
        last += count
    return tuple(found)


@pytest.mark.parametrize(
    ("pairs", "numbers"),
    [
        ([(Load(), 1), (Export(), 1), (Settle(), 1)], [1]),
        ([(Export(), 1), (Settle(), 1), (State(), 1)], [3]),
        ([(Export(), 1), (Settle(), 1), (Settle(), 1)], [3]),
        ([(Export(), 1), (State(), 1), (Settle(), 1)], []),
        ([(Export(), 1), (Settle(), 1), (Advance(days=1), 1), (Export(), 1), (Settle(), 1)], [3]),
        ([(Export(), 1), (Export(), 1), (Settle(), 1), (State(), 1)], [4]),
        ([(Settle(), 1), (Export(), 1), (Settle(), 0)], [1]),
    ],
)
def test_a_transfer_is_at_work_from_its_press_until_it_has_settled(
    pairs: Any, numbers: list[int]
) -> None:
    journal = tuple(changed(PLAIN.item("essay", ONE), number=number) for number in range(1, 6))
    done = steps(*pairs)
    found = changed(
        plain(), steps=done, journal=tuple(e for e in journal if e.number <= done[-1].last)
    )
    assert [each.number for each in writes_without_transfer(found)] == numbers


def test_a_look_is_no_write() -> None:
    looked = entry("oneroster.gradebook.lineItems.list")
    rostering = entry("oneroster.rostering.classes.put", "PUT")
    deleted = entry("oneroster.gradebook.results.delete", "DELETE")
    found = plain(looked, rostering, deleted)
    assert [each.number for each in writes(found)] == [3]


# The course, and what was entered


def test_a_course_that_was_never_loaded_is_not_known() -> None:
    bare = plain()
    others = (Done(Load(), 0.0, 0, 0), Done(Load(), 0.0, 0, 0, message={"op": "configure"}))
    with pytest.raises(NotTestable, match="never loaded"):
        course(changed(bare, steps=others))
    assert course(changed(bare, steps=(*others, *bare.steps)))["id"] == "algebra"


MINE = {("essay", ONE), ("essay", TWO), ("quiz", ONE), ("quiz", TWO), ("poster", ONE)}


@pytest.mark.parametrize(
    ("scenario", "keys"),
    [
        (sending.PLAIN, MINE),
        (sending.MIXED, MINE),
        (sending.ONE_SECTION, {("essay", ONE), ("quiz", ONE), ("poster", ONE)}),
        (failing.TWICE, MINE),
    ],
)
def test_what_transfers_bring_is_what_may_leave_and_is_ticked(scenario: Any, keys: Any) -> None:
    assert items_to_transfer(case(scenario)) == keys


def test_without_a_transfer_nothing_is_wanted() -> None:
    bare = plain()
    steps = tuple(each for each in bare.steps if not isinstance(each.step, Export))
    assert items_to_transfer(changed(bare, steps=steps)) == set()


def acted(*pairs: tuple[Step, dict[str, Any] | None, int]) -> Evidence:
    """The plain course, and then these actions: each with its answer, and the journal number from
    which it was done."""
    bare = plain()
    more = tuple(Done(step, 0.0, first, first, answer=answer) for step, answer, first in pairs)
    return changed(bare, steps=(*bare.steps[:1], *more))


def test_the_last_score_that_was_taken_counts() -> None:
    found = acted(
        (edit("essay", ASA, 1), {"done": True}, 1),
        (edit("essay", ASA, 2), {"done": False}, 2),
        (edit("essay", JOSE, None), {"done": True}, 3),
        (edit("poster", LEILA, 3), {"done": True}, 4),
        (edit("essay", ASA, 9), None, 5),
    )
    now = entered(found)
    assert [now[key] for key in (("essay", str(ASA)), ("essay", str(JOSE)))] == [1, None]
    assert now["poster", str(LEILA)] == 3
    early = entered(found, before=3)
    assert (early["essay", str(JOSE)], ("poster", str(LEILA)) in early) == (31.5, False)
    assert entered(found, before=1)["essay", str(ASA)] == 44
    assert entered(found, before=2)["essay", str(ASA)] == 1


def test_the_last_choice_that_was_taken_counts() -> None:
    found = acted(
        (choose("essay", ONE, "Homework"), {"done": True}, 1),
        (edit("essay", ASA, 1), {"done": True}, 1),
        (choose("essay", ONE, "Tests"), {"done": True}, 4),
        (choose("essay", TWO, "Projects"), {"done": False}, 4),
    )
    assert chosen(found, before=9) == {ESSAY: "Tests"}
    assert chosen(found, before=4) == {ESSAY: "Homework"}
    assert chosen(found, before=1) == {}


# What is shown and held


def test_what_is_shown_is_read_by_name_or_number() -> None:
    state = shows({ESSAY: 2, QUIZ: "sent"}, {("essay", str(ASA)): "failed"}, {ESSAY: "Text"})
    found = shown(case(sending.PLAIN, state=state), "end")
    assert found.items == {ESSAY: ("exported", "Text"), QUIZ: ("unknown ('sent')", "")}
    assert found.scores == {("essay", str(ASA)): ("failed", "")}
    bare = case(sending.PLAIN)
    mute = tuple(changed(each, answer=None) for each in bare.steps)
    assert shown(changed(bare, steps=mute), "end").items == {}


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


def test_what_the_sis_holds_is_told_apart_from_what_it_made() -> None:
    sender = Sender(sending.FOREIGN)
    sent = [*sender.everything(), sender.item("essay", ONE, title="Another", name="t")]
    found = case(sending.FOREIGN, sent)
    assert [key for key, _ in held_items(found)].count(("poster", ONE)) == 1
    assert [key for key, _ in held_items(found)].count(("", ONE)) == 1
    assert len(held_items(found)) == 6
    assert held_scores(found)["poster", str(JOSE)]["grade"] == 9
    assert ("poster", str(ASA)) not in held_scores(found)
    assert categories(found) == {
        "cat-alg-1-1": ("Homework", ONE),
        "cat-alg-1-2": ("Tests", ONE),
        "cat-alg-2-1": ("Projects", TWO),
        "cat-alg-2-2": ("Homework", TWO),
    }


def test_a_grade_of_nobody_is_no_students() -> None:
    book = gradebook(sending.PLAIN, PLAIN.everything(), {})
    book["sections"][0]["enrollments"] = []
    found = case(sending.PLAIN, PLAIN.everything(), book=book)
    assert ("essay", str(ASA)) not in held_scores(found)


def test_scores_that_are_not_asked_for_are_spared() -> None:
    found = case(sending.PLAIN, PLAIN.everything(), there={("essay", str(ASA)): None})
    assert [each.message for each in unstored_scores(found)] == [
        "left student 1001 on item 'essay' with no score in the SIS; the teacher entered 44"
    ]
    assert list(unstored_scores(found, but=(("essay", str(ASA)),))) == []


def test_of_two_line_items_that_are_no_items_neither_is_double() -> None:
    totals = [PLAIN.item("essay", ONE, title=title, name=title) for title in ("T", "U", "T2")]
    found = case(sending.PLAIN, [*PLAIN.everything(), *totals])
    assert list(duplicates(found)) == []


def test_results_without_a_name_are_not_held_against_one_another() -> None:
    row = {"lineItem": {"sourcedId": "e"}, "student": {"sourcedId": "1"}, "score": 1}
    lost = post(RESULTS_POSTED, {"results": [row]}, None, None)
    named = put("results", "r", {"result": row}, answered(201))
    assert list(duplicates(plain(lost, lost, named))) == []
    assert (
        len(list(duplicates(plain(named, put("results", "s", {"result": row}, answered(None))))))
        == 1
    )
