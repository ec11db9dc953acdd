"""A simulator with one small flow, and a desk to export to it from.

Every answer that the desk gets is held to the OpenAPI document: its status must be one that the
operation has, and its body must keep the schema of that status.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import quote

from mock_sis.clock import Clock
from mock_sis.contracts.contract import Contract
from mock_sis.contracts.openapi import bundle
from mock_sis.exchange import Call, Hangup, Headers, Reply, split_path
from mock_sis.formats.json_text import encode_json
from mock_sis.simulator import Simulator

CODE = "UNI||MATH101||2026"
FLOW = f"/wiseflow/flows/{quote(CODE, safe='')}"
GRADES = f"{FLOW}/grades"
JSON_TYPE: Headers = (("Content-Type", "application/json"),)
NOW = 1781514000.0

PEOPLE = [
    {"id": 1001, "given_name": "Åsa", "family_name": "O'Neill", "number": "S-1"},
    {"id": 1002, "given_name": "Bo", "family_name": "Registered"},
    {"id": 1003, "given_name": "Cy", "family_name": "Withdrawn"},
    {"id": "x-4", "given_name": "Di", "family_name": "<b>&"},
    {"id": 1005, "given_name": "Ed", "family_name": "Elsewhere"},
]
LEVELS = [{"mark": mark, "value": value} for mark, value in (("A", 95), ("B", 85), ("0", 0))]


def seed(**wiseflow: Any) -> dict[str, Any]:
    """The seed document, with these policies of the receiver."""
    return {
        "name": "desk",
        "wiseflow": wiseflow,
        "people": PEOPLE,
        "scales": [{"id": "letters", "title": "A to B", "levels": LEVELS}],
        "sections": [
            {
                "id": "math",
                "sis_code": CODE,
                "title": "Mathematics 101",
                "scale": "letters",
                "flow": {"exam_id": "E1", "marking": {"end": "2026-06-14T22:00:00Z"}, "ects": 5},
                "enrollments": [
                    {"person": 1001, "unique_exam_id": "X-1"},
                    {"person": 1002},
                    {"person": 1003, "state": "withdrawn"},
                    {"person": "x-4"},
                ],
                "scores": [{"person": 1002, "mark": "B", "admin_grade": ""}],
            },
            {
                "id": "closed",
                "sis_code": "CLOSED",
                "title": "Closed",
                "state": "closed",
                "enrollments": [{"person": 1001}],
            },
            {"id": "free", "sis_code": "FREE", "title": "Free", "enrollments": [{"person": 1001}]},
            {"id": "uncoded", "title": "No code", "enrollments": [{"person": 1005}]},
        ],
    }


class Desk:
    """Sends calls, and holds every answer to the OpenAPI document."""

    def __init__(self, document: dict[str, Any] | None = None, **options: Any) -> None:
        self.simulator = Simulator(clock=Clock("virtual", NOW), **options)
        self.simulator.load(seed() if document is None else document)
        self.world = self.simulator.world

    def ask(
        self, method: str, target: str, body: bytes = b"", headers: Headers = (), **more: Any
    ) -> Reply:
        """The answer to a call."""
        given = Call(method, target, headers, body, received=NOW, peer="127.0.0.1", **more)
        answer = self.simulator.answer(given)
        assert isinstance(answer, Reply), answer
        kept(method, target, answer)
        return answer

    def export(self, body: bytes, target: str = GRADES, **more: Any) -> Reply:
        """The answer to an export of these bytes."""
        return self.ask("POST", target, body, JSON_TYPE, **more)

    def send(self, *rows: dict[str, Any], target: str = GRADES) -> dict[str, Any]:
        """The report on an export of these participants."""
        answer = self.export(encode_json({"participants": list(rows)}), target)
        assert answer.status == 200, answer.body
        report: dict[str, Any] = json.loads(answer.body)
        assert report["numberOfErrors"] == len(report["errors"])
        assert report["numberOfSuccess"] + report["numberOfErrors"] == len(rows)
        return report

    def snapshot(self) -> bytes:
        """The gradebook, to compare."""
        return encode_json(self.world.gradebook.snapshot())

    def marks(self, section: str = "math") -> dict[str, tuple[str, str]]:
        """Who has which mark and alternative grade registered."""
        scores = self.world.gradebook.scores(f"{section}/exam")
        return {person: (score.mark, score.admin_grade) for person, score in scores.items()}


def kept(method: str, target: str, answer: Reply | Hangup) -> None:
    """Assert that an answer is one that the OpenAPI document has for this call.

    A path or method the document does not have is answered with a problem document.
    """
    assert isinstance(answer, Reply)
    operation = _operation(method, target)
    if operation is None:
        assert answer.status in (400, 404, 405), answer
        contents = {
            "application/problem+json": {"schema": _whole()["components"]["schemas"]["Problem"]}
        }
    else:
        declared = operation["responses"].get(str(answer.status))
        assert declared is not None, f"{method} {target}: {answer.status} is not documented"
        contents = _resolved(declared).get("content", {})
    media_type = answer.header("Content-Type")
    assert media_type in contents, f"{media_type} is not documented"
    problems = _contract(json.dumps(contents[media_type]["schema"])).problems(
        json.loads(answer.body)
    )
    assert not problems, problems


@cache
def _whole() -> dict[str, Any]:
    return bundle("wiseflow/openapi.json")


@cache
def _contract(schema: str) -> Contract:
    return Contract({**json.loads(schema), "components": _whole()["components"]})


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    found: Any = node
    while "$ref" in found:
        target: Any = _whole()
        for part in found["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        found = target
    return dict(found)


def _operation(method: str, target: str) -> dict[str, Any] | None:
    base, *rest = split_path(target.partition("?")[0]) or ("",)
    segments = tuple(rest)
    if base != "wiseflow":
        return None
    for pattern, item in _whole()["paths"].items():
        wanted = split_path(pattern)
        pairs = zip(wanted, segments, strict=False)
        fits = all(each.startswith("{") or each == given for each, given in pairs)
        if fits and len(wanted) == len(segments) and method.lower() in item:
            return dict(item[method.lower()])
    return None
