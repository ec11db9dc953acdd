"""What changed since a time: every change is in an answer, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.schoology_desk import (
    ANN,
    BOB,
    BOTH,
    CYD,
    GRADES,
    LETTERED,
    MIDTERM,
    NOW,
    PLAIN,
    TALK,
    Desk,
    user,
)

SINCE = f"timestamp={NOW:.0f}"


def comment(desk: Desk, enrollment: int, period: str, at: float = NOW) -> None:
    """Write a final comment."""
    row = {"enrollment_id": enrollment, "period_id": period, "comment": f"{period} at {at}"}
    desk.put({"final_comments": {"final_comment": [row]}}, at=at)


def grade(desk: Desk, enrollment: int, item: int, at: float = NOW) -> None:
    """Write a grade."""
    desk.put_rows({"assignment_id": item, "enrollment_id": enrollment, "grade": 7}, at=at)


def changes(data: Any) -> tuple[list[int], list[int]]:
    """The enrollments of the grades, and those of the final grades."""
    grades = [row["enrollment_id"] for row in data["grades"]["grade"]]
    return grades, [int(row["enrollment_id"]) for row in data["final_grade"]]


CHANGED: dict[str, tuple[list[int], list[int]]] = {
    SINCE: ([ANN], [ANN, BOB, CYD]),
    f"timestamp={NOW + 1:.0f}": ([ANN], [ANN, CYD]),
    f"timestamp={NOW + 2:.0f}": ([], [CYD]),
    f"timestamp={NOW + 3:.0f}": ([], []),
    "timestamp=9999999999": ([], []),
    "timestamp=9223372036854775807": ([], []),
    f"{SINCE}&enrollment_id={BOB}": ([], [BOB]),
    f"timestamp={NOW + 1:.0f}&enrollment_id={BOB}": ([], []),
    f"{SINCE}&enrollment_id={ANN}": ([ANN], [ANN]),
    f"{SINCE}&enrollment_id=301": ([], []),
    f"{SINCE}&assignment_id={PLAIN}": ([ANN], [ANN]),
    f"{SINCE}&assignment_id={TALK}": ([], []),
    f"{SINCE}&assignment_id={PLAIN}&enrollment_id={BOB}": ([], []),
    f"{SINCE}&start=1": ([], [BOB, CYD]),
    f"{SINCE}&start=1&limit=1": ([], [BOB]),
    f"{SINCE}&limit=2": ([ANN], [ANN, BOB]),
    f"{SINCE}&start=3": ([], []),
}
"""Bob has a comment at NOW, Ann a grade at NOW + 1, and Cyd a comment at NOW + 2."""


def written() -> Desk:
    desk = Desk()
    comment(desk, BOB, "final")
    grade(desk, ANN, PLAIN, NOW + 1)
    comment(desk, CYD, "31", NOW + 2)
    return desk


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("query", CHANGED)
def test_a_section_lists_changed_grades_and_final_comments(query: str, kind: str) -> None:
    assert changes(written().get(f"{GRADES}?{query}", kind)) == CHANGED[query]


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_following_next_gives_every_change(limit: int) -> None:
    desk = written()
    comment(desk, ANN, "32", NOW + 3)
    comment(desk, BOB, "final", NOW + 4)
    grades, final, total = [], [], 0
    target = f"{GRADES}?{SINCE}&limit={limit}"
    while target:
        data = desk.get(target)
        (more, whose), total = changes(data), data.get("total", 4)
        assert len(more) <= limit
        grades, final = grades + more, final + whose
        target = data.get("links", {}).get("next", "").removeprefix("http://sis.example")
    assert (grades, total) == ([ANN], 4)
    assert list(dict.fromkeys(final)) == [ANN, CYD, BOB]


def test_a_comment_that_changes_again_is_found_at_its_new_time() -> None:
    desk = Desk()
    desk.get(f"{GRADES}?{SINCE}")
    for after in range(3):
        comment(desk, BOB, "final", NOW + after)
        for since in range(4):
            found = changes(desk.get(f"{GRADES}?timestamp={NOW + since:.0f}"))
            assert found == ([], [BOB] if since <= after else [])


def test_a_comment_that_is_taken_away_is_a_change() -> None:
    desk = Desk()
    comment(desk, BOB, "final")
    row = {"enrollment_id": BOB, "period_id": "final", "comment": ""}
    desk.put({"final_comments": {"final_comment": [row]}}, at=NOW + 9)
    (found,) = desk.get(f"{GRADES}?timestamp={NOW + 9:.0f}")["final_grade"]
    assert [each["comment"] for each in found["period"]] == ["", "", "", ""]


FINAL: dict[str, tuple[Any, list[str]]] = {
    "nothing": (lambda desk: None, []),
    "a grade": (lambda desk: grade(desk, ANN, PLAIN), ["p32", "final"]),
    "a grade of no period": (lambda desk: grade(desk, ANN, TALK), ["other", "final"]),
    "a midterm": (lambda desk: grade(desk, ANN, MIDTERM), ["final", f"a{MIDTERM}"]),
    "two grades": (
        lambda desk: (grade(desk, ANN, PLAIN), grade(desk, ANN, LETTERED, NOW + 1)),
        ["p31", "p32", "final"],
    ),
    "a grade before": (lambda desk: grade(desk, ANN, PLAIN, NOW - 1), []),
    "a grade of another": (lambda desk: grade(desk, BOB, PLAIN), []),
    "a comment": (lambda desk: comment(desk, ANN, "31"), ["p31"]),
    "a final comment": (lambda desk: comment(desk, ANN, "final", NOW + 1), ["final"]),
    "a comment before": (lambda desk: comment(desk, ANN, "31", NOW - 1), []),
    "a comment of another": (lambda desk: comment(desk, BOB, "31"), []),
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", FINAL)
def test_a_user_has_the_final_grades_that_changed(case: str, kind: str) -> None:
    change, wanted = FINAL[case]
    desk = Desk()
    change(desk)
    section = user(desk, f"?section_id=math&{SINCE}", kind=kind)["section"][0]
    assert [row["period_id"] for row in section["final_grade"]] == wanted


@pytest.mark.parametrize("kind", BOTH)
def test_a_time_to_come_lists_nothing_of_a_user(kind: str) -> None:
    desk = written()
    for section in user(desk, "?timestamp=9999999999", kind=kind)["section"]:
        assert (section["period"], section["final_grade"]) == ([], [])


def test_the_periods_asked_for_narrow_the_changes() -> None:
    desk = Desk()
    grade(desk, ANN, PLAIN)
    comment(desk, ANN, "31")
    for periods, wanted in (("31", ["p31"]), ("32,final", ["p32", "final"]), ("other", [])):
        (section,) = user(desk, f"?section_id=math&{SINCE}&grading_period_ids={periods}")["section"]
        assert [row["period_id"] for row in section["final_grade"]] == wanted
