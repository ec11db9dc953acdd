"""Measure the WISEflow receiver, as a ratio.

The time for a bulk export of 10,000 participants through `Simulator.answer` (decode, validate,
store, journal, answer) is divided by the time for `orjson.loads` of the same body, the least that
any receiver needs. Both are measured in turns in one process. The result is the ratio of the
fastest turn of each, because other load on the machine can only make a turn slower. The aim is at
most 15.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import orjson

from mock_sis.clock import Clock
from mock_sis.exchange import Call, Reply
from mock_sis.simulator import Simulator

PARTICIPANTS = 10_000
TURNS = 25
AIM = 15.0
TARGET = "/wiseflow/flows/BULK/grades"
JSON_TYPE = (("Content-Type", "application/json"),)


def seed(**mapping: Any) -> dict[str, Any]:
    """One flow of many participants, whose grades can be exported any number of times."""
    people = [
        {"id": 100_000 + number, "given_name": "Åsa", "family_name": f"O'Neill {number}"}
        for number in range(PARTICIPANTS)
    ]
    levels = [{"mark": mark, "value": value} for value, mark in enumerate("FEDCBA")]
    enrollments = [{"person": person["id"]} for person in people]
    return {
        "wiseflow": {"overwrite": "allow", "mapping": mapping},
        "people": people,
        "scales": [{"id": "letters", "title": "A to F", "levels": levels}],
        "sections": [
            {
                "id": "bulk",
                "sis_code": "BULK",
                "title": "Bulk",
                "scale": "letters",
                "enrollments": enrollments,
            }
        ],
    }


def export(mark: str = "B") -> bytes:
    """The body of an export of all participants."""
    rows = [
        {"userId": 100_000 + number, "mark": mark, "adminGrade": ""}
        for number in range(PARTICIPANTS)
    ]
    return orjson.dumps({"participants": rows})


def ready(document: dict[str, Any]) -> Simulator:
    """A simulator with that seed document, and a journal of a few entries."""
    made = Simulator(clock=Clock("virtual", 0.0), journal_entries=8)
    made.load(document)
    return made


def seconds(work: Callable[[], object]) -> float:
    """The elapsed time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratio(document: dict[str, Any], body: bytes, success: int) -> tuple[float, float]:
    """The ratio of receiving to decoding, and participants received per second."""
    simulator = ready(document)
    call = Call("POST", TARGET, JSON_TYPE, body)
    reply = simulator.answer(call)  # not measured: checks the answer
    assert isinstance(reply, Reply)
    assert orjson.loads(reply.body)["numberOfSuccess"] == success, reply.body[:200]
    pairs = [
        (seconds(lambda: simulator.answer(call)), seconds(lambda: orjson.loads(body)))
        for _ in range(TURNS)
    ]
    ours, bare = (min(each) for each in zip(*pairs, strict=True))
    return ours / bare, PARTICIPANTS / ours


CASES: dict[str, tuple[dict[str, Any], bytes, int]] = {
    "all accepted": (seed(), export(), PARTICIPANTS),
    "escaped text": (seed(), export().replace(b'"B"', b'"\\u0042"'), PARTICIPANTS),
    "all refused": (seed(), export("Z"), 0),
    "fields not named": (
        seed(extra_fields=True),
        export().replace(b'"mark"', b'"note":1,"mark"'),
        PARTICIPANTS,
    ),
}


def main() -> int:
    """Print the ratio of each case. Return 1 if the first misses the aim, else 0."""
    found = {name: ratio(*case) for name, case in CASES.items()}
    for name, (times, rate) in found.items():
        print(
            f"{name:21} {times:6.1f} times orjson.loads  {rate / 1e6:6.2f} million participants/s"
        )
    print(f"{'aim, all accepted':21} {AIM:6.1f}")
    return 0 if found["all accepted"][0] <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
