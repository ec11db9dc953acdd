"""Requests to every operation of the OneRoster dialect, good ones and bad ones, as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import msgspec

from helpers.simulator.oneroster_contract import operations, statuses
from mock_sis.clock import Clock
from mock_sis.dialects.oneroster.routes import SCOPE
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.seeds import library
from mock_sis.simulator import Simulator

NOW = 1793606400.0
"""In the second quarter of the builtin seed, the open one."""
BASE = "/ims/oneroster"
G = f"{BASE}/gradebook/v1p2"
R = f"{BASE}/rostering/v1p2"
FORM = "application/x-www-form-urlencoded"
OAUTH = {"type": "oauth2", "client_id": "lms", "client_secret": "s", "scope": f"{SCOPE}x"}
SCALE = {"id": "letters", "title": "A to F", "levels": [{"mark": "A", "value": 95}]}


def ref(sourced_id: str) -> dict[str, str]:
    return {"sourcedId": sourced_id}


ITEM: dict[str, Any] = {
    "sourcedId": "lms/17 ½",
    "title": "Essay on fractions",
    "assignDate": "2026-11-02T08:00:00Z",
    "dueDate": "2026-11-20",
    "class": ref("alg-1"),
    "school": ref("school-1"),
    "category": ref("cat-alg-1-1"),
    "gradingPeriod": ref("2"),
    "resultValueMax": 20,
}
RESULT: dict[str, Any] = {
    "sourcedId": "r/1",
    "lineItem": ref("lms/17 ½"),
    "student": ref("2001"),
    "scoreStatus": "fully graded",
    "score": 18.5,
    "scoreDate": "2026-11-21T10:00:00+01:00",
}
CATEGORY = {"title": "Projects", "weight": 20, "metadata": {"classSourcedId": "alg-1"}}
OF_ALG_2 = {"class": ref("alg-2"), "category": ref("cat-alg-2-1")}
ITEM_URL, RESULT_URL = (f"{G}/lineItems/{quote('lms/17 ½', safe='')}", f"{G}/results/r%2F1")


@dataclass(frozen=True)
class Ask:
    """A request to an operation, after others, and the status it should have."""

    operation: str
    target: str
    status: int = 200
    data: Any = None
    kind: str = "application/json"
    policy: dict[str, Any] = field(default_factory=dict)
    defect: Any = None
    method: str = ""
    headers: Headers = ()
    after: tuple[Ask, ...] = ()
    closed: bool = False
    """Whether the grading periods of alg-1 close before this request."""

    @property
    def body(self) -> bytes:
        if self.data is None or isinstance(self.data, bytes):
            return self.data or b""
        return json.dumps(self.data).encode()

    @property
    def whole(self) -> bool:
        """Whether the answer shows objects whole."""
        return "fields=" not in self.target


def asks(name: str, target: str, status: int = 200, data: Any = None, **more: Any) -> Ask:
    return Ask(f"oneroster.{name}", target, status, data, **more)


PUT_ITEM = asks("gradebook.lineItems.put", ITEM_URL, 201, {"lineItem": ITEM})
PUT_RESULT = asks("gradebook.results.put", RESULT_URL, 201, {"result": RESULT}, after=(PUT_ITEM,))
PUT_CATEGORY = asks("gradebook.categories.put", f"{G}/categories/mine", 201, {"category": CATEGORY})
MADE_SCALE = {
    "title": "A to C",
    "type": "grades",
    "class": ref("alg-1"),
    "scoreScaleValue": [{"itemValueLHS": "A", "itemValueRHS": "90-100"}],
}
PUT_SCALE = asks("gradebook.scoreScales.put", f"{G}/scoreScales/s", 201, {"scoreScale": MADE_SCALE})
BOTH = (PUT_ITEM, PUT_RESULT)
NEW = {name: value for name, value in RESULT.items() if name != "sourcedId"}
PUTS = (PUT_ITEM, PUT_RESULT, PUT_CATEGORY, PUT_SCALE)

GOOD = [
    *(
        asks(f"rostering.{name}.list", f"{R}/{name}{query}")
        for name in (
            "orgs",
            "schools",
            "academicSessions",
            "terms",
            "gradingPeriods",
            "courses",
            "classes",
            "users",
            "students",
            "teachers",
            "enrollments",
            "demographics",
        )
        for query in ("", "?limit=1&offset=1&sort=sourcedId&orderBy=desc", "?fields=sourcedId")
    ),
    *(
        asks(f"rostering.{name}.get", f"{R}/{name}/{one}{query}")
        for name, one in {
            "orgs": "org-1",
            "schools": "school-1",
            "academicSessions": "2",
            "terms": "term-1",
            "gradingPeriods": "1",
            "courses": "course-alg-1",
            "classes": "alg-1",
            "users": "9001",
            "students": "2001",
            "teachers": "9001",
            "demographics": "2001",
        }.items()
        for query in ("", "?fields=status,dateLastModified")
    ),
    asks("rostering.terms.gradingPeriods.list", f"{R}/terms/term-1/gradingPeriods"),
    asks("rostering.classes.students.list", f"{R}/classes/alg-1/students"),
    asks("rostering.classes.teachers.list", f"{R}/classes/alg-1/teachers"),
    asks("rostering.teachers.classes.list", f"{R}/teachers/9001/classes"),
    asks("rostering.students.classes.list", f"{R}/students/2001/classes?limit=1"),
    asks("rostering.users.classes.list", f"{R}/users/2001/classes"),
    asks("rostering.courses.classes.list", f"{R}/courses/course-alg-1/classes"),
    asks("rostering.terms.classes.list", f"{R}/terms/term-1/classes"),
    *(
        asks(f"rostering.schools.{name}.list", f"{R}/schools/school-1/{name}{query}")
        for name in ("classes", "courses", "enrollments", "students", "teachers", "terms")
        for query in ("", "?limit=1&sort=sourcedId", "?fields=sourcedId")
    ),
    *(
        asks(f"rostering.schools.classes.{name}.list", f"{R}/schools/school-1/classes/alg-1/{name}")
        for name in ("enrollments", "students", "teachers")
    ),
    asks("gradebook.schools.scoreScales.list", f"{G}/schools/school-1/scoreScales"),
    *(
        asks(f"gradebook.{name}.list", f"{G}/{name}{query}")
        for name in ("assessmentLineItems", "assessmentResults")
        for query in ("", "?fields=sourcedId", "?filter=sourcedId='x'&sort=status")
    ),
    *(
        asks(f"gradebook.{name}.list", f"{G}/{name}{query}", after=BOTH)
        for name in ("categories", "lineItems", "results", "scoreScales")
        for query in ("", "?limit=1", "?fields=sourcedId", "?filter=sourcedId!='x'")
    ),
    *(
        asks(f"gradebook.classes.{name}.list", f"{G}/classes/alg-1/{name}", after=BOTH)
        for name in ("categories", "lineItems", "results", "scoreScales")
    ),
    asks(
        "gradebook.classes.lineItems.results.list",
        ITEM_URL.replace("/lineItems", "/classes/alg-1/lineItems") + "/results",
        after=BOTH,
    ),
    asks(
        "gradebook.classes.students.results.list",
        f"{G}/classes/alg-1/students/2001/results?sort=score",
        after=BOTH,
    ),
    asks("gradebook.categories.get", f"{G}/categories/cat-alg-1-1"),
    asks("gradebook.categories.get", f"{G}/categories/mine", after=(PUT_CATEGORY,)),
    asks("gradebook.lineItems.get", f"{G}/lineItems/li-alg-1-100"),
    asks("gradebook.lineItems.get", ITEM_URL, after=(PUT_ITEM,)),
    asks("gradebook.results.get", RESULT_URL, after=BOTH),
    asks("gradebook.scoreScales.get", f"{G}/scoreScales/scale-letters"),
    *PUTS,
    *(
        replace(ask, status=200, after=(*ask.after, ask), policy={"put_existing_status": 200})
        for ask in PUTS
    ),
    *(replace(ask, after=(*ask.after, ask)) for ask in PUTS),
    asks("gradebook.lineItems.delete", ITEM_URL, 204, after=BOTH),
    asks("gradebook.results.delete", RESULT_URL, 204, after=BOTH),
    asks("gradebook.scoreScales.delete", f"{G}/scoreScales/s", 204, after=(PUT_SCALE,)),
    asks("gradebook.categories.delete", f"{G}/categories/mine", 204, after=(PUT_CATEGORY,)),
    asks(
        "gradebook.classes.lineItems.post",
        f"{G}/classes/alg-1/lineItems",
        201,
        {"lineItems": [ITEM, {**ITEM, "sourcedId": "lms/18"}]},
    ),
    asks(
        "gradebook.schools.lineItems.post",
        f"{G}/schools/school-1/lineItems",
        201,
        {"lineItems": [ITEM, {**ITEM, **OF_ALG_2, "sourcedId": "lms/18"}]},
    ),
    asks(
        "gradebook.lineItems.results.post",
        f"{ITEM_URL}/results",
        201,
        {"results": [NEW, {**NEW, "student": ref("2002")}]},
        after=(PUT_ITEM,),
    ),
    asks(
        "gradebook.classes.academicSessions.results.post",
        f"{G}/classes/alg-1/academicSessions/2/results",
        201,
        {"results": [RESULT]},
        after=(PUT_ITEM,),
    ),
    Ask(
        "oneroster.token",
        "/oauth/token",
        200,
        b"grant_type=client_credentials&client_id=lms&client_secret=s",
        FORM,
        {"auth": OAUTH},
    ),
    asks("openapi", f"{BASE}/openapi.json"),
]
"""At least one request that is answered well for every operation but `enrollments.get`, whose ids
nobody chose, and single assessments, of which the SIS has none."""


def _bad() -> Iterator[Ask]:
    for ask in {each.operation: each for each in reversed(GOOD)}.values():
        yield replace(ask, method="TRACE", status=405)
        if ask.data is not None:
            yield replace(ask, defect="stalled", status=408)
            yield replace(ask, defect="too_large", status=413)
        if ask.operation in ("oneroster.openapi", "oneroster.token"):
            continue
        yield replace(ask, defect="unreadable", status=400)
        yield replace(ask, status=401, after=(), policy={"auth": OAUTH})
        yield replace(ask, status=403, after=(), headers=BEARER, policy={"auth": OAUTH})
        if 404 in statuses(ask.operation):
            yield replace(ask, target=_elsewhere(ask), status=404)
        if ask.data is not None:
            yield replace(ask, kind="text/csv", status=415)
            yield from (replace(ask, data=data, status=400) for data in (b"{", [], {}))
            name = next(iter(ask.data))
            off = [{}] if name.endswith("s") else {}
            yield replace(ask, data={name: off}, status=422)
    for name in ("assessmentLineItems", "assessmentResults"):
        one = asks(f"gradebook.{name}.get", f"{G}/{name}/x", 404)
        yield one
        yield replace(one, method="TRACE", status=405)
        yield replace(one, defect="unreadable", status=400)
        yield replace(one, status=401, policy={"auth": OAUTH})
        yield replace(one, status=403, headers=BEARER, policy={"auth": OAUTH})
    yield asks("gradebook.categories.delete", f"{G}/categories/cat-alg-1-1", 422)
    yield asks("gradebook.scoreScales.delete", f"{G}/scoreScales/scale-letters", 422)
    for name in ("results", "lineItems"):
        delete = next(ask for ask in GOOD if ask.operation == f"oneroster.gradebook.{name}.delete")
        yield replace(delete, status=422, closed=True)
    token = next(ask for ask in GOOD if ask.operation == "oneroster.token")
    yield replace(token, data=b"grant_type=password&client_id=lms&client_secret=s", status=400)
    yield replace(token, data=token.data + b"&scope=x", status=400)
    yield replace(token, data=token.data.replace(b"=s", b"=wrong"), status=401)
    yield replace(token, policy={}, status=404)


BEARER: Headers = (("Authorization", "Bearer the token"),)


def _elsewhere(ask: Ask) -> str:
    """The target with the object that must be there named as nobody named one."""
    head, _, rest = ask.target.removeprefix(BASE).partition("/v1p2/")
    collection, _, below = rest.partition("/")
    _, _, below = below.partition("/")
    return f"{BASE}{head}/v1p2/{collection}/nobody" + (f"/{below}" if below else "")


BAD = list(_bad())
"""At least one request for every error that an operation is documented to have."""


def reply_to(ask: Ask, simulator: Simulator | None = None) -> Reply:
    """The answer of a simulator, a fresh one unless given, once it has answered what is before."""
    simulator = simulator or prepared(ask)
    headers: Headers = (("Host", "elsewhere.example"), *ask.headers)
    if ask.headers == BEARER:
        token = simulator.world.tokens.issue("lms", NOW, 60, f"{SCOPE}x").value
        headers = (*headers[:-1], ("Authorization", f"Bearer {token}"))
    if ask.data is not None:
        headers = (*headers, ("Content-Type", ask.kind))
    method = ask.method or operations()[ask.operation]["method"]
    outcome = simulator.answer(Call(method, ask.target, headers, ask.body, NOW, defect=ask.defect))
    assert isinstance(outcome, Reply)
    return outcome


def prepared(ask: Ask) -> Simulator:
    """A fresh simulator once it has answered what is before a request."""
    simulator = fresh(ask)
    for before in ask.after:
        assert reply_to(before, simulator).status in (200, 201)
    book = simulator.world.gradebook
    for period in list(book.coursework("alg-1").periods.values()) if ask.closed else ():
        book.put_period("alg-1", msgspec.structs.replace(period, closed=True))
    return simulator


def fresh(ask: Ask) -> Simulator:
    """A simulator with the builtin seed, a scale, no credentials, and the policies of a request."""
    simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis.example")
    seed = {**library.builtin("skyward"), "scales": [SCALE]}
    policy = {**seed["oneroster"], "auth": {"type": "none"}, **ask.policy}
    simulator.load({**seed, "oneroster": policy})
    return simulator


def other_spelling(target: str) -> str:
    """The same path in the other of the two spellings."""
    return re.sub(rf"^{BASE}/(?=\w+/v1p2/)", f"{BASE}/v1p2/", target)
