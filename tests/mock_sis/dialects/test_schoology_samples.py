"""A simulator with the matching seed document gives the source's samples back, in both formats, and
takes those of its requests."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from helpers.simulator.schoology_contract import held
from helpers.simulator.schoology_samples import (
    GRADES,
    PUT_COMMENTS,
    PUT_COMMENTS_XML,
    PUT_GRADES,
    PUT_GRADES_XML,
    SAMPLES,
    USER_GRADES,
)
from mock_sis.clock import Clock
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.json_text import decode_json
from mock_sis.simulator import Simulator

NOW = 1389651403.0
PERIOD = {"id": 13011, "title": "Never Ending Period", "weight": 100}
SECTION: dict[str, Any] = {
    "id": "4318461",
    "title": "Section 9nw",
    "periods": [{"id": 13011}],
    "categories": [{"id": 3081, "title": "e.g. Homework"}, {"id": 4341, "title": "xtra points"}],
    "enrollments": [{"id": 44783151, "person": 48289}],
    "assignments": [
        {
            "id": 5699937,
            "title": "Essay",
            "scale": 1,
            "category": 4341,
            "period": 13011,
            "grades": [{"enrollment": 44783151, "grade": 80, "timestamp": 1389651403}],
        }
    ],
}
SEED: dict[str, Any] = {
    "name": "samples",
    "people": [{"id": 48289, "given_name": "James", "family_name": "H"}],
    "scales": [
        {
            "id": "letters",
            "number": 1,
            "type": 0,
            "title": "A",
            "levels": [{"mark": "A", "value": 90}],
        }
    ],
    "grading_periods": [PERIOD, {"id": 26127, "title": "First semester"}],
    "sections": [
        SECTION,
        {
            "id": "3719526",
            "title": "Section 8i",
            "periods": [{"id": 26127}],
            "people": [],
            "assignments": [{"id": 5007606, "title": "Essay"}],
        },
    ],
}
READS = {"grades": "/v1/sections/4318461/grades", "user-grades": "/v1/users/48289/grades"}
OPERATIONS = {"grades": "sections.grades.get", "user-grades": "users.grades.get"}
PUT = "/v1/sections/3719526/grades"


def seed() -> dict[str, Any]:
    """The seed, with those in the second section whom the requests name."""
    numbers = {44783136: 1, 44783141: 2, 24152019: 3}
    people = [{"id": n, "given_name": "", "family_name": f"{n}"} for n in numbers.values()]
    first, second = SEED["sections"]
    second = {name: value for name, value in second.items() if name != "people"}
    roster = [{"id": number, "person": person} for number, person in numbers.items()]
    return {
        **SEED,
        "people": [*SEED["people"], *people],
        "sections": [first, {**second, "enrollments": roster}],
    }


class Sis:
    """A simulator with that seed."""

    def __init__(self) -> None:
        self.simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis.example")
        self.simulator.load(seed())

    def ask(self, method: str, target: str, kind: str, body: bytes = b"") -> Reply:
        headers: Headers = (("Accept", kind), ("Content-Type", kind))
        outcome = self.simulator.answer(Call(method, target, headers, body, NOW))
        assert isinstance(outcome, Reply)
        return outcome

    def put(self, kind: str, body: bytes) -> Any:
        return held("schoology.sections.grades.put", self.ask("PUT", PUT, kind, body))


def told_apart(data: Any) -> Any:
    """The sample or the answer without the hosts, which the source leaves open."""
    text = json.dumps(data).replace("http://sis.example/v1/sections/4318461/assignments/", "X/")
    return json.loads(text.replace("http://sis.example/5699937", "X/5699937"))


@pytest.mark.parametrize(("name", "sample"), [("grades", GRADES), ("user-grades", USER_GRADES)])
def test_the_samples_come_back_in_json(name: str, sample: Any) -> None:
    reply = Sis().ask("GET", READS[name], "application/json")
    held(f"schoology.{OPERATIONS[name]}", reply)
    assert told_apart(decode_json(reply.body)) == told_apart(sample)


@pytest.mark.parametrize("name", READS)
def test_the_samples_come_back_in_xml_in_their_order(name: str) -> None:
    reply = Sis().ask("GET", READS[name], "text/xml")
    held(f"schoology.{OPERATIONS[name]}", reply)
    assert elements(reply.body) == elements(SAMPLES[name][1].encode())


def elements(body: bytes) -> list[tuple[str, str, str]]:
    """Every element with its parent and its text, in the order of the document."""
    return [
        (
            str(node.tag),
            str(parent.tag) if (parent := node.getparent()) is not None else "",
            "X" if node.tag == "location" else (node.text or "").strip(),
        )
        for node in etree.fromstring(body).iter()
    ]


REQUESTS = [
    ("application/json", json.dumps(PUT_GRADES).encode()),
    ("application/xml", PUT_GRADES_XML.encode()),
    ("text/xml", PUT_GRADES_XML.encode()),
]


@pytest.mark.parametrize(("kind", "body"), REQUESTS)
def test_the_grades_of_the_sample_are_stored(kind: str, body: bytes) -> None:
    sis = Sis()
    rows = sis.put(kind, body)["grades"]["grade"]
    assert [(row["enrollment_id"], row["response_code"]) for row in rows] == [
        (44783136, 200),
        (44783141, 200),
    ]
    stored = decode_json(sis.ask("GET", PUT, "application/json").body)["grades"]["grade"]
    assert [(row["grade"], row["comment"]) for row in stored] == [
        (99, "grade submmitted"),
        (76, "grade submmitted"),
    ]


COMMENTS = [
    ("application/json", json.dumps(PUT_COMMENTS).encode(), [(24152019, 200), (24152019, 200)]),
    ("text/xml", PUT_COMMENTS_XML.encode(), [(24152019, 200), ("24152019t", 404)]),
]


@pytest.mark.parametrize(("kind", "body", "told"), COMMENTS)
def test_the_comments_of_the_sample_are_stored_or_told(
    kind: str, body: bytes, told: list[tuple[Any, int]]
) -> None:
    rows = Sis().put(kind, body)["final_comments"]["final_comment"]
    assert [(row["enrollment_id"], row["response_code"]) for row in rows] == told
    assert [row["period_id"] for row in rows] in ([26127, "final"], ["26127", "final"])
