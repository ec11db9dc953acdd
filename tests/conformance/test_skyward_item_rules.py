"""The Skyward rules about items, each on evidence made to keep it and to break it."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.rule import NotTestable, Scenario
from conformance.skyward.scenarios import sending
from conformance.skyward.scenarios.common import ASA, BO, JOSE, LEILA, ONE, TWO, ZOE
from helpers.suite.judged import broken, told_of
from helpers.suite.made_course import Sender, answered, case, entry, put
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
MIXED = Sender(sending.MIXED)
ESSAY, QUIZ, POSTER = ("essay", ONE), ("quiz", ONE), ("poster", ONE)


def plain(*instead: Entry, but: Any = (), also: Any = ()) -> list[Entry]:
    """A right transfer of the plain course, with some of it replaced."""
    return [*instead, *PLAIN.everything(but=but), *also]


def without(*keys: Any) -> Any:
    """These items, and so the scores on them too."""
    students = {ONE: (ASA, JOSE, LEILA), TWO: (ZOE, BO)}
    return [*keys, *((item, str(who)) for item, section in keys for who in students[section])]


# SK-COURSE


@pytest.mark.parametrize(
    ("scenario", "words"),
    [(sending.BY_HAND, "course was created by hand"), (sending.NO_PASS_BACK, "pass-back is off")],
)
def test_a_course_that_may_not_send_sends_nothing(scenario: Scenario, words: str) -> None:
    sender = Sender(scenario)
    assert broken("SK-COURSE", case(scenario, [])) == ""
    assert broken("SK-COURSE", case(scenario, [entry("oneroster.gradebook.lineItems.list")])) == ""
    for sent in (
        sender.item("essay", ONE, 403, "no"),
        entry("oneroster.gradebook.lineItems.delete", "DELETE"),
        entry("oneroster.gradebook.classes.lineItems.post", "POST"),
    ):
        assert told_of(words, broken("SK-COURSE", case(scenario, [sent])))


def test_a_course_that_may_send_shows_that_the_exporter_can() -> None:
    assert broken("SK-COURSE", case(sending.PLAIN, plain())) == ""
    with pytest.raises(NotTestable, match="transferred no item"):
        broken("SK-COURSE", case(sending.PLAIN, []))


# SK-TERM, SK-SCALE, SK-KIND

UNFIT = [
    ("SK-TERM", "untagged", "'untagged' (#1), which has no term"),
    ("SK-SCALE", "lettered", "'lettered' (#1), which uses the letter scale"),
    ("SK-KIND", "other", "'other' (#1), whose kind is 'other'; expected one of assignment"),
]


@pytest.mark.parametrize(("rule", "item", "words"), UNFIT, ids=[each[0] for each in UNFIT])
@pytest.mark.parametrize("status", [201, 422, None])
def test_an_item_that_is_unfit_stays(rule: str, item: str, words: str, status: int | None) -> None:
    right = MIXED.everything(but=without(("untagged", ONE)))
    assert broken(rule, case(sending.MIXED, right)) == ""
    for other in {"untagged", "lettered", "other"} - {item}:
        sent = [MIXED.item(other, ONE, status), *right]
        assert broken(rule, case(sending.MIXED, sent)) == ""
    sent = [MIXED.item(item, ONE, status), *right]
    assert told_of(words, broken(rule, case(sending.MIXED, sent)))


@pytest.mark.parametrize(
    ("kind", "item"), [("assignment", "essay"), ("test", "quiz"), ("task", "poster")]
)
def test_each_of_three_kinds_is_sent(kind: str, item: str) -> None:
    sent = MIXED.everything(but=without((item, ONE), (item, TWO)))
    words = f"sent no item of kind {kind}"
    assert broken("SK-KIND", case(sending.MIXED, sent)) == f"{words} although the course has one"


@pytest.mark.parametrize("rule", [each[0] for each in UNFIT])
@pytest.mark.parametrize("sent", [[], [MIXED.item("essay", ONE, title="Total")]])
def test_where_no_item_is_known_nothing_is_known_of_kinds(rule: str, sent: list[Entry]) -> None:
    with pytest.raises(NotTestable, match="transferred no item of the course"):
        broken(rule, case(sending.MIXED, sent))


# SK-SECTIONS


@pytest.mark.parametrize(
    ("scenario", "sent", "words"),
    [
        (sending.PLAIN, plain(), ""),
        (sending.PLAIN, plain(but=without(("quiz", TWO))), "no line item for item 'quiz' in"),
        (sending.PLAIN, plain(but=without(POSTER)), "no line item for item 'poster' in section"),
        (
            sending.PLAIN,
            plain(PLAIN.item("quiz", TWO, 422), but=without(("quiz", TWO))),
            "created no line item for item 'quiz' in section alg-2",
        ),
        (sending.PLAIN, plain(PLAIN.item("poster", TWO)), "'poster' in section alg-2 (#1), which"),
        (sending.PLAIN, plain(PLAIN.item("poster", TWO, 422)), "'poster' in section alg-2 (#1)"),
        (sending.ONE_SECTION, plain(but=without(("essay", TWO), ("quiz", TWO))), ""),
        (
            sending.ONE_SECTION,
            plain(but=without(("quiz", TWO))),
            "sent item 'essay' in section alg-2 (#2), which is not selected",
        ),
        (sending.ONE_SECTION, plain(but=without(ESSAY, ("essay", TWO), ("quiz", TWO))), "'essay'"),
    ],
)
def test_each_ticked_section_that_has_an_item_gets_it(
    scenario: Scenario, sent: list[Entry], words: str
) -> None:
    assert told_of(words, broken("SK-SECTIONS", case(scenario, sent)))


@pytest.mark.parametrize("item", ["essay", "quiz", "poster"])
def test_an_item_is_made_whether_anybody_has_a_score_or_not(item: str) -> None:
    sender = Sender(sending.ZERO_AND_NONE)
    assert broken("SK-SECTIONS", case(sending.ZERO_AND_NONE, sender.everything())) == ""
    lacking = sender.everything(but=without((item, ONE)))
    words = f"created no line item for item '{item}' in section alg-1"
    assert broken("SK-SECTIONS", case(sending.ZERO_AND_NONE, lacking)) == words


def test_an_item_of_another_title_is_no_item_that_was_not_selected() -> None:
    """What it is called is another rule's matter."""
    sent = plain(PLAIN.item("essay", ONE, title="Total", name="total"))
    assert broken("SK-SECTIONS", case(sending.PLAIN, sent)) == ""


def test_where_nothing_is_sent_nothing_is_known_of_sections() -> None:
    with pytest.raises(NotTestable, match="transferred no item"):
        broken("SK-SECTIONS", case(sending.PLAIN, []))


# SK-ITEM


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ""),
        ({"dueDate": "2026-06-12"}, ""),
        ({"dueDate": "2026-06-12T12:00:00+02:00"}, ""),
        ({"dueDate": "2026-06-13T01:59:59+02:00"}, ""),
        ({"dueDate": "2026-06-11T19:00:00-05:00"}, ""),
        (
            {"dueDate": "2026-06-12T23:59:59-05:00"},
            "'2026-06-12T23:59:59-05:00', which is 2026-06-13 in the time zone of the SIS (UTC)",
        ),
        ({"dueDate": "2026-06-12T00:00:00+02:00"}, "which is 2026-06-11 in the time zone"),
        ({"dueDate": "soon"}, "the due date 'soon' (#1); expected 2026-06-12"),
        ({"resultValueMax": 50.0}, ""),
        ({"dueDate": None}, "the due date '' (#1); expected 2026-06-12"),
        ({"dueDate": "2026-06-13T00:00:00.000Z"}, "the due date '2026-06-13'"),
        ({"resultValueMax": None}, "the resultValueMax None (#1); expected 50"),
        ({"resultValueMax": 100}, "the resultValueMax 100 (#1); expected 50"),
        ({"title": None}, "the title None (#1); expected the title of an item"),
        ({"title": "Essay on Emmy"}, "the title 'Essay on Emmy' (#1); expected the title"),
        ({"class": None}, "the class '' (#1); expected alg-1 or alg-2"),
        ({"class": {"sourcedId": "algebra"}}, "the class 'algebra' (#1); expected alg-1 or alg-2"),
        ({"category": None}, "the category '' (#1); expected a category of section alg-1"),
        ({"category": {"sourcedId": "Homework"}}, "the category 'Homework' (#1); expected"),
        ({"category": {"sourcedId": "cat-alg-2-2"}}, "'cat-alg-2-2' (#1); expected a"),
        ({"category": {"sourcedId": "cat-alg-1-2"}}, ""),
    ],
)
def test_a_line_item_says_what_the_item_is(changed: dict[str, Any], words: str) -> None:
    status = 201 if changed.get("class", {}) == {} and changed.get("title", "") is not None else 422
    sent = plain(PLAIN.item("essay", ONE, status, **changed), but=without(ESSAY))
    assert told_of(words, broken("SK-ITEM", case(sending.PLAIN, sent)))


@pytest.mark.parametrize(("due", "words"), [("2027-01-01", ""), (None, "the due date ''")])
def test_of_an_item_without_a_deadline_any_due_date_is_one(due: str | None, words: str) -> None:
    """Which one is another rule's matter."""
    sent = plain(PLAIN.item("quiz", ONE, dueDate=due), but=without(QUIZ))
    assert told_of(words, broken("SK-ITEM", case(sending.PLAIN, sent)))


def test_an_item_has_a_sourced_id_of_its_own_in_each_section() -> None:
    shared = [PLAIN.item("essay", ONE, name="e"), PLAIN.item("essay", TWO, 422, name="e")]
    sent = [*shared, PLAIN.item("quiz", ONE)]
    words = "the sourcedId 'e' of item 'essay' in section alg-1 (#2); expected a different one"
    assert told_of(words, broken("SK-ITEM", case(sending.PLAIN, sent)))
    twice = [PLAIN.item("essay", ONE), PLAIN.item("essay", ONE)]
    assert broken("SK-ITEM", case(sending.PLAIN, twice)) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [({}, "with no sourcedId (#1)"), ({"sourcedId": ""}, "with no sourcedId (#1)")],
)
def test_by_post_an_item_needs_a_sourced_id_too(changed: dict[str, Any], words: str) -> None:
    sent = [PLAIN.posted(ESSAY, QUIZ, **changed)]
    assert broken("SK-ITEM", case(sending.PLAIN, sent)).count(words) == 2
    named = [PLAIN.posted(ESSAY, sourcedId="e")]
    assert broken("SK-ITEM", case(sending.PLAIN, named)) == ""


def test_where_nothing_is_sent_nothing_is_known_of_what_is_said() -> None:
    with pytest.raises(NotTestable, match="transferred no item"):
        broken("SK-ITEM", case(sending.PLAIN, []))


# SK-CATEGORY


def category(name: str) -> dict[str, Any]:
    return {"category": {"sourcedId": name}}


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (PLAIN.item("essay", ONE), ""),
        (PLAIN.item("quiz", TWO), ""),
        (PLAIN.item("essay", ONE, **category("cat-alg-1-2")), "in the category 'cat-alg-1-2' (#1)"),
        (PLAIN.item("essay", ONE, 422, **category("cat-alg-2-2")), "the chosen 'Homework' of that"),
        (PLAIN.item("essay", ONE, 422, category=None), "in the category ''"),
        (PLAIN.item("poster", TWO), "(#1) before a category was chosen for it"),
    ],
)
def test_an_item_leaves_in_the_category_that_was_chosen(sent: Entry, words: str) -> None:
    assert told_of(words, broken("SK-CATEGORY", case(sending.PLAIN, [sent])))


@pytest.mark.parametrize(
    "unknown", [{"title": "Total"}, {"class": {"sourcedId": "algebra"}}, {"class": None}]
)
def test_of_what_is_no_item_of_the_course_no_category_is_asked(unknown: dict[str, Any]) -> None:
    strange = PLAIN.item("essay", ONE, 422, **unknown)
    assert broken("SK-CATEGORY", case(sending.PLAIN, plain(also=[strange]))) == ""
    with pytest.raises(NotTestable, match="transferred no item of the course"):
        broken("SK-CATEGORY", case(sending.PLAIN, [strange]))


UNCHOSEN = Sender(sending.UNCHOSEN)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([], ""),
        ([UNCHOSEN.item("essay", ONE), UNCHOSEN.item("quiz", TWO)], ""),
        ([UNCHOSEN.item("poster", ONE)], "(#1) before a category was chosen"),
        ([UNCHOSEN.item("quiz", ONE, 422, **category("cat-alg-2-1"))], "category 'cat-alg-2-1'"),
        ([UNCHOSEN.item("quiz", ONE)], "'cat-alg-1-2' (#1); expected the chosen 'Projects'"),
    ],
)
def test_where_some_lack_a_category_they_or_all_stay(sent: list[Entry], words: str) -> None:
    assert told_of(words, broken("SK-CATEGORY", case(sending.UNCHOSEN, sent)))


# SK-CATEGORY-FROZEN

CHANGED = Sender(sending.CATEGORY_CHANGED)
TESTS = category("cat-alg-1-2")
AGAIN = [CHANGED.score("essay", ASA, 45)]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ([CHANGED.item("essay", ONE)], AGAIN, ""),
        ([CHANGED.item("essay", ONE)], [CHANGED.item("essay", ONE), *AGAIN], ""),
        (
            [CHANGED.item("essay", ONE)],
            [CHANGED.item("essay", ONE, **TESTS)],
            "from the category 'cat-alg-1-1' to 'cat-alg-1-2' (#2)",
        ),
        (
            [CHANGED.item("essay", ONE)],
            [CHANGED.item("essay", ONE, name="another", **TESTS)],
            "moved item 'essay' in section alg-1",
        ),
        (
            [CHANGED.item("essay", ONE)],
            [CHANGED.item("essay", ONE, 422, category=None)],
            "to '' (#2)",
        ),
        ([CHANGED.item("essay", ONE, None)], [CHANGED.item("essay", ONE, **TESTS)], "moved item"),
        ([CHANGED.item("essay", ONE, 422, **TESTS)], [CHANGED.item("essay", ONE)], ""),
        ([CHANGED.item("essay", ONE)], [CHANGED.item("essay", TWO), *AGAIN], ""),
        (
            [CHANGED.item("essay", ONE, title="A"), CHANGED.item("essay", ONE, title="B", **TESTS)],
            AGAIN,
            "",
        ),
    ],
)
def test_what_was_pushed_keeps_its_category(
    first: list[Entry], second: list[Entry], words: str
) -> None:
    """Nothing was pushed where the SIS refused it."""
    book = {"sections": []}
    found = case(sending.CATEGORY_CHANGED, first, second, book=book)
    assert told_of(words, broken("SK-CATEGORY-FROZEN", found))


def test_without_a_second_transfer_nobody_was_tempted_to_move_anything() -> None:
    looked = [entry("oneroster.gradebook.lineItems.list")]
    found = case(sending.CATEGORY_CHANGED, [CHANGED.item("essay", ONE)], looked)
    with pytest.raises(NotTestable, match="second transfer sent nothing"):
        broken("SK-CATEGORY-FROZEN", found)
    with pytest.raises(NotTestable, match="transferred no item"):
        broken("SK-CATEGORY-FROZEN", case(sending.CATEGORY_CHANGED, [], AGAIN, book={"a": 1}))


# SK-DUE-DEFAULT

DUE = Sender(sending.NO_DUE_DATE)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (DUE.item("quiz", ONE), ""),
        (DUE.item("quiz", ONE, dueDate="2026-08-31"), ""),
        (DUE.item("poster", ONE), ""),
        (DUE.item("quiz", ONE, dueDate="2026-08-30T23:59:59.000Z"), "dueDate '2026-08-30' (#1)"),
        (DUE.item("poster", ONE, dueDate="2026-08-31T23:59:59.000Z"), "2026-03-31, the end of"),
        (DUE.item("quiz", TWO, 422, dueDate=None), "with the dueDate '' (#1)"),
    ],
)
def test_without_a_deadline_an_item_is_due_when_its_own_term_ends(sent: Entry, words: str) -> None:
    assert told_of(words, broken("SK-DUE-DEFAULT", case(sending.NO_DUE_DATE, [sent])))


@pytest.mark.parametrize(
    "sent", [[], [DUE.item("essay", ONE)], [DUE.item("quiz", ONE, title="Total")]]
)
def test_where_every_item_has_a_deadline_nothing_is_known_of_those_without(sent: Any) -> None:
    with pytest.raises(NotTestable, match="no item without a due date was sent"):
        broken("SK-DUE-DEFAULT", case(sending.NO_DUE_DATE, sent))


# SK-NO-TOTALS

TOTAL = PLAIN.item("essay", ONE, title="Total", name="total")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (plain(), ""),
        (plain(PLAIN.item("essay", ONE, metadata={"weight": 1})), "with a weight (#1)"),
        (plain(PLAIN.item("essay", ONE, itemWeighting=2)), "with a weight (#1)"),
        (plain(PLAIN.item("essay", ONE, metadata={"note": "weight"})), ""),
        (plain(PLAIN.item("essay", ONE, metadata=["weight"])), ""),
        (plain(put("categories", "c", {"category": {}}, answered(403))), "only the SIS may"),
        (plain(entry("oneroster.gradebook.categories.list")), ""),
        (plain(entry("oneroster.gradebook.categories.delete", "DELETE")), "only the SIS"),
        (plain(entry("oneroster.gradebook.classes.academicSessions.results.post", "POST")), ""),
        (plain(also=[TOTAL]), "the title 'Total' (#13); expected only the 3 items of"),
        (plain(TOTAL, but=without(ESSAY)), ""),
        (plain(PLAIN.item("essay", ONE), PLAIN.item("essay", ONE)), ""),
    ],
)
def test_calculation_is_left_to_the_sis(sent: list[Entry], words: str) -> None:
    """A title that no item has is no total while there are no more line items than items."""
    assert told_of(words, broken("SK-NO-TOTALS", case(sending.PLAIN, sent)))


def test_of_too_many_line_items_those_that_are_no_items_are_pointed_at() -> None:
    found = case(sending.PLAIN, plain(TOTAL))
    words = "sent a line item with the title 'Total' (#1); expected only the 3 items of section"
    assert broken("SK-NO-TOTALS", found) == f"{words} alg-1"


def test_where_nothing_is_sent_nothing_is_known_of_totals() -> None:
    with pytest.raises(NotTestable, match="transferred no item"):
        broken("SK-NO-TOTALS", case(sending.PLAIN, []))
