"""Every answer that is no 200: its status, its form, and that nothing was stored."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.simulator.wiseflow_desk import FLOW, GRADES, JSON_TYPE, Desk, seed
from mock_sis.exchange import Call, Hangup, Headers, Reply

GOOD = b'{"participants":[{"userId":1001,"mark":"A"}]}'


def _row(row: bytes) -> bytes:
    return b'{"participants":[' + row + b"]}"


# Each has a good row before the bad one wherever it can: none of it may be stored.
MALFORMED: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"participants=1001",
    "the sample of the vendor's page": (
        b'{\n"participants": [\n"userId": 0,\n"mark": "string",\n"adminGrade": "string"\n]\n}'
    ),
    "truncated": GOOD[:-1],
    "truncated in a name": GOOD[:6],
    "followed by rubbish": GOOD + b"x",
    "two documents": GOOD + GOOD,
    "a hundred thousand arrays": b"[" * 100_000,
    "a hundred thousand objects": b'{"participants":' * 100_000,
    "a hundred thousand levels in a mark": _row(
        b'{"userId":1001,"mark":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    ),
    "65 levels": b'{"participants":' + b"[" * 64 + b"]" * 64 + b"}",
    "a byte-order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-16 without a mark": GOOD.decode().encode("utf-16-be"),
    "UTF-32": GOOD.decode().encode("utf-32"),
    "Latin-1": _row('{"userId":1001,"mark":"é"}'.encode("latin-1")),
    "a surrogate in UTF-8": _row(b'{"userId":1001,"mark":"\xed\xa0\x80"}'),
    "a lone surrogate": _row(b'{"userId":1001,"mark":"\\ud800"}'),
    "half a pair of surrogates": _row(b'{"userId":1001,"mark":"\\ud83dx"}'),
    "a field twice": _row(b'{"userId":1001,"mark":"A","mark":"B"}'),
    "a field twice, once escaped": _row(b'{"userId":1001,"mark":"A","\\u006dark":"B"}'),
    "the list twice": b'{"participants":[],"participants":[{"userId":1001,"mark":"A"}]}',
    "a number no double holds": _row(b'{"userId":1e400,"mark":"A"}'),
    "a negative one": _row(b'{"userId":-1e400,"mark":"A"}'),
    "NaN": _row(b'{"userId":NaN,"mark":"A"}'),
    "Infinity": _row(b'{"userId":Infinity,"mark":"A"}'),
    "an integer of 5000 digits": _row(b'{"userId":' + b"1" * 5000 + b',"mark":"A"}'),
    "a number with a zero before it": _row(b'{"userId":01001,"mark":"A"}'),
    "a bare control character": _row(b'{"userId":1001,"mark":"A\n"}'),
    "a NUL": GOOD + b"\0",
    "a comment": b"/* */" + GOOD,
    "a trailing comma": _row(b'{"userId":1001,"mark":"A"},'),
}
OFF_SCHEMA: dict[str, tuple[bytes, str]] = {
    "an array": (b"[]", ""),
    "null": (b"null", ""),
    "no list": (b"{}", ""),
    "another list": (b'{"students":[]}', ""),
    "a list that is text": (b'{"participants":"1001"}', "/participants"),
    "no userId": (_row(b'{"userId":1001,"mark":"A"},{"mark":"A"}'), "/participants/1"),
    "a userId of nothing": (
        _row(b'{"userId":1001,"mark":"A"},{"userId":null}'),
        "/participants/1/userId",
    ),
    "a userId that is a list": (
        _row(b'{"userId":1001,"mark":"A"},{"userId":[1001]}'),
        "/participants/1/userId",
    ),
    "a mark that is a number": (
        _row(b'{"userId":1001,"mark":"A"},{"userId":"x-4","mark":6}'),
        "/participants/1/mark",
    ),
    "an adminGrade of nothing": (
        _row(b'{"userId":1001,"mark":"A","adminGrade":null}'),
        "/participants/0/adminGrade",
    ),
    "an unnamed field": (_row(b'{"userId":1001,"mark":"A","name":"x"}'), "/participants/0"),
    "64 levels": (b'{"participants":' + b"[" * 63 + b"]" * 63 + b"}", "/participants/0"),
}


def _refused(desk: Desk, answer: Reply, status: int) -> dict[str, Any]:
    """The problem document of an answer with that status."""
    assert answer.status == status, answer.body[:500]
    told: dict[str, Any] = json.loads(answer.body)
    assert told["status"] == status
    assert told["detail"]
    return told


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("extra", [False, True])
def test_a_body_that_is_not_json_is_a_400(body: bytes, extra: bool) -> None:
    desk = Desk(seed(mapping={"extra_fields": extra, "single_object": extra}))
    before = desk.snapshot()
    _refused(desk, desk.export(body), 400)
    assert desk.snapshot() == before


@pytest.mark.parametrize(("body", "pointer"), OFF_SCHEMA.values(), ids=OFF_SCHEMA)
def test_a_body_off_schema_is_a_422_with_pointers(desk: Desk, body: bytes, pointer: str) -> None:
    before = desk.snapshot()
    told = _refused(desk, desk.export(body), 422)
    assert pointer in [each["pointer"] for each in told["errors"]]
    assert all(each["detail"] for each in told["errors"])
    assert desk.snapshot() == before


def test_a_body_of_bad_rows_is_answered_in_brief(desk: Desk) -> None:
    rows = b",".join([b'{"userId":null,"mark":"' + b"x" * 1000 + b'"}'] * 2000)
    answer = desk.export(_row(rows))
    assert len(_refused(desk, answer, 422)["errors"]) == 21
    assert len(answer.body) < 20_000


@pytest.mark.parametrize("field", ["userId", "mark", "adminGrade"])
def test_a_huge_text_is_judged_and_not_echoed_whole(desk: Desk, field: str) -> None:
    row = {"userId": 1001, "mark": "A"} | {field: "é" * 2**20}
    before = desk.snapshot()
    report = desk.send(row)
    assert report["numberOfErrors"] == 1
    assert len(report["errors"][0]["errorInfo"]) < 200
    assert desk.snapshot() == before


def test_control_characters_and_brackets_in_a_mark_are_a_mark(desk: Desk) -> None:
    mark = "\0\x1f\x7f\u2028[[[[{{{{\"\\'"
    report = desk.send({"userId": 1001, "mark": mark}, target="/wiseflow/flows/FREE/grades")
    assert report["numberOfSuccess"] == 1
    assert desk.marks("free") == {"1001": (mark, "")}


TYPES: dict[str, Headers] = {
    "none": (),
    "a form": (("Content-Type", "application/x-www-form-urlencoded"),),
    "text": (("Content-Type", "text/plain; charset=utf-8"),),
    "XML": (("Content-Type", "application/xml"),),
    "a patch": (("Content-Type", "application/merge-patch+json"),),
    "Latin-1": (("Content-Type", "application/json; charset=ISO-8859-1"),),
    "gzip": (*JSON_TYPE, ("Content-Encoding", "gzip")),
}


@pytest.mark.parametrize("headers", TYPES.values(), ids=TYPES)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_body_of_another_type_is_a_415(desk: Desk, method: str, headers: Headers) -> None:
    before = desk.snapshot()
    _refused(desk, desk.ask(method, GRADES, GOOD, headers), 415)
    assert desk.snapshot() == before


UNKNOWN = ["/wiseflow/flows/nothing", "/wiseflow/flows/UNI%7C%7CMATH101", "/wiseflow/flows/math"]


@pytest.mark.parametrize(
    "flow", [*UNKNOWN, "/wiseflow/flows/%ff%00", "/wiseflow/flows/" + "x" * 9999]
)
def test_an_unknown_flow_is_a_404(desk: Desk, flow: str) -> None:
    before = desk.snapshot()
    _refused(desk, desk.ask("GET", flow), 404)
    told = _refused(desk, desk.export(GOOD, f"{flow}/grades"), 404)
    assert len(told["detail"]) < 500
    assert desk.snapshot() == before


@pytest.mark.parametrize(
    "target",
    ["/", "/flows", "/wiseflow", "/wiseflow/grades", f"{GRADES}/1001", "*", "/wiseflow/\udcff"],
)
def test_an_unknown_path_is_a_404(desk: Desk, target: str) -> None:
    _refused(desk, desk.ask("GET", target), 404)


METHODS = [
    ("GET", GRADES, "PATCH, POST"),
    ("PUT", GRADES, "PATCH, POST"),
    ("DELETE", GRADES, "PATCH, POST"),
    ("OPTIONS", GRADES, "PATCH, POST"),
    ("post", GRADES, "PATCH, POST"),
    ("POST", FLOW, "GET, HEAD"),
    ("HEAD", GRADES, "PATCH, POST"),
    ("GET", "/wiseflow/oauth/token", "POST"),
]


@pytest.mark.parametrize(("method", "target", "allowed"), METHODS)
def test_another_method_is_a_405_with_allow(
    desk: Desk, method: str, target: str, allowed: str
) -> None:
    before = desk.snapshot()
    answer = desk.ask(method, target, GOOD, JSON_TYPE)
    _refused(desk, answer, 405)
    assert answer.header("Allow") == allowed
    assert desk.snapshot() == before


@pytest.mark.parametrize(("only", "other"), [("POST", "PATCH"), ("PATCH", "POST")])
def test_a_method_the_institution_does_not_take_is_a_405(only: str, other: str) -> None:
    desk = Desk(seed(methods=[only]))
    before = desk.snapshot()
    answer = desk.ask(other, GRADES, GOOD, JSON_TYPE)
    _refused(desk, answer, 405)
    assert answer.header("Allow") == only
    assert desk.snapshot() == before
    assert desk.ask(only, GRADES, GOOD, JSON_TYPE).status == 200


DEFECTS = [("too_large", 413), ("stalled", 408), ("unreadable", 400)]


@pytest.mark.parametrize(("defect", "status"), DEFECTS)
def test_a_body_that_is_not_whole_is_not_used(desk: Desk, defect: Any, status: int) -> None:
    before = desk.snapshot()
    _refused(desk, desk.export(GOOD, defect=defect), status)
    assert desk.snapshot() == before


def test_a_client_that_went_away_is_not_answered(desk: Desk) -> None:
    before = desk.snapshot()
    call = Call("POST", GRADES, JSON_TYPE, GOOD, defect="disconnected")
    assert desk.simulator.answer(call) == Hangup("close")
    assert desk.snapshot() == before


def test_the_limit_that_was_passed_is_told() -> None:
    desk = Desk(body_limit=1234)
    told = _refused(desk, desk.export(b"", defect="too_large"), 413)
    assert "1234 bytes" in told["detail"]


BASIC = b64encode("user:pæss".encode()).decode()
AUTHS: dict[str, tuple[dict[str, Any], Headers, Headers]] = {
    "basic": (
        {"type": "basic", "username": "user", "password": "pæss"},
        (("Authorization", f"Basic {BASIC}"),),
        (("Authorization", f"Basic {b64encode(b'user:pass').decode()}"),),
    ),
    "bearer": (
        {"type": "bearer", "token": "open-sesame"},
        (("Authorization", "Bearer open-sesame"),),
        (("Authorization", "Bearer open-barley"),),
    ),
    "API key": (
        {"type": "api_key", "header": "X-Key", "key": "open-sesame"},
        (("x-key", "open-sesame"),),
        (("x-key", "open-barley"),),
    ),
}


@pytest.mark.parametrize(("auth", "right", "wrong"), AUTHS.values(), ids=AUTHS)
def test_bad_credentials_are_a_401_before_anything_else(
    auth: dict[str, Any], right: Headers, wrong: Headers
) -> None:
    desk = Desk(seed(auth=auth))
    before = desk.snapshot()
    for headers in ((), wrong, (("Authorization", ""),), (("Authorization", "Basic \xff"),)):
        answer = desk.ask("POST", GRADES, b"not even JSON", headers)
        told = json.dumps(_refused(desk, answer, 401))
        assert answer.header("WWW-Authenticate")
        assert not any(secret in told for secret in ("open-sesame", "pæss", BASIC))
    assert desk.ask("GET", "/wiseflow/flows/nothing").status == 401
    assert desk.snapshot() == before
    assert desk.ask("POST", GRADES, GOOD, (*JSON_TYPE, *right)).status == 200


def test_oauth_2_takes_a_token_from_the_token_endpoint() -> None:
    auth = {"type": "oauth2", "client_id": "flow", "client_secret": "s3cret", "lifetime": 60}
    desk = Desk(seed(auth=auth))
    assert desk.ask("POST", GRADES, GOOD, JSON_TYPE).status == 401
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    asked = b"grant_type=client_credentials&client_id=flow&client_secret=s3cret"
    token = json.loads(desk.ask("POST", "/wiseflow/oauth/token", asked, form).body)["access_token"]
    bearer = (("Authorization", f"Bearer {token}"),)
    assert desk.ask("POST", GRADES, GOOD, (*JSON_TYPE, *bearer)).status == 200
    assert desk.ask("POST", "/wiseflow/oauth/token", b"grant_type=password", form).status in (
        400,
        401,
    )


def test_the_token_endpoint_is_not_there_without_oauth_2(desk: Desk) -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    asked = b"grant_type=client_credentials"
    assert desk.ask("POST", "/wiseflow/oauth/token", asked, form).status == 404


@settings(max_examples=100)
@given(
    st.sampled_from(["POST", "PATCH"]),
    st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
    st.integers(0, len(GOOD)),
    st.booleans(),
)
def test_no_body_is_answered_with_a_500(method: str, rubbish: bytes, at: int, whole: bool) -> None:
    desk = Desk()
    before = desk.snapshot()
    body = rubbish if whole else GOOD[:at] + rubbish + GOOD[at:]
    answer = desk.ask(method, GRADES, body, JSON_TYPE)
    assert answer.status in (200, 400, 422)
    if answer.status != 200 or json.loads(answer.body)["numberOfSuccess"] == 0:
        assert desk.snapshot() == before


@settings(max_examples=100)
@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(["GET", "POST", "PATCH", "PUT"]))
def test_no_path_is_answered_with_a_500(code: str, tail: str, method: str) -> None:
    desk = Desk()
    answer = desk.ask(method, f"/wiseflow/flows/{code}/{tail}", GOOD, JSON_TYPE)
    assert answer.status in (200, 404, 405)
