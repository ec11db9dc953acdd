"""What a bulk export costs the receiver, against reading the same bytes as JSON and no more.

One export of 10,000 participants goes through `Simulator.answer`: decoded, judged, stored,
journaled, answered. `orjson.loads` of the same body is what nobody can go below. Both are timed in
turns in one process; the figure is the ratio of the fastest turn of each, since whatever else the
machine does can only make a turn slower. The aim is at most 15.
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
    """One flow of many participants, whose grades may be exported again and again."""
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
    """The body of an export of everybody."""
    rows = [
        {"userId": 100_000 + number, "mark": mark, "adminGrade": ""}
        for number in range(PARTICIPANTS)
    ]
    return orjson.dumps({"participants": rows})


def ready(document: dict[str, Any]) -> Simulator:
    """A simulator with that seed, whose journal keeps a few exports and no more."""
    made = Simulator(clock=Clock("virtual", 0.0), journal_entries=8)
    made.load(document)
    return made


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratio(document: dict[str, Any], body: bytes, success: int) -> tuple[float, float]:
    """Receiving over reading, and participants received per second, each at its best."""
    simulator = ready(document)
    call = Call("POST", TARGET, JSON_TYPE, body)
    reply = simulator.answer(call)  # once unmeasured, and looked at
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
    """Print the ratio of each case; 1 where the first is above the aim."""
    found = {name: ratio(*case) for name, case in CASES.items()}
    for name, (times, rate) in found.items():
        print(
            f"{name:21} {times:6.1f} times orjson.loads  {rate / 1e6:6.2f} million participants/s"
        )
    print(f"{'aim, all accepted':21} {AIM:6.1f}")
    return 0 if found["all accepted"][0] <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
