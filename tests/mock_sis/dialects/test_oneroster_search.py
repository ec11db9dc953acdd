"""A list of results is what a walk through all of them finds, however it is narrowed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.oneroster_asks import G
from mock_sis.clock import Clock, iso
from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.filters import Filter, parse_filter
from mock_sis.dialects.oneroster.gradebook_rows import result_row
from mock_sis.dialects.oneroster.roster import Rows
from mock_sis.dialects.oneroster.search import Lookup, search
from mock_sis.exchange import Call, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Grade, by_place
from mock_sis.gradebook.delayed_writes import DropItem, DropResult
from mock_sis.simulator import Simulator

NOW = 1_700_000_000.0
TIMES = [NOW, NOW + 0.0008, NOW + 0.0009999, NOW + 0.001, NOW + 0.0015, NOW + 1, NOW - 86400]
"""Some are the same millisecond, as they are shown."""
FIELDS = fields_of("result")
ENROLLED = {"a": {"1": 11, "2": 12}, "b-1": {"1": 21, "3": 23}}
PLACES = [
    (section, assignment, enrollment)
    for section, people in ENROLLED.items()
    for assignment in (1, 2)
    for enrollment in people.values()
]
SEED = {
    "people": [
        {"id": number, "given_name": "A", "family_name": "B"} for number in ("1", "2", "3", "4")
    ],
    "sections": [
        {
            "id": section,
            "title": section,
            "enrollments": [{"person": person, "id": n} for person, n in people.items()],
            "assignments": [{"id": 1, "title": ""}, {"id": 2, "title": ""}],
        }
        for section, people in ENROLLED.items()
    ],
}


def simulator() -> Simulator:
    made = Simulator(clock=Clock("virtual", NOW), journal_entries=1)
    made.load(SEED)
    return made


def do(book: Gradebook, step: tuple[str, tuple[str, int, int], float]) -> None:
    """Write a result, take one away, take its line item's away, or call one of them anew."""
    kind, (section, assignment, enrollment), at = step
    if assignment not in book.coursework(section).assignments:
        return
    if kind == "put":
        book.put_grades(section, by_place([Grade(assignment, enrollment, at % 7, at, "test")]))
    elif kind == "take":
        DropResult(section, assignment, enrollment).apply(book)
    elif kind == "drop":
        DropItem(section, assignment).apply(book)
    elif kind == "name":
        book.give_name("result", (section, assignment, enrollment), "lms-r")
    else:
        book.give_name("lineItem", (section, assignment), "lms-li")


VALUES = {
    "sourcedId": ["lms-r", "res-a-1-11", "res-b-1-2-23", "res-a-9-9"],
    "class.sourcedId": ["a", "b-1", "b"],
    "lineItem.sourcedId": ["lms-li", "li-a-1", "li-b-1-2", "li-a-9"],
    "student.sourcedId": ["1", "3", "9"],
}
MOMENTS = [*map(iso, TIMES[2:5]), "2023-11-14T23:13:20+01:00", "2023-11-14T22:13:20.0005Z"]
CLAUSES = [
    *[f"{field}='{value}'" for field, values in VALUES.items() for value in values],
    *[
        f"dateLastModified{operator}'{moment}'"
        for operator in ("=", "!=", ">", ">=", "<", "<=")
        for moment in MOMENTS
    ],
    *["status='active'", "status='tobedeleted'", "score>='2'", "score='1'", "class.sourcedId>='b'"],
    *["student.sourcedId!='1'", "dateLastModified~'20.00'", "lineItem.sourcedId~'LI'"],
]
PATHS: dict[str, dict[str, str]] = {
    "/results": {},
    "/classes/a/results": {"class.sourcedId": "a"},
    "/classes/a/lineItems/li-a-1/results": {
        "class.sourcedId": "a",
        "lineItem.sourcedId": "li-a-1",
    },
    "/classes/b-1/students/1/results": {"class.sourcedId": "b-1", "student.sourcedId": "1"},
}


def filled() -> Gradebook:
    """Most results that could be, written at each of the times, some under a client's names."""
    book = simulator().world.gradebook
    book.give_name("lineItem", ("b-1", 1), "lms-li")
    book.give_name("result", ("a", 2, 12), "lms-r")
    for number, place in enumerate(PLACES[:-1]):
        do(book, ("put", place, TIMES[number % len(TIMES)]))
    return book


@pytest.mark.parametrize("path", PATHS)
def test_stripes_hold_what_is_asked_for_and_where_they_are_exact_nothing_else(path: str) -> None:
    book, named = filled(), PATHS[path]
    rows = {row["sourcedId"]: row for row in found_in(book, (Lookup(),))}
    assert len(rows) == len(PLACES) - 1
    below = {
        name
        for name, row in rows.items()
        if all(row[field.partition(".")[0]]["sourcedId"] == value for field, value in named.items())
    }
    clauses = {text: parse_filter(text, FIELDS).clauses[0] for text in CLAUSES}
    fits = {
        text: below & {name for name, row in rows.items() if clause.matches(row)}
        for text, clause in clauses.items()
    }
    for one, other in product(CLAUSES, CLAUSES):
        pair = (clauses[one], clauses[other])
        for kept, right in (
            (Filter(pair), fits[one] & fits[other]),
            (Filter(pair, "OR"), fits[one] | fits[other]),
        ):
            searched = search(book, named, kept)
            found = [row["sourcedId"] for row in found_in(book, searched.lookups)]
            assert right <= set(found) <= below, str(kept)
            if searched.exact:
                assert sorted(found) == sorted(right), str(kept)


def found_in(book: Gradebook, lookups: Iterable[Lookup]) -> list[dict[str, Any]]:
    rows = Rows(book, "")
    return [result_row(rows, *each) for lookup in lookups for each in lookup.page(book)[0]]


STEPS = st.tuples(
    st.sampled_from(["put"] * 8 + ["take", "drop", "name", "name item"]),
    st.sampled_from(PLACES),
    st.sampled_from(TIMES),
)
FILTERS = (
    st.none()
    | st.sampled_from(CLAUSES)
    | st.builds(
        "{} {} {}".format,
        st.sampled_from(CLAUSES),
        st.sampled_from(["AND", "OR"]),
        st.sampled_from(CLAUSES),
    )
)


def listed(made: Simulator, path: str, wanted: str | None, more: str = "") -> tuple[Any, int]:
    """The results of a list, and how many it says there are."""
    query = "" if wanted is None else f"&filter={quote(wanted)}"
    reply = made.answer(Call("GET", f"{G}{path}?limit=1000{query}{more}", received=NOW))
    assert isinstance(reply, Reply)
    assert reply.status == 200, reply.body
    return json.loads(reply.body)["results"], int(reply.header("X-Total-Count") or "")


@given(st.lists(STEPS, max_size=12), FILTERS, st.integers(1, 5))
def test_no_list_has_more_or_less_than_a_walk_finds_whatever_was_written_since_the_last_one(
    steps: list[Any], wanted: str | None, limit: int
) -> None:
    made = simulator()
    for number, step in enumerate(steps):
        do(made.world.gradebook, step)
        if number % 3 == 0:
            listed(made, "/results", wanted)  # the indexes are there, and have to be kept
    everything, _ = listed(made, "/results", None)
    kept = parse_filter(wanted, FIELDS) if wanted else None
    right = {row["sourcedId"] for row in everything if kept is None or kept.matches(row)}
    found, total = listed(made, "/results", wanted)
    assert ({row["sourcedId"] for row in found}, total) == (right, len(right))
    paged = [
        row
        for offset in range(0, total, limit)
        for row in listed(made, "/results", wanted, f"&limit={limit}&offset={offset}")[0]
    ]
    assert paged == found


EXACT = [
    *["", "sourcedId='res-a-1-11'", "class.sourcedId='a'", "lineItem.sourcedId='li-a-1'"],
    *["student.sourcedId='1'", "dateLastModified>='2023-11-14T22:13:20Z'", "status='active'"],
    "dateLastModified>'2023-11-14T22:13:20Z' AND dateLastModified<='2023-11-14T22:13:21Z'",
    "student.sourcedId='1' AND lineItem.sourcedId='li-a-1'",
    "student.sourcedId='1' AND dateLastModified='2023-11-14T22:13:20Z'",
    "status='active' AND class.sourcedId='a'",
    "status='active' OR status='tobedeleted'",
    "status='tobedeleted' OR status='active'",
    "class.sourcedId='a' OR class.sourcedId='b-1'",
    "student.sourcedId='1' OR student.sourcedId='3'",
    "class.sourcedId='a' OR class.sourcedId='a'",
]
"""Filters that an index answers alone."""
WALKED = [
    *["score>'1'", "dateLastModified!='2023-11-14T22:13:20Z'", "class.sourcedId~'a'"],
    *["class.sourcedId!='a'", "class.sourcedId='a' AND score='1'", "class.sourcedId>='a'"],
    *["student.sourcedId='1' OR class.sourcedId='a'", "class.sourcedId='a' OR score='1'"],
    "dateLastModified<'2023-11-14T22:13:20Z' OR dateLastModified>'2023-11-14T22:13:20Z'",
]


@pytest.mark.parametrize("wanted", EXACT + WALKED)
def test_what_an_index_can_answer_is_not_walked_through(wanted: str) -> None:
    book = simulator().world.gradebook
    kept = parse_filter(wanted, FIELDS) if wanted else None
    assert search(book, {}, kept).exact == (wanted in EXACT)


def test_what_has_to_be_walked_through_is_narrowed_first() -> None:
    book = simulator().world.gradebook
    kept = parse_filter("class.sourcedId='a' AND score='1'", FIELDS)
    assert [lookup.section for lookup in search(book, {}, kept).lookups] == ["a"]


@pytest.mark.parametrize("wanted", EXACT)
def test_pages_put_together_are_the_whole_in_any_order(wanted: str) -> None:
    made = simulator()
    for number, place in enumerate(PLACES):
        do(made.world.gradebook, ("put", place, TIMES[number % len(TIMES)]))
    for order in ("", "&sort=score&orderBy=desc"):
        whole, total = listed(made, "/results", wanted or None, order)
        assert len(whole) == total > 0
        for limit in (1, 2, 3):
            pages = [
                listed(made, "/results", wanted or None, f"{order}&limit={limit}&offset={offset}")
                for offset in range(0, total + 1, limit)
            ]
            assert [row for page, _ in pages for row in page] == whole
            assert {each for _, each in pages} == {total}
        scores = [row["score"] for row in whole]
        assert not order or scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("path", PATHS)
def test_a_path_lists_what_lies_below_it(path: str) -> None:
    made = simulator()
    for place in PLACES:
        do(made.world.gradebook, ("put", place, NOW))
    named = PATHS[path].items()
    found, total = listed(made, path, None)
    everything, _ = listed(made, "/results", None)
    assert total == len(found)
    assert found == [
        row
        for row in everything
        if all(row[field.partition(".")[0]]["sourcedId"] == value for field, value in named)
    ]
