"""What only the SIS may change, and what an exporter did to it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.steps import Export, Quiet, Settle
from conformance.skyward.evidence.held import Holding, held_rows
from conformance.skyward.scenarios import sending
from conformance.skyward.scenarios.common import ASA, JOSE, ONE, READY, edit
from helpers.suite.made_course import (
    Sender,
    entry,
    found,
    made,
    put,
)
from helpers.suite.made_sis import Book, Taught
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
ALL = PLAIN.everything()
STORY = made(*READY, Export(), Settle(), Quiet(), edit("essay", JOSE, 30), Export(), Settle())
EDITED = PLAIN.score("essay", JOSE, 30)


def test_the_rows_of_a_sis_are_read_from_its_gradebook() -> None:
    book = Book(sending.PLAIN)
    for each in ALL:
        book.take(each)
    rows = {
        tuple(json.loads(key)): json.loads(row) for key, row in held_rows(book.snapshot).items()
    }
    assert {key[0] for key in rows} == {"student", "period", "category", "item", "score"}
    assert rows["item", ONE, "1"]["name"] == "essay:alg-1"
    assert rows["score", ONE, "1", str(ASA)]["grade"] == 44
    assert rows["student", ONE, str(ASA)] == {"state": "active"}
    assert held_rows({}) == {}
    assert Holding().item(ONE, ("essay:alg-1",)) is None


# The teacher's settings

MOVED = Taught("line_items.put", lambda book: book.move("essay", ONE, 2))
LATE = Taught("late.put", lambda book: book.flag_late("essay", ONE, JOSE))
REMOVED = Taught("line_items.delete", lambda book: book.remove("essay", ONE))


def category(number: int) -> dict[str, Any]:
    return {"category": {"sourcedId": f"cat-{ONE}-{number}"}}


@pytest.mark.parametrize(
    ("taught", "again", "rules"),
    [
        (MOVED, [PLAIN.item("essay", ONE, **category(2)), EDITED], set()),
        (MOVED, [PLAIN.item("essay", ONE, **category(1)), EDITED], {"SK-TEACHER"}),
        (MOVED, [PLAIN.item("essay", ONE, 422, **category(1)), EDITED], set()),
        (LATE, [EDITED], {"SK-TEACHER"}),
        (LATE, [PLAIN.score("essay", JOSE, 30, late="true")], set()),
        (REMOVED, [PLAIN.score("essay", JOSE, 30, 422)], set()),
        (REMOVED, [], set()),
        (REMOVED, [PLAIN.item("essay", ONE)], {"SK-TEACHER"}),
        (REMOVED, [PLAIN.item("essay", ONE, 422)], set()),
    ],
)
def test_what_a_teacher_set_stays(taught: Taught, again: list[Entry], rules: set[str]) -> None:
    assert found(STORY, ALL, [taught], again) == rules


def weigh(book: Book) -> None:
    book.weigh(ONE, 40)


@pytest.mark.parametrize(
    ("taught", "weight", "rules"),
    [
        (True, 0, {"SK-NO-TOTALS", "SK-TEACHER"}),
        (True, 40, {"SK-NO-TOTALS"}),
        (False, 0, {"SK-NO-TOTALS"}),
    ],
)
def test_a_weight_that_a_teacher_set_stays(taught: bool, weight: int, rules: set[str]) -> None:
    sent = put("categories", "cat-alg-1-1", {"category": {"weight": weight}}, Reply(201))
    before = [Taught("categories.put", weigh)] if taught else []
    assert found(STORY, ALL, before, [sent, EDITED]) == rules


class Landed(Taught):
    """What was sent earlier shows when the clock moves on."""

    @property
    def entry(self) -> Entry:
        return replace(super().entry, operation="control.clock.advance")


ENTERED = Taught("results.put", lambda book: book.put_score("essay", str(JOSE), 1))
LANDED = Landed("", lambda book: book.take(EDITED))
NOT_SHOWN = PLAIN.score("essay", JOSE, 30, 503)


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ([], [ENTERED, LANDED], set()),
        ([ENTERED], [LANDED], {"SK-SIS-WINS"}),
        ([LATE], [LANDED], {"SK-TEACHER"}),
        ([], [LATE, LANDED], set()),
    ],
    ids=["entered after", "entered before", "flagged before", "flagged after"],
)
def test_what_was_sent_before_a_teacher_acted_may_show_after(
    before: list[Taught], after: list[Taught], rules: set[str]
) -> None:
    story = made(*STORY.steps, Quiet())
    assert found(story, ALL, before, [NOT_SHOWN], after) == rules


# Line items of the SIS

FOREIGN = Sender(sending.FOREIGN)
POSTER = FOREIGN.item("poster", ONE, name="made-900")
ON_IT = FOREIGN.score("poster", ASA, 8, on="made-900", name="r")
OWN = FOREIGN.score("poster", ASA, 8)


@pytest.mark.parametrize(
    ("again", "rules"),
    [
        ([OWN], set()),
        ([OWN, ON_IT], {"SK-FOREIGN"}),
        ([OWN, POSTER], {"SK-FOREIGN", "SK-NO-DUPLICATE"}),
    ],
)
def test_a_line_item_of_the_sis_is_not_changed(again: list[Entry], rules: set[str]) -> None:
    assert found(sending.FOREIGN, FOREIGN.everything(), again) == rules


# Removals


def delete(name: str) -> Entry:
    call = Call("DELETE", f"/ims/oneroster/gradebook/v1p2/results/{name}", received=EDITED.received)
    return Entry(0, "oneroster.gradebook.results.delete", call, Reply(204))


@pytest.mark.parametrize(
    ("score", "rules"), [(30, {"SK-COMPLETE"}), (None, set())], ids=["due", "cleared"]
)
def test_a_score_that_is_due_is_not_removed(score: float | None, rules: set[str]) -> None:
    steps = (*READY, Export(), Settle(), edit("essay", JOSE, score), Export(), Settle())
    sent = [PLAIN.score("essay", JOSE, 30)] if score else []
    assert found(made(*steps), ALL, [*sent, delete(f"essay:{ONE}:{JOSE}")]) == rules


@pytest.mark.parametrize(
    ("method", "rules"), [("DELETE", {"SK-ON-TRANSFER"}), ("GET", set())], ids=["delete", "get"]
)
def test_nothing_is_removed_outside_of_a_transfer(method: str, rules: set[str]) -> None:
    operation = f"oneroster.gradebook.results.{'delete' if method == 'DELETE' else 'get'}"
    sent = entry(operation, method)
    assert found(STORY, ALL, [sent], [EDITED]) == rules
