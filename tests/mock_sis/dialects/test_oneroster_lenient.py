"""The lenient profile reads what clients really send as what the standard would have them send, and
answers hold no member that there is no value for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.simulator.oneroster_asks import ITEM, RESULT, G, ref
from helpers.simulator.oneroster_desk import (
    NAME,
    RESULT_NAME,
    Desk,
    Step,
    at,
    category,
    put_item,
    put_result,
    refused,
    seed,
    teach,
)

NONE = ref("cat-alg-1-0")
ITEMS = f"{G}/classes/alg-1/lineItems"
RESULTS = f"{at('lineItems', NAME)}/results"
MORE_OF_ITEMS = ("scoreScale", "resultValueMin", "learningObjectiveSet", "metadata")
FLAGS = ("learningObjectiveSet", "inProgress", "incomplete", "late", "missing", "metadata")
OPTIONAL = {
    "lineItems": (
        "status",
        "dateLastModified",
        "description",
        "school",
        "academicSession",
        *MORE_OF_ITEMS,
    ),
    "results": (
        "status",
        "dateLastModified",
        "class",
        "scoreScale",
        "textScore",
        "comment",
        *FLAGS,
    ),
}


def sent(collection: str, **fields: Any) -> list[Step]:
    """The ways to write a line item or a result with these fields; None is sent as null."""
    row = {**(ITEM if collection == "lineItems" else RESULT), **fields}
    name = RESULT_NAME if collection == "results" else NAME
    bulk = RESULTS if collection == "results" else ITEMS
    one = collection.removesuffix("s")
    return [("PUT", at(collection, name), {one: row}), ("POST", bulk, {collection: [row]})]


def shown_after(step: Step) -> Any:
    """What the SIS shows of what a request writes, on a line item that is there."""
    desk = Desk()
    if "results" in step[1]:
        desk.done(put_item())
    desk.done(step)
    name = ("results", RESULT_NAME) if "results" in step[1] else ("lineItems", NAME)
    return desk.shown(*name)


ALIKE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    *((kind, {name: None}, {}) for kind, names in OPTIONAL.items() for name in names),
    ("lineItems", {"resultValueMax": "20"}, {}),
    ("lineItems", {"resultValueMax": "20.0", "resultValueMin": "0"}, {}),
    ("lineItems", {"resultValueMin": "-2"}, {"resultValueMin": -2}),
    ("lineItems", {"dueDate": None}, {"dueDate": "2026-12-20"}),
    ("lineItems", {"gradingPeriod": None}, {}),
    ("lineItems", {"category": None}, {"category": NONE}),
    ("lineItems", {"class": {**ref("alg-1"), "href": None, "type": None}}, {}),
    ("results", {"score": "18.5"}, {}),
    ("results", {"score": "018.50"}, {}),
    ("results", {"score": "7"}, {"score": 7}),
    ("results", {"student": {**ref("2001"), "href": None, "type": None}}, {}),
    ("results", {"scoreStatus": None}, {}),
    (
        "results",
        {"scoreStatus": None, "score": None},
        {"scoreStatus": "not submitted", "score": None},
    ),
    ("results", {"score": None, "late": None}, {"score": None}),
]
"""What clients send, and what it means, as changes of a body that is by the standard."""


@pytest.mark.parametrize(("collection", "fields", "means"), ALIKE)
def test_it_is_read_as_the_standard_has_it(
    collection: str, fields: dict[str, Any], means: dict[str, Any]
) -> None:
    plain = sent(collection, **means)[0]
    ((one, row),) = plain[2].items()
    by_the_standard = {name: value for name, value in row.items() if value is not None}
    wanted = shown_after((*plain[:2], {one: by_the_standard}))
    for step in sent(collection, **fields):
        assert shown_after(step) == wanted, step


@pytest.mark.parametrize(("collection", "fields", "means"), ALIKE)
def test_the_strict_profile_takes_none_of_it(
    collection: str, fields: dict[str, Any], means: dict[str, Any]
) -> None:
    desk = Desk(seed(profile="strict"))
    for step in sent(collection, **fields):
        if step[0] == "PUT" or collection == "lineItems":
            refused(desk.ask(*step), 422, "invaliddata")


def test_a_weight_may_be_text_and_null() -> None:
    desk = Desk()
    desk.done(("PUT", at("categories", "c"), category(weight="12.5")))
    assert desk.shown("categories", "c")["weight"] == 12.5
    data = {"category": {"title": "Projects", "weight": None, "metadata": None}}
    desk.done(("PUT", at("categories", "c"), data))
    assert desk.shown("categories", "c")["weight"] == 12.5


def test_null_inside_metadata_is_kept() -> None:
    desk = Desk()
    desk.done(put_item(metadata={"a": None, "score": "7"}))
    assert desk.shown("lineItems", NAME)["metadata"] == {"a": None, "score": "7"}


def test_a_line_item_without_a_category_keeps_the_one_it_has() -> None:
    desk = Desk()
    desk.done(put_item(), put_item(category=None, title="Renamed"))
    shown = desk.shown("lineItems", NAME)
    assert (shown["title"], shown["category"]["sourcedId"]) == ("Renamed", "cat-alg-1-1")


def test_what_is_read_can_be_written_back() -> None:
    desk = Desk()
    desk.done(put_item(category=None), put_result(scoreStatus=None, comment=None))
    for collection, name in (("lineItems", NAME), ("results", RESULT_NAME)):
        before = desk.shown(collection, name)
        desk.done(("PUT", at(collection, name), {collection.removesuffix("s"): before}))
        assert desk.shown(collection, name) == before


def test_no_category_is_another_category() -> None:
    desk = Desk()
    desk.done(put_item())
    told = refused(desk.ask(*put_item(category=NONE)), 422, "invaliddata")
    assert told.startswith("category_frozen: ")
    told = refused(desk.ask(*put_item("x", category=ref("cat-alg-2-0"))), 422, "invaliddata")
    assert told == "No category has the sourcedId 'cat-alg-2-0'."


ABSENT: list[tuple[str, Step, str, str]] = [
    (field, put_item(**fields), "lineItems", NAME)
    for field in ("description", "scoreScale", "metadata", "academicSession")
    for fields in ({}, {"description": ""}, {"metadata": {}})
] + [
    (field, put_result(**fields), "results", RESULT_NAME)
    for field in ("textScore", "comment", "metadata", "scoreScale")
    for fields in ({}, {"comment": ""}, {"textScore": ""}, {"metadata": {}})
]


@pytest.mark.parametrize(("field", "step", "collection", "name"), ABSENT)
def test_a_member_without_a_value_is_absent(
    field: str, step: Step, collection: str, name: str
) -> None:
    desk = Desk()
    desk.done(put_item(), step)
    assert field not in desk.shown(collection, name)


def test_a_person_without_a_number_has_no_identifier() -> None:
    people = [{"id": 1, "given_name": "A", "family_name": "B"}]
    desk = Desk({"people": people, "oneroster": {"auth": {"type": "none"}}})
    reply = desk.ask("GET", "/ims/oneroster/rostering/v1p2/users/1")
    assert "identifier" not in json.loads(reply.body)["user"]


# The class of a category

FIRST = {"category": {"title": "Projects"}}
CLASSES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, FIRST, "alg-1"),
    ({}, {"category": {"title": "Projects", "metadata": {}}}, "alg-1"),
    ({}, {"category": {"title": "Projects", "metadata": {"classSourcedId": None}}}, "alg-1"),
    ({"category_class": None}, FIRST, "alg-1"),
    ({"category_class": "alg-2"}, FIRST, "alg-2"),
    ({"category_class": "alg-2"}, category(), "alg-1"),
    ({}, category(metadata={"classSourcedId": "alg-2"}), "alg-2"),
]


@pytest.mark.parametrize(("policy", "data", "section"), CLASSES)
def test_a_policy_chooses_the_class_of_a_category_that_names_none(
    policy: dict[str, Any], data: Any, section: str
) -> None:
    desk = Desk(seed(**policy))
    desk.done(("PUT", at("categories", "c"), data))
    assert desk.shown("categories", "c")["metadata"] == {"classSourcedId": section}
    assert "c" in desk.names(f"classes/{section}/categories")
    desk.done(("PUT", at("categories", "c"), FIRST))
    assert desk.shown("categories", "c")["metadata"] == {"classSourcedId": section}


def test_the_first_class_that_accepts_writes_takes_it() -> None:
    document = seed()
    first, *others = document["sections"]
    desk = Desk({**document, "sections": [{**first, "pass_back": False}, *others]})
    desk.done(("PUT", at("categories", "c"), FIRST))
    assert desk.shown("categories", "c")["metadata"] == {"classSourcedId": "alg-2"}


UNFIT: list[tuple[dict[str, Any], dict[str, Any], int, str]] = [
    ({"category_class": "x"}, {}, 422, "The policy category_class must name a class (got 'x'); "),
    ({"category_class": "chess"}, {}, 403, "integration_only: "),
    ({}, {"pass_back": False}, 403, "integration_only: no class accepts writes."),
]


@pytest.mark.parametrize(("policy", "changes", "status", "told"), UNFIT)
def test_a_class_that_does_not_fit_is_told(
    policy: dict[str, Any], changes: dict[str, Any], status: int, told: str
) -> None:
    document = seed(**policy)
    document["sections"] = [{**row, **changes} for row in document["sections"]]
    reply = Desk(document).ask("PUT", at("categories", "c"), FIRST)
    assert refused(reply, status, "forbidden" if status == 403 else "invaliddata").startswith(told)


def test_what_a_teacher_made_without_a_category_can_be_written_back() -> None:
    desk = Desk(seed({"sis_items_frozen": False, "open_period": False}))
    desk.done(teach("POST", "alg-1/line_items", {"title": "By hand", "period": 2}))
    name = "li-alg-1-101"
    before = desk.shown("lineItems", name)
    desk.wait(1)
    desk.done(("PUT", at("lineItems", name), {"lineItem": before}))
    after = desk.shown("lineItems", name)
    assert after.pop("dateLastModified") != before.pop("dateLastModified")
    assert after == before
