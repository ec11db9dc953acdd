"""Requests to every operation of the Schoology dialect, good ones and bad ones, as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from helpers.simulator.schoology_contract import operations, statuses
from mock_sis.clock import Clock
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.xml_text import encode_xml
from mock_sis.seeds import library
from mock_sis.simulator import Simulator

NOW = 1781514000.0
SECTION = "/v1/sections/4318461"
STUDENT, TEACHER, ENROLLMENT, ESSAY = 48289, 50000, 44783151, 5699937
TYPES = ("application/json", "application/xml", "text/xml")
RATE = {"requests": 2, "seconds": 5}
OWN = ("schoology.users.me", "schoology.app_user_info")
OAUTH = {"type": "oauth1", "consumer_key": "key", "consumer_secret": "secret"}


@dataclass(frozen=True)
class Ask:
    """A request to an operation, and the status it should have."""

    operation: str
    target: str
    status: int = 200
    data: Any = None
    kind: str = "application/json"
    policy: tuple[tuple[str, Any], ...] = ()
    defect: Any = None
    method: str = ""
    times: int = 1
    seed: str = "schoology"

    @property
    def body(self) -> bytes:
        if self.data is None or isinstance(self.data, bytes):
            return self.data or b""
        if self.kind.endswith("xml"):
            return encode_xml(self.data)
        return json.dumps(self.data).encode()


GRADE = {"assignment_id": ESSAY, "enrollment_id": str(ENROLLMENT), "grade": 95.5, "comment": "<b>&"}
COMMENT = {
    "enrollment_id": ENROLLMENT,
    "period_id": "final",
    "comment": "Good",
    "comment_status": 1,
}
GRADES = {
    "grades": {"grade": [GRADE, {**GRADE, "enrollment_id": "24152019t"}, {**GRADE, "grade": "Z"}]},
    "final_comments": {"final_comment": [COMMENT, {**COMMENT, "period_id": "p9"}]},
}
ENORMOUS = {
    "grades": {
        "grade": [{**GRADE, "enrollment_id": -(2**63) - 1}, {**GRADE, "assignment_id": 2**64}]
    },
    "final_comments": {"final_comment": {**COMMENT, "period_id": 10**30}},
}
ITEM = {"title": "Oral", "max_points": "30", "due": "2026-06-20 12:00:00", "grading_period": 13011}

GOOD = [
    Ask("schoology.sections.get", SECTION),
    Ask("schoology.sections.grades.get", f"{SECTION}/grades"),
    Ask("schoology.sections.grades.get", f"{SECTION}/grades?start=1&limit=1"),
    Ask(
        "schoology.sections.grades.get", f"{SECTION}/grades?enrollment_id={ENROLLMENT}&timestamp=0"
    ),
    Ask("schoology.sections.grades.get", f"{SECTION}/grades?assignment_id=1"),
    Ask("schoology.sections.grades.put", f"{SECTION}/grades", 207, GRADES),
    Ask("schoology.sections.grades.put", f"{SECTION}/grades", 207, {"grades": {"grade": GRADE}}),
    Ask("schoology.sections.grades.put", f"{SECTION}/grades", 207, {"final_comments": None}),
    Ask("schoology.sections.grades.put", f"{SECTION}/grades", 207, ENORMOUS),
    *(
        Ask(
            "schoology.sections.grades.put",
            f"{SECTION}/grades",
            status,
            GRADES,
            policy=(("put_status", status),),
        )
        for status in (200, 204)
    ),
    Ask("schoology.sections.enrollments.list", f"{SECTION}/enrollments"),
    Ask("schoology.sections.enrollments.list", f"{SECTION}/enrollments?limit=2"),
    Ask("schoology.sections.enrollments.list", f"{SECTION}/enrollments?uid={STUDENT}"),
    Ask(
        "schoology.sections.enrollments.list",
        f"{SECTION}/enrollments?type=member&enrollment_status=5&picture_size=sm",
    ),
    Ask("schoology.sections.list", "/v1/sections?section_school_codes=A1,B2&limit=1"),
    Ask("schoology.users.list", "/v1/users?limit=2"),
    Ask("schoology.users.list", "/v1/users?school_uids=S-48289,T-1&role_ids=1,2&building_id=1"),
    Ask("schoology.users.ext", "/v1/users/ext/S-48289", 303),
    Ask("schoology.sections.enrollments.get", f"{SECTION}/enrollments/{ENROLLMENT}"),
    Ask("schoology.sections.assignments.list", f"{SECTION}/assignments"),
    Ask("schoology.sections.assignments.list", f"{SECTION}/assignments?start=9"),
    Ask("schoology.sections.assignments.post", f"{SECTION}/assignments", 201, ITEM),
    Ask("schoology.sections.assignments.get", f"{SECTION}/assignments/{ESSAY}"),
    Ask("schoology.sections.assignments.put", f"{SECTION}/assignments/{ESSAY}", 204, ITEM),
    Ask("schoology.sections.assignments.delete", f"{SECTION}/assignments/{ESSAY}", 204),
    Ask("schoology.sections.grade_items.list", f"{SECTION}/grade_items"),
    Ask("schoology.sections.grade_items.get", f"{SECTION}/grade_items/{ESSAY}"),
    Ask("schoology.sections.grading_scales.list", f"{SECTION}/grading_scales"),
    Ask("schoology.sections.grading_categories.list", f"{SECTION}/grading_categories"),
    Ask("schoology.sections.grading_periods.list", f"{SECTION}/grading_periods"),
    Ask("schoology.users.me", "/v1/users/me", 303),
    Ask("schoology.users.get", f"/v1/users/{TEACHER}"),
    Ask("schoology.users.sections.list", f"/v1/users/{STUDENT}/sections"),
    Ask("schoology.users.sections.list", f"/v1/users/{STUDENT}/sections?include_past=1"),
    Ask("schoology.users.grades.get", f"/v1/users/{STUDENT}/grades"),
    Ask("schoology.users.grades.get", f"/v1/users/{STUDENT}/grades?section_id=4318461&timestamp=9"),
    Ask("schoology.users.grades.get", f"/v1/users/{STUDENT}/grades?include_all_enrollments=1"),
    Ask("schoology.users.grades.get", f"/v1/users/{STUDENT}/grades?grading_period_ids=other,final"),
    Ask("schoology.app_user_info", "/v1/app-user-info"),
    Ask("schoology.openapi", "/v1/openapi.json"),
]
"""At least one request that is answered well for every operation."""

PAGED = [ask for ask in GOOD if "start" in str(operations()[ask.operation].get("parameters"))]


def _bad() -> Iterator[Ask]:
    for ask in {each.operation: each for each in reversed(GOOD)}.values():
        yield replace(ask, method="TRACE", status=405)
        if ask.operation == "schoology.openapi":
            continue
        yield replace(ask, defect="unreadable", status=400)
        yield replace(ask, status=401, policy=(("auth", OAUTH),))
        yield replace(ask, status=429, policy=(("rate_limit", RATE),), times=3)
        if ask.operation in OWN:
            yield replace(ask, status=404, seed="nobody")
        elif 404 in statuses(ask.operation):
            yield replace(ask, target=re.sub(r"[0-9]{5,}", "77", ask.target), status=404)
        if ask.data is not None:
            yield replace(ask, defect="stalled", status=408)
            yield replace(ask, defect="too_large", status=413)
            yield replace(ask, kind="text/csv", status=415)
            yield replace(ask, data=b"{", status=400)
            yield replace(ask, data=b"<a><b></a>", kind="text/xml", status=400)
            yield replace(ask, data=[1], status=400)
    for ask in {each.operation: each for each in PAGED}.values():
        path = ask.target.partition("?")[0]
        yield from (
            replace(ask, target=f"{path}?{query}", status=400)
            for query in (
                "limit=0",
                "limit=x",
                "start=-1",
                "start=1.5",
                "start=9" + "9" * 20,
                "limit=",
            )
        )
    yield Ask("schoology.users.grades.get", f"/v1/users/{STUDENT}/grades?timestamp=soon", 400)
    yield Ask("schoology.users.grades.get", f"/v1/users/{STUDENT}/grades?grading_period_ids=x", 400)
    needed = (("user_grades_need_section", True),)
    yield Ask("schoology.users.grades.get", f"/v1/users/{STUDENT}/grades", 403, policy=needed)


BAD = list(_bad())
"""At least one request for every error that an operation is documented to have."""


def reply_to(ask: Ask, accept: str = "*/*", simulator: Simulator | None = None) -> Reply:
    """The answer of a fresh simulator, to the last one of as many requests as are asked."""
    simulator = simulator or fresh(ask)
    headers: Headers = (("Accept", accept), ("Host", "api.schoology.com"))
    if ask.data is not None:
        headers = (*headers, ("Content-Type", ask.kind))
    method = ask.method or operations()[ask.operation]["method"]
    call = Call(method, ask.target, headers, ask.body, NOW, defect=ask.defect)
    outcome = [simulator.answer(call) for _ in range(ask.times)][-1]
    assert isinstance(outcome, Reply)
    return outcome


def fresh(ask: Ask) -> Simulator:
    """A simulator with the seed and the policies of a request."""
    simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis.example")
    seed = library.builtin(ask.seed) if ask.seed in library.names() else {"name": ask.seed}
    simulator.load({**seed, "schoology": {**seed.get("schoology", {}), **dict(ask.policy)}})
    return simulator
