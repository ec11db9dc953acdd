"""A simulator with three small sections, and a desk to talk to its gradebook from, in JSON or XML.

Every answer that the desk gets is held to the OpenAPI document.
"""

from __future__ import annotations

import json
from typing import Any

from helpers.simulator.schoology_contract import held
from mock_sis.clock import Clock
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.json_text import encode_json
from mock_sis.formats.negotiation import FORMATS
from mock_sis.simulator import Simulator

NOW = 1781514000.0
JSON, XML = "application/json", "text/xml"
BOTH = (JSON, XML)
MATH = "/v1/sections/math"
GRADES = f"{MATH}/grades"

ANN, BOB, CYD, OUT = 101, 102, 103, 109
"""Enrollments in mathematics: Bob has grades, Out is withdrawn."""
LETTERED, PLAIN, TALK, MIDTERM = 11, 12, 13, 14
SEED: dict[str, Any] = {
    "name": "desk",
    "people": [
        {"id": 1, "given_name": "Ann", "family_name": "O'Neill", "number": "S-1"},
        {"id": 2, "given_name": "Bob", "family_name": "<b>&"},
        {"id": 3, "given_name": "Cyd", "family_name": "Berg"},
        {"id": 9, "given_name": "Out", "family_name": "Now"},
        {"id": "x-7", "given_name": "Zoë", "family_name": "Text"},
    ],
    "scales": [
        {
            "id": "letters",
            "number": 5,
            "type": 1,
            "title": "A to F",
            "levels": [{"mark": m, "value": v} for m, v in (("A", 90), ("B", 80), ("F", 0))],
        }
    ],
    "grading_periods": [
        {"id": 31, "title": "Autumn", "weight": 60},
        {"id": 32, "title": "Spring", "weight": 40},
        {"id": 99, "title": "Not taught"},
    ],
    "sections": [
        {
            "id": "math",
            "title": "Mathematics",
            "sis_code": "MATH",
            "scale": "letters",
            "exam_assignment": LETTERED,
            "periods": [{"id": 31}, {"id": 32}],
            "categories": [{"id": 41, "title": "Homework"}],
            "enrollments": [
                {"id": ANN, "person": 1},
                {"id": BOB, "person": 2},
                {"id": CYD, "person": 3},
                {"id": OUT, "person": 9, "state": "withdrawn"},
                {"id": 107, "person": "x-7", "role": "teacher"},
            ],
            "assignments": [
                {"id": LETTERED, "title": "Essay", "scale": 5, "category": 41, "period": 31,
                 "max_points": 50,
                 "grades": [{"enrollment": BOB, "grade": 40, "timestamp": 1000, "comment": "Fine",
                             "comment_status": 1}]},
                {"id": PLAIN, "title": "Quiz", "max_points": 20, "category": 41, "period": 32,
                 "grades": [{"enrollment": BOB, "exception": 1, "timestamp": 2000}]},
                {"id": TALK, "title": "Talk", "type": "discussion"},
                {"id": MIDTERM, "title": "Midterm", "period": 31, "is_final": True},
            ],
        },
        {
            "id": "closed",
            "title": "Closed",
            "state": "closed",
            "enrollments": [{"id": 201, "person": 1}],
            "assignments": [{"id": 21, "title": "Late"}],
        },
        {
            "id": "art",
            "title": "Art",
            "enrollments": [{"id": 301, "person": 1, "state": "withdrawn"}],
            "assignments": [
                {"id": 51, "title": "Sketch", "grades": [{"enrollment": 301, "grade": 7}]}
            ],
        },
    ],
}  # fmt: skip


LISTS = (
    *("assignments", "grade_items", "enrollments"),
    *("grading_scales", "grading_categories", "grading_periods"),
)


def operation(method: str, target: str) -> str:
    """The operation of a call to the routes that are used here."""
    segments = target.partition("?")[0].removeprefix("/v1/").split("/")
    if segments == ["app-user-info"]:
        return "schoology.app_user_info"
    if segments[-1] in LISTS or segments[2:] == ["sections"]:
        verb = {"GET": "list", "POST": "post"}[method]
        return f"schoology.{segments[0]}.{segments[2]}.{verb}"
    if len(segments) == 1:
        return f"schoology.{segments[0]}.list"
    if segments[:2] == ["users", "ext"]:
        return "schoology.users.ext"
    if len(segments) == 2:
        return "schoology.users.me" if segments[1] == "me" else f"schoology.{segments[0]}.get"
    return f"schoology.{segments[0]}.{segments[2]}.{method.lower()}"


class Desk:
    """Sends calls, and holds every answer to the OpenAPI document. `policy` is that of the
    dialect."""

    def __init__(self, seed: dict[str, Any] | None = None, **policy: Any) -> None:
        self.simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis.example")
        self.simulator.load({**(seed or SEED), "schoology": policy})
        self.world = self.simulator.world

    def call(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        kind: str = JSON,
        headers: Headers = (),
        at: float = NOW,
    ) -> tuple[Reply, Any]:
        """The answer to a call, and its data."""
        given: Headers = (("Accept", kind), ("Host", "api.schoology.com"), *headers)
        if body:
            given = (("Content-Type", kind), *given)
        reply = self.simulator.answer(Call(method, target, given, body, at))
        assert isinstance(reply, Reply)
        return reply, held(operation(method, target), reply)

    def get(self, target: str, kind: str = JSON, at: float = NOW) -> Any:
        """What a listing says."""
        reply, data = self.call("GET", target, kind=kind, at=at)
        assert reply.status == 200, reply.body
        return data

    def put(
        self, data: Any, kind: str = JSON, target: str = GRADES, at: float = NOW
    ) -> dict[str, Any]:
        """The report on a PUT."""
        body = json.dumps(data).encode() if kind == JSON else FORMATS[kind].encode(data)
        reply, report = self.call("PUT", target, body, kind, at=at)
        assert reply.status == 207, reply.body
        found: dict[str, Any] = report
        return found

    def put_rows(self, *rows: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """The report's rows on grades."""
        found: list[dict[str, Any]] = self.put({"grades": {"grade": list(rows)}}, **more)["grades"][
            "grade"
        ]
        return found

    def stored(self, assignment: int, enrollment: int) -> tuple[Any, ...] | None:
        """A grade as it is kept: points, exception, comment and its status."""
        found = self.world.gradebook.coursework("math").grade(assignment, enrollment)
        if found is None:
            return None
        return found.grade, found.exception, found.comment, found.comment_status

    def snapshot(self) -> bytes:
        """The gradebook, to compare."""
        return encode_json(self.world.gradebook.snapshot())


def user(desk: Desk, query: str = "", person: int = 1, kind: str = BOTH[0]) -> Any:
    """The answer about the grades of a user."""
    return desk.get(f"/v1/users/{person}/grades{query}", kind)
