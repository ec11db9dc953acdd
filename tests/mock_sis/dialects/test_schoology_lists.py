"""Listings: pages, filters, links, and the grades of one user."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from schoology_desk import (
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
)

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
    "far past the end": ("start=9007199254740991", []),
    "the last": ("start=11", ALL[11:]),
    "a limit above the most": ("limit=1000000000", ALL),
    "parameters that say nothing": ("start=&limit=&assignment_id=&timestamp=", ALL),
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
    assert (
        final == asked or final == list(dict.fromkeys(person for _, person in wanted)) or not wanted
    )


BAD_QUERIES = [
    f"{name}={value}"
    for name in ("start", "limit", "assignment_id", "enrollment_id", "timestamp")
    for value in ("-1", "1.5", "x", "1e9", "%20", "9007199254740992", "+1", "%D9%A1")
] + ["limit=0", "limit=00"]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_a_parameter_that_is_no_number_is_told_by_its_name(query: str) -> None:
    reply, text = Desk().call("GET", f"{GRADES}?{query}")
    assert reply.status == 400
    assert query.partition("=")[0] in text
    assert "at least 1" in text if query.startswith("limit=0") else "whole number from 0 on" in text


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


def user(desk: Desk, query: str = "", person: int = 1, kind: str = BOTH[0]) -> Any:
    return desk.get(f"/v1/users/{person}/grades{query}", kind)


def sections(data: Any) -> list[str]:
    return [row["section_id"] for row in data["section"]]


def items(data: Any) -> dict[str, list[int]]:
    """The assignments by period of the first section."""
    return {
        row["period_id"]: [each["assignment_id"] for each in row["assignment"]]
        for row in data["section"][0]["period"]
    }


@pytest.mark.parametrize("kind", BOTH)
def test_a_user_has_ungraded_items_too_with_the_timestamp_0(kind: str) -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 7})
    data = user(desk, kind=kind)
    assert items(data) == {"p31": [LETTERED, MIDTERM], "p32": [PLAIN], "other": [TALK]}
    found = {
        row["assignment_id"]: (row["grade"], row["timestamp"])
        for period in data["section"][0]["period"]
        for row in period["assignment"]
    }
    nothing = (None, 0)
    assert found == {PLAIN: (7, int(NOW)), LETTERED: nothing, MIDTERM: nothing, TALK: nothing}
    assert set(data["links"]) == {"self"}


PERIODS: dict[str, tuple[list[str], list[str]]] = {
    "31": (["p31"], ["p31", f"a{MIDTERM}"]),
    "p32": (["p32"], ["p32"]),
    "other": (["other"], ["other"]),
    "final": ([], ["final"]),
    "p31, final": (["p31"], ["p31", "final", f"a{MIDTERM}"]),
    "77": ([], []),
    "": (["p31", "p32", "other"], ["p31", "p32", "other", "final", f"a{MIDTERM}"]),
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


def test_other_has_no_row_of_its_own_where_nothing_belongs_to_it() -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["assignments"][2]["period"] = 31
    rows = user(Desk(seed))["section"][0]["final_grade"]
    assert [row["period_id"] for row in rows] == ["p31", "p32", "final"]


def test_final_grades_follow_grades_and_an_override_wins() -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["overrides"] = [{"enrollment": ANN, "period": "p31", "grade": 99}]
    desk = Desk(seed)
    desk.put_rows(
        {"assignment_id": LETTERED, "enrollment_id": ANN, "grade": 25},
        {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 20},
    )
    (final,) = desk.get(f"{GRADES}?enrollment_id={ANN}")["final_grade"]
    rows = {row["period_id"]: row for row in final["period"]}
    assert (rows["p31"]["grade"], rows["p31"]["override"]) == (99, 99)
    assert rows["p31"]["calculated_grade"] == 50
    assert rows["p32"]["grade"] == 100
    assert rows["other"]["grade"] is None
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": ANN, "exception": 3})
    (final,) = desk.get(f"{GRADES}?enrollment_id={ANN}")["final_grade"]
    assert {row["period_id"]: row["grade"] for row in final["period"]}["p32"] == 0


@pytest.mark.parametrize(
    ("grading", "final"),
    [({}, 99.4), ({"overrides_count": True}, 99.4), ({"overrides_count": False}, 70)],
)
def test_a_period_graded_by_hand_counts_in_the_course_unless_the_section_says_otherwise(
    grading: dict[str, Any], final: float
) -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["grading"] = seed["sections"][0].get("grading", {}) | grading
    seed["sections"][0]["overrides"] = [
        {"enrollment": ANN, "period": "p31", "grade": 99},
        {"enrollment": BOB, "period": "p32", "grade": 1},
        {"enrollment": ANN, "period": "other", "grade": 0},
    ]
    desk = Desk(seed)
    desk.put_rows(
        {"assignment_id": LETTERED, "enrollment_id": ANN, "grade": 25},  # 50 per cent of 60
        {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 20},  # 100 per cent of 40
    )
    (row,) = desk.get(f"{GRADES}?enrollment_id={ANN}")["final_grade"]
    assert {each["period_id"]: each["grade"] for each in row["period"]}["final"] == final


@pytest.mark.parametrize(
    ("weight", "expected"),
    [({}, 70), ({"weight": 0}, 70), ({"weight": 50}, 56.67), ({"weight": 100}, 50)],
)
def test_a_midterm_counts_beside_the_periods_by_its_own_weight(
    weight: dict[str, Any], expected: float
) -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["assignments"][3] |= weight
    desk = Desk(seed)
    desk.put_rows(
        {"assignment_id": LETTERED, "enrollment_id": ANN, "grade": 25},  # 50 per cent of 60
        {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 20},  # 100 per cent of 40
        {"assignment_id": MIDTERM, "enrollment_id": ANN, "grade": 30},
    )
    rows = user(desk)["section"][0]["final_grade"]
    told = {row["period_id"]: row["grade"] for row in rows}
    assert told == {
        "p31": 50, "p32": 100, "other": None, "final": expected, f"a{MIDTERM}": 30
    }  # fmt: skip


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("period", ["p31", "other", "final"])
def test_an_override_is_told_in_a_users_grades_too(period: str, kind: str) -> None:
    seed = deepcopy(SEED)
    seed["sections"][0]["overrides"] = [{"enrollment": ANN, "period": period, "grade": 99}]
    rows = {
        row["period_id"]: row for row in user(Desk(seed), kind=kind)["section"][0]["final_grade"]
    }
    assert [name for name, row in rows.items() if "override" in row] == [period]
    told = [rows[period][name] for name in ("grade", "override", "calculated_grade")]
    assert told == [99, 99, None]


def test_ones_own_user_is_found_by_a_redirect_to_be_signed_again() -> None:
    reply, _ = Desk().call("GET", "/v1/users/me")
    assert (reply.status, reply.header("Location")) == (303, "http://sis.example/v1/users/x-7")


def test_a_withdrawn_enrollment_is_listed_as_archived() -> None:
    rows = Desk().get(f"{MATH}/enrollments")["enrollment"]
    assert {row["id"]: row["status"] for row in rows}[str(OUT)] == "5"
    assert [row["status"] for row in rows].count("1") == 4
