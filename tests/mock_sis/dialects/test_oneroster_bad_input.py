"""What no client should write is refused with its documented status and code minor, and nothing of
it is applied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from helpers.simulator.oneroster_asks import ITEM, RESULT, G, ref
from helpers.simulator.oneroster_desk import (
    DELETE_ITEM,
    DELETE_RESULT,
    NAME,
    RESULT_NAME,
    Desk,
    Step,
    at,
    category,
    item,
    put_item,
    put_result,
    refused,
    result,
    scale,
    seed,
    teach,
)


class Case(NamedTuple):
    """A request that is refused after others that are not, and what its refusal says."""

    text: str
    request: Step
    before: tuple[Step, ...] = ()
    status: int = 422
    minor: str = "invaliddata"


def put(collection: str, name: str, data: Any) -> Step:
    return "PUT", at(collection, name), data


def post(target: str, collection: str, *rows: Any) -> Step:
    return "POST", target, {collection: list(rows)}


def delete(collection: str, name: str) -> Step:
    return "DELETE", at(collection, name), None


THERE = (put_item(),)
BOTH = (*THERE, put_result())
PUT_CATEGORY, PUT_SCALE = put("categories", "c", category()), put("scoreScales", "s", scale())
OF_ALG_2 = {"class": ref("alg-2"), "category": ref("cat-alg-2-1")}
ITEMS, RESULTS = f"{G}/classes/alg-1/lineItems", f"{at('lineItems', NAME)}/results"
SESSION = f"{G}/classes/alg-1/academicSessions"


def _references() -> Iterator[Case]:
    """A body names what is not there, or what lies elsewhere."""
    for field, what in {
        "class": "class",
        "school": "school",
        "category": "category",
        "gradingPeriod": "grading period",
        "academicSession": "grading period",
        "scoreScale": "score scale",
    }.items():
        yield Case(f"No {what} has the sourcedId 'x'.", put_item(**{field: ref("x")}))
    for name in ("0", "-1", "2 ", "02", "9" * 30, "term-2"):
        yield Case(
            f"No grading period has the sourcedId '{name}'.", put_item(gradingPeriod=ref(name))
        )
    two = {"gradingPeriod": ref("2"), "academicSession": ref("1")}
    yield Case("gradingPeriod and academicSession must agree (got 2 and 1).", put_item(**two))
    for field, what in {
        "lineItem": "line item",
        "student": "student",
        "scoreScale": "score scale",
    }.items():
        yield Case(f"No {what} has the sourcedId 'x'.", put_result(**{field: ref("x")}), THERE)
    of_another = put_result(**{"class": ref("alg-2")})
    told = "class must be 'alg-1', the class of the line item (got 'alg-2')."
    yield Case(told, of_another, THERE)
    for named in ("x", 1, ["alg-1"], ""):
        asked = put("categories", "c", category(metadata={"classSourcedId": named}))
        told = "metadata.classSourcedId must be the sourcedId of a class "
        yield Case(f"{told}(got {named!r}).", asked)
    asked = put("scoreScales", "s", scale(**{"class": ref("x")}))
    yield Case("No class has the sourcedId 'x'.", asked)


def _disagreements() -> Iterator[Case]:
    """Path and body say different things, or a PUT would move what is there."""
    for collection, data in {
        "lineItems": item(),
        "results": result(),
        "categories": category(sourcedId="y"),
        "scoreScales": scale(sourcedId="y"),
    }.items():
        (sent,) = data.values()
        told = f"sourcedId must be 'x', as in the path (got {sent['sourcedId']!r})."
        yield Case(told, put(collection, "x", data), THERE)
    told = "The line item belongs to class 'alg-1'; it cannot move to 'alg-2'."
    yield Case(told, put_item(**OF_ALG_2), BOTH)
    told = f"The sourcedId {RESULT_NAME!r} belongs to the result of another line item or student."
    yield Case(told, put_result(student=ref("2002")), BOTH)
    yield Case(told, put_result(lineItem=ref("x")), (*BOTH, put_item("x")))
    asked = put("categories", "c", category(metadata={"classSourcedId": "alg-2"}))
    told = "The category belongs to class 'alg-1'; it cannot move to 'alg-2'."
    yield Case(told, asked, (PUT_CATEGORY,))
    for name in ("s", "scale-letters"):
        asked = put("scoreScales", name, scale(**{"class": ref("alg-2")}))
        told = "The score scale must belong to the class in the body (got 'alg-2')."
        yield Case(told, asked, (PUT_SCALE,))
    asked = post(ITEMS, "lineItems", {**ITEM, **OF_ALG_2})
    yield Case("class must be 'alg-1', as in the path (got 'alg-2').", asked)
    others = {**RESULT, "lineItem": ref("lms/18"), "student": ref("2003")}
    told = "lineItem must match the path (got 'lms/18')."
    for target in (RESULTS, f"{SESSION}/2/results"):
        yield Case(told, post(target, "results", others), (*THERE, put_item("lms/18", **OF_ALG_2)))
    told = f"lineItem must match the path (got {NAME!r})."
    yield Case(told, post(f"{SESSION}/1/results", "results", RESULT), THERE)


NO_DATES = [
    "2026-02-31",
    "0000-01-01",
    "2026-13-01",
    "2026-11-20T10:00:00",
    "2026-11-20T25:00:00Z",
    "2026-11-20T10:00:00+25:00",
    "2026-11-20T10:00:00+0100",
    "2026-11-20T23:59:60Z",
    "2026-11-20 10:00:00Z",
    "20261120",
    "2026-W47-5",
    "tomorrow",
    "",
    20261120,
]


NO_NUMBERS = ("", " ", "18 ", "+18", "1e1", ".5", "5.", "1_0", "NaN", "18,5", "٣", "9" * 400)


def _values() -> Iterator[Case]:
    """Dates, scores and worths that are none."""
    for date in NO_DATES:
        yield Case("dueDate", put_item(dueDate=date))
        yield Case("assignDate", put_item(assignDate=date))
        yield Case("scoreDate", put_result(scoreDate=date), THERE)
    for score in (*NO_NUMBERS, True, [18], {"score": 18}):
        yield Case("/result/score: ", put_result(score=score), THERE)
    for score in (-1, -0.01, -1e300):
        yield Case(f"score must be at least 0 (got {score:g}).", put_result(score=score), THERE)
    result_at, item_at = at("results", RESULT_NAME), at("lineItems", NAME)
    for text in NO_NUMBERS:
        yield Case("/lineItem/resultValueMax: ", put_item(resultValueMax=text))
        yield Case("/category/weight: ", put("categories", "c", category(weight=text)))
    sent = json.dumps(result(score="?")), json.dumps(item(resultValueMax="?"))
    for word in ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "018", "0x12"):
        grade, most = (text.replace('"?"', word).encode() for text in sent)
        yield Case("JSON", ("PUT", result_at, grade), THERE, 400)
        yield Case("JSON", ("PUT", item_at, most), (), 400)
    told = "resultValueMin must not exceed resultValueMax (got 21 and 20)."
    yield Case(told, put_item(resultValueMin=21))
    for worth in ("ten", "1e3", "NaN", "٣", "-"):
        rows = [{"itemValueLHS": "A", "itemValueRHS": worth}]
        asked = put("scoreScales", "s", scale(scoreScaleValue=rows))
        told = f"itemValueRHS must be a number or a range such as 90-100 (got {worth!r})."
        yield Case(told, asked)
    leaving = {**RESULT, "status": "tobedeleted"}
    for asked in (
        put_item(status="tobedeleted"),
        put_result(status="tobedeleted"),
        post(RESULTS, "results", leaving),
        put("categories", "c", category(status="tobedeleted")),
    ):
        yield Case("status must not be tobedeleted in a PUT or POST; use DELETE", asked, BOTH)


def _names() -> Iterator[Case]:
    """Names that the SIS alone gives, and the same thing twice."""
    for name in ("li-alg-1-999", "cat-alg-1-999", "res-alg-1-999-1", "scale-x"):
        for asked in (
            put_item(name),
            put_result(name),
            put("categories", name, category()),
            put("scoreScales", name, scale()),
        ):
            yield Case(
                "has a form that is reserved for names of the SIS; choose another one.",
                asked,
                THERE,
            )
    told = "The objects of a POST must differ in sourcedId (objects 1 and 2 do not)."
    other = {**RESULT, "student": ref("2002")}
    yield Case(told, post(ITEMS, "lineItems", ITEM, {**ITEM, "title": "x"}))
    yield Case(told, post(RESULTS, "results", RESULT, other), THERE)
    again = {**RESULT, "sourcedId": "r/2"}
    told = "must differ in line item and student (objects 1 and 2 do not)."
    yield Case(told, post(RESULTS, "results", RESULT, again), THERE)


def _halves() -> Iterator[Case]:
    """A POST of which all but the last would do."""
    rows = [{**ITEM, "sourcedId": f"x{number}"} for number in range(3)]
    bad = {**ITEM, "sourcedId": "x9", "category": ref("x")}
    for target in (ITEMS, f"{G}/schools/school-1/lineItems"):
        yield Case("No category has the sourcedId 'x'.", post(target, "lineItems", *rows, bad))
    bad = {**ITEM, "sourcedId": "x9", "class": ref("x")}
    asked = post(f"{G}/schools/school-1/lineItems", "lineItems", *rows, bad)
    yield Case("No class has the sourcedId 'x'.", asked)
    bad = {**RESULT, "sourcedId": "r/2", "student": ref("2003")}
    for target in (RESULTS, f"{SESSION}/2/results", f"{SESSION}/term-1/results"):
        yield Case("enrolled_only: ", post(target, "results", RESULT, bad), THERE)
    many = [RESULT] * 10_001
    yield Case("at most 10000 objects (got 10001)", post(RESULTS, "results", *many), THERE, 400)


def _deletions() -> Iterator[Case]:
    """What cannot be taken away, and what is not there any more."""
    used = put_item(category=ref("c"))
    for name in ("c", "cat-alg-1-1"):
        asked = delete("categories", name)
        told = "The category has line items; delete these first."
        yield Case(told, asked, (PUT_CATEGORY, used), 422, "deletefailure")
    asked = delete("scoreScales", "scale-letters")
    yield Case("The score scale belongs to the SIS;", asked, (), 422, "deletefailure")
    gone = teach("DELETE", "alg-1/line_items/101")
    for asked, before in (
        (DELETE_ITEM, ()),
        (DELETE_ITEM, (*BOTH, DELETE_ITEM)),
        (DELETE_ITEM, (*BOTH, gone)),
        (DELETE_RESULT, BOTH[:1]),
        (DELETE_RESULT, (*BOTH, DELETE_RESULT)),
        (DELETE_RESULT, (*BOTH, DELETE_ITEM)),
        (DELETE_RESULT, (*BOTH, gone)),
        (delete("categories", "x"), ()),
        (delete("scoreScales", "x"), ()),
        (post(f"{at('lineItems', 'x')}/results", "results", RESULT), ()),
        (post(f"{SESSION}/3/results", "results", RESULT), BOTH),
    ):
        yield Case("has the sourcedId ", asked, before, 404, "unknownobject")
    asked = post(f"{G}/schools/org-1/lineItems", "lineItems", ITEM)
    yield Case("No school has the sourcedId 'org-1'.", asked, (), 404, "unknownobject")
    asked = post(f"{G}/classes/x/lineItems", "lineItems", ITEM)
    yield Case("The section 'x' does not exist.", asked, (), 404, "unknownobject")
    yield Case(f"No line item has the sourcedId {NAME!r}.", put_result(), (*BOTH, gone))


CASES = [
    case
    for cases in (_references, _disagreements, _values, _names, _halves, _deletions)
    for case in cases()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.status}-{case.text[:30]}")
def test_it_is_refused_and_nothing_is_applied(case: Case) -> None:
    desk = Desk()
    if case.before:
        desk.done(*case.before)
    before = desk.snapshot()
    assert case.text in refused(desk.ask(*case.request), case.status, case.minor)
    assert desk.snapshot() == before


def test_a_scale_of_line_items_is_not_taken_away() -> None:
    desk = Desk(seed({"points_only": False}))
    desk.done(PUT_SCALE, put_item(scoreScale=ref("s")))
    told = refused(desk.ask(*delete("scoreScales", "s")), 422, "deletefailure")
    assert told == "Line items use the score scale; delete these first."
    assert desk.shown("lineItems", NAME)["scoreScale"]["sourcedId"] == "s"
    desk.done(DELETE_ITEM, delete("scoreScales", "s"))
    assert desk.names("scoreScales") == ["scale-letters"]
