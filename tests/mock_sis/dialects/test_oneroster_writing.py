"""What a client writes is read back as it was written, and is told as the policies say."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from helpers.simulator.oneroster_asks import CATEGORY, ITEM, MADE_SCALE, RESULT, SCALE, G, ref
from helpers.simulator.oneroster_contract import ONES
from helpers.simulator.oneroster_desk import (
    DELETE_ITEM,
    NAME,
    RESULT_NAME,
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
from mock_sis.contracts.contract import contract
from mock_sis.exchange import Call, Reply

NOW = "2026-11-02T08:00:00.000Z"
LATER = "2026-11-02T08:01:00.000Z"


def kept(shown: Any, sent: Any) -> dict[str, Any]:
    """What is shown otherwise than it was sent; of a reference only the id counts."""
    return {
        name: shown.get(name)
        for name, value in sent.items()
        if (shown.get(name, {}).get("sourcedId") if _refers(value) else shown.get(name))
        != (value["sourcedId"] if _refers(value) else value)
    }


def _refers(value: Any) -> bool:
    return isinstance(value, dict) and "sourcedId" in value


FULL_ITEM = {
    "description": "On ½, ⅓ and ¼",
    "resultValueMin": 2,
    "resultValueMax": 20,
    "metadata": {"vendor": {"any": ["thing", 1, None]}},
    "status": "active",
}


def test_a_line_item_is_kept_as_it_was_sent() -> None:
    desk = Desk()
    desk.done(put_item(**FULL_ITEM))
    shown = desk.shown("lineItems", NAME)
    assert kept(shown, ITEM | FULL_ITEM) == {
        "assignDate": "2026-11-02T08:00:00.000Z",
        "dueDate": "2026-11-20T00:00:00.000Z",
    }
    assert shown["dateLastModified"] == NOW


def test_a_put_replaces_a_line_item_whole() -> None:
    desk = Desk()
    desk.done(put_item(**FULL_ITEM), put_result())
    desk.wait(60)
    desk.done(put_item(title="Changed", gradingPeriod=None, resultValueMax=None))
    shown = desk.shown("lineItems", NAME)
    assert shown["title"] == "Changed"
    assert "description" not in shown
    assert (shown["resultValueMin"], shown["resultValueMax"]) == (0, 100)
    assert "metadata" not in shown
    assert shown["dateLastModified"] == LATER
    assert desk.names("results") == [RESULT_NAME]


MOMENTS = [
    ("2026-11-20", "2026-11-20T00:00:00.000Z"),
    ("2026-11-20T23:30:00-05:00", "2026-11-21T04:30:00.000Z"),
    ("2026-11-20T00:30:00+14:00", "2026-11-19T10:30:00.000Z"),
    ("2026-11-20T10:00:00.1234567Z", "2026-11-20T10:00:00.123Z"),
    ("2026-11-20t10:00:00z", "2026-11-20T10:00:00.000Z"),
    ("0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00.000Z"),
    ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59.000Z"),
]


@pytest.mark.parametrize(("sent", "shown"), MOMENTS)
def test_dates_are_shown_as_moments_and_found_by_them(sent: str, shown: str) -> None:
    desk = Desk(seed({"open_period": False}))
    desk.done(put_item(dueDate=sent, assignDate=sent))
    item = desk.shown("lineItems", NAME)
    assert (item["dueDate"], item["assignDate"]) == (shown, shown)
    assert NAME in desk.names(f"lineItems?filter=dueDate%3D%27{shown}%27&sort=dueDate")
    desk.done(put_result(scoreDate=sent))
    assert desk.shown("results", RESULT_NAME)["scoreDate"] == shown[:10]


FLAGS = {"inProgress": "true", "late": "true", "incomplete": "false", "missing": "false"}
SCORES: list[dict[str, Any]] = [
    {"score": 0},
    {"score": 0.1},
    {"score": 20},
    {"score": 25, "comment": "Extra credit"},
    {"score": 1e300},
    {"score": None, "scoreStatus": "not submitted"},
    {"score": None, "scoreStatus": "not submitted", "missing": "true"},
    {"score": None, "scoreStatus": "submitted", "incomplete": "true"},
    {"scoreStatus": "partially graded"},
    {"scoreStatus": "ext:checked"},
    {"score": 7, **FLAGS, "comment": "½", "metadata": {"attempt": 2}, "status": "active"},
    {"score": None, "scoreStatus": "exempt"},
    {"class": ref("alg-1")},
]


@pytest.mark.parametrize("fields", SCORES, ids=str)
def test_a_result_is_kept_as_it_was_sent(fields: dict[str, Any]) -> None:
    desk = Desk()
    desk.done(put_item(), put_result(**fields))
    sent = {name: value for name, value in (RESULT | fields).items() if value is not None}
    shown = desk.shown("results", RESULT_NAME)
    assert kept(shown, sent) == {"scoreDate": "2026-11-21"}
    assert ("score" in shown) == ("score" in sent)
    assert shown["dateLastModified"] == NOW


def test_minus_zero_is_zero() -> None:
    desk = Desk()
    desk.done(put_item(), put_result(score=-0.0))
    assert str(desk.shown("results", RESULT_NAME)["score"]) == "0"
    assert b":-0" not in desk.snapshot()


GONE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"scoreStatus": "exempt"}, {"score": None}),
    ({"missing": "true"}, {"missing": "false"}),
    ({"incomplete": "true"}, {"incomplete": "false"}),
]


@pytest.mark.parametrize(("fields", "shown"), GONE)
def test_who_is_exempt_has_no_score_and_who_has_one_misses_nothing(
    fields: dict[str, Any], shown: dict[str, Any]
) -> None:
    desk = Desk()
    desk.done(put_item(), put_result(**fields))
    found = desk.shown("results", RESULT_NAME)
    assert {name: found.get(name) for name in shown} == shown


@pytest.mark.parametrize(
    ("sent", "late"), [({}, "true"), ({"late": "false"}, "false"), ({"late": "true"}, "true")]
)
def test_a_late_flag_set_by_hand_stays_unless_the_client_sends_one(
    sent: dict[str, Any], late: str
) -> None:
    desk = Desk()
    place = f"alg-1/line_items/{quote(NAME, safe='')}/results/2001/late"
    desk.done(put_item(), put_result(), teach("PUT", place, {"late": True}))
    desk.done(put_result(score=3, **sent), put_result(score=4, **sent))
    assert desk.shown("results", RESULT_NAME)["late"] == late


def test_a_put_replaces_a_result_whole() -> None:
    desk = Desk()
    desk.done(put_item(), put_result(**FLAGS, comment="½", metadata={"attempt": 2}))
    desk.wait(60)
    desk.done(put_result(score=0))
    shown = desk.shown("results", RESULT_NAME)
    assert (shown["score"], shown["late"], shown["inProgress"]) == (0, "false", "false")
    assert shown.keys().isdisjoint({"comment", "metadata"})
    assert shown["dateLastModified"] == LATER


OTHER = {**RESULT, "sourcedId": "r/2", "score": 1}


@pytest.mark.parametrize(
    "step",
    [
        put_result("r/2", score=1),
        ("POST", f"{at('lineItems', NAME)}/results", {"results": [OTHER]}),
        ("POST", f"{G}/classes/alg-1/academicSessions/term-1/results", {"results": [OTHER]}),
    ],
    ids=["put", "post", "post in a session"],
)
def test_a_score_that_is_sent_under_another_name_goes_by_that(step: Step) -> None:
    desk = Desk()
    desk.done(put_item(), put_result(), step)
    assert desk.names("results") == ["r/2"]
    assert desk.shown("results", "r/2")["score"] == 1
    assert desk.shown("results", RESULT_NAME) is None
    desk.done(put_result(student=ref("2002")))
    assert sorted(desk.names("results")) == [RESULT_NAME, "r/2"]


def test_with_a_line_item_its_results_go_and_their_names_are_free() -> None:
    desk = Desk()
    desk.done(put_item(), put_result(), put_item("lms/18"), DELETE_ITEM)
    assert desk.names("results") == []
    assert desk.names("lineItems") == ["li-alg-1-100", "lms/18"]
    assert [row[1] for row in desk.world.gradebook.aliases.snapshot()] == ["lms/18"]
    desk.done(put_result(lineItem=ref("lms/18"), student=ref("2002")), put_item())
    assert desk.names("results") == [RESULT_NAME]


def test_what_a_post_makes_has_the_names_that_it_tells() -> None:
    desk = Desk()
    unnamed = {name: value for name, value in ITEM.items() if name != "sourcedId"}
    told = desk.done(("POST", f"{G}/classes/alg-1/lineItems", {"lineItems": [ITEM, unnamed]}))
    pairs = json.loads(told.body)["sourcedIdPairs"]
    assert [pair["suppliedSourcedId"] for pair in pairs] == [NAME, ""]
    assert pairs[0]["allocatedSourcedId"] == NAME
    listed = desk.names("lineItems")
    assert [pair["allocatedSourcedId"] in listed for pair in pairs] == [True, True]
    unnamed = {**RESULT, "student": ref("2002")}
    del unnamed["sourcedId"]
    told = desk.done(("POST", f"{at('lineItems', NAME)}/results", {"results": [RESULT, unnamed]}))
    allocated = [pair["allocatedSourcedId"] for pair in json.loads(told.body)["sourcedIdPairs"]]
    assert sorted(allocated) == sorted(desk.names("results"))
    desk.done(("POST", f"{at('lineItems', NAME)}/results", {"results": [{**unnamed, "score": 1}]}))
    assert desk.shown("results", allocated[1])["score"] == 1


@pytest.mark.parametrize("session", ["2", "term-1"])
def test_results_are_posted_in_a_grading_period_or_in_the_whole_term(session: str) -> None:
    desk = Desk()
    other = {**RESULT, "sourcedId": "r/2", "lineItem": ref("lms/18")}
    target = f"{G}/classes/alg-1/academicSessions/{session}/results"
    desk.done(put_item(), put_item("lms/18"), ("POST", target, {"results": [RESULT, other]}))
    assert sorted(desk.names("results")) == [RESULT_NAME, "r/2"]


def test_a_category_keeps_its_line_items_and_its_weight_when_it_is_renamed() -> None:
    desk = Desk()
    put: Step = ("PUT", at("categories", "c"), category())
    renamed: Step = ("PUT", at("categories", "c"), {"category": {"title": "Renamed"}})
    desk.done(put, put_item(category=ref("c")), renamed)
    assert kept(desk.shown("categories", "c"), {**CATEGORY, "title": "Renamed"}) == {}
    assert desk.shown("lineItems", NAME)["category"]["sourcedId"] == "c"


def test_what_a_teacher_makes_has_no_name_of_what_was_there_before() -> None:
    desk = Desk()
    put: Step = ("PUT", at("categories", "c"), category())
    desk.done(put, ("DELETE", at("categories", "c"), None))
    desk.done(teach("PUT", "alg-1/categories/3", {"title": "By hand"}))
    assert desk.names("classes/alg-1/categories")[2:] == ["cat-alg-1-3"]


def test_a_score_scale_gets_an_id_whatever_ids_the_seed_has_given() -> None:
    taken = [{**SCALE, "id": name} for name in ("or-4", "or-4-alg-1", "or-4-alg-1-2")]
    desk = Desk({**seed(), "scales": taken})
    desk.done(("PUT", at("scoreScales", "s"), scale()))
    assert [each["id"] for each in desk.world.gradebook.snapshot()["scales"]][-1] == "or-4-alg-1-3"


def test_the_number_of_a_category_or_scale_that_went_is_not_given_again() -> None:
    desk = Desk()
    book, numbers = desk.world.gradebook, []
    for name in ("one", "other"):
        desk.done(("PUT", at("categories", name), category()))
        desk.done(("PUT", at("scoreScales", name), scale()))
        made = [each.number for each in book.scales.values() if each.section]
        numbers.append((max(book.coursework("alg-1").categories), *made))
        desk.done(("DELETE", at("categories", name), None))
        desk.done(("DELETE", at("scoreScales", name), None))
    assert numbers == [(3, 6), (4, 7)]


def test_a_score_scale_is_kept_by_the_value_where_each_range_begins() -> None:
    desk = Desk()
    worths = {"A": "90-100", "B": "80.25", "C": "1234567.5"}
    values = [{"itemValueLHS": mark, "itemValueRHS": worth} for mark, worth in worths.items()]
    desk.done(("PUT", at("scoreScales", "s"), scale(scoreScaleValue=values)))
    shown = desk.shown("scoreScales", "s")
    assert [row["itemValueRHS"] for row in shown["scoreScaleValue"]] == ["90", "80.25", "1234567.5"]
    assert kept(shown, {**MADE_SCALE, "scoreScaleValue": shown["scoreScaleValue"]}) == {}


@pytest.mark.parametrize("number", [{}, {"number": 5}], ids=["without", "with a number"])
def test_a_line_item_is_on_the_scale_that_it_names(number: dict[str, int]) -> None:
    desk = Desk({**seed({"points_only": False}), "scales": [{**SCALE, **number}]})
    desk.done(put_item(scoreScale=ref("scale-letters")))
    assert desk.shown("lineItems", NAME)["scoreScale"]["sourcedId"] == "scale-letters"


BOTH: dict[str, tuple[Step, tuple[Step, ...]]] = {
    "lineItem": (put_item(), ()),
    "result": (put_result(), (put_item(),)),
    "category": (("PUT", at("categories", "c"), category()), ()),
    "scoreScale": (("PUT", at("scoreScales", "s"), scale()), ()),
}


@pytest.mark.parametrize("one", BOTH)
@pytest.mark.parametrize("status", [200, 201])
def test_a_put_of_what_exists_is_told_as_the_policy_says(one: str, status: int) -> None:
    desk = Desk(seed(put_existing_status=status))
    step, before = BOTH[one]
    if before:
        desk.done(*before)
    assert [desk.ask(*step).status for _ in range(3)] == [201, status, status]


@pytest.mark.parametrize("lag", [0, 120])
@pytest.mark.parametrize("one", BOTH)
def test_a_put_may_be_answered_with_the_object_as_it_will_show(one: str, lag: float) -> None:
    desk = Desk(seed(put_answer="object", posting_lag=lag))
    step, before = BOTH[one]
    for method, target, data in (*before, step, step):
        body = json.dumps(data).encode()
        headers = (("Content-Type", "application/json"),)
        reply = desk.simulator.answer(Call(method, target, headers, body, desk.now))
    assert isinstance(reply, Reply)
    assert reply.status == 201
    told = json.loads(reply.body)
    assert contract(f"oneroster/envelopes.schema.json#/$defs/{one}").problems(told) == []
    assert contract(f"oneroster/{ONES[one]}.schema.json").problems(told[one]) == []
    desk.wait(lag)
    assert json.loads(desk.ask("GET", step[1]).body) == told


STRICT = {"status": "active", "dateLastModified": "2026-11-02T08:00:00Z"}


def of(sourced_id: str, kind: str) -> dict[str, str]:
    """A reference as the specification has it."""
    return {"href": "http://sis.example/x", "sourcedId": sourced_id, "type": kind}


STRICT_ITEM = STRICT | {
    "assignDate": "2026-11-02T08:00:00Z",
    "dueDate": "2026-11-20T00:00:00Z",
    "class": of("alg-1", "class"),
    "school": of("school-1", "org"),
    "category": of("cat-alg-1-1", "category"),
    "gradingPeriod": of("2", "academicSession"),
}
STRICT_RESULT = STRICT | {
    "lineItem": of(NAME, "lineItem"),
    "student": of("2001", "user"),
    "scoreDate": "2026-11-21",
}
LENIENT: list[tuple[str, Any]] = [
    ("status", None),
    ("dateLastModified", None),
    ("dateLastModified", "2026-11-02"),
    ("sourcedId", None),
    ("unheard", "of"),
]
OF_ITEMS = [
    *LENIENT,
    ("dueDate", None),
    ("dueDate", "2026-11-20"),
    ("assignDate", "2026-11-02"),
    ("school", None),
    ("class", ref("alg-1")),
]
OF_RESULTS = [*LENIENT, ("scoreDate", "2026-11-21T10:00:00Z"), ("student", ref("2001"))]


@pytest.mark.parametrize("profile", ["lenient", "strict"])
@pytest.mark.parametrize(
    ("put", "whole", "field", "value"),
    [
        *((put_item, STRICT_ITEM, field, value) for field, value in OF_ITEMS),
        *((put_result, STRICT_RESULT, field, value) for field, value in OF_RESULTS),
    ],
)
def test_only_the_strict_profile_reads_by_the_letter(
    put: Any, whole: dict[str, Any], field: str, value: Any, profile: str
) -> None:
    desk = Desk(seed(profile=profile))
    if put is put_result:
        desk.done(put_item(**STRICT_ITEM))
    before = desk.snapshot()
    reply = desk.ask(*put(**{**whole, field: value}))
    if profile == "lenient":
        assert reply.status == 201
        return
    assert "The body does not match its schema." in refused(reply, 422, "invaliddata")
    assert desk.snapshot() == before
    desk.done(put(**whole))
