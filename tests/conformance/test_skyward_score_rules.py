"""The Skyward rules about scores, each on evidence made to keep it and to break it."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.rule import NotTestable
from conformance.skyward.scenarios import failing, sending
from conformance.skyward.scenarios.common import ASA, BO, JOSE, LEILA, ONE, TWO, ZOE
from helpers.suite.judged import BY_ID, broken, told_of
from helpers.suite.made_course import Sender, case, entry, gradebook, shows
from mock_sis.journal.entry import Entry

# SK-ON-TRANSFER

EDITED = Sender(sending.EDITED)
FIRST = EDITED.everything(edited={("essay", str(ASA)): 40})
SECOND = [EDITED.score("essay", ASA, 41), EDITED.score("essay", LEILA, 22)]
LOOK, WRITE = entry("oneroster.gradebook.lineItems.list"), EDITED.score("essay", ASA, 40)
MISSES_ASA = (
    "left student 1001 on item 'essay' with the score 40 in the SIS; the teacher entered 41"
)


@pytest.mark.parametrize(
    ("before", "first", "between", "second", "words"),
    [
        ([], FIRST, [], SECOND, ""),
        ([LOOK], FIRST, [LOOK], SECOND, ""),
        ([WRITE], FIRST, [], SECOND, "results/essay%3Aalg-1%3A1001 (#1) outside of a transfer"),
        ([], FIRST, [SECOND[0]], SECOND, f"(#{len(FIRST) + 1}) outside of a transfer"),
        ([], FIRST, [entry("oneroster.gradebook.results.delete", "DELETE")], SECOND, "DELETE"),
        ([], FIRST, [], SECOND[1:], MISSES_ASA),
        ([], FIRST, [], SECOND[:1], "student 1003 on item 'essay' with no score"),
        ([], [], [], [*FIRST, *SECOND], ""),
        ([], FIRST[:-1], [], SECOND, "left student 1002 on item 'poster' with no score"),
    ],
)
def test_scores_leave_at_transfer_and_all_of_them_do(
    before: Any, first: Any, between: Any, second: Any, words: str
) -> None:
    book = gradebook(sending.EDITED, [*first, *second], {})
    found = case(sending.EDITED, before, first, between, second, book=book)
    assert told_of(words, broken("SK-ON-TRANSFER", found))


def test_an_item_that_never_left_is_told_of_once_and_not_with_every_score() -> None:
    first = EDITED.everything(but=[("quiz", ONE), ("quiz", str(ASA)), ("quiz", str(LEILA))])
    found = case(sending.EDITED, [], first, [], SECOND)
    assert (
        broken("SK-ON-TRANSFER", found) == "created no line item for item 'quiz' in section alg-1"
    )


LAGGING = Sender(failing.LAGGING_OVER)
EARLY = LAGGING.everything()
CHANGED = LAGGING.score("essay", ASA, 45)


@pytest.mark.parametrize(
    ("soon", "again", "words"),
    [
        ([CHANGED], [], ""),
        ([], [CHANGED], ""),
        ([], [], "with the score 44 in the SIS; the teacher entered 45"),
    ],
)
def test_what_is_not_shown_yet_keeps_no_change_back(soon: Any, again: Any, words: str) -> None:
    found = case(failing.LAGGING_OVER, EARLY, soon, again)
    assert told_of(words, broken("SK-ON-TRANSFER", found))


@pytest.mark.parametrize(
    ("sent", "words"),
    [([], "transferred no item"), ([EDITED.item("essay", ONE, 422)], "accepted no item")],
)
def test_where_no_transfer_works_nothing_is_known_of_when(sent: list[Entry], words: str) -> None:
    with pytest.raises(NotTestable, match=words):
        broken("SK-ON-TRANSFER", case(sending.EDITED, [], sent))


# SK-SIS-WINS

THERE = Sender(sending.CHANGED_THERE)
BEFORE = THERE.everything()
SYNC = [THERE.score("essay", JOSE, 44), THERE.score("quiz", BO, 19)]
SYNC_AGAIN = [THERE.score("essay", JOSE, 43)]
KEPT = {("essay", str(ASA)): 12.0}


@pytest.mark.parametrize("scenario", [sending.CHANGED_THERE, sending.CHANGED_THERE_KEPT])
@pytest.mark.parametrize(
    ("again", "third", "there", "words"),
    [
        (SYNC, SYNC_AGAIN, KEPT, ""),
        (
            SYNC,
            SYNC_AGAIN,
            {("essay", str(ASA)): 45.0},
            "'essay' with the score 45 in the SIS; expected 12",
        ),
        (
            SYNC,
            SYNC_AGAIN,
            {("essay", str(ASA)): 0.0},
            "'essay' with the score 0 in the SIS; expected 12",
        ),
        (
            SYNC,
            SYNC_AGAIN,
            {("essay", str(ASA)): None},
            "'essay' with no score in the SIS; expected 12",
        ),
        (SYNC[1:], [], KEPT, "student 1002 on item 'essay' with the score 31.5"),
        (SYNC, [], KEPT, "student 1002 on item 'essay' with the score 44 in the SIS; the teacher"),
        (SYNC[:1], SYNC_AGAIN, KEPT, "student 1005 on item 'quiz' with the score 20"),
    ],
)
def test_a_score_of_the_siss_stays_and_the_others_are_kept_in_sync(
    scenario: Any, again: Any, third: Any, there: Any, words: str
) -> None:
    found = case(scenario, BEFORE, again, third, there=there)
    assert told_of(words, broken("SK-SIS-WINS", found))


def test_what_overwrote_a_score_is_pointed_at() -> None:
    again = [*SYNC, THERE.score("essay", ASA, 45), THERE.score("quiz", ASA, 18)]
    found = case(sending.CHANGED_THERE, BEFORE, again, SYNC_AGAIN)
    (violation,) = list(BY_ID["SK-SIS-WINS"].check(found))
    assert violation.entries == (len(BEFORE) + 3,)
    assert "with the score 45" in violation.message


def test_an_item_that_never_came_is_out_of_sync() -> None:
    sent = [each for each in BEFORE if "quiz%3Aalg-1" not in each.call.path]
    found = case(sending.CHANGED_THERE, sent, SYNC, SYNC_AGAIN, there=KEPT)
    assert broken("SK-SIS-WINS", found) == "created no line item for item 'quiz' in section alg-1"


@pytest.mark.parametrize(
    "sent", [[], [THERE.item("essay", ONE, 403)], [THERE.item("essay", ONE, None)]]
)
def test_where_no_transfer_works_nothing_is_known_of_overwriting(sent: list[Entry]) -> None:
    with pytest.raises(NotTestable):
        broken("SK-SIS-WINS", case(sending.CHANGED_THERE, sent, book={"sections": []}))


# SK-FOREIGN

FOREIGN = Sender(sending.FOREIGN)
TRANSFERRED = FOREIGN.everything()


def of_the_sis(**changed: Any) -> dict[str, Any]:
    """What the SIS holds, with something done to the line item it made first, or to its grades."""
    book = gradebook(sending.FOREIGN, TRANSFERRED, {})
    work = book["sections"][0]["coursework"]
    poster = work["assignments"][0]
    assert (poster["id"], poster["title"]) == (900, "Poster")
    poster |= changed.get("item", {})
    grades = [each for each in work["grades"] if each["assignment"] == 900]
    assert [each["grade"] for each in grades] == [3.0, 4.0]
    grades[0] |= changed.get("grade", {})
    if changed.get("without") == "item":
        work["assignments"].remove(poster)
    if changed.get("without") == "grade":
        work["grades"].remove(grades[1])
    work["grades"] += changed.get("more", [])
    return book


ITEM, SCORES = (
    "changed the line item 'Poster', which",
    "changed scores on the line item 'Poster', which",
)
ONE_MORE = {"assignment": 900, "enrollment": LEILA, "grade": 9, "by": "oneroster.x"}


@pytest.mark.parametrize(
    ("book", "words"),
    [
        (of_the_sis(), ""),
        (of_the_sis(item={"title": "Poster 2"}), ITEM),
        (of_the_sis(item={"at": 1_781_514_000.0}), ITEM),
        (of_the_sis(without="item"), ITEM),
        (of_the_sis(grade={"grade": 9}), SCORES),
        (of_the_sis(grade={"by": "oneroster.gradebook.results.put"}), SCORES),
        (of_the_sis(without="grade"), SCORES),
        (of_the_sis(more=[ONE_MORE]), SCORES),
    ],
)
def test_what_the_sis_made_stays_as_it_is(book: dict[str, Any], words: str) -> None:
    found = case(sending.FOREIGN, TRANSFERRED, book=book)
    assert told_of(words, broken("SK-FOREIGN", found))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (shows({("essay", ONE): "exported"}, {("poster", str(ASA)): "failed"}), ""),
        (shows({("li-alg-1-900", ONE): "exported"}), "shows item 'li-alg-1-900' in section"),
        (
            shows({}, {("900", str(ASA)): 2}),
            "shows student 1001 on item '900', which is not an item of the course",
        ),
    ],
)
def test_what_the_sis_made_does_not_show_in_the_course(state: Any, words: str) -> None:
    found = case(sending.FOREIGN, TRANSFERRED, state=state)
    assert told_of(words, broken("SK-FOREIGN", found))


@pytest.mark.parametrize("sent", [[], [FOREIGN.item("essay", ONE, 422)]])
def test_where_no_transfer_works_nothing_is_known_of_foreign_items(sent: list[Entry]) -> None:
    with pytest.raises(NotTestable):
        broken("SK-FOREIGN", case(sending.FOREIGN, sent))


# SK-NO-LATE

PLAIN = Sender(sending.PLAIN)
ESSAY = PLAIN.item("essay", ONE)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ""),
        ({"late": "false"}, ""),
        ({"late": False}, ""),
        ({"metadata": {"late": None}}, ""),
        ({"metadata": {"late": ""}}, ""),
        ({"metadata": {"late": 0}}, ""),
        ({"metadata": ["late"]}, ""),
        ({"metadata": {"translated": True}}, ""),
        ({"late": "true"}, "flagged the score of student 1002 as late (#2)"),
        ({"late": True}, "flagged the score of student 1002 as late"),
        ({"metadata": {"late": True}}, "flagged the score of student 1002 as late"),
        ({"metadata": {"isLate": 1}}, "flagged the score of student 1002 as late"),
        ({"Late": "yes"}, "flagged the score of student 1002 as late"),
    ],
)
def test_late_work_looks_like_any_other(said: dict[str, Any], words: str) -> None:
    sent = [ESSAY, PLAIN.score("essay", JOSE, 31.5, **said)]
    assert told_of(words, broken("SK-NO-LATE", case(sending.PLAIN, sent)))


def test_work_that_is_not_late_is_not_flagged_either() -> None:
    sent = [ESSAY, PLAIN.score("essay", JOSE, 31.5), PLAIN.score("essay", ASA, 4, late="true")]
    assert "student 1001 as late (#3)" in broken("SK-NO-LATE", case(sending.PLAIN, sent))


@pytest.mark.parametrize("sent", [[], [ESSAY], [ESSAY, PLAIN.score("essay", ASA, 44)]])
def test_without_late_work_nothing_is_known_of_flags(sent: list[Entry]) -> None:
    with pytest.raises(NotTestable, match="no score of late work was transferred"):
        broken("SK-NO-LATE", case(sending.PLAIN, sent))


# SK-UNGRADED

ZERO = Sender(sending.ZERO_AND_NONE)
RIGHT = ZERO.everything()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, ""),
        (ZERO.score("essay", JOSE, None, scoreStatus="not submitted"), ""),
        (ZERO.score("essay", JOSE, None, textScore="", missing="false"), ""),
        (ZERO.score("essay", JOSE, None, missing=True), ""),
        (ZERO.score("essay", JOSE, 0), "sent the score 0 for student 1002 on item 'essay' (#"),
        (ZERO.score("essay", JOSE, 0, 422), "sent the score 0 for student 1002"),
        (ZERO.score("essay", JOSE, None, textScore="F"), "sent the score F for student 1002"),
        (ZERO.score("essay", JOSE, None, scoreStatus="exempt"), "sent an exemption for student"),
        (ZERO.score("essay", JOSE, None, missing="true"), "sent a flag (missing) for student 1002"),
        (ZERO.score("essay", JOSE, None, incomplete="true"), "sent a flag (incomplete) for"),
        (ZERO.score("poster", LEILA, 0), "sent the score 0 for student 1003 on item 'poster'"),
        (ZERO.score("essay", ASA, 0, scoreStatus="exempt"), ""),
    ],
)
def test_of_who_has_no_score_nothing_is_said(said: Entry | None, words: str) -> None:
    sent = [*RIGHT, *([said] if said else [])]
    assert told_of(words, broken("SK-UNGRADED", case(sending.ZERO_AND_NONE, sent)))


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ({("essay", str(ASA)): None}, "student 1001 on item 'essay' with no score in the SIS"),
        ({("quiz", str(LEILA)): 1.0}, "student 1003 on item 'quiz' with the score 1 in the SIS"),
        ({("essay", str(ZOE)): 5.0}, "the teacher entered 50"),
    ],
)
def test_a_zero_arrives_as_one(there: Any, words: str) -> None:
    found = case(sending.ZERO_AND_NONE, RIGHT, there=there)
    assert told_of(words, broken("SK-UNGRADED", found))


def test_a_score_on_what_is_no_item_of_the_course_is_another_matter() -> None:
    total = ZERO.item("essay", ONE, title="Total", name="t")
    sent = [*RIGHT, total, ZERO.score("essay", JOSE, 3, on="t")]
    assert broken("SK-UNGRADED", case(sending.ZERO_AND_NONE, sent)) == ""


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([], "transferred no item"),
        ([ZERO.item("essay", ONE, 422)], "accepted no item"),
        (
            [ZERO.item("essay", TWO), ZERO.score("essay", ZOE, 50)],
            "no item with a zero was transferred",
        ),
    ],
)
def test_without_a_zero_nothing_is_known_of_zeroes(sent: list[Entry], words: str) -> None:
    with pytest.raises(NotTestable, match=words):
        broken("SK-UNGRADED", case(sending.ZERO_AND_NONE, sent))
