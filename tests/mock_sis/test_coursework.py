"""A section's coursework: what is listed is what is there, in order, after any writes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.errors import Conflict, NotFound
from mock_sis.gradebook.coursework.book import Coursework
from mock_sis.gradebook.coursework.index import Span
from mock_sis.gradebook.coursework.mutable import MutableCoursework
from mock_sis.gradebook.coursework.values import (
    Assignment,
    Category,
    FinalComment,
    Grade,
    Override,
    Period,
    Policy,
    by_place,
)

ITEMS, PEOPLE = range(1, 5), range(1, 5)
TIMES = st.sampled_from([0.0, 1.0, 1.5, 2.0, 3.0])
GRADES = st.builds(
    Grade,
    assignment=st.sampled_from(ITEMS),
    enrollment=st.sampled_from(PEOPLE),
    grade=st.none() | st.integers(0, 100).map(float),
    at=TIMES,
    by=st.just("test"),
)
WRITES = st.lists(GRADES, max_size=6).map(lambda grades: ("put", grades))
REMOVALS = st.sampled_from(ITEMS).map(lambda number: ("remove", number))
TAKINGS = st.tuples(st.sampled_from(ITEMS), st.sampled_from(PEOPLE)).map(lambda at: ("take", at))
BOUNDS = st.sampled_from([0.0, 1.0, 1.25, 3.0, 4.0])
SPANS = st.builds(
    Span,
    st.none() | BOUNDS.map(lambda first: lambda at: at >= first),
    st.none() | BOUNDS.map(lambda end: lambda at: at > end),
)
FILTERS = st.fixed_dictionaries(
    {
        "assignment": st.none() | st.sampled_from([*ITEMS, 9]),
        "enrollment": st.none() | st.sampled_from([*PEOPLE, 9]),
    },
    optional={"since": st.none() | BOUNDS, "span": st.none() | SPANS},
).filter(lambda filters: len(filters) < 4)


def section() -> MutableCoursework:
    work = MutableCoursework()
    for number in ITEMS:
        work.add_assignment(Assignment(number, ""))
    return work


def fitting(
    model: dict[tuple[int, int], Grade],
    assignment: int | None = None,
    enrollment: int | None = None,
    since: float | None = None,
    span: Span | None = None,
) -> list[Grade]:
    """What the slowest and plainest listing would have."""
    found = [
        grade
        for grade in model.values()
        if assignment in (None, grade.assignment)
        and enrollment in (None, grade.enrollment)
        and (since is None or grade.at >= since)
        and (span is None or span.begun is None or span.begun(grade.at))
        and (span is None or span.over is None or not span.over(grade.at))
    ]
    if since is None and span is None:
        return sorted(found, key=place_of)
    return sorted(found, key=lambda grade: (grade.at, *place_of(grade)))


@given(
    steps=st.lists(st.tuples(WRITES | REMOVALS | TAKINGS, FILTERS), max_size=8),
    start=st.integers(0, 6),
    limit=st.integers(1, 6),
)
def test_a_page_is_part_of_what_a_walk_through_everything_finds(
    steps: list[Any], start: int, limit: int
) -> None:
    work = section()
    model: dict[tuple[int, int], Grade] = {}
    for (kind, given_), filters in steps:
        if kind == "put":
            work.put_grades(by_place(given_))
            model |= {(grade.assignment, grade.enrollment): grade for grade in given_}
        elif kind == "take":
            work.remove_grade(*given_)
            model.pop(given_, None)
        else:
            work.remove_assignment(given_)
            work.add_assignment(Assignment(given_, ""))
            model = {place: grade for place, grade in model.items() if place[0] != given_}
        everything = fitting(model, **filters)
        assert work.page(0, 1000, **filters) == (everything, len(everything))
        page = everything[start : start + limit]
        assert work.page(start, limit, **filters) == (page, len(everything))
        for enrollment in PEOPLE:
            assert work.of_enrollment(enrollment) == fitting(model, enrollment=enrollment)
        for item in ITEMS:
            assert work.of_assignment(item) == fitting(model, assignment=item)


def place_of(grade: Grade) -> tuple[int, int]:
    return grade.assignment, grade.enrollment


def test_a_listing_is_by_assignment_and_enrollment_and_by_time_where_it_is_of_changes() -> None:
    work = section()
    work.put_grades(
        by_place(
            Grade(item, person, None, float(10 - item - person), "test")
            for item in (2, 1)
            for person in (2, 1)
        )
    )
    assert list(map(place_of, work.page(0, 9)[0])) == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert list(map(place_of, work.page(0, 9, since=0)[0])) == [(2, 2), (1, 2), (2, 1), (1, 1)]
    narrowed: list[tuple[dict[str, int], list[tuple[int, int]]]] = [
        ({"assignment": 1}, [(1, 1), (1, 2)]),
        ({"assignment": 1, "since": 0}, [(1, 2), (1, 1)]),
        ({"enrollment": 2}, [(1, 2), (2, 2)]),
        ({"enrollment": 2, "since": 0}, [(2, 2), (1, 2)]),
    ]
    for filters, places in narrowed:
        assert list(map(place_of, work.page(0, 9, **filters)[0])) == places


@pytest.mark.parametrize("at", [0.5, 1.0, 2.0, 3.0, 3.5])
@pytest.mark.parametrize("narrowed", [{}, {"assignment": 1}, {"enrollment": 1}])
def test_a_span_has_a_beginning_and_an_end(at: float, narrowed: dict[str, int]) -> None:
    work = section()
    work.put_grades(by_place([Grade(1, 1, None, at, "test")]))
    span = Span(lambda at: at >= 1.0, lambda at: at > 3.0)
    expected = 1 if 1.0 <= at <= 3.0 else 0
    assert work.page(0, 9, span=span, **narrowed)[1] == expected
    assert work.page(0, 9, span=span, assignment=1, enrollment=1)[1] == expected


def counting() -> tuple[list[int], Any]:
    asked: list[int] = []

    def compute(_work: Coursework, enrollment: int) -> int:
        asked.append(enrollment)
        return enrollment * 10

    return asked, compute


FORGETTING = {
    "a grade": lambda work: work.put_grades(by_place([Grade(1, 1, 5.0, 0.0, "test")])),
    "an override": lambda work: work.put_override(Override(1, "final", 5.0)),
    "an assignment": lambda work: work.change_assignment(Assignment(1, "", max_points=7)),
    "a removal": lambda work: work.remove_assignment(1),
    "a grade taken away": lambda work: work.remove_grade(1, 1),
    "a category": lambda work: work.put_category(Category(1, "", weight=5)),
    "a category taken away": lambda work: work.remove_category(1),
    "a period": lambda work: work.put_period(Period(1, "", weight=5)),
}


@pytest.mark.parametrize("change", FORGETTING)
def test_what_was_computed_is_computed_again_only_after_a_change(change: str) -> None:
    work, (asked, compute) = section(), counting()
    work.add_period(Period(1, ""))
    work.put_grades(by_place([Grade(1, 1, 4.0, 0.0, "test")]))
    assert [work.remembered(number, compute) for number in (1, 1, 2)] == [10, 10, 20]
    FORGETTING[change](work)
    work.remembered(1, compute)
    assert asked == [1, 2, 1]


def test_another_persons_grade_makes_nothing_be_computed_again() -> None:
    work, (asked, compute) = section(), counting()
    work.remembered(1, compute)
    work.put_grades(by_place([Grade(1, 2, 4.0, 0.0, "test")]))
    work.put_override(Override(2, "final", 4.0))
    work.remembered(1, compute)
    assert asked == [1]


TAKEN: dict[str, Any] = {
    "period": lambda work: work.add_period(Period(7, "")),
    "category": lambda work: work.add_category(Category(7, "")),
    "assignment": lambda work: work.add_assignment(Assignment(7, "")),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_an_id_is_given_once(kind: str) -> None:
    work = MutableCoursework()
    TAKEN[kind](work)
    with pytest.raises(Conflict, match="7 exists already"):
        TAKEN[kind](work)


DANGLING: dict[str, Any] = {
    "a period": lambda work: work.add_assignment(Assignment(9, "", period=3)),
    "a category": lambda work: work.add_assignment(Assignment(9, "", category=3)),
    "a changed period": lambda work: work.change_assignment(Assignment(1, "", period=3)),
    "an assignment": lambda work: work.change_assignment(Assignment(9, "")),
    "a removal": lambda work: work.remove_assignment(9),
    "a period of its own": lambda work: work.put_period(Period(9, "")),
    "a look": lambda work: work.assignment(9),
}


@pytest.mark.parametrize("kind", DANGLING)
def test_what_is_not_there_is_told_and_changes_nothing(kind: str) -> None:
    work = section()
    before = work.snapshot()
    with pytest.raises(NotFound):
        DANGLING[kind](work)
    assert work.snapshot() == before


def test_the_snapshot_does_not_depend_on_the_order_of_writing() -> None:
    grades = [Grade(item, person, 1.0, 0.0, "test") for item in ITEMS for person in PEOPLE]
    comments = [FinalComment(person, "final", "x", 0, 0.0) for person in PEOPLE]
    works = (section(), section())
    for work, step in zip(works, (1, -1), strict=True):
        work.put_grades(by_place(grades[::step]))
        for comment in comments[::step]:
            work.put_comment(comment)
    assert works[0].snapshot() == works[1].snapshot()


@pytest.mark.parametrize("policy", [Policy(), Policy(weighted=True, missing_counts=False, scale=5)])
def test_the_policy_is_the_one_given(policy: Policy) -> None:
    assert MutableCoursework(policy).policy == policy
    assert MutableCoursework().policy == Policy()


def test_every_listener_is_told_of_what_is_written_and_taken_away() -> None:
    work = section()
    heard: tuple[list[tuple[int, int]], ...] = ([], [])
    for each in heard:
        work.tell(each.extend)
    work.put_grades(by_place([Grade(1, 1, 5.0, 0.0, "test"), Grade(2, 1, 5.0, 0.0, "test")]))
    work.remove_grade(2, 1)
    work.remove_grade(2, 1)  # it is gone already
    work.remove_assignment(1)
    assert heard == ([(1, 1), (2, 1), (2, 1), (1, 1)],) * 2
