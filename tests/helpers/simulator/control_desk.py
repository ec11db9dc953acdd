"""A simulator with a small seed, and requests to its control interface."""

from __future__ import annotations

import json
from typing import Any

from mock_sis.clock import Clock, from_iso
from mock_sis.contracts.contract import Contract, contract, document
from mock_sis.control.table import CONTROL_ROUTES
from mock_sis.exchange import Call, Feed, Hangup, Headers, Reply, Route, split_path
from mock_sis.simulator import Simulator

NOW = "2026-06-15T09:00:00.000Z"
SECTION = "math101"
CODE = "UNI||MATH101||2026"
SECTIONS = "/_control/gradebook/sections"
SCORE = f"{SECTIONS}/{SECTION}/scores/1001"
ENROLLMENT = f"{SECTIONS}/{SECTION}/enrollments/1001/state"
TAUGHT = f"{SECTIONS}/free%2F1"
STATE = f"{SECTIONS}/{SECTION}/state"
FAULT = {"operation": "wiseflow.*", "when": {"next": 1}, "fault": {"kind": "status", "status": 503}}

SEED: dict[str, Any] = {
    "name": "desk",
    "clock": {"mode": "virtual", "now": NOW},
    "wiseflow": {"auth": {"type": "bearer", "token": "dialect-token"}},
    "people": [
        {"id": 1001, "given_name": "Åsa", "family_name": "O'Neill"},
        {"id": "p-2", "given_name": "Bo", "family_name": "<b>&"},
        {"id": 1003, "given_name": "Cy", "family_name": "Not enrolled"},
    ],
    "scales": [
        {"id": "letters", "title": "A to F", "levels": [{"mark": "A", "value": 95}]},
        {"id": "points", "title": "Points", "range": {"min": 0, "max": 100}},
    ],
    "grading_periods": [{"id": 2, "title": "Quarter 2"}],
    "sections": [
        {
            "id": SECTION,
            "sis_code": CODE,
            "title": "Mathematics 101",
            "scale": "letters",
            "flow": {"exam_id": "E1", "marking": {"start": "2026-06-01T00:00:00Z"}},
            "enrollments": [{"person": 1001, "unique_exam_id": "X-1"}, {"person": "p-2"}],
            "scores": [{"person": "p-2", "mark": "A"}],
        },
        {
            "id": "free/1",
            "title": "No scale",
            "enrollments": [{"person": 1001, "id": 1}],
            "periods": [{"id": 2}],
            "categories": [{"id": 1, "title": "Homework"}, {"id": 2, "title": "Empty"}],
            "assignments": [
                {
                    "id": 7,
                    "title": "Essay",
                    "category": 1,
                    "period": 2,
                    "grades": [{"enrollment": 1, "grade": 4}],
                }
            ],
        },
    ],
    "faults": [{"operation": "wiseflow.flows.list", "fault": {"kind": "status", "status": 500}}],
}

# operation -> method, path, body: a successful request of each operation.
GOOD: dict[str, tuple[str, str, Any]] = {
    "control.health": ("GET", "/_control/health", None),
    "control.openapi": ("GET", "/_control/openapi.json", None),
    "control.routes": ("GET", "/_control/routes", None),
    "control.seed.get": ("GET", "/_control/seed", None),
    "control.seed.put": ("PUT", "/_control/seed", {"name": "other", "people": SEED["people"]}),
    "control.reset": ("POST", "/_control/reset", {}),
    "control.gradebook.get": ("GET", "/_control/gradebook", None),
    "control.gradebook.sections.put": ("PUT", STATE, {"state": "closed"}),
    "control.gradebook.enrollments.put": ("PUT", ENROLLMENT, {"state": "withdrawn"}),
    "control.gradebook.scores.put": ("PUT", SCORE, {"mark": "A"}),
    "control.gradebook.line_items.post": ("POST", f"{TAUGHT}/line_items", {"title": "Quiz"}),
    "control.gradebook.line_items.put": ("PUT", f"{TAUGHT}/line_items/7", {"weight": 2}),
    "control.gradebook.late.put": (
        "PUT",
        f"{TAUGHT}/line_items/7/results/1001/late",
        {"late": True},
    ),
    "control.gradebook.results.put": ("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": 9}),
    "control.gradebook.line_items.delete": ("DELETE", f"{TAUGHT}/line_items/7", None),
    "control.gradebook.categories.put": ("PUT", f"{TAUGHT}/categories/1", {"title": "Home"}),
    "control.gradebook.categories.delete": ("DELETE", f"{TAUGHT}/categories/2", None),
    "control.gradebook.periods.put": ("PUT", f"{TAUGHT}/periods/2/state", {"state": "closed"}),
    "control.faults.list": ("GET", "/_control/faults", None),
    "control.faults.arm": ("POST", "/_control/faults", FAULT),
    "control.faults.clear": ("DELETE", "/_control/faults", None),
    "control.faults.disarm": ("DELETE", "/_control/faults/f1", None),
    "control.journal.list": ("GET", "/_control/journal?operation=*&since=0&limit=5", None),
    "control.journal.clear": ("DELETE", "/_control/journal", None),
    "control.journal.har": ("GET", "/_control/journal.har?since=0", None),
    "control.events": ("GET", "/_control/events?operation=wiseflow.*", None),
    "control.clock.get": ("GET", "/_control/clock", None),
    "control.clock.put": ("PUT", "/_control/clock", {"now": "2026-07-01T00:00:00+02:00"}),
    "control.clock.advance": ("POST", "/_control/clock/advance", {"seconds": 86400}),
}
WITH_BODY = {name: request for name, request in GOOD.items() if request[2] is not None}

JSON_TYPE: Headers = (("Content-Type", "application/json"),)


class Desk:
    """Sends requests and checks every answer against the OpenAPI document."""

    def __init__(self, token: str | None = None, **options: Any) -> None:
        clock = Clock("virtual", from_iso(NOW))
        self.simulator = Simulator(clock=clock, control_token=token, **options)
        self.simulator.load(SEED)
        self.world = self.simulator.world

    def ask(
        self,
        method: str,
        target: str,
        data: Any = None,
        *,
        body: bytes | None = None,
        headers: Headers | None = None,
    ) -> Reply:
        """The answer, which must be a Reply that matches the document."""
        answer = self.outcome(method, target, data, body=body, headers=headers)
        assert isinstance(answer, Reply), answer
        kept(method, target, answer)
        return answer

    def outcome(
        self,
        method: str,
        target: str,
        data: Any = None,
        *,
        body: bytes | None = None,
        headers: Headers | None = None,
    ) -> Reply | Hangup | Feed:
        sent = body if body is not None else b"" if data is None else json.dumps(data).encode()
        has_body = data is not None or body is not None
        given = headers if headers is not None else JSON_TYPE if has_body else ()
        return self.simulator.answer(
            Call(method, target, given, sent, received=self.world.clock.now(), peer="127.0.0.1")
        )

    def json(self, method: str, target: str, data: Any = None) -> Any:
        """The plain data of a successful answer."""
        answer = self.ask(method, target, data)
        assert answer.status < 400, answer.body
        return json.loads(answer.body)

    def state(self) -> Any:
        """Everything that a request could have changed, except the journal."""
        world = self.world
        return {
            "gradebook": world.gradebook.snapshot(),
            "seed": world.settings.document,
            "clock": (world.clock.mode, world.clock.now()),
            "faults": [(armed.id, armed.fault, armed.fired) for armed in world.plan.armed],
        }


def route_of(method: str, target: str) -> Route:
    """The control route of a request."""
    segments = split_path(target.partition("?")[0])
    return next(
        route
        for route in CONTROL_ROUTES
        if route.method == method and route.match(segments) is not None
    )


def described(route: Route) -> dict[str, Any]:
    """The OpenAPI document's description of an operation."""
    found: dict[str, Any] = document("control/openapi.json")["paths"][route.pattern][
        route.method.lower()
    ]
    return found


def kept(method: str, target: str, answer: Reply) -> None:
    """Assert that the OpenAPI document describes an answer."""
    response = described(route_of(method, target))["responses"][str(answer.status)]
    if "$ref" in response:
        name = response["$ref"].rpartition("/")[2]
        response = document("control/openapi.json")["components"]["responses"][name]
    if "content" not in response:
        assert (answer.body, answer.header("Content-Type")) == (b"", None)
        return
    media_type = (answer.header("Content-Type") or "").partition(";")[0]
    schema = response["content"][media_type]["schema"]
    assert _contract(schema).problems(json.loads(answer.body)) == []


def unchanged(
    desk: Desk, method: str, target: str, answer: Reply, before: Any, *statuses: int
) -> dict[str, Any]:
    """The problem of an answer that refuses as its route documents, and left the desk as it was
    before."""
    kept(method, target, answer)
    assert desk.state() == before
    return refused(answer, *statuses)


def _contract(schema: dict[str, Any]) -> Contract:
    if set(schema) != {"$ref"}:
        return Contract(schema)
    return contract(f"control/{schema['$ref']}".replace("control/../", ""))


def refused(answer: Reply, *statuses: int) -> dict[str, Any]:
    """The problem of a refusal with one of these statuses."""
    assert answer.status in statuses, (answer.status, answer.body)
    assert answer.header("Content-Type") == "application/problem+json"
    problem: dict[str, Any] = json.loads(answer.body)
    assert problem["status"] == answer.status
    assert problem["detail"]
    return problem
