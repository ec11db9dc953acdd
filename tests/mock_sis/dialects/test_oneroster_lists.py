"""What a client reads: whom the lists show, and the same results however they are found."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from helpers.simulator.oneroster_asks import GOOD, RESULT, G, R, ref
from helpers.simulator.oneroster_desk import NAME, Desk, put_item, put_result, refused, seed, teach
from mock_sis.dialects.oneroster import search

LINE_ITEMS = (NAME, "lms/18", "lms/19")
STUDENTS = ("2001", "2002")


def filled() -> Desk:
    """A desk whose gradebook has results in two classes, those of one made by a teacher."""
    desk = Desk(seed())
    for name in LINE_ITEMS:
        desk.done(put_item(name))
    desk.done(put_item("z", **{"class": ref("alg-2"), "category": ref("cat-alg-2-1")}))
    desk.done(put_result("z/3", lineItem=ref("z"), student=ref("2003")))
    for number, (student, name) in enumerate(itertools.product(STUDENTS, LINE_ITEMS)):
        score = {"student": ref(student), "lineItem": ref(name), "score": number}
        desk.done(put_result(f"{9 - number}", **score))
    for student in STUDENTS:
        desk.done(teach("PUT", f"alg-1/line_items/100/results/{student}", {"score": 3}))
    return desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    return filled()


def every(desk: Desk) -> list[Any]:
    """All results, one by one."""
    return [
        desk.get(f"{G}/results/{quote(name, safe='')}")["result"] for name in desk.names("results")
    ]


def listed(desk: Desk, query: str, below: str = "") -> list[Any]:
    rows: list[Any] = desk.get(f"{G}{below}/results?{query}")["results"]
    return rows


FILTERS = [
    "sourcedId='9'",
    "sourcedId='z/3'",
    "sourcedId='nobody'",
    "class.sourcedId='alg-1'",
    "class.sourcedId='alg-2'",
    "class.sourcedId='x'",
    "lineItem.sourcedId='lms/18'",
    "lineItem.sourcedId='li-alg-1-100'",
    "lineItem.sourcedId='x'",
    "student.sourcedId='2002'",
    "student.sourcedId='2003'",
    "student.sourcedId='9001'",
    "student.sourcedId='x'",
    "student.sourcedId='2002' AND lineItem.sourcedId='lms/18'",
    "student.sourcedId='2003' AND lineItem.sourcedId='lms/18'",
    "class.sourcedId='alg-1' AND student.sourcedId='2001'",
    "class.sourcedId='alg-2' AND student.sourcedId='2001'",
    "class.sourcedId='alg-2' AND lineItem.sourcedId='lms/18'",
    "class.sourcedId='alg-1' AND sourcedId='8'",
    "class.sourcedId='alg-2' AND sourcedId='8'",
    "student.sourcedId='2001' AND sourcedId='8'",
    "student.sourcedId='2002' AND sourcedId='8'",
    "lineItem.sourcedId='lms/18' AND sourcedId='8'",
    "lineItem.sourcedId='lms/19' AND sourcedId='8'",
    "sourcedId='8' AND sourcedId='7'",
    "student.sourcedId='2001' AND student.sourcedId='2002'",
    "student.sourcedId='2001' OR student.sourcedId='2003'",
    "student.sourcedId!='2001'",
    "lineItem.sourcedId~'LMS'",
    "score>='3' AND student.sourcedId='2002'",
    "student.sourcedId='2002' AND score>='3'",
]
TESTS: dict[str, Any] = {
    "sourcedId": lambda row: row["sourcedId"],
    "class.sourcedId": lambda row: row["class"]["sourcedId"],
    "lineItem.sourcedId": lambda row: row["lineItem"]["sourcedId"],
    "student.sourcedId": lambda row: row["student"]["sourcedId"],
    "score": lambda row: row["score"],
}


def test_the_fields_of_an_index_are_tried() -> None:
    assert TESTS.keys() - {"score"} == search.NAMES


def sifted(rows: list[Any], text: str) -> list[Any]:
    """Those that a filter asks for, found by looking at each."""
    tests = []
    for clause in text.replace(" OR ", " AND ").split(" AND "):
        operator = next(each for each in ("!=", ">=", "~", "=") if each in clause)
        field, value = clause.replace("'", "").split(operator)
        tests.append((TESTS[field], operator, value))
    kept = all if " OR " not in text else any
    return [
        row for row in rows if kept(_holds(read(row), operator, v) for read, operator, v in tests)
    ]


def _holds(found: Any, operator: str, value: str) -> bool:
    if operator == ">=":
        return bool(found >= float(value))
    if operator == "~":
        return value.casefold() in found.casefold()
    return (found == value) == (operator == "=")


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_finds_the_same_results_by_index_and_one_by_one(desk: Desk, text: str) -> None:
    wanted = sifted(every(desk), text)
    for query in ("", "&sort=score", "&sort=sourcedId&orderBy=desc"):
        found = listed(desk, f"filter={quote(text)}{query}")
        assert sorted(found, key=str) == sorted(wanted, key=str)
    reply = desk.ask("GET", f"{G}/results?filter={quote(text)}&limit=1")
    assert reply.header("X-Total-Count") == str(len(wanted))


BELOW = [
    ("/classes/alg-1", "class.sourcedId='alg-1'"),
    ("/classes/alg-2", "class.sourcedId='alg-2'"),
    ("/classes/alg-1/lineItems/lms%2F18", "lineItem.sourcedId='lms/18'"),
    (
        "/classes/alg-1/students/2001",
        "class.sourcedId='alg-1' AND student.sourcedId='2001'",
    ),
]


@pytest.mark.parametrize(("below", "text"), BELOW)
def test_below_an_object_stand_its_results(desk: Desk, below: str, text: str) -> None:
    wanted = sifted(every(desk), text)
    assert sorted(listed(desk, "", below), key=str) == sorted(wanted, key=str)
    other = quote("student.sourcedId='2002'")
    both = sifted(wanted, "student.sourcedId='2002'")
    assert sorted(listed(desk, f"filter={other}", below), key=str) == sorted(both, key=str)


@pytest.mark.parametrize("text", ["", "class.sourcedId='alg-1'", "student.sourcedId='2002'"])
@pytest.mark.parametrize("sort", ["", "&sort=score&orderBy=desc"])
@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_pages_of_results_put_together_are_the_whole(
    desk: Desk, text: str, sort: str, limit: int
) -> None:
    query = (f"filter={quote(text)}" if text else "") + sort
    pages = (listed(desk, f"{query}&limit={limit}&offset={start}") for start in range(0, 12, limit))
    assert list(itertools.chain(*pages)) == listed(desk, query)


def test_two_classes_may_number_their_line_items_alike() -> None:
    document = seed()
    first, second, *others = document["sections"]
    second = {**second, "assignments": [{**first["assignments"][0], "category": 1}]}
    desk = Desk({**document, "sections": [first, second, *others]})
    for section, student in (("alg-1", "2001"), ("alg-2", "2003")):
        desk.done(teach("PUT", f"{section}/line_items/100/results/{student}", {"score": 3}))
    (found,) = listed(desk, "filter=lineItem.sourcedId%3D%27li-alg-2-100%27")
    assert found["student"]["sourcedId"] == "2003"


IN_SCHOOL = ("classes", "courses", "enrollments", "students", "teachers", "terms")
USER = "?filter=user.sourcedId%3D%27x%27"
NOT_THERE = [
    f"{G}/classes/x/results",
    f"{G}/classes/alg-2/lineItems/lms%2F18/results",
    f"{G}/classes/alg-1/lineItems/x/results",
    f"{G}/classes/alg-1/students/2003/results",
    f"{G}/classes/x/categories",
    f"{G}/classes/x/scoreScales",
    f"{R}/terms/2/gradingPeriods",
    f"{R}/gradingPeriods/term-1",
    f"{R}/terms/1",
    f"{R}/teachers/2001",
    f"{R}/students/9001",
    f"{R}/schools/org-1",
    f"{R}/courses/alg-1",
    f"{R}/enrollments/1",
    f"{R}/users/x/classes",
    f"{R}/courses/alg-1/classes",
    f"{R}/courses/course-x/classes",
    f"{R}/terms/2/classes",
    f"{R}/demographics/x",
    f"{R}/schools/school-1/classes/x/students",
    f"{R}/schools/school-1/classes/x/enrollments?filter=user.sourcedId%3D%272001%27",
    f"{G}/schools/x/scoreScales",
    f"{G}/assessmentLineItems/li-alg-1-100",
    f"{G}/assessmentResults/x",
    *(
        f"{R}/schools/{school}/{below}{query}"
        for school in ("x", "org-1")
        for below in (*IN_SCHOOL, "classes/alg-1/students", "classes/alg-1/enrollments")
        for query in ("", "?filter=sourcedId%3D%27alg-1%27", USER)
        if query != USER or below.endswith("enrollments")
    ),
    *(
        f"{G}/{collection}/{name}"
        for collection in ("lineItems", "results", "categories", "scoreScales")
        for name in ("%00", "%FF", "%ED%A0%80", "..%2F..", "a%20b%2Fc", "%F0%9F%91%A9", "x" * 5_120)
    ),
]


@pytest.mark.parametrize("target", NOT_THERE, ids=lambda target: target[-40:])
def test_what_is_not_there_is_an_unknown_object(desk: Desk, target: str) -> None:
    refused(desk.ask("GET", target), 404, "unknownobject")


BAD_QUERIES = [
    ("filter=surname%3D%27x%27", "invalid_filter_field"),
    ("filter=score%3D%27O%27Neill%27", "invalid_filter_field"),
    ("filter=score%3D%27%27%20OR%201%3D1%20--", "invalid_filter_field"),
    ("filter=%27%3B%20DROP%20TABLE%20results", "invalid_filter_field"),
    ("filter=" + "x" * 10_000, "invalid_filter_field"),
    ("filter=sourcedId%3D%27" + "x" * 10_000 + "%27", "invalid_filter_field"),
    ("filter=%FF", "invalid_filter_field"),
    ("fields=surname", "invalid_selection_field"),
    ("sort=surname", "invaliddata"),
    ("limit=0", "invaliddata"),
    ("offset=-1", "invaliddata"),
    ("orderBy=up", "invaliddata"),
]


@pytest.mark.parametrize(("query", "minor"), BAD_QUERIES, ids=range(len(BAD_QUERIES)))
@pytest.mark.parametrize("target", [f"{G}/results", f"{G}/classes/alg-1/results", f"{G}/lineItems"])
def test_a_query_that_cannot_be_followed_is_refused(
    desk: Desk, target: str, query: str, minor: str
) -> None:
    refused(desk.ask("GET", f"{target}?{query}"), 400, minor)


def test_a_single_result_is_shown_in_part(desk: Desk) -> None:
    told = {"score": RESULT["score"], "scoreDate": "2026-11-21"}
    assert desk.get(f"{G}/results/z%2F3?fields=score,scoreDate") == {"result": told}


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        (f"{G}/results", "student.sourcedId,class.type"),
        (f"{R}/users", "roles.role"),
        (f"{R}/users", "roles.org.sourcedId,userIds.type"),
    ],
)
def test_what_is_shown_in_part_has_whole_references(desk: Desk, target: str, fields: str) -> None:
    rows = next(iter(desk.get(f"{target}?fields={fields}").values()))  # the desk keeps the schema
    assert rows
    names = {name.partition(".")[0] for name in fields.split(",")}
    assert all(row.keys() <= names for row in rows)


def test_a_line_item_in_no_category_refers_to_one_that_no_list_shows() -> None:
    desk = Desk()
    desk.done(teach("POST", "alg-1/line_items", {"title": "Neither homework nor test"}))
    name = desk.shown("lineItems", "li-alg-1-101")["category"]["sourcedId"]
    assert desk.shown("categories", name)["title"] == "Uncategorised"
    assert desk.shown("categories", name)["metadata"] == {"classSourcedId": "alg-1"}
    assert name not in desk.names("categories")
    for other in ("cat-x-0", "cat-alg-1-00", "cat-alg-1", "alg-1-0", "alg-1"):
        assert desk.shown("categories", other) is None


WITH_2001 = [
    (f"{R}/classes/alg-1/students", "users"),
    (
        f"{R}/enrollments?filter=user.sourcedId%3D%272001%27%20AND%20class.sourcedId%3D%27alg-1%27",
        "enrollments",
    ),
    (f"{R}/students/2001/classes?filter=sourcedId%3D%27alg-1%27", "classes"),
]


def test_who_was_dropped_is_in_the_school_and_no_longer_in_the_class() -> None:
    desk = Desk()
    (enrollment,) = desk.get(WITH_2001[1][0])["enrollments"]
    before = {target: len(desk.get(target)[many]) for target, many in WITH_2001}
    desk.done(put_item(), put_result())
    desk.done(teach("PUT", "alg-1/enrollments/2001/state", {"state": "withdrawn"}))
    after = {target: len(desk.get(target)[many]) for target, many in WITH_2001}
    assert after == {target: number - 1 for target, number in before.items()}
    refused(desk.ask("GET", f"{R}/enrollments/{enrollment['sourcedId']}"), 404, "unknownobject")
    assert desk.get(f"{R}/students/2001")["user"]["familyName"] == "O'Neill"
    assert desk.shown("results", "r/1")["student"]["sourcedId"] == "2001"


def test_people_are_found_by_their_mail_addresses() -> None:
    desk = Desk()
    for person in desk.get(f"{R}/users")["users"]:
        text = f"email='{person['email'].replace(chr(39), chr(39) * 2)}'"
        (found,) = desk.get(f"{R}/users?filter={quote(text)}")["users"]
        assert found == person
        assert found["username"]


def test_who_has_neither_mail_nor_user_name_is_shown_without() -> None:
    people = [{"id": 1, "given_name": "A", "family_name": "B"}]
    desk = Desk({"people": people, "oneroster": {"auth": {"type": "none"}}})
    (user,) = json.loads(desk.ask("GET", f"{R}/users").body)["users"]
    assert user.keys().isdisjoint({"email", "username"})


LISTS = sorted({ask.target.partition("?")[0] for ask in GOOD if ask.operation.endswith(".list")})


@pytest.fixture(scope="module")
def cut() -> Desk:
    """The same, but the SIS gives at most two rows a page."""
    desk = filled()
    desk.policy(page_most=2)
    return desk


def named(rows: list[Any]) -> list[str]:
    return [row["sourcedId"] for row in rows]


@pytest.mark.parametrize("query", ["", "limit=3", "limit=10000&sort=sourcedId", "limit=1"])
@pytest.mark.parametrize("target", LISTS)
def test_links_lead_through_all_pages_however_short_the_policy_cuts_them(
    desk: Desk, cut: Desk, target: str, query: str
) -> None:
    sort = "sort=sourcedId" if "sort" in query else ""
    (wanted,) = desk.get(f"{target}?{sort}").values()
    size = 1 if query == "limit=1" else 2
    pages, link = [], f"{target}?{query}"
    while link:
        reply = cut.ask("GET", link)
        (rows,) = json.loads(reply.body).values()
        pages.append(named(rows))
        assert reply.header("X-Total-Count") == str(len(wanted))
        links = {rel: url for url, rel in LINK.findall(reply.header("Link") or "")}
        assert ("prev" in links) == (len(pages) > 1)
        link = links.get("next", "").removeprefix("http://sis.example")
    expected = named(wanted)
    assert pages == [expected[at : at + size] for at in range(0, len(expected) or 1, size)]


LINK = re.compile(r'<([^>]*)>; rel="([a-z]+)"')
