"""Each of Skyward's rules refuses by its name and before anything changes, and has a switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from helpers.simulator.oneroster_asks import ITEM, RESULT, G, ref
from helpers.simulator.oneroster_desk import (
    DELETE_ITEM,
    DELETE_RESULT,
    FREE,
    NAME,
    Desk,
    Step,
    at,
    category,
    put_item,
    put_result,
    refused,
    scale,
    seed,
    teach,
)
from mock_sis.dialects.oneroster.routes import ROUTES
from mock_sis.dialects.oneroster.settings import WriteBackRules

HOLDS: dict[str, Any] = {
    **{name: True for name, value in FREE.items() if value is False},
    "licensed": False,
    "title_limit": 50,
    "override": "sis_wins",
}
"""Every rule as it refuses something."""


class Case(NamedTuple):
    """What a rule refuses with a status: a request, after others that no rule hindered."""

    rule: str
    status: int
    before: tuple[Step, ...]
    request: Step


def writes(section: str) -> Iterator[tuple[str, tuple[Step, ...], Step]]:
    """Every operation that writes to a class, with what comes before it."""
    here = {"class": ref(section), "category": ref(f"cat-{section}-1")}
    new, more = put_item(**here), category(metadata={"classSourcedId": section})
    new_scale: Step = ("PUT", at("scoreScales", "s"), scale(**{"class": ref(section)}))
    new_category: Step = ("PUT", at("categories", "c"), more)
    within = f"{G}/classes/{section}"
    yield "lineItems.put", (), new
    yield "lineItems.put", (new,), put_item(**here, title="Changed")
    yield "lineItems.delete", (new,), DELETE_ITEM
    yield (
        "classes.lineItems.post",
        (),
        ("POST", f"{within}/lineItems", {"lineItems": [{**ITEM, **here}]}),
    )
    at_school = f"{G}/schools/school-1/lineItems"
    yield "schools.lineItems.post", (), ("POST", at_school, {"lineItems": [{**ITEM, **here}]})
    yield "results.put", (new,), put_result()
    yield "results.put", (new, put_result()), put_result(score=1)
    yield "results.delete", (new, put_result()), DELETE_RESULT
    for name, target in (
        ("lineItems", f"{at('lineItems', NAME)}/results"),
        ("classes.academicSessions", f"{within}/academicSessions/2/results"),
    ):
        yield f"{name}.results.post", (new,), ("POST", target, {"results": [RESULT]})
    yield "categories.put", (), new_category
    yield "categories.delete", (new_category,), ("DELETE", at("categories", "c"), None)
    yield "scoreScales.put", (), new_scale
    yield "scoreScales.delete", (new_scale,), ("DELETE", at("scoreScales", "s"), None)


def test_the_writes_are_all_there_are() -> None:
    routes = {route.operation for route in ROUTES if route.method in ("PUT", "POST", "DELETE")}
    assert {f"oneroster.gradebook.{name}" for name, _, _ in writes("alg-1")} == routes


BOTH = (put_item(), put_result())
CLOSED = teach("PUT", "alg-1/periods/2/state", {"state": "closed"})
DROPPED = teach("PUT", "alg-1/enrollments/2001/state", {"state": "withdrawn"})
BY_HAND = "li-alg-1-101"
MADE_BY_HAND = teach("POST", "alg-1/line_items", {"title": "By hand", "category": 1, "period": 2})
POST_ITEMS, POST_RESULTS = f"{G}/classes/alg-1/lineItems", f"{at('lineItems', NAME)}/results"
ELSEWHERE = {"class": ref("alg-1"), "category": ref("cat-alg-2-1")}
LETTERS = {"scoreScale": ref("scale-letters")}
CHANGED = [
    teach("PUT", "alg-1/line_items/101/results/2001", data)
    for data in ({"score": 3}, {"score": None}, {"exempt": True})
]
"""What a teacher makes of the score on the line item of the LMS."""


NO_TERM: list[dict[str, Any]] = [
    {"gradingPeriod": None, "dueDate": None},
    {"gradingPeriod": None, "dueDate": None, "academicSession": ref("term-1")},
]
"""What leaves a line item without a grading period, in classes that have some."""
OUTSIDE = ("2026-08-14", "2026-12-21")
UNDATED = {name: value for name, value in ITEM.items() if name not in ("gradingPeriod", "dueDate")}


POSTED: Step = ("POST", POST_RESULTS, {"results": [RESULT]})


def _about_periods() -> Iterator[Case]:
    for fields in (
        {"gradingPeriod": ref("1")},
        {"gradingPeriod": None, "academicSession": ref("1")},
    ):
        yield Case("open_period", 422, (), put_item(**fields))
        yield Case("open_period", 422, (), put_item(**fields, dueDate=None))
    for due in ("2026-08-15", "2026-10-15", *OUTSIDE):
        yield Case("open_period", 422, (), put_item(dueDate=due))
    for due in ("2026-08-15", "2026-10-15"):
        yield Case("open_period", 422, (), put_item(dueDate=due, gradingPeriod=None))
    for request in (put_item(title="x"), put_result(score=1), POSTED, DELETE_RESULT, DELETE_ITEM):
        yield Case("open_period", 422, (*BOTH, CLOSED), request)
    yield Case("open_period", 422, (*BOTH, CLOSED), put_item(title="x", gradingPeriod=None))
    for fields in NO_TERM:
        yield Case("term_required", 422, (), put_item(**fields))
        yield Case("term_required", 422, (put_item(),), put_item(**fields))
    both = [{**ITEM, "sourcedId": "x"}, UNDATED]
    yield Case("term_required", 422, (), ("POST", POST_ITEMS, {"lineItems": both}))


def _cases() -> Iterator[Case]:
    yield from (Case("licensed", 403, *rest) for _, *rest in writes("alg-1"))
    yield from (Case("integration_only", 403, *rest) for _, *rest in writes("chess"))
    yield Case("own_category", 422, (), put_item(**ELSEWHERE))
    posted: Step = ("POST", POST_ITEMS, {"lineItems": [{**ITEM, **ELSEWHERE}]})
    yield Case("own_category", 422, (), posted)
    yield Case("category_frozen", 422, (put_item(),), put_item(category=ref("cat-alg-1-2")))
    for made, name in ((), "li-alg-1-100"), ((MADE_BY_HAND,), BY_HAND):
        on_it = put_result(lineItem=ref(name))
        for before, request in (
            ((), put_item(name)),
            ((), ("DELETE", at("lineItems", name), None)),
            ((), on_it),
            ((on_it,), DELETE_RESULT),
        ):
            yield Case("sis_items_frozen", 403, (*made, *before), request)
    yield from _about_periods()
    yield Case("points_only", 422, (), put_item(**LETTERS))
    for fields in ({"textScore": "A"}, {"score": None, "textScore": "A"}, LETTERS):
        yield Case("points_only", 422, (put_item(),), put_result(**fields))
    yield Case("enrolled_only", 422, (put_item(), DROPPED), put_result())
    yield Case("enrolled_only", 422, (*BOTH, DROPPED), put_result(score=1))
    yield Case("title_limit", 422, (), put_item(title="½" * 50))
    yield Case("whole_points", 422, (), put_item(resultValueMax=10.5))
    for changed in CHANGED:
        for request in (put_result(score=1), POSTED, DELETE_RESULT, DELETE_ITEM):
            yield Case("override", 403, (*BOTH, changed), request)


CASES = list(_cases())


def named(case: Case) -> str:
    return f"{case.rule}-{case.request[0]}"


def prepared(case: Case) -> Desk:
    """A desk whose gradebook is as it is before the request of a case."""
    desk = Desk(seed(FREE))
    if case.before:
        desk.done(*case.before)
    return desk


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_rule_refuses_by_its_name_and_nothing_changes(case: Case) -> None:
    desk = prepared(case)
    desk.rules(**{case.rule: HOLDS[case.rule]})
    before = desk.snapshot()
    minor = "forbidden" if case.status == 403 else "invaliddata"
    told = refused(desk.ask(*case.request), case.status, minor)
    assert told.startswith(f"{case.rule}: ")
    assert desk.snapshot() == before


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_rule_that_is_switched_off_lets_it_pass(case: Case) -> None:
    desk = prepared(case)
    desk.rules(**{case.rule: FREE[case.rule]})
    before = desk.snapshot()
    desk.done(case.request)
    assert desk.snapshot() != before


def test_every_rule_that_can_refuse_is_tried_and_holds_by_default() -> None:
    assert {case.rule for case in CASES} == HOLDS.keys() - {"default_due"}
    assert WriteBackRules(**{**HOLDS, "licensed": True}) == WriteBackRules()


ALLOWED: list[tuple[str, tuple[Step, ...], Step]] = [
    ("a title just short enough, in characters", (), put_item(title="½" * 49)),
    ("whole points, however written", (), put_item(resultValueMax=10.0)),
    ("the first day of an open period", (), put_item(dueDate="2026-10-16")),
    ("the last day of an open period", (), put_item(dueDate="2026-12-20")),
    ("its last second", (), put_item(dueDate="2026-12-21T01:59:59+02:00")),
    ("a new title", (put_item(),), put_item(title="Changed")),
    ("a score of the client's again", BOTH, put_result(score=1)),
    ("the score of another student", (*BOTH, CHANGED[0]), put_result("r/2", student=ref("2002"))),
    ("a line item with scores of the client's", BOTH, DELETE_ITEM),
    ("a result of somebody who was dropped", (*BOTH, DROPPED), DELETE_RESULT),
]


@pytest.mark.parametrize(("what", "before", "request_"), ALLOWED)
def test_what_no_rule_forbids_is_done(what: str, before: tuple[Step, ...], request_: Step) -> None:
    desk = Desk()
    desk.done(*before, request_)


@pytest.mark.parametrize("limit", [2, 12, 200])
def test_the_length_of_titles_is_the_institutions_choice(limit: int) -> None:
    desk = Desk(seed({"title_limit": limit}))
    told = refused(desk.ask(*put_item(title="t" * limit)), 422, "invaliddata")
    assert told == f"title_limit: title must be shorter than {limit} characters (got {limit})."
    desk.done(put_item(title="t" * (limit - 1)))


@pytest.mark.parametrize("student", ["2003", "9001"])
@pytest.mark.parametrize("rule", [True, False])
def test_who_never_was_a_student_of_the_class_takes_no_score(student: str, rule: bool) -> None:
    desk = Desk(seed({"enrolled_only": rule}))
    desk.done(put_item())
    before = desk.snapshot()
    told = refused(desk.ask(*put_result(student=ref(student))), 422, "invaliddata")
    assert told == "enrolled_only: the student is not enrolled in this class."
    assert desk.snapshot() == before


OFF = [
    ({"pass_back": False}, "grade pass-back is off for this class."),
    ({"integration": False}, "this class was not made by the integration."),
]


@pytest.mark.parametrize(("changes", "told"), OFF)
def test_a_class_is_of_the_integration_and_has_pass_back_on(
    changes: dict[str, Any], told: str
) -> None:
    document = seed()
    document["sections"] = [{**row, **changes} for row in document["sections"]]
    assert refused(Desk(document).ask(*put_item()), 403, "forbidden") == f"integration_only: {told}"


PERIODS = [
    ("2026-08-14", "dueDate must be in a grading period (got 2026-08-14)."),
    ("2026-10-15", "dueDate must be in an open grading period (got 2026-10-15)."),
]


@pytest.mark.parametrize(("day", "told"), PERIODS)
def test_it_is_told_what_is_wrong_with_a_due_date(day: str, told: str) -> None:
    reply = Desk().ask(*put_item(dueDate=day))
    assert refused(reply, 422, "invaliddata") == f"open_period: {told}"


def test_one_that_is_read_only_is_read() -> None:
    desk = Desk(seed({"licensed": False}))
    assert desk.names("classes/alg-1/lineItems") == ["li-alg-1-100"]


def test_a_scale_of_points_is_taken() -> None:
    points = {"id": "points", "number": 6, "title": "Points", "range": {"min": 0, "max": 20}}
    desk = Desk({**seed(), "scales": [points]})
    desk.done(put_item(scoreScale=ref("scale-points")), put_result(scoreScale=ref("scale-points")))
    assert desk.shown("lineItems", NAME)["scoreScale"]["sourcedId"] == "scale-points"


def due(desk: Desk) -> tuple[str, str]:
    """What the SIS keeps and shows as the due date of the line item of the LMS."""
    kept = desk.world.gradebook.coursework("alg-1").assignments[101].due
    return kept, desk.shown("lineItems", NAME)["dueDate"]


NONE = ("", "2999-12-31T23:59:59.000Z")
LAST_DAY = ("2026-12-20", "2026-12-20T00:00:00.000Z")


@pytest.mark.parametrize(("on", "shown"), [(True, LAST_DAY), (False, NONE)])
def test_without_a_due_date_it_is_the_last_day_of_the_grading_period(
    on: bool, shown: tuple[str, str]
) -> None:
    desk = Desk(seed({"default_due": on}))
    desk.done(put_item(dueDate=None))
    assert due(desk) == shown
    desk.done(put_item(), put_item(dueDate=None))
    assert due(desk) == shown


def test_without_a_grading_period_either_there_is_no_due_date() -> None:
    desk = Desk(seed({"term_required": False}))
    desk.done(put_item(dueDate=None, gradingPeriod=None))
    assert due(desk) == NONE


@pytest.mark.parametrize(
    "fields", [*NO_TERM, *({"gradingPeriod": None, "dueDate": day} for day in OUTSIDE)]
)
def test_it_is_told_how_to_give_a_line_item_a_grading_period(fields: dict[str, Any]) -> None:
    desk = Desk(seed({"open_period": False}))
    told = refused(desk.ask(*put_item(**fields)), 422, "invaliddata")
    wanted = "gradingPeriod must name a grading period, or dueDate be in one"
    assert told == f"term_required: {wanted} (got neither)."


def test_a_class_without_grading_periods_needs_none() -> None:
    document = seed()
    document["sections"] = [
        {**row, "periods": [], "assignments": []} for row in document["sections"]
    ]
    desk = Desk(document)
    desk.done(put_item(dueDate=None, gradingPeriod=None))
    assert "gradingPeriod" not in desk.shown("lineItems", NAME)


@pytest.mark.parametrize("fields", [{}, {"academicSession": ref("term-1")}])
def test_without_a_grading_period_it_is_the_one_that_the_due_date_lies_in(
    fields: dict[str, Any],
) -> None:
    desk = Desk()
    desk.done(put_item(gradingPeriod=None, **fields))
    assert desk.shown("lineItems", NAME)["gradingPeriod"]["sourcedId"] == "2"


def test_where_two_periods_hold_the_due_date_an_open_one_counts() -> None:
    document = seed()
    first, second = document["grading_periods"]
    document["grading_periods"] = [{**first, "end": "2026-11-30"}, second]
    desk = Desk(document)
    desk.done(put_item(gradingPeriod=None))
    assert desk.shown("lineItems", NAME)["gradingPeriod"]["sourcedId"] == "2"


@pytest.mark.parametrize(
    ("start", "end", "taken"),
    [
        ("", "", True),
        ("2026-11-20", "", True),
        ("", "2026-11-20", True),
        ("2026-11-21", "", False),
        ("", "2026-11-19", False),
    ],
)
def test_a_period_may_be_bounded_on_one_side_or_on_none(start: str, end: str, taken: bool) -> None:
    document = seed()
    bounds = {name: day for name, day in (("start", start), ("end", end)) if day}
    document["grading_periods"] = [{"id": number, "title": "Always", **bounds} for number in (1, 2)]
    assert (Desk(document).ask(*put_item()).status == 201) == taken


def test_a_category_of_another_class_is_none_where_it_is_taken() -> None:
    desk = Desk(seed({"own_category": False}))
    desk.done(put_item(**ELSEWHERE))
    kept = desk.world.gradebook.coursework("alg-1").assignments[101]
    assert kept.category == 0


def test_a_teacher_is_bound_by_no_rule() -> None:
    desk = Desk()
    desk.done(*BOTH, CLOSED, DROPPED, CHANGED[0])
    assert desk.shown("results", "r/1")["score"] == 3
    desk.done(teach("PUT", "alg-1/categories/1", {"title": "Renamed"}))
    assert desk.shown("categories", "cat-alg-1-1")["title"] == "Renamed"
    desk.done(MADE_BY_HAND, teach("DELETE", "alg-1/categories/2"))
    assert desk.names("classes/alg-1/categories") == ["cat-alg-1-1"]
    desk.done(teach("DELETE", "alg-1/line_items/lms%2F17%20%C2%BD"))
    assert desk.names("lineItems") == ["li-alg-1-100", "li-alg-1-102"]
    assert desk.names("results") == []
