"""What a transfer says of a course, and what it leaves unsaid."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.exporters.kit.outcome import NotAllowed
from helpers.exporters.opening import Courses
from helpers.exporters.skyward_courses import (
    ASA,
    JOSE,
    ONE,
    TWO,
    ZOE,
    chosen,
    course,
    item,
    marks,
    message,
    pressed,
    score,
    states,
)
from helpers.exporters.skyward_stub import StubProvider

NOW = "2026-06-15T09:00:00.000Z"


async def test_a_line_item_says_all_that_is_passed_over(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(title="Essay & <b>'x'", sections=[TWO])))
    chosen(exporter)
    await pressed(exporter)
    (sent,) = provider.puts("lineItems")
    assert sent.path == ("gradebook", "v1p2", "lineItems", "algebra:essay:alg-2")
    assert sent.fields == {
        "sourcedId": "algebra:essay:alg-2",
        "status": "active",
        "dateLastModified": NOW,
        "title": "Essay & <b>'x'",
        "assignDate": NOW,
        "dueDate": "2026-06-12T23:59:59.000Z",
        "class": {"sourcedId": TWO},
        "school": {"sourcedId": "school-1"},
        "category": {"sourcedId": "cat-alg-2-2"},
        "gradingPeriod": {"sourcedId": "2"},
        "resultValueMin": 0,
        "resultValueMax": 50,
    }
    assert sent.headers["Content-Type"] == "application/json"


async def test_a_result_says_the_score_and_nothing_that_the_sis_works_out(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE]), scores=[score(ASA, 31.5, late=True)]))
    chosen(exporter)
    await pressed(exporter)
    (sent,) = provider.puts("results")
    assert sent.path == ("gradebook", "v1p2", "results", "algebra:essay:alg-1:1001")
    assert sent.fields == {
        "sourcedId": "algebra:essay:alg-1:1001",
        "status": "active",
        "dateLastModified": NOW,
        "lineItem": {"sourcedId": "algebra:essay:alg-1"},
        "student": {"sourcedId": "1001"},
        "class": {"sourcedId": ONE},
        "scoreStatus": "fully graded",
        "score": 31.5,
        "scoreDate": "2026-06-15",
    }


@pytest.mark.parametrize(
    ("due", "term", "sent"),
    [("2026-06-12", "2", "2026-06-12"), (None, "2", "2026-06-30"), (None, "1", "2026-03-31")],
)
async def test_without_a_deadline_an_item_is_due_when_its_own_term_ends(
    courses: Courses, provider: StubProvider, due: str | None, term: str, sent: str
) -> None:
    exporter = courses(course(item(due=due, term=term, sections=[ONE])))
    chosen(exporter)
    await pressed(exporter)
    fields = provider.puts("lineItems")[0].fields
    assert (fields["dueDate"][:10], fields["gradingPeriod"]) == (sent, {"sourcedId": term})


async def test_the_day_on_which_a_period_ends_may_come_with_a_time(
    courses: Courses, provider: StubProvider
) -> None:
    provider.last_days["2"] = "2026-06-30T00:00:00.000Z"
    exporter = courses(course(item(due=None, sections=[ONE])))
    chosen(exporter)
    await pressed(exporter)
    assert provider.puts("lineItems")[0].fields["dueDate"] == "2026-06-30T23:59:59.000Z"


async def test_each_section_gets_the_item_with_its_own_category_and_students(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(scores=[score(ASA, 1), score(ZOE, 2), score(JOSE, 3)]))
    chosen(exporter)
    await pressed(exporter)
    sent = [(e.collection, e.path[-1]) for e in provider.heard if e.method == "PUT"]
    assert sent == [
        ("lineItems", "algebra:essay:alg-1"),
        ("results", "algebra:essay:alg-1:1001"),
        ("results", "algebra:essay:alg-1:1002"),
        ("lineItems", "algebra:essay:alg-2"),
        ("results", "algebra:essay:alg-2:2001"),
    ]
    categories = [e.fields["category"]["sourcedId"] for e in provider.puts("lineItems")]
    assert categories == ["cat-alg-1-1", "cat-alg-2-2"]
    assert set(states(exporter).values()) == set(marks(exporter).values()) == {"EXPORTED"}


async def test_an_item_is_made_though_nobody_has_a_score(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE]), scores=[score(ASA, None)]))
    chosen(exporter)
    await pressed(exporter)
    assert (provider.titles, provider.scores) == ([("Essay", ONE)], [])
    assert (states(exporter), marks(exporter)) == (
        {"essay:alg-1": "EXPORTED"},
        {"essay:1001": "NOT_EXPORTED"},
    )


async def test_a_zero_is_sent_and_no_score_is_not(courses: Courses, provider: StubProvider) -> None:
    exporter = courses(course(scores=[score(ASA, 0), score(JOSE, None), score(ZOE, 0.0)]))
    chosen(exporter)
    await pressed(exporter)
    assert provider.scores == [("1001", 0), ("2001", 0)]
    assert marks(exporter)["essay:1002"] == "NOT_EXPORTED"


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"kind": "other"}, "assignments, tests and tasks"),
    ({"term": None}, "term"),
    ({"scale": "letter"}, "Score scale"),
]


@pytest.mark.parametrize(("facts", "words"), UNFIT, ids=["kind", "term", "scale"])
async def test_what_may_not_leave_stays_and_says_why(
    courses: Courses, provider: StubProvider, facts: dict[str, Any], words: str
) -> None:
    unfit = item("unfit", **facts)
    exporter = courses(course(item(), unfit, scores=[score(ASA, 1, "unfit"), score(ASA, 2)]))
    chosen(exporter)
    await pressed(exporter)
    assert provider.titles == [("Essay", ONE), ("Essay", TWO)]
    assert provider.scores == [("1001", 2)]
    assert states(exporter)["unfit:alg-1"] == "NOT_EXPORTED"
    assert words in message(exporter, "unfit")


@pytest.mark.parametrize("kind", ["assignment", "test", "task"])
async def test_three_kinds_are_sent(courses: Courses, provider: StubProvider, kind: str) -> None:
    exporter = courses(course(item(kind=kind, sections=[ONE])))
    chosen(exporter)
    await pressed(exporter)
    assert provider.titles == [("Essay", ONE)]


async def test_where_nothing_may_leave_the_button_says_so(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(kind="other")))
    with pytest.raises(NotAllowed, match="Nothing can be transferred"):
        await exporter.transfer()
    assert await exporter.settle() == ()
    assert provider.heard == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"integration": False}, "integration"), ({"pass_back": False}, "pass-back")],
)
async def test_a_course_that_may_send_nothing_asks_the_sis_for_nothing(
    courses: Courses, provider: StubProvider, facts: dict[str, Any], words: str
) -> None:
    exporter = courses(course(scores=[score(ASA, 1)], **facts))
    chosen(exporter)
    for button in (exporter.transfer, exporter.retry):
        with pytest.raises(NotAllowed, match=words):
            await button()
    assert await exporter.settle() == ()
    assert provider.heard == []


@pytest.mark.parametrize(
    ("category", "words"),
    [("", "Choose a category"), ("Projects", "no category 'Projects'")],
)
async def test_without_a_category_of_the_section_an_item_stays(
    courses: Courses, provider: StubProvider, category: str, words: str
) -> None:
    """The second section has Projects, the first has not."""
    exporter = courses(course(scores=[score(ASA, 1), score(ZOE, 2)]))
    exporter.choose_category("essay", TWO, "Projects")
    if category:
        exporter.choose_category("essay", ONE, category)
    await pressed(exporter)
    assert provider.titles == [("Essay", TWO)]
    assert states(exporter) == {"essay:alg-1": "FAILED", "essay:alg-2": "EXPORTED"}
    assert marks(exporter) == {"essay:1001": "FAILED", "essay:2001": "EXPORTED"}
    assert words in message(exporter, "essay")


async def test_a_term_that_the_sis_does_not_have_keeps_an_item_back(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(term="7")))
    chosen(exporter)
    await pressed(exporter)
    assert provider.titles == []
    assert "no term '7'" in message(exporter, "essay")


@pytest.mark.parametrize(
    ("ticked", "sent"),
    [
        ({}, [("Essay", ONE), ("Quiz", ONE), ("Essay", TWO)]),
        ({"sections": [ONE]}, [("Essay", ONE), ("Quiz", ONE)]),
        ({"sections": [TWO]}, [("Essay", TWO)]),
        ({"items": ["quiz"]}, [("Quiz", ONE)]),
        ({"sections": [ONE], "items": ["essay"]}, [("Essay", ONE)]),
    ],
)
async def test_only_what_is_ticked_leaves(
    courses: Courses, provider: StubProvider, ticked: Any, sent: Any
) -> None:
    exporter = courses(course(item(), item("quiz", sections=[ONE])))
    chosen(exporter)
    await pressed(exporter, **ticked)
    assert provider.titles == sent
    left = {"Essay": "essay", "Quiz": "quiz"}
    exported = {f"{left[title]}:{section}" for title, section in sent}
    assert {key for key, state in states(exporter).items() if state == "EXPORTED"} == exported


async def test_a_section_that_is_not_of_the_course_gets_nothing(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE, "other"])))
    chosen(exporter)
    await pressed(exporter)
    assert provider.titles == [("Essay", ONE)]
    assert not any("other" in each.path for each in provider.heard)


@pytest.mark.parametrize("name", ["a/b c", "Å:1%2F", 17])
async def test_a_name_is_one_segment_of_a_path_whatever_is_in_it(
    courses: Courses, provider: StubProvider, name: Any
) -> None:
    exporter = courses(course(item(name, sections=[ONE]), scores=[score(ASA, 1, name)]))
    chosen(exporter)
    await pressed(exporter)
    line_item, result = provider.puts("lineItems")[0], provider.puts("results")[0]
    assert line_item.path == ("gradebook", "v1p2", "lineItems", line_item.fields["sourcedId"])
    assert result.fields["lineItem"] == {"sourcedId": line_item.fields["sourcedId"]}
    assert list(marks(exporter).values()) == ["EXPORTED"]


async def test_two_items_never_share_a_name(courses: Courses, provider: StubProvider) -> None:
    """Ids that meet where they are joined."""
    exporter = courses(
        course(item("a", sections=["b:c"]), item("a:b", sections=["c"]), sections=["b:c", "c"])
    )
    assert len(exporter.places) == 2
    names = {exporter.decisions.line_item_name(exporter.course, each) for each in exporter.places}
    assert len(names) == 2


async def test_a_second_press_at_once_finds_nothing_left(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(scores=[score(ASA, 1)]))
    chosen(exporter)
    assert await exporter.transfer() == "Transferring 2 of 2."
    with pytest.raises(NotAllowed, match="Nothing can be transferred"):
        await exporter.transfer()
    assert await exporter.settle() == ()
    assert len(provider.puts("lineItems")) == 2


async def test_what_is_under_way_may_not_be_changed_and_what_is_not_may(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(), item("quiz")))
    chosen(exporter)
    await exporter.transfer(items=["essay"])
    with pytest.raises(NotAllowed, match="change its category there"):
        exporter.choose_category("essay", ONE, "Tests")
    exporter.choose_category("quiz", ONE, "Tests")
    await exporter.settle()
    with pytest.raises(NotAllowed, match="change its category there"):
        exporter.choose_category("essay", ONE, "Tests")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lambda exporter: exporter.choose_category("essay", "other", "Homework"), "not in that"),
        (lambda exporter: exporter.choose_category("other", ONE, "Homework"), "not in that"),
        (lambda exporter: exporter.edit_score("other", ASA, 1), "no such item"),
        (lambda exporter: exporter.edit_score("essay", 9, 1), "no such student"),
    ],
)
async def test_what_is_not_in_the_course_cannot_be_edited(
    courses: Courses, asked: Any, words: str
) -> None:
    exporter = courses(course())
    with pytest.raises(NotAllowed, match=words):
        asked(exporter)


async def test_a_score_of_somebody_who_is_in_no_section_is_left_out(courses: Courses) -> None:
    exporter = courses(course(scores=[score(9, 5), score(ASA, 1), score(ASA, 2)]))
    assert [(each.student, each.score) for each in exporter.marks] == [(ASA, 2)]


async def test_a_score_that_changes_while_it_is_sent_waits_for_the_next_transfer(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE]), scores=[score(ASA, 1)]))
    chosen(exporter)

    async def meanwhile(stub: StubProvider, heard: Any) -> Any:
        exporter.edit_score("essay", ASA, 2)
        assert marks(exporter) == {"essay:1001": "QUEUED"}
        return stub.store(heard)

    provider.on("PUT", "results", meanwhile)
    await pressed(exporter)
    (mark,) = exporter.marks
    assert (mark.score, mark.taken, mark.state.name) == (2, 1, "NOT_EXPORTED")
    await pressed(exporter)
    assert provider.scores == [("1001", 1), ("1001", 2)]
    assert marks(exporter) == {"essay:1001": "EXPORTED"}
