"""A list of any kind is what a walk through all of it finds, and a page is a part of that."""

from __future__ import annotations

import json
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from helpers.simulator.oneroster_asks import G, R
from mock_sis.clock import Clock
from mock_sis.dialects.oneroster import finders, lists, sources
from mock_sis.dialects.oneroster.fields import BadQuery, fields_of
from mock_sis.dialects.oneroster.filters import Filter, parse_filter
from mock_sis.dialects.oneroster.paged import ByClass, LazyRows
from mock_sis.dialects.oneroster.query import Query
from mock_sis.dialects.oneroster.roster import Rows
from mock_sis.exchange import Call, Reply
from mock_sis.gradebook.book import Gradebook
from mock_sis.gradebook.coursework.values import Assignment, Category
from mock_sis.gradebook.values import Enrollment, Person, Section
from mock_sis.simulator import Simulator

PEOPLE = ("1", "2", "3", "10", "t/1", "t2")
SEED = {
    "people": [{"id": name, "given_name": name, "family_name": "B"} for name in PEOPLE],
    "grading_periods": [{"id": 1, "title": "Q1"}, {"id": 2, "title": "Q2"}],
    "scales": [{"id": "s", "title": "S", "number": 1, "levels": [{"mark": "A", "value": 9}]}],
    "sections": [
        {
            "id": section,
            "title": section,
            "periods": [{"id": each} for each in periods],
            "categories": [{"id": each, "title": "C"} for each in categories],
            "assignments": [{"id": each, "title": f"T{each % 2}"} for each in items],
            "enrollments": [
                {"person": name, "role": "teacher" if name.startswith("t") else "student"} | more
                for name, more in people.items()
            ],
        }
        for section, periods, categories, items, people in (
            ("b", [1], [1, 2], [5, 3], {"1": {"id": 9}, "2": {"id": 10}, "t/1": {"id": 11}}),
            ("a/1", [1, 2], [], [], {"10": {"state": "withdrawn"}, "2": {"id": 100}}),
            ("c", [], [1], [7, 8, 9], {"1": {"id": 12}, "t/1": {"id": 13}}),
        )
    ],
}
FILTERS = [
    "",
    *["sourcedId='1'", "sourcedId='b'", "sourcedId='course-b'", "sourcedId='10'", "sourcedId='x'"],
    *["sourcedId='li-b-5'", "sourcedId='cat-b-1'", "sourcedId='org-1'", "sourcedId='term-1'"],
    *["sourcedId='t/1'", "sourcedId='1' AND status='active'", "sourcedId='b' AND title='no'"],
    *["sourcedId='1' OR sourcedId='2'", "sourcedId!='1'", "status='active'"],
    *["class.sourcedId='b'", "class.sourcedId='x'", "class.sourcedId='b' AND role='teacher'"],
    *["class.sourcedId='b' AND class.sourcedId='c'", "class.sourcedId='b' OR class.sourcedId='c'"],
    *["class.sourcedId='b' AND class.sourcedId='b'", "class.sourcedId='b' AND user.sourcedId='1'"],
    *["class.sourcedId!='b'", "class.sourcedId='c' AND title='T1'", "title='T1'"],
    *["user.sourcedId='1'", "user.sourcedId='2'", "user.sourcedId='x'", "user.sourcedId='10'"],
    *["user.sourcedId='1' AND role='student'", "metadata.classSourcedId='b'"],
    *["metadata.classSourcedId='x'", "metadata.classSourcedId='b' AND title='C'"],
]
LISTS = {
    **{f"{R}/{name}": name for name in ("orgs", "schools", "academicSessions", "terms")},
    **{f"{R}/{name}": name for name in ("gradingPeriods", "courses", "classes", "users")},
    **{f"{R}/{name}": name for name in ("students", "teachers", "enrollments", "demographics")},
    **{
        f"{R}/schools/school-1/{name}": name
        for name in ("classes", "courses", "enrollments", "students", "teachers", "terms")
    },
    **{
        f"{R}/schools/school-1/classes/b/{name}": name
        for name in ("enrollments", "students", "teachers")
    },
    f"{R}/courses/course-b/classes": "classes",
    f"{R}/terms/term-1/classes": "classes",
    f"{R}/users/t%2F1/classes": "classes",
    f"{G}/schools/school-1/scoreScales": "scoreScales",
    **{f"{G}/{name}": name for name in ("categories", "lineItems", "scoreScales")},
    f"{R}/classes/b/students": "students",
    f"{R}/classes/b/teachers": "teachers",
    f"{R}/students/1/classes": "classes",
    f"{G}/classes/b/lineItems": "lineItems",
    f"{G}/classes/b/categories": "categories",
}
KINDS = {
    "schools": lists.ORGS,
    "terms": lists.SESSIONS,
    "gradingPeriods": lists.SESSIONS,
    "students": lists.USERS,
    "teachers": lists.USERS,
    **{
        kind.many: kind
        for kind in (
            *(lists.ORGS, lists.SESSIONS, lists.COURSES, lists.CLASSES, lists.USERS),
            *(lists.ENROLLMENTS, lists.CATEGORIES, lists.LINE_ITEMS, lists.SCALES),
            lists.DEMOGRAPHICS,
        )
    },
}


@pytest.fixture(scope="module")
def simulator() -> Simulator:
    made = Simulator(clock=Clock("virtual", 0.0), journal_entries=1)
    made.load(SEED)
    return made


def listed(simulator: Simulator, target: str, query: str = "") -> tuple[Any, int]:
    """The rows of a list, and how many it says there are."""
    reply = simulator.answer(Call("GET", f"{target}?{query}"))
    assert isinstance(reply, Reply)
    assert reply.status == 200, reply.body
    ((_, rows),) = json.loads(reply.body).items()
    return rows, int(reply.header("X-Total-Count") or "")


def name_of(row: Any) -> str:
    return str(row["sourcedId"])


@pytest.mark.parametrize("target", LISTS)
def test_no_list_has_more_or_less_than_a_walk_finds(simulator: Simulator, target: str) -> None:
    everything, total = listed(simulator, target)
    assert total == len({name_of(row) for row in everything}) == len(everything) > 0
    fields = fields_of(KINDS[LISTS[target]].schema)
    for text, order in product(FILTERS, ("", "&sort=sourcedId&orderBy=desc")):
        kept = _parsed(text, fields)
        if kept is None and text:
            continue
        right = [row for row in everything if kept is None or kept.matches(row)]
        query = f"filter={quote(text)}{order}" if text else order
        found, count = listed(simulator, target, query)
        assert count == len(right), text
        assert sorted(found, key=name_of) == sorted(right, key=name_of), text
        for limit in (1, 2):
            pages = [
                listed(simulator, target, f"{query}&limit={limit}&offset={offset}")
                for offset in range(0, count + 1, limit)
            ]
            assert [row for page, _ in pages for row in page] == found, text
            assert {each for _, each in pages} == {count}


def _parsed(text: str, fields: Any) -> Filter | None:
    """The filter, None where there is none or these objects have no such field."""
    try:
        return parse_filter(text, fields)
    except BadQuery:
        return None


def test_the_grading_periods_are_those_of_all_classes(simulator: Simulator) -> None:
    assert [name_of(row) for row in listed(simulator, f"{R}/gradingPeriods")[0]] == ["1", "2"]


NARROWED = [
    (f"{R}/users", ""),
    (f"{R}/users", "sourcedId='1'"),
    (f"{R}/enrollments", "class.sourcedId='b'"),
    (f"{R}/enrollments", "user.sourcedId='1'"),
    (f"{R}/enrollments", "class.sourcedId='b' AND user.sourcedId='1'"),
    (f"{G}/categories", "metadata.classSourcedId='b'"),
    (f"{G}/lineItems", "class.sourcedId='b'"),
    (f"{G}/lineItems", "sourcedId='li-b-5'"),
    (f"{G}/classes/b/lineItems", ""),
]


@pytest.mark.parametrize(("target", "text"), NARROWED)
def test_what_can_be_looked_up_is_not_walked_through(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, target: str, text: str
) -> None:
    looked_at: list[Any] = []
    monkeypatch.setattr(Query, "matches", lambda _, row: not looked_at.append(row))
    found, _ = listed(simulator, target, f"filter={quote(text)}" if text else "")
    assert found
    assert len(looked_at) <= 1


@pytest.mark.parametrize(
    "target",
    [f"{G}/classes/x/lineItems", f"{R}/classes/x/students", f"{R}/students/x/classes"],
)
def test_a_path_names_what_there_is(simulator: Simulator, target: str) -> None:
    reply = simulator.answer(Call("GET", target))
    assert isinstance(reply, Reply)
    assert reply.status == 404


LEFT = [
    ("class.sourcedId='b'", {"class.sourcedId": "b"}, None),
    ("class.sourcedId='b'", {"class.sourcedId": "c"}, "class.sourcedId='b'"),
    ("class.sourcedId>='b'", {"class.sourcedId": "b"}, "class.sourcedId>='b'"),
    ("class.sourcedId='b' AND title='T'", {"class.sourcedId": "b"}, "title='T'"),
    ("title='T' AND class.sourcedId='b'", {"class.sourcedId": "b"}, "title='T'"),
    (
        "class.sourcedId='b' OR title='T'",
        {"class.sourcedId": "b"},
        "class.sourcedId='b' OR title='T'",
    ),
    (
        "class.sourcedId='b' AND class.sourcedId='c'",
        {"class.sourcedId": "b"},
        "class.sourcedId='c'",
    ),
]


@pytest.mark.parametrize(("text", "known", "left"), LEFT)
def test_what_is_known_need_not_be_asked(
    text: str, known: dict[str, str], left: str | None
) -> None:
    kept = parse_filter(text, fields_of("line-item")).without(known)
    assert (kept and str(kept)) == left


def test_every_filter_is_tried_on_something() -> None:
    for text in FILTERS[1:]:
        assert any(_parsed(text, fields_of(kind.schema)) for kind in KINDS.values()), text


ROSTERED = (sources.users, sources.classes, sources.courses, sources.enrollments)
ROLES = (sources.in_role("student"), sources.in_role("teacher"))


def test_lists_that_are_remembered_show_what_changed_since() -> None:
    book = Gradebook()
    rows = Rows(book, "")

    def seen() -> list[list[str]]:
        wide = [[name_of(row) for row in each(rows, {})] for each in (*ROSTERED, *ROLES)]
        if "a" not in book.sections:
            return wide
        below = [each(rows, {"class": "a"}) for each in (sources.enrollments, *ROLES)]
        return [*wide, *([name_of(row) for row in each] for each in below)]

    assert seen() == [[]] * 6
    book.add_person(Person("1", "A", "B"))
    assert seen() == [["1"], [], [], [], ["1"], []]
    book.add_section(Section("a", "A"))
    assert seen() == [["1"], ["a"], ["course-a"], [], ["1"], [], [], [], []]
    book.enroll("a", Enrollment("1", id=7, role="teacher"))
    assert seen() == [["1"], ["a"], ["course-a"], ["7"], [], ["1"], ["7"], [], ["1"]]
    book.withdraw("a", "1")
    assert seen() == [["1"], ["a"], ["course-a"], [], [], ["1"], [], [], []]
    book.withdraw("a", "1", back=True)
    assert seen()[3] == seen()[6] == ["7"]


def test_a_page_makes_no_rows_that_it_does_not_show() -> None:
    made: list[Any] = []

    def make(*thing: Any) -> Any:
        made.append(thing)
        return {"sourcedId": str(thing)}

    some = Section("a", "A"), Section("b", "B")
    by_class = ByClass([(each, {1: 1, 2: 2, 3: 3}) for each in some], make)
    for rows in (LazyRows([*range(6)], make), by_class):
        assert len(rows) == 6
        for start, limit in product(range(8), range(1, 8)):
            made.clear()
            whole = [*rows]
            made.clear()
            assert rows.page(start, limit) == whole[start : start + limit]
            assert len(made) == len(whole[start : start + limit])


@pytest.mark.parametrize("name", ["li-b-5", "li-b-4", "cat-c-1", "cat-a/1-1"])
def test_what_a_class_has_is_found_by_name_where_it_is_listed(
    simulator: Simulator, name: str
) -> None:
    rows = Rows(simulator.world.gradebook, "")
    for finder, source in (
        (finders.line_item, sources.line_items),
        (finders.category, sources.categories),
    ):
        names = [name_of(row) for row in source(rows, {})]
        assert (finder(rows, name) is not None) == (name in names)


def test_new_line_items_and_categories_are_listed_at_once() -> None:
    made = Simulator(clock=Clock("virtual", 0.0), journal_entries=1)
    made.load(SEED)
    book = made.world.gradebook
    for target, add, name in (
        (f"{G}/lineItems", lambda: book.add_assignment("a/1", Assignment(44, "")), "li-a/1-44"),
        (f"{G}/categories", lambda: book.put_category("a/1", Category(44, "")), "cat-a/1-44"),
    ):
        before, total = listed(made, target)
        add()
        after, more = listed(made, target)
        assert {name_of(row) for row in after} - {name_of(row) for row in before} == {name}
        assert more == total + 1
