"""One gradebook behind all: a mark written by one interface is read by another, signed calls, the
limit on their rate, and a journal that rebuilds it all."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.simulator.schoology_desk import (
    ANN,
    BOB,
    BOTH,
    CYD,
    GRADES,
    JSON,
    LETTERED,
    MATH,
    NOW,
    PLAIN,
    SEED,
    Desk,
)
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.json_text import encode_json
from mock_sis.simulator import Simulator

EXAM = "/wiseflow/flows/MATH/grades"


def exported(desk: Desk, person: int, mark: str, admin_grade: str = "") -> Any:
    """The report on an export of one mark over WISEflow."""
    row = {"userId": person, "mark": mark, "adminGrade": admin_grade}
    body = encode_json({"participants": [row]})
    reply = desk.simulator.answer(Call("POST", EXAM, (("Content-Type", JSON),), body, NOW))
    assert isinstance(reply, Reply)
    return json.loads(reply.body)


def mark(desk: Desk, person: str) -> tuple[str, str, float | None] | None:
    """What is registered as somebody's mark, alternative grade, and value on the scale."""
    score = desk.world.gradebook.scores("math/exam").get(person)
    return None if score is None else (score.mark, score.admin_grade, score.value)


@pytest.mark.parametrize(
    ("given_", "points"), [(("A", ""), 45), (("B", ""), 40), (("F", "B"), 40), (("F", ""), 0)]
)
def test_a_mark_exported_over_wiseflow_is_a_grade_here(
    given_: tuple[str, str], points: float
) -> None:
    desk = Desk()
    assert exported(desk, 1, *given_)["numberOfSuccess"] == 1
    (row,) = desk.get(f"{GRADES}?assignment_id={LETTERED}&enrollment_id={ANN}")["grades"]["grade"]
    assert (row["grade"], row["timestamp"]) == (points, int(NOW))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("grade", "expected"),
    [("A", ("A", "", 90)), (45, ("A", "", 90)), (0, ("F", "", 0)), (43, ("43", "", 86))],
)
def test_a_grade_on_the_exam_is_a_mark_there(grade: Any, expected: Any, kind: str) -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": LETTERED, "enrollment_id": ANN, "grade": grade}, kind=kind)
    assert mark(desk, "1") == expected
    assert exported(desk, 1, "B")["numberOfErrors"] == 1  # it is registered already


def test_a_grade_elsewhere_is_no_mark() -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 3})
    assert mark(desk, "1") is None


@pytest.mark.parametrize("away", [{"grade": None}, {"exception": 1}])
def test_a_grade_taken_away_is_a_mark_taken_away(away: dict[str, Any]) -> None:
    desk = Desk()
    exported(desk, 1, "A")
    desk.put_rows({"assignment_id": LETTERED, "enrollment_id": ANN, **away})
    assert mark(desk, "1") is None
    assert exported(desk, 1, "B")["numberOfSuccess"] == 1


def test_a_comment_leaves_a_mark_and_its_alternative_as_they_are() -> None:
    desk = Desk()
    exported(desk, 1, "F", "B")
    desk.put_rows({"assignment_id": LETTERED, "enrollment_id": ANN, "comment": "Well argued"})
    assert mark(desk, "1") == ("F", "B", 80)


def test_a_mark_leaves_the_comment_and_ends_the_exception() -> None:
    desk = Desk()
    desk.put_rows(
        {"assignment_id": LETTERED, "enrollment_id": ANN, "exception": 2, "comment": "Ill",
         "comment_status": 1}
    )  # fmt: skip
    exported(desk, 1, "B")
    assert desk.stored(LETTERED, ANN) == (40, 0, "Ill", 1)


@pytest.mark.parametrize("before", [{}, {"comment": "Ill"}])
def test_a_mark_is_a_change_of_its_time_and_its_operation(before: dict[str, Any]) -> None:
    desk = Desk()
    desk.put_rows({"assignment_id": LETTERED, "enrollment_id": ANN, **before}, at=NOW - 60)
    exported(desk, 1, "B")
    found = desk.world.gradebook.coursework("math").grade(LETTERED, ANN)
    assert found is not None
    assert (found.assignment, found.enrollment, found.at) == (LETTERED, ANN, NOW)
    assert found.by.startswith("wiseflow.")


def test_marks_are_taken_though_the_item_they_showed_up_as_is_gone() -> None:
    desk = Desk()
    assert desk.call("DELETE", f"{MATH}/assignments/{LETTERED}")[0].status == 204
    assert exported(desk, 1, "A")["numberOfSuccess"] == 1
    assert mark(desk, "1") == ("A", "", 90)
    assert desk.get(f"{GRADES}?enrollment_id={ANN}")["grades"]["grade"] == []


EXAMS: dict[str, tuple[bool, dict[str, Any], float, tuple[str, float]]] = {
    "the exam's scale": (True, {}, 43, ("43", 86)),
    "out of 100": (True, {"max_points": 100}, 0.07, ("0.07", 0.07)),
    "no points to reach": (True, {"max_points": 0}, 7, ("7", 7)),
    "plain numbers": (True, {"scale": 0}, 80, ("B", 80)),
    "another scale": (True, {"scale": 6}, 43, ("43", 43)),
    "an exam without a scale": (False, {"scale": 0}, 43, ("43", 43)),
}
"""Whether the exam has a scale, the item, points on it, and the mark that they are."""


@pytest.mark.parametrize("case", EXAMS)
def test_points_are_worth_on_the_exam_what_its_scale_and_the_items_say(case: str) -> None:
    scaled, of_item, points, (told, value) = EXAMS[case]
    seed = deepcopy(SEED)
    seed["scales"].append({**seed["scales"][0], "id": "others", "number": 6})
    seed["sections"][0]["assignments"][0] |= of_item
    if not scaled:
        del seed["sections"][0]["scale"]
    desk = Desk(seed)
    desk.put_rows({"assignment_id": LETTERED, "enrollment_id": CYD, "grade": points})
    assert mark(desk, "3") == (told, "", value)


@pytest.mark.parametrize("scale", [0, 6])
def test_an_item_without_the_exams_scale_shows_what_a_mark_is_worth(scale: int) -> None:
    seed = deepcopy(SEED)
    seed["scales"].append({**seed["scales"][0], "id": "others", "number": 6})
    seed["sections"][0]["assignments"][0]["scale"] = scale
    desk = Desk(seed)
    exported(desk, 1, "A")
    assert desk.stored(LETTERED, ANN) == (90, 0, "", None)


AUTH = {"type": "oauth1", "consumer_key": "key", "consumer_secret": "s3cret"}


def signed(nonce: str, at: float = NOW, secret: str = "s3cret") -> Headers:
    parts = {
        "realm": "Schoology API",
        "oauth_consumer_key": "key",
        "oauth_token": "",
        "oauth_nonce": nonce,
        "oauth_timestamp": f"{at:.0f}",
        "oauth_signature_method": "PLAINTEXT",
        "oauth_version": "1.0",
        "oauth_signature": f"{secret}%26",
    }
    listed = ", ".join(f'{name}="{value}"' for name, value in parts.items())
    return (("Authorization", f"OAuth {listed}"),)


@pytest.mark.parametrize("kind", BOTH)
def test_signed_calls_read_write_and_are_not_taken_twice(kind: str) -> None:
    desk = Desk(auth=AUTH)
    body = b'{"grades":{"grade":{"assignment_id":12,"enrollment_id":101,"grade":3}}}'
    before = desk.snapshot()
    refusals = [
        desk.call("PUT", GRADES, body, JSON),
        desk.call("PUT", GRADES, body, JSON, signed("a", secret="wrong")),
        desk.call("PUT", GRADES, body, JSON, signed("b", at=NOW - 9999)),
    ]
    assert [reply.status for reply, _ in refusals] == [401, 401, 401]
    assert desk.snapshot() == before
    assert desk.call("PUT", GRADES, body, JSON, signed("c"))[0].status == 207
    assert desk.call("GET", GRADES, b"", kind, signed("d"))[0].status == 200
    again, text = desk.call("GET", GRADES, b"", kind, signed("d"))
    assert again.status == 401
    assert "nonce" in text
    assert (again.header("WWW-Authenticate") or "").startswith("OAuth")
    moved, _ = desk.call("GET", "/v1/users/me", b"", kind, signed("e"))
    where = (moved.header("Location") or "").removeprefix("http://sis.example")
    assert desk.call("GET", where, b"", kind, signed("e"))[0].status == 401
    assert desk.call("GET", where, b"", kind, signed("f"))[0].status == 200


def test_calls_above_the_rate_are_told_when_to_come_back() -> None:
    desk = Desk(rate_limit={"requests": 2, "seconds": 5})
    at = [desk.call("GET", GRADES, at=NOW + seconds)[0] for seconds in (0, 1, 2, 4.5, 5.1)]
    assert [reply.status for reply in at] == [200, 200, 429, 429, 200]
    assert 1 <= int(at[2].header("Retry-After") or 0) <= 5
    export = desk.simulator.answer(Call("GET", "/wiseflow/flows", received=NOW + 2))
    assert isinstance(export, Reply)
    assert export.status == 200  # the limit is this interface's alone


PLACES = st.fixed_dictionaries(
    {
        "assignment_id": st.sampled_from([LETTERED, PLAIN, 52, 5]),
        "enrollment_id": st.sampled_from([ANN, BOB, CYD, 109]),
    },
    optional={
        "grade": st.sampled_from([None, 7, 7.25, "A", "Z", -1]),
        "exception": st.sampled_from([0, 1, 3, 4]),
        "comment": st.sampled_from(["", "x"]),
    },
)
REPORTS = st.fixed_dictionaries(
    {"grades": st.builds(lambda rows: {"grade": rows}, st.lists(PLACES, max_size=3))},
    optional={
        "final_comments": st.just(
            {"final_comment": {"enrollment_id": ANN, "period_id": "final", "comment": "y"}}
        )
    },
)
Step = Callable[[Desk], object]


def _raw(method: str, target: str, body: Any = None, more: Headers = ()) -> Step:
    headers: Headers = (("Content-Type", JSON), ("Accept", "*/*"), *more)
    sent = b"" if body is None else encode_json(body)
    return lambda desk: desk.simulator.answer(
        Call(method, target, headers, sent, desk.world.clock.now())
    )


STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        _raw,
        st.just("PUT"),
        st.just(GRADES),
        REPORTS,
        st.sampled_from([(), signed("n1"), signed("n2"), signed("n3")]),
    ),
    st.builds(_raw, st.just("POST"), st.just(f"{MATH}/assignments"), st.just({"title": "New"})),
    st.builds(
        _raw,
        st.just("DELETE"),
        st.sampled_from([52, LETTERED]).map(lambda number: f"{MATH}/assignments/{number}"),
    ),
    st.builds(
        _raw,
        st.just("PUT"),
        st.just(f"{MATH}/assignments/{PLAIN}"),
        st.sampled_from([{"max_points": 7}, {"grading_scale": 5}, {"grading_period": 1}]),
    ),
    st.builds(_raw, st.just("GET"), st.sampled_from([GRADES, "/v1/users/1/grades"])),
    st.sampled_from("ABZ").map(lambda mark_: lambda desk: exported(desk, 1, mark_)),
    st.builds(
        _raw,
        st.just("POST"),
        st.just("/_control/faults"),
        st.sampled_from(
            [
                {"fault": {"kind": kind}, "when": {"next": 2}}
                for kind in ("rows_told_stored_but_not", "rows_all_fail", "schoology_rows_missing")
            ]
        ),
    ),
    st.builds(_raw, st.just("POST"), st.just("/_control/clock/advance"), st.just({"seconds": 2.5})),
)


@settings(max_examples=150)
@given(
    steps=st.lists(STEPS, min_size=2, max_size=12),
    policy=st.sampled_from([{}, {"auth": AUTH}, {"rate_limit": {"requests": 2, "seconds": 5}}]),
)
def test_a_replayed_journal_gives_the_same_gradebook(
    steps: list[Step], policy: dict[str, Any]
) -> None:
    desk = Desk(**policy)
    for step in steps:
        step(desk)
    replayed = Simulator.replay(desk.world.journal).world
    assert encode_json(replayed.gradebook.snapshot()) == desk.snapshot()
