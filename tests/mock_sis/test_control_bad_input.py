"""Bad input to the control interface is refused by name and changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from helpers.simulator.control_desk import (
    CODE,
    ENROLLMENT,
    FAULT,
    GOOD,
    JSON_TYPE,
    SCORE,
    SECTION,
    SECTIONS,
    SEED,
    STATE,
    WITH_BODY,
    Desk,
    refused,
    unchanged,
)
from mock_sis.exchange import Call, Headers, Reply

DESK = Desk()
"""Shared, because no request of this file changes anything, as each test asserts."""

NOT_JSON = {
    "truncated": b'{"state": "clo',
    "only an opening": b"{",
    "two documents": b"{}{}",
    "a trailing comma": b'{"seconds": 1,}',
    "single quotes": b"{'seconds': 1}",
    "nested too deeply": b'{"a":' * 100 + b"1" + b"}" * 100,
    "nested far too deeply": b"[" * 200_000,
    "not UTF-8": b'{"name": "\xff"}',
    "a byte-order mark": b'\xef\xbb\xbf{"state": "closed"}',
    "UTF-16": '{"state": "closed"}'.encode("utf-16"),
    "a name twice": b'{"state": "open", "state": "closed"}',
    "NaN": b'{"seconds": NaN}',
    "infinity": b'{"seconds": -Infinity}',
    "a number too large for a double": b'{"seconds": 1e400}',
    "a lone surrogate": b'{"now": "\\ud800"}',
    "a NUL": b"\0",
    "a form": b"state=closed",
    "XML": b"<state>closed</state>",
}


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.parametrize("defect", NOT_JSON)
def test_a_body_that_is_not_json_changes_nothing(operation: str, defect: str) -> None:
    method, target, _ = WITH_BODY[operation]
    before = DESK.state()
    answer = DESK.ask(method, target, body=NOT_JSON[defect])
    unchanged(DESK, method, target, answer, before, 400)


@pytest.mark.parametrize("operation", sorted(set(WITH_BODY) - {"control.reset"}))
def test_an_empty_body_changes_nothing(operation: str) -> None:
    method, target, _ = WITH_BODY[operation]
    before = DESK.state()
    unchanged(DESK, method, target, DESK.ask(method, target, body=b""), before, 400)


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.parametrize(
    "data", [None, [], "text", 7, 1.5, True, [{}], {"unknown": 1}], ids=lambda data: repr(data)
)
def test_a_body_of_the_wrong_shape_changes_nothing(operation: str, data: Any) -> None:
    method, target, _ = WITH_BODY[operation]
    before = DESK.state()
    answer = DESK.ask(method, target, body=json.dumps(data).encode())
    assert unchanged(DESK, method, target, answer, before, 422)["errors"]


TYPES: dict[str, Headers] = {
    "none": (),
    "empty": (("Content-Type", ""),),
    "text": (("Content-Type", "text/plain"),),
    "a form": (("Content-Type", "application/x-www-form-urlencoded"),),
    "an upload": (("Content-Type", "multipart/form-data; boundary=x"),),
    "XML": (("Content-Type", "application/xml"),),
    "another charset": (("Content-Type", "application/json; charset=latin-1"),),
    "nearly": (("Content-Type", "application/jsonp"),),
}


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.parametrize("given", TYPES)
def test_content_types_that_a_web_page_may_send_change_nothing(operation: str, given: str) -> None:
    method, target, data = WITH_BODY[operation]
    before = DESK.state()
    answer = DESK.ask(method, target, data, headers=TYPES[given])
    unchanged(DESK, method, target, answer, before, 415)


def test_a_reset_without_a_body_still_needs_the_json_type() -> None:
    before = DESK.state()
    answer = DESK.ask("POST", "/_control/reset", headers=())
    unchanged(DESK, "POST", "/_control/reset", answer, before, 415)


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.parametrize(("defect", "status"), [("too_large", 413), ("stalled", 408)])
def test_an_incomplete_body_changes_nothing(operation: str, defect: Any, status: int) -> None:
    method, target, data = WITH_BODY[operation]
    before = DESK.state()
    call = Call(method, target, JSON_TYPE, json.dumps(data).encode(), defect=defect)
    unchanged(DESK, method, target, DESK.simulator.answer(call), before, status)


def test_a_reset_without_a_body_takes_no_query_parameters() -> None:
    before = DESK.state()
    answer = DESK.ask("POST", "/_control/reset?seed=skyward", headers=JSON_TYPE)
    unchanged(DESK, "POST", "/_control/reset", answer, before, 422)


PAGES = ("/_control/journal", "/_control/journal.har", "/_control/events")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "query",
    [
        "since=-1",
        "since=abc",
        "since=",
        "since=1.0",
        "since=1e3",
        "since=+1",
        "since=0x10",
        "since=99999999999999999999",
        "since=" + "9" * 5000,
        "since=%D9%A1",
        "since=%C2%B2",
        "since=%FF",
        "operation=",
        "operation=" + "*" * 201,
        "operaton=wiseflow.*",
        "since=1&until=2",
    ],
)
def test_an_invalid_query_is_refused(path: str, query: str) -> None:
    before = DESK.state()
    answer = DESK.ask("GET", f"{path}?{query}")
    unchanged(DESK, "GET", path, answer, before, 422)


@pytest.mark.parametrize("path", PAGES[:2])
@pytest.mark.parametrize("limit", ["-1", "0", "abc", "", "10001", "1e3", "9" * 5000, "null"])
def test_an_invalid_limit_is_refused(path: str, limit: str) -> None:
    before = DESK.state()
    unchanged(DESK, "GET", path, DESK.ask("GET", f"{path}?limit={limit}"), before, 422)


@pytest.mark.parametrize("number", ["abc", "-1", "9" * 30, "\udcff"])
def test_an_invalid_last_event_id_is_refused(number: str) -> None:
    answer = DESK.ask("GET", "/_control/events", headers=(("Last-Event-ID", number),))
    refused(answer, 422)


@pytest.mark.parametrize("operation", sorted(set(GOOD) - {"control.health"}))
def test_an_unknown_query_parameter_is_refused(operation: str) -> None:
    method, target, data = GOOD[operation]
    before = DESK.state()
    path = target.partition("?")[0]
    answer = DESK.ask(method, f"{path}?wrong=1", data)
    problem = unchanged(DESK, method, path, answer, before, 422)
    assert "wrong" in problem["detail"]


UNKNOWN = [
    ("PUT", f"{SECTIONS}/none/state", {"state": "closed"}),
    ("PUT", f"{SECTIONS}/none/enrollments/1001/state", {"state": "withdrawn"}),
    ("PUT", f"{SECTIONS}/none/scores/1001", {"mark": "A"}),
    ("PUT", f"{SECTIONS}/{SECTION}/enrollments/9/state", {"state": "withdrawn"}),
    ("PUT", f"{SECTIONS}/{SECTION}/enrollments/1003/state", {"state": "withdrawn"}),
    ("PUT", f"{SECTIONS}/{SECTION}/scores/9", {"mark": "A"}),
    ("PUT", f"{SECTIONS}/{SECTION}/scores/1003", {"mark": "A"}),
    ("PUT", f"{SECTIONS}/{SECTION}/scores/{'9' * 5000}", {"mark": "A"}),
    ("PUT", f"{SECTIONS}/{SECTION}/scores/%00", {"mark": "A"}),
    ("PUT", f"{SECTIONS}/%FF/state", {"state": "closed"}),
    ("PUT", f"{SECTIONS}/{SECTION}%0D%0AX:1/state", {"state": "closed"}),
    ("PUT", f"{SECTIONS}/math102/state", {"state": "closed"}),
    ("DELETE", "/_control/faults/f999", None),
    ("DELETE", "/_control/faults/%2e%2e", None),
    ("DELETE", "/_control/faults/\udcff", None),
]


@pytest.mark.parametrize(("method", "target", "data"), UNKNOWN)
def test_an_unknown_name_is_not_found(method: str, target: str, data: Any) -> None:
    before = DESK.state()
    unchanged(DESK, method, target, DESK.ask(method, target, data), before, 404)


IMPOSSIBLE = [
    ("PUT", STATE, {"state": "shut"}, "/state"),
    ("PUT", STATE, {}, ""),
    ("PUT", ENROLLMENT, {"state": "gone"}, "/state"),
    ("PUT", ENROLLMENT, {"state": None}, "/state"),
    ("PUT", SCORE, {}, ""),
    ("PUT", SCORE, {"mark": ""}, "/mark"),
    ("PUT", SCORE, {"mark": 95}, "/mark"),
    ("PUT", SCORE, {"mark": "B"}, "/mark"),
    ("PUT", SCORE, {"mark": "A", "admin_grade": "Z"}, "/admin_grade"),
    ("PUT", SCORE, {"mark": "x" * 501}, "/mark"),
    ("PUT", SCORE, {"mark": "A\r\nX-Injected: 1"}, "/mark"),
    ("POST", "/_control/reset", {"seed": "no such seed"}, "/seed"),
    ("POST", "/_control/reset", {"seed": "../demo"}, "/seed"),
    ("POST", "/_control/reset", {"seed": 7}, "/seed"),
    ("POST", "/_control/clock/advance", {"seconds": -1}, "/seconds"),
    ("POST", "/_control/clock/advance", {"seconds": "60"}, "/seconds"),
    ("POST", "/_control/clock/advance", {"seconds": True}, "/seconds"),
    ("POST", "/_control/clock/advance", {"seconds": 10**400 // 10**380}, "/seconds"),
    ("PUT", "/_control/clock", {}, ""),
    ("PUT", "/_control/clock", {"mode": "fast"}, "/mode"),
    ("PUT", "/_control/clock", {"now": "yesterday"}, "/now"),
    ("PUT", "/_control/clock", {"now": 0}, "/now"),
    ("PUT", "/_control/clock", {"now": "2026-06-15"}, "/now"),
    ("PUT", "/_control/clock", {"now": "2026-06-15T09:00:00"}, "/now"),
    ("PUT", "/_control/clock", {"now": "2026-13-01T00:00:00Z"}, "/now"),
    ("PUT", "/_control/clock", {"now": "2026-02-30T00:00:00Z"}, "/now"),
    ("PUT", "/_control/clock", {"now": "2026-06-30T23:59:60Z"}, "/now"),
    ("PUT", "/_control/clock", {"now": "1969-12-31T23:59:59Z"}, "/now"),
    ("PUT", "/_control/clock", {"now": "1970-01-01T00:00:00+01:00"}, "/now"),
    ("PUT", "/_control/clock", {"now": "3000-01-01T00:00:00Z"}, "/now"),
    ("PUT", "/_control/clock", {"now": "2999-12-31T23:59:59-01:00"}, "/now"),
    ("PUT", "/_control/clock", {"now": "0000-01-01T00:00:00Z"}, "/now"),
    ("PUT", "/_control/clock", {"now": "2026-06-15T09:00:00Z" + "0" * 99}, "/now"),
    ("PUT", "/_control/clock", {"now": "2027-01-01T00:00:00Z", "mode": "fast"}, "/mode"),
]


@pytest.mark.parametrize(("method", "target", "data", "pointer"), IMPOSSIBLE)
def test_an_error_points_at_an_impossible_value(
    method: str, target: str, data: Any, pointer: str
) -> None:
    before = DESK.state()
    problem = unchanged(DESK, method, target, DESK.ask(method, target, data), before, 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]


BAD_SEEDS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown field": ({**SEED, "peple": []}, ""),
    "a person twice": ({**SEED, "people": [*SEED["people"], SEED["people"][0]]}, "/people/3"),
    "an unknown person": (
        {**SEED, "sections": [{"id": "s", "title": "", "enrollments": [{"person": 7}]}]},
        "/sections/0/enrollments/0/person",
    ),
    "an impossible time": (
        {**SEED, "clock": {"now": "2026-02-30T00:00:00Z"}},
        "/clock/now",
    ),
    "a time before year 1": (
        {**SEED, "clock": {"now": "0001-01-01T00:00:00+01:00"}},
        "/clock/now",
    ),
    "a fault for no operation": (
        {**SEED, "faults": [{"fault": {"kind": "delay", "seconds": 1}, "operation": "wiseflow.x"}]},
        "/faults/0/operation",
    ),
    "an unknown fault": ({**SEED, "faults": [{"fault": {"kind": "gremlins"}}]}, "/faults/0/fault"),
    "the path of the control interface": (
        {**SEED, "wiseflow": {"base_path": "/_control"}},
        "/wiseflow/base_path",
    ),
    "a huge number": ({**SEED, "people": [{**SEED["people"][0], "id": 10**30}]}, "/people/0/id"),
}


@pytest.mark.parametrize("mistake", BAD_SEEDS)
def test_an_invalid_seed_changes_nothing(mistake: str) -> None:
    document, pointer = BAD_SEEDS[mistake]
    before = DESK.state()
    answer = DESK.ask("PUT", "/_control/seed", document)
    problem = unchanged(DESK, "PUT", "/_control/seed", answer, before, 422)
    assert any(error["pointer"].startswith(pointer) for error in problem["errors"])


BAD_FAULTS: dict[str, Any] = {
    "an unknown kind": {"fault": {"kind": "gremlins"}},
    "no kind": {"fault": {}},
    "no fault": {"operation": "wiseflow.*"},
    "an unknown parameter": {"fault": {"kind": "status", "status": 503, "colour": "red"}},
    "a parameter of the wrong type": {"fault": {"kind": "status", "status": "503"}},
    "an impossible status": {"fault": {"kind": "status", "status": 7}},
    "an impossible count": {"when": {"next": -1}, "fault": {"kind": "empty_body"}},
    "two times": {"when": {"next": 1, "nth": 2}, "fault": {"kind": "empty_body"}},
    "a chance above one": {"when": {"probability": 2}, "fault": {"kind": "empty_body"}},
    "impossible times": {
        "when": {"between": ["2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z"]},
        "fault": {"kind": "empty_body"},
    },
    "an unknown place": {**FAULT, "host": "x"},
    "an unknown operation": {**FAULT, "operation": "wiseflow.flows.grade.post"},
    "operations of no dialect": {**FAULT, "operation": "wisflow.*"},
    "the control interface": {**FAULT, "operation": "control.*"},
    "a header that would split": {
        "fault": {"kind": "status", "status": 503, "headers": {"X": "a\r\nY: b"}}
    },
}


@pytest.mark.parametrize("mistake", BAD_FAULTS)
def test_an_invalid_fault_is_not_armed(mistake: str) -> None:
    before = DESK.state()
    answer = DESK.ask("POST", "/_control/faults", BAD_FAULTS[mistake])
    unchanged(DESK, "POST", "/_control/faults", answer, before, 422)


@pytest.mark.parametrize(
    "pattern",
    ["*", "w*", "w*list", "?iseflow.*", "wiseflow.flows.list", "*.put", "oneroster.token"],
)
def test_a_fault_is_armed_for_a_pattern_that_matches_an_operation(pattern: str) -> None:
    answer = DESK.ask("POST", "/_control/faults", {**FAULT, "operation": pattern})
    assert answer.status == 201
    DESK.ask("DELETE", "/_control/faults")


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("GET", "/_control", 404),
        ("GET", "/_control/", 404),
        ("GET", "/_control/nothing", 404),
        ("GET", "/_control/../seed", 404),
        ("GET", f"{SECTIONS}/{CODE}", 404),
        ("POST", "/_control/seed", 405),
        ("PATCH", "/_control/gradebook", 405),
        ("DELETE", "/_control/clock", 405),
        ("TRACE", "/_control/health", 405),
    ],
)
def test_an_unknown_path_or_method_is_refused(method: str, target: str, status: int) -> None:
    before = DESK.state()
    answer = DESK.outcome(method, target, {})
    assert isinstance(answer, Reply)
    refused(answer, status)
    assert DESK.state() == before
