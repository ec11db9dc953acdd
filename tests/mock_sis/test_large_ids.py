"""An id is taken exactly, however large, in every place that the documents call an integer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from helpers.simulator.schoology_contract import held
from helpers.simulator.schoology_desk import operation
from mock_sis.clock import Clock
from mock_sis.exchange import Call, Reply
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.formats.negotiation import FORMATS
from mock_sis.seeds.files import read
from mock_sis.simulator import Simulator

NOW = 1781514000.0
LARGEST = 2**63 - 1
IDS = (1, 10, 100, 922, 9223, 2**53 - 1, 2**53, 2**53 + 1, 2**62, LARGEST - 1, LARGEST)
"""Borders of what readers take, some of them the beginnings of others."""
TEXTS = ("007", "07", "9223372036854775808", "9" * 30, "1e+300", "-0")
"""Ids that are text: a number with zeros before it is another id."""
BEYOND = (2**63, -(2**63) - 1, 2**64, 10**30)
FORMS = ("application/json", "text/xml")


def seed() -> dict[str, Any]:
    names = {"given_name": "A", "family_name": "B"}
    return {
        "people": [{"id": each, **names} for each in (*IDS, *TEXTS)],
        "grading_periods": [{"id": each, "title": "P"} for each in IDS],
        "scales": [
            {"id": f"s{each}", "title": "S", "number": each, "levels": [{"mark": "A", "value": 1}]}
            for each in IDS
        ],
        "sections": [
            {
                "id": "math",
                "title": "Mathematics",
                "sis_code": "MATH",
                "periods": [{"id": each} for each in IDS],
                "categories": [{"id": each, "title": "C"} for each in IDS],
                "enrollments": [
                    *({"id": each, "person": each} for each in IDS),
                    *({"person": each} for each in TEXTS),
                ],
                "assignments": [
                    {"id": each, "title": "T", "scale": each, "category": each, "period": each}
                    for each in IDS
                ],
            }
        ],
    }


class Desk:
    """A simulator with an object of every kind for each id."""

    def __init__(self) -> None:
        self.simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis.example")
        self.simulator.load(seed())

    def ask(self, method: str, target: str, data: Any = None, form: str = FORMS[0]) -> Any:
        headers = (("Content-Type", form), ("Accept", form), ("Host", "127.0.0.1"))
        body = b"" if data is None else encoded(data, form)
        reply = self.simulator.answer(Call(method, target, headers, body, NOW))
        assert isinstance(reply, Reply)
        assert reply.status < 300, (reply.status, reply.body)
        if target.startswith("/v1"):
            return held(operation(method, target), reply)
        return decode_json(reply.body)


def encoded(data: Any, form: str) -> bytes:
    return json.dumps(data).encode() if form == FORMS[0] else FORMATS[form].encode(data)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
def test_a_seed_file_keeps_every_digit(suffix: str, tmp_path: Any) -> None:
    path = tmp_path / f"seed{suffix}"
    path.write_bytes(encode_json(seed()))  # JSON is YAML
    assert read(path) == seed()


def _export(desk: Desk, ids: list[Any]) -> dict[str, Any]:
    rows = [{"userId": each, "mark": "A"} for each in ids]
    answer: dict[str, Any] = desk.ask("POST", "/wiseflow/flows/MATH/grades", {"participants": rows})
    return answer


@pytest.mark.parametrize("kind", [int, str])
def test_wiseflow_takes_each_id_as_a_number_and_as_text(desk: Desk, kind: type) -> None:
    report = _export(desk, [kind(each) for each in IDS])
    assert (report["numberOfSuccess"], report["errors"]) == (len(IDS), [])
    scores = desk.ask("GET", "/_control/gradebook")["sections"][0]["scores"]
    assert sorted(int(row["person"]) for row in scores) == sorted(IDS)


def test_wiseflow_shows_ids_as_the_seed_has_them(desk: Desk) -> None:
    flow = desk.ask("GET", "/wiseflow/flows/MATH")
    assert [row["userId"] for row in flow["participants"]] == [*IDS, *TEXTS]


def test_wiseflow_takes_any_text_as_an_id(desk: Desk) -> None:
    assert _export(desk, list(TEXTS))["numberOfSuccess"] == len(TEXTS)


@pytest.mark.parametrize("beyond", [*BEYOND, 1e300], ids=repr)
def test_an_id_beyond_64_bits_is_an_error_of_its_row_alone(desk: Desk, beyond: float) -> None:
    report = _export(desk, [1, beyond, LARGEST])
    assert (report["numberOfSuccess"], report["numberOfErrors"]) == (2, 1)
    [error] = report["errors"]
    assert error["userId"] == beyond
    assert "from -9223372036854775808 to 9223372036854775807" in error["errorInfo"]


SECTION = "/v1/sections/math"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", [int, str])
def test_schoology_sets_and_shows_a_grade_by_any_id(desk: Desk, form: str, kind: type) -> None:
    rows = [
        {"enrollment_id": kind(each), "assignment_id": kind(each), "grade": "1"} for each in IDS
    ]
    comments = [
        {"enrollment_id": kind(each), "period_id": kind(each), "comment": "c"} for each in IDS
    ]
    data = {"grades": {"grade": rows}, "final_comments": {"final_comment": comments}}
    report = desk.ask("PUT", f"{SECTION}/grades", data, form)
    places = [(row["enrollment_id"], row["assignment_id"]) for row in report["grades"]["grade"]]
    assert places == [(each, each) for each in IDS]
    told = [*report["grades"]["grade"], *report["final_comments"]["final_comment"]]
    assert {row["response_code"] for row in told} == {200}
    shown = desk.ask("GET", f"{SECTION}/grades?limit=200", form=form)
    found = sorted((row["enrollment_id"], row["assignment_id"]) for row in shown["grades"]["grade"])
    assert found == [(each, each) for each in sorted(IDS)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("beyond", BEYOND)
def test_schoology_refuses_the_row_of_an_id_beyond_64_bits_alone(
    desk: Desk, form: str, beyond: int
) -> None:
    places = [(1, 1), (beyond, 1), (1, beyond), (LARGEST, LARGEST)]
    rows = [{"enrollment_id": e, "assignment_id": a, "grade": "1"} for e, a in places]
    report = desk.ask("PUT", f"{SECTION}/grades", {"grades": {"grade": rows}}, form)
    codes = [row["response_code"] for row in report["grades"]["grade"]]
    assert codes == [200, 404, 404, 200]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", IDS)
def test_schoology_finds_each_id_in_paths_and_queries(desk: Desk, form: str, number: int) -> None:
    row = {"enrollment_id": number, "assignment_id": number, "grade": "1"}
    desk.ask("PUT", f"{SECTION}/grades", {"grades": {"grade": [row]}}, form)
    item = desk.ask("GET", f"{SECTION}/assignments/{number}", form=form)
    assert item["id"] == number
    for name in ("grading_scale", "grading_period", "grading_category"):
        assert item[name] == str(number)
    for query in (f"assignment_id={number}", f"enrollment_id={number}"):
        found = desk.ask("GET", f"{SECTION}/grades?{query}", form=form)["grades"]["grade"]
        assert [(each["enrollment_id"], each["assignment_id"]) for each in found] == [
            (number, number)
        ]
    assert str(desk.ask("GET", f"/v1/users/{number}", form=form)["id"]) == str(number)
    assert str(desk.ask("GET", f"{SECTION}/enrollments/{number}", form=form)["id"]) == str(number)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", [int, str])
def test_schoology_takes_each_id_in_an_assignment(desk: Desk, form: str, kind: type) -> None:
    for number in IDS:
        fields = ("grading_scale", "grading_period", "grading_category")
        given = {name: kind(number) for name in fields}
        desk.ask("PUT", f"{SECTION}/assignments/1", given, form)
        item = desk.ask("GET", f"{SECTION}/assignments/1", form=form)
        assert {name: item[name] for name in fields} == {name: str(number) for name in fields}


@pytest.mark.parametrize("number", IDS)
def test_the_control_interface_names_each_object_by_its_id(desk: Desk, number: int) -> None:
    section = "/_control/gradebook/sections/math"
    desk.ask("PUT", f"{section}/line_items/{number}/results/{number}", {"score": 1})
    desk.ask("PUT", f"{section}/categories/{number}", {"title": "Renamed"})
    desk.ask("PUT", f"{section}/periods/{number}/state", {"state": "closed"})
    desk.ask("PUT", f"{section}/scores/{number}", {"mark": "A"})
    desk.ask("POST", f"{section}/line_items", {"title": "T", "category": number, "period": number})
    [math] = desk.ask("GET", "/_control/gradebook")["sections"]
    work = math["coursework"]
    assert {row["id"] for row in work["categories"] if row["title"] == "Renamed"} == {number}
    assert [row["person"] for row in math["scores"]] == [str(number)]
    made = [row for row in work["assignments"] if row["id"] not in IDS]
    assert [(row["category"], row["period"]) for row in made] == [(number, number)]


def test_new_objects_get_ids_of_64_bits_beside_the_largest(desk: Desk) -> None:
    made = [desk.ask("POST", f"{SECTION}/assignments", {"title": "T"})["id"] for _ in range(3)]
    assert len({*made, *IDS}) == len(IDS) + 3
    assert max(made) <= LARGEST


ONEROSTER = "/ims/oneroster/gradebook/v1p2"


@pytest.mark.parametrize("number", IDS)
def test_oneroster_names_objects_by_each_id(desk: Desk, number: int) -> None:
    name = f"{ONEROSTER}/lineItems/{quote(_line_items(desk)[number])}"
    assert desk.ask("GET", name)["lineItem"]["title"] == "T"


def _line_items(desk: Desk) -> dict[int, str]:
    rows = desk.ask("GET", f"{ONEROSTER}/lineItems")["lineItems"]
    names = [row["sourcedId"] for row in rows]
    return {int(name.rpartition("-")[2]): name for name in names}
