"""Listings: pages, filters, links, and the grades of one user."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from urllib.parse import unquote_plus

import pytest

from helpers.simulator.schoology_desk import (
    ANN,
    BOB,
    BOTH,
    CYD,
    GRADES,
    LETTERED,
    MATH,
    MIDTERM,
    NOW,
    OUT,
    PLAIN,
    SEED,
    TALK,
    Desk,
    user,
)
from mock_sis.exchange import Call, Reply

ITEMS = (LETTERED, PLAIN, TALK, MIDTERM)


def full() -> Desk:
    """Everybody active has a grade on everything, each item's written a second after the last."""
    desk = Desk()
    for after, item in enumerate(ITEMS):
        rows = [
            {"assignment_id": item, "enrollment_id": person, "grade": 10}
            for person in (CYD, ANN, BOB)
        ]
        desk.put_rows(*rows, at=NOW + after)
    return desk


def places(data: Any) -> list[tuple[int, int]]:
    return [(row["assignment_id"], row["enrollment_id"]) for row in data["grades"]["grade"]]


ALL = [(item, person) for item in ITEMS for person in (ANN, BOB, CYD)]


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("query", ["", "?timestamp=1", f"?assignment_id={PLAIN}"])
@pytest.mark.parametrize("limit", [1, 2, 5, 12, 200])
def test_following_next_gives_everything_once(query: str, limit: int, kind: str) -> None:
    desk, pages = full(), 0
    seen: list[tuple[int, int]] = []
    target: str | None = f"{GRADES}{query or '?'}&limit={limit}"
    wanted = [place for place in ALL if place[0] == PLAIN] if "assignment" in query else ALL
    while target:
        data = desk.get(target, kind)
        assert len(data["grades"]["grade"]) <= limit
        assert data.get("total", len(wanted)) == len(wanted)
        seen, pages = seen + places(data), pages + 1
        link = data.get("links", {}).get("next")
        assert link is None or link.startswith("http://sis.example/v1/sections/math/grades?")
        target = link and link.removeprefix("http://sis.example")
    assert seen == wanted
    assert pages == -(-len(wanted) // limit)


PAGES: dict[str, tuple[str, list[tuple[int, int]]]] = {
    "all": ("", ALL),
    "past the end": ("start=12", []),
    "far past the end": ("start=9223372036854775807", []),
    "the last": ("start=11", ALL[11:]),
    "a limit above the most": ("limit=1000000000", ALL),
    "unknown parameters": ("colour=red", ALL),
    "an assignment": (f"assignment_id={PLAIN}", [p for p in ALL if p[0] == PLAIN]),
    "an enrollment": (f"enrollment_id={BOB}", [p for p in ALL if p[1] == BOB]),
    "both": (f"enrollment_id={BOB}&assignment_id={TALK}", [(TALK, BOB)]),
    "neither there": ("enrollment_id=5&assignment_id=6", []),
    "an enrollment of another section": ("enrollment_id=301", []),
    "changed since": (f"timestamp={NOW + 2:.0f}", ALL[6:]),
    "changed since, later": (f"timestamp={NOW + 4:.0f}", []),
    "changed of one": (f"timestamp={NOW + 2:.0f}&enrollment_id={ANN}", [ALL[6], ALL[9]]),
    "changed on one": (f"timestamp={NOW + 2:.0f}&assignment_id={PLAIN}", []),
    "changed of one on one": (
        f"timestamp={NOW + 3:.0f}&assignment_id={MIDTERM}&enrollment_id={ANN}",
        [(MIDTERM, ANN)],
    ),
    "a page of one": (f"enrollment_id={BOB}&start=1&limit=2", [(PLAIN, BOB), (TALK, BOB)]),
}  # fmt: skip


@pytest.mark.parametrize("case", PAGES)
def test_a_listing_has_what_was_asked_for(case: str) -> None:
    query, wanted = PAGES[case]
    data = full().get(f"{GRADES}?{query}")
    assert places(data) == wanted
    if not wanted:
        assert "next" not in data.get("links", {})
    asked = [BOB] if f"enrollment_id={BOB}" in query else []
    final = [int(row["enrollment_id"]) for row in data["final_grade"]]
    assert final == (asked or list(dict.fromkeys(person for _, person in wanted)))


@pytest.mark.parametrize(("limit", "partial"), [(11, True), (12, False), (13, False)])
def test_links_and_the_total_are_told_where_a_page_is_not_the_whole(
    limit: int, partial: bool
) -> None:
    data = full().get(f"{GRADES}?limit={limit}")
    assert ("links" in data, "total" in data) == (partial, partial)


BAD_QUERIES = [
    f"{name}={value}"
    for name in ("start", "limit", "assignment_id", "enrollment_id", "timestamp")
    for value in ("-1", "1.5", "x", "1e9", "%20", "9223372036854775808", "+1", "%D9%A1")
] + ["limit=0", "limit=00"]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_parameter_that_is_no_number_is_told_by_its_name(query: str) -> None:
    reply, text = Desk().call("GET", f"{GRADES}?{query}")
    assert reply.status == 400
    name, _, value = query.partition("=")
    lowest = 1 if name == "limit" else 0
    wanted = f"{name} must be a whole number from {lowest} to {2**63 - 1}"
    assert text == f"{wanted} (got {unquote_plus(value)!r}).\n"


def test_a_page_has_at_most_as_many_as_the_policy_says() -> None:
    desk = Desk(page_size=2, page_most=3)
    desk.put_rows(*({"assignment_id": i, "enrollment_id": ANN, "grade": 1} for i in ITEMS))
    assert len(places(desk.get(GRADES))) == 2
    assert len(places(desk.get(f"{GRADES}?limit=100"))) == 3


def test_credentials_in_the_query_do_not_come_back_in_links() -> None:
    links = full().get(f"{GRADES}?limit=1&oauth_signature=secret%26&timestamp=5")["links"]
    assert "oauth" not in links["self"] + links["next"]
    assert "timestamp=5" in links["next"]


@pytest.mark.parametrize("kind", BOTH)
def test_what_a_put_wrote_is_listed_with_the_servers_time(kind: str) -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 7.5}, at=NOW + 0.75)
    (row,) = desk.get(f"{GRADES}?enrollment_id={ANN}", kind)["grades"]["grade"]
    assert (row["grade"], row["timestamp"]) == (7.5, int(NOW))
    for since, there in ((int(NOW), 1), (int(NOW) + 1, 0)):
        found = desk.get(f"{GRADES}?enrollment_id={ANN}&timestamp={since}", kind)
        assert len(found["grades"]["grade"]) == there


def sections(data: Any) -> list[str]:
    return [row["section_id"] for row in data["section"]]


def items(data: Any) -> dict[str, list[int]]:
    """The assignments by period of the first section."""
    return {
        row["period_id"]: [each["assignment_id"] for each in row["assignment"]]
        for row in data["section"][0]["period"]
    }


UNGRADED = {"grade": None, "timestamp": 0, "exception": 0, "comment": "", "comment_status": None}


@pytest.mark.parametrize("kind", BOTH)
def test_a_user_has_ungraded_items_too_with_the_timestamp_0(kind: str) -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 7})
    data = user(desk, kind=kind)
    assert items(data) == {"p31": [LETTERED, MIDTERM], "p32": [PLAIN], "other": [TALK]}
    found = {
        row["assignment_id"]: tuple(row[name] for name in UNGRADED)
        for period in data["section"][0]["period"]
        for row in period["assignment"]
    }
    nothing = tuple(UNGRADED.values())
    assert found == {
        PLAIN: (7, int(NOW), *nothing[2:]),
        LETTERED: nothing,
        MIDTERM: nothing,
        TALK: nothing,
    }
    assert set(data["links"]) == {"self"}
    titles = [row["period_title"] for row in data["section"][0]["period"]]
    assert titles == ["Autumn", "Spring", "Other"]


PERIODS: dict[str, tuple[list[str], list[str]]] = {
    "31": (["p31"], ["p31", f"a{MIDTERM}"]),
    "p32": (["p32"], ["p32"]),
    "other": (["other"], ["other"]),
    "final": ([], ["final"]),
    "p31, final": (["p31"], ["p31", "final", f"a{MIDTERM}"]),
    "77": ([], []),
}


@pytest.mark.parametrize("asked", PERIODS)
def test_grading_periods_narrow_items_and_final_grades(asked: str) -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": MIDTERM, "enrollment_id": ANN, "grade": 50})
    data = user(desk, f"?grading_period_ids={asked.replace(' ', '%20')}")
    periods, final = PERIODS[asked]
    assert list(items(data)) == periods
    assert [row["period_id"] for row in data["section"][0]["final_grade"]] == final


@pytest.mark.parametrize("asked", ["x", "p", "31;32", "-1", "31,", "finals"])
def test_other_grading_periods_are_refused(asked: str) -> None:
    reply, _ = Desk().call("GET", f"/v1/users/1/grades?grading_period_ids={asked}")
    assert reply.status == 400


def test_inactive_enrollments_are_listed_where_they_are_asked_for() -> None:
    desk = Desk()
    assert sections(user(desk)) == ["math", "closed"]
    assert sections(user(desk, "?include_all_enrollments=0")) == ["math", "closed"]
    every = user(desk, "?include_all_enrollments=1")
    assert sections(every) == ["math", "closed", "art"]
    assert every["total"] == 3
    assert sections(user(desk, person=9)) == []
    reply, _ = desk.call("GET", "/v1/users/1/grades?include_all_enrollments=yes")
    assert reply.status == 400


def test_a_users_grades_are_paged_by_enrollment_only_with_timestamp_or_all() -> None:
    desk = Desk()
    assert sections(user(desk, "?limit=1")) == ["math", "closed"]
    for query in ("timestamp=0", "include_all_enrollments=1"):
        seen, target = [], f"/v1/users/1/grades?{query}&limit=1"
        while target:
            data = desk.get(target)
            seen += sections(data)
            target = data["links"].get("next", "").removeprefix("http://sis.example")
        assert seen == ["math", "closed", "art"][: data["total"]]
        assert data["total"] == (2 if "timestamp" in query else 3)


@pytest.mark.parametrize("query", ["", "?section_id=math", "?section_id=math&limit=1"])
def test_a_users_grades_that_are_not_paged_say_where_they_are_found(query: str) -> None:
    desk = Desk()
    data = user(desk, query)
    (link,) = data["links"].values()
    assert link == f"http://sis.example/v1/users/1/grades{query.removesuffix('&limit=1')}"
    assert desk.get(link.removeprefix("http://sis.example")) == data


def test_with_a_timestamp_only_what_changed_since_is_listed() -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": BOB, "grade": 7})
    assert items(user(desk, "?timestamp=1001", person=2)) == {"p32": [PLAIN]}
    assert items(user(desk, "?timestamp=1000", person=2)) == {"p31": [LETTERED], "p32": [PLAIN]}


def test_a_section_may_have_to_be_named() -> None:
    desk = Desk(user_grades_need_section=True)
    assert desk.call("GET", "/v1/users/1/grades")[0].status == 403
    assert sections(user(desk, "?section_id=closed")) == ["closed"]
    assert sections(user(desk, "?section_id=nowhere")) == []


@pytest.mark.parametrize(("role", "person"), [("teacher", "x-7"), ("student", 1)])
def test_ones_own_user_is_found_by_a_redirect_to_be_signed_again(
    role: str, person: int | str
) -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["enrollments"][-1]["role"] = role
    desk = Desk(seed)
    reply, _ = desk.call("GET", "/v1/users/me")
    assert (reply.status, reply.header("Location")) == (
        303,
        f"http://sis.example/v1/users/{person}",
    )
    assert desk.get("/v1/app-user-info")["api_uid"] == person


def test_a_sis_without_people_has_no_own_user() -> None:
    desk = Desk({"name": "empty"})
    assert desk.call("GET", "/v1/users/me")[0].status == 404


def test_the_sections_of_a_user_are_those_of_active_enrollments() -> None:
    data = Desk().get("/v1/users/1/sections")
    assert [row["id"] for row in data["section"]] == ["math", "closed"]
    assert data["total"] == "2"


NOWHERE = [
    "/v1/sections/none",
    f"{MATH}/enrollments/5",
    f"{MATH}/enrollments/301",  # of another section
    f"{MATH}/enrollments/ann",
    f"{MATH}/assignments/5",
    f"{MATH}/assignments/essay",
    f"{MATH}/grade_items/51",
    "/v1/users/77",
    "/v1/users/77/sections",
    "/v1/users/77/grades",
]


@pytest.mark.parametrize("target", NOWHERE)
def test_what_is_not_there_is_a_404_without_a_body(target: str) -> None:
    reply = Desk().simulator.answer(Call("GET", target))
    assert isinstance(reply, Reply)
    assert (reply.status, reply.body) == (404, b"")


def test_a_withdrawn_enrollment_is_listed_as_archived() -> None:
    rows = Desk().get(f"{MATH}/enrollments")["enrollment"]
    assert {row["id"]: row["status"] for row in rows}[str(OUT)] == "5"
    assert [row["status"] for row in rows].count("1") == 4
