"""Measure the Schoology grades API, as ratios.

Writing: the time for a PUT of 10,000 grades through `Simulator.answer` (decode, validate, store,
journal, answer), divided by the time for decoding the same bytes. The aims are at most 4 times
`lxml.etree.fromstring` in XML and at most 6 times `orjson.loads` in JSON. The rows are those of the
interface's documentation, indented as there in XML.

Listing: the time for a page of 200 out of 1,000,000 grades, divided by the time for 200 out of
1,000, with each filter. The aim is about 1, because no request may visit grades that it does not
show. Both sides are measured in turns in one process, so that other load on the machine affects
both, and each result is the median of the ratios.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import orjson
from lxml import etree
from sides import in_turns

from mock_sis.clock import Clock
from mock_sis.exchange import Call, Reply
from mock_sis.formats.xml_text import encode_xml
from mock_sis.gradebook.coursework.values import Grade, by_place
from mock_sis.simulator import Simulator

GRADES = 10_000
FIRST = 44_000_000
ITEM = 5_007_606
TARGET = "/v1/sections/1/grades"
NOW = 1_700_000_000.0


def seed(people: int, items: int) -> dict[str, Any]:
    """A section with that many enrollments and assignments, without grades."""
    numbers = range(1, people + 1)
    return {
        "people": [{"id": n, "given_name": "Åsa", "family_name": f"O'Neill {n}"} for n in numbers],
        "grading_periods": [{"id": 13011, "title": "Never Ending Period"}],
        "sections": [
            {
                "id": "1",
                "title": "Bulk",
                "periods": [{"id": 13011}],
                "enrollments": [{"id": FIRST + n, "person": n} for n in numbers],
                "assignments": [
                    {"id": ITEM + n, "title": "", "period": 13011} for n in range(items)
                ],
            }
        ],
    }


def ready(people: int, items: int) -> Simulator:
    """A simulator with that section, and a journal of a few entries."""
    made = Simulator(clock=Clock("virtual", NOW), journal_entries=8)
    made.load(seed(people, items))
    return made


def rows(grade: object = None) -> Iterator[dict[str, Any]]:
    """Rows as in the documentation, one for each enrollment."""
    for number in range(1, GRADES + 1):
        yield {
            "type": "assignment",
            "assignment_id": ITEM,
            "enrollment_id": str(FIRST + number),
            "grade": number % 101 if grade is None else grade,
            "comment": "grade submitted",
        }


def in_json(grade: object = None) -> bytes:
    """The body of a PUT of grades in compact JSON."""
    return orjson.dumps({"grades": {"grade": list(rows(grade))}})


def in_xml() -> bytes:
    """The same in indented XML."""
    tree = etree.fromstring(encode_xml({"grades": {"grade": list(rows())}}, "body"))
    etree.indent(tree)
    return etree.tostring(tree, encoding="utf-8", xml_declaration=True)


def call(method: str, target: str, kind: str, body: bytes = b"") -> Call:
    return Call(method, target, (("Content-Type", kind), ("Accept", kind)), body, NOW)


def answered(simulator: Simulator, asked: Call, holding: bytes, times: int) -> None:
    """Answer a call once without measuring, and check that it does the work to be measured."""
    reply = simulator.answer(asked)
    assert isinstance(reply, Reply)
    assert reply.body.count(holding) == times, reply.body[:300]


OK, BAD = b'"response_code":200', b'"response_code":400'
WRITES: tuple[tuple[str, str, bytes, Callable[[bytes], object], bytes, float | None], ...] = (
    ("XML", "text/xml", in_xml(), etree.fromstring, b"<response_code>200<", 4.0),
    ("JSON", "application/json", in_json(), orjson.loads, OK, 6.0),
    ("JSON, all refused", "application/json", in_json("Z"), orjson.loads, BAD, None),
)


def writes() -> Iterator[bool]:
    """Print the ratio of each PUT; yield whether it meets its aim."""
    for name, kind, body, bare, holding, aim in WRITES:
        simulator, asked = ready(GRADES, 1), call("PUT", TARGET, kind, body)
        answered(simulator, asked, holding, GRADES)
        ratio, took = in_turns(partial(simulator.answer, asked), partial(bare, body))
        most = "" if aim is None else f" (at most {aim:.0f})"
        print(
            f"PUT {name:20} {ratio:6.1f} times {bare.__name__}{most}, {GRADES / took:9.0f} grades/s"
        )
        yield aim is None or ratio <= aim


PAGES = {
    "all": ("start=400", False),
    "the last page": ("start=800", False),
    "of an assignment": (f"assignment_id={ITEM}&start=200", False),
    "of an enrollment": (f"enrollment_id={FIRST + 1}&start=200", True),
    "changed since": (f"timestamp={NOW - 500:.0f}", False),
}
"""Name -> query, and whether the 1,000 grades are those of one person, so that both pages show 200
rows of equally many people."""


def filled(people: int, items: int) -> Simulator:
    """A section in which every student has a grade for every assignment, changed at a thousand
    different times that are spread over people and assignments."""
    made = ready(people, items)
    made.world.gradebook.put_grades(
        "1",
        by_place(
            Grade(ITEM + item, FIRST + person, 80.0, NOW - (item + person) % 1000, "benchmark")
            for item in range(items)
            for person in range(1, people + 1)
        ),
    )
    return made


def listings() -> Iterator[bool]:
    """Print the time for a page of many grades divided by few; yield whether it is about 1."""
    many, few = filled(1000, 1000), {False: filled(1000, 1), True: filled(1, 1000)}
    gc.collect()
    gc.freeze()  # or every garbage collection would visit a million grades
    for name, (query, alone) in PAGES.items():
        asked = call("GET", f"{TARGET}?limit=200&{query}", "application/json")
        for simulator in (few[alone], many):
            answered(simulator, asked, b'"assignment_id"', 200)
        ratio, took = in_turns(partial(many.answer, asked), partial(few[alone].answer, asked))
        print(f"GET 200, {name:17} {ratio:6.2f} times that of 1,000 (about 1), {took * 1e3:.2f} ms")
        yield ratio <= 1.3


def main() -> int:
    """Print all ratios. Return 1 if one misses its aim, else 0."""
    return 0 if all([*writes(), *listings()]) else 1


if __name__ == "__main__":
    sys.exit(main())
