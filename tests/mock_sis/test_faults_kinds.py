"""Each kind of fault on its own: what it makes of a call or of an answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.fault_bench import JSON, POST, call, outcome, plan_of, spoilt, strike, told
from mock_sis.exchange import Delivery, Hangup, Reply
from mock_sis.faults.body import PAGE
from mock_sis.faults.catalogue import FAULTS, FaultKind
from mock_sis.faults.plan import INLINE, Plan
from mock_sis.faults.spec import inline

TRUE = told(2, [{"userId": 7, "errorInfo": "unknown"}])
BODY = TRUE.body
TEXT = (("Content-Type", "text/plain; charset=utf-8"),)


def leaving(**how: Any) -> Reply:
    return replace(TRUE, delivery=Delivery(**how))


def holding(body: bytes) -> Reply:
    return replace(TRUE, body=body)


AFTER = [
    ("reset_after", {}, Hangup("reset")),
    ("close_without_answer", {"phase": "after"}, Hangup("close")),
    ("reset_mid_body", {}, leaving(cut_after=len(BODY) // 2, ending="reset")),
    ("reset_mid_body", {"keep": 3}, leaving(cut_after=3, ending="reset")),
    ("reset_mid_body", {"keep": 10**6}, leaving(cut_after=len(BODY), ending="reset")),
    ("stall", {"seconds": 9, "phase": "after"}, Hangup("close", hold=9)),
    (
        "stall",
        {"seconds": 9, "part": "body", "phase": "after"},
        leaving(cut_after=0, ending="stall", stall=9),
    ),
    ("drip", {"bytes_per_second": 5}, leaving(drip=5)),
    ("delay", {"seconds": 3}, leaving(delay=3)),
    ("status", {"status": 599, "phase": "after"}, Reply(599, TEXT, b"599")),
    (
        "status",
        {"status": 409, "phase": "after", "body": {"id": 10**30}},
        Reply(409, JSON, b'{"id":1' + b"0" * 30 + b"}"),
    ),
    (
        "html_page",
        {"phase": "after", "status": 503},
        Reply(503, (("Content-Type", "text/html; charset=utf-8"),), PAGE),
    ),
    ("wrong_content_type", {}, replace(TRUE, headers=(("Content-Type", "text/plain"),))),
    (
        "wrong_content_type",
        {"value": "application/xml"},
        replace(TRUE, headers=(("Content-Type", "application/xml"),)),
    ),
    ("wrong_content_length", {}, leaving(claimed_length=len(BODY) + 10, ending="close")),
    ("wrong_content_length", {"delta": -(10**6)}, leaving(claimed_length=0, ending="close")),
    ("chunked_garbage", {}, leaving(bad_chunks=True, ending="close")),
    ("bad_gzip", {}, replace(TRUE, headers=(*JSON, ("Content-Encoding", "gzip")))),
    ("empty_body", {}, holding(b"")),
    ("truncated_body", {}, holding(BODY[: len(BODY) // 2])),
    ("truncated_body", {"keep": 0}, holding(b"")),
    ("truncated_body", {"keep": 1}, holding(b"{")),
    ("byte_order_mark", {}, holding(b"\xef\xbb\xbf" + BODY)),
    ("not_utf8", {}, holding(BODY.replace(b'"', b'"\xe9', 1))),
    ("duplicate_keys", {}, holding(BODY[:-1] + b',"numberOfSuccess":null}')),
    ("missing_outer_braces", {}, holding(BODY[1:-1])),
]

BEFORE = [
    ("reset_before", {}, Hangup("reset")),
    ("close_without_answer", {}, Hangup("close")),
    ("stall", {"seconds": 9}, Hangup("close", hold=9)),
    ("status", {"status": 503}, Reply(503, TEXT, b"Service Unavailable")),
    ("status", {"status": 204}, Reply(204)),
    ("status", {"status": 400, "body": ""}, Reply(400, TEXT, b"")),
    ("status", {"status": 400, "body": "zu spät"}, Reply(400, TEXT, "zu spät".encode())),
    ("status", {"status": 200, "body": {"a": [1]}}, Reply(200, JSON, b'{"a":[1]}')),
    ("status", {"status": 200, "body": []}, Reply(200, JSON, b"[]")),
    (
        "status",
        {"status": 429, "body": "", "retry_after": 30},
        Reply(429, (*TEXT, ("Retry-After", "30")), b""),
    ),
    (
        "status",
        {"status": 429, "body": "", "retry_after": "Mon, 15 Jun 2026 09:00:00 GMT"},
        Reply(429, (*TEXT, ("Retry-After", "Mon, 15 Jun 2026 09:00:00 GMT")), b""),
    ),
    (
        "status",
        {"status": 500, "body": "<e/>", "headers": {"content-type": "text/xml", "X-Trace": "7"}},
        Reply(500, (("content-type", "text/xml"), ("X-Trace", "7")), b"<e/>"),
    ),
    (
        "status",
        {"status": 429, "body": "", "retry_after": 30, "headers": {"retry-after": "soon"}},
        Reply(429, (("retry-after", "soon"), *TEXT), b""),
    ),
    (
        "redirect",
        {"location": "https://elsewhere.example/x"},
        Reply(307, (*TEXT, ("Location", "https://elsewhere.example/x")), b"Temporary Redirect"),
    ),
    (
        "redirect",
        {"location": "/other", "status": 303},
        Reply(303, (*TEXT, ("Location", "/other")), b"See Other"),
    ),
    ("html_page", {}, Reply(200, (("Content-Type", "text/html; charset=utf-8"),), PAGE)),
]


@pytest.mark.parametrize(("kind", "parameters", "expected"), AFTER)
def test_a_fault_after_the_call_lets_it_through_and_spoils_its_answer(
    kind: str, parameters: dict[str, Any], expected: Reply | Hangup
) -> None:
    effects = strike(plan_of({"fault": {"kind": kind, **parameters}}))
    assert effects.before is None
    assert effects.spoil(TRUE) == expected
    assert effects.names == (kind,)


@pytest.mark.parametrize(("kind", "parameters", "expected"), BEFORE)
def test_a_fault_before_the_call_answers_in_its_place(
    kind: str, parameters: dict[str, Any], expected: Reply | Hangup
) -> None:
    effects = strike(plan_of({"fault": {"kind": kind, **parameters}}))
    assert effects.before == expected
    assert effects.names == (kind,)


def test_an_expired_token_is_told_as_rfc_6750_has_it() -> None:
    reply = strike(plan_of("expired_token")).before
    assert isinstance(reply, Reply)
    assert reply.status == 401
    assert 'error="invalid_token"' in (reply.header("WWW-Authenticate") or "")


HUGE = 10**30
VERDICTS = [
    ("wiseflow_wrong_counts", {}, told(3), (4, 0, [])),
    ("wiseflow_wrong_counts", {"success_by": -1, "errors_by": 2}, told(3), (2, 2, [])),
    (
        "wiseflow_unknown_user",
        {"user": "x", "text": "who?"},
        told(2),
        (1, 1, [{"userId": "x", "errorInfo": "who?"}]),
    ),
    (
        "wiseflow_unknown_user",
        {"user": 5, "text": "who?"},
        told(0, [{"userId": 7, "errorInfo": "late"}]),
        (0, 2, [{"userId": 7, "errorInfo": "late"}, {"userId": 5, "errorInfo": "who?"}]),
    ),
    (
        "wiseflow_unknown_user",
        {"user": HUGE, "text": "who?"},
        told(2),
        (1, 1, [{"userId": HUGE, "errorInfo": "who?"}]),
    ),
    (
        "wiseflow_repeated_user",
        {},
        told(2, [{"userId": 7, "errorInfo": "late"}]),
        (1, 2, [{"userId": 7, "errorInfo": "late"}] * 2),
    ),
    (
        "wiseflow_repeated_user",
        {"user": 8, "text": "no"},
        told(3),
        (1, 2, [{"userId": 8, "errorInfo": "no"}] * 2),
    ),
    (
        "wiseflow_repeated_user",
        {"user": "7", "text": "no"},
        told(3, [{"userId": 7, "errorInfo": "late"}]),
        (2, 2, [{"userId": 7, "errorInfo": "late"}, {"userId": "7", "errorInfo": "no"}]),
    ),
    ("wiseflow_errors_without_user", {"text": "one"}, told(3), (2, 1, [{"errorInfo": "one"}])),
    (
        "wiseflow_errors_without_user",
        {},
        told(1, [{"userId": 7, "errorInfo": "late"}]),
        (1, 1, [{"errorInfo": "late"}]),
    ),
]


@pytest.mark.parametrize(("kind", "parameters", "true", "expected"), VERDICTS)
def test_a_verdict_fault_contradicts_what_the_receiver_found(
    kind: str, parameters: dict[str, Any], true: Reply, expected: tuple[int, int, list[Any]]
) -> None:
    reply = spoilt(kind, true, **parameters)
    assert isinstance(reply, Reply)
    successes, errors, listed = expected
    assert json.loads(reply.body) == {
        "numberOfSuccess": successes,
        "numberOfErrors": errors,
        "errors": listed,
    }
    assert (reply.status, reply.headers) == (true.status, true.headers)


NOTHING_TO_SPOIL = [
    ("wiseflow_wrong_counts", told(3, status=422)),
    ("wiseflow_wrong_counts", Reply(200, JSON, b"[1]")),
    ("wiseflow_wrong_counts", Reply(200, JSON, b'{"numberOfSuccess": 1}')),
    (
        "wiseflow_wrong_counts",
        Reply(200, JSON, b'{"numberOfSuccess": "1", "numberOfErrors": 0, "errors": []}'),
    ),
    ("wiseflow_unknown_user", Reply(200, (), b"<xml/>")),
    ("wiseflow_repeated_user", told(3)),
    ("wiseflow_errors_without_user", told(0, [{"errorInfo": "already so"}])),
    ("duplicate_keys", Reply(200, JSON, b"{}")),
    ("duplicate_keys", Reply(200, JSON, b"[1]")),
    ("missing_outer_braces", Reply(200, (), b"<p>{}</p>")),
    ("byte_order_mark", Reply(204)),
    ("not_utf8", Reply(204)),
    ("empty_body", Reply(204)),
    ("truncated_body", Reply(204)),
]


@pytest.mark.parametrize(("kind", "reply"), NOTHING_TO_SPOIL)
def test_a_fault_with_nothing_to_spoil_waits_for_the_next_call(kind: str, reply: Reply) -> None:
    plan = plan_of(kind)
    assert outcome(plan, reply) is reply
    assert [(armed.seen, armed.fired, armed.exhausted) for armed in plan.armed] == [(1, 0, False)]
    true = told(1, [{"userId": 7, "errorInfo": "late"}])
    assert outcome(plan, true) != true
    assert plan.armed[0].exhausted


def test_no_length_is_below_that_of_an_empty_body() -> None:
    plan = plan_of({"fault": {"kind": "wrong_content_length", "delta": -1}})
    assert outcome(plan, Reply(204)) == Reply(204)
    assert plan.never_fired == plan.armed


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
@given(
    status=st.integers(200, 599),
    body=st.binary(max_size=40) | st.just(TRUE.body) | st.just(b"{}") | st.just(b"[" * 2000),
)
def test_no_answer_is_so_odd_that_a_fault_fails_on_it(
    kind: FaultKind, status: int, body: bytes
) -> None:
    plan = plan_of(kind.example | {"when": {"always": True}})
    reply = Reply(status, JSON, body)
    spoilt_reply = outcome(plan, reply)
    assert isinstance(spoilt_reply, Reply | Hangup)
    assert plan.armed[0].fired == (1 if spoilt_reply != reply else 0)


@given(body=st.text(min_size=1, max_size=40))
def test_not_utf8_is_never_utf8(body: str) -> None:
    reply = spoilt("not_utf8", Reply(200, (), body.encode()))
    assert isinstance(reply, Reply)
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode()


@given(keep=st.floats(0, 1, exclude_max=True) | st.integers(1, 200), body=st.binary(max_size=100))
def test_a_truncated_body_is_a_beginning_of_the_true_one(keep: float, body: bytes) -> None:
    reply = spoilt("truncated_body", Reply(200, (), body), keep=keep)
    assert isinstance(reply, Reply)
    assert body.startswith(reply.body)
    assert len(reply.body) == (int(len(body) * keep) if keep < 1 else min(int(keep), len(body)))


def test_a_request_may_bring_a_fault_of_its_own() -> None:
    plan = Plan()
    effects = plan.strike(POST, call(), frozenset, extra=(inline("reset_after", POST),))
    assert effects.spoil(TRUE) == Hangup("reset")
    assert (effects.fired, effects.names) == ((INLINE,), ("reset_after",))
    assert plan.armed == ()
    assert outcome(plan, TRUE) is TRUE
