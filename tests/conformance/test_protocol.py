"""The protocol: what each defect of an answer is called, and that its schemas are kept."""

from __future__ import annotations

import pytest

from conformance.dialects import DIALECTS
from conformance.drivers.protocol import (
    OPERATIONS,
    AdapterBroken,
    Unsupported,
    accept,
    decline,
    decode,
    encode,
    fail,
    settled,
)
from conformance.drivers.shapes import shapes_of
from conformance.model.subject import Period
from conformance.wiseflow.scenarios.common import GRADED

SHAPES = shapes_of(DIALECTS)
SYNC = SHAPES.build(3, "sync", {})
GOOD = {"synchronised": True}

MESSAGES = {
    "hello": {"protocol": 2, "suite": {"name": "mock-sis", "version": "0"}},
    "configure": {
        "dialect": "wiseflow",
        "sis_url": "http://127.0.0.1:1/wiseflow",
        "credentials": {"type": "none"},
        "method": "POST",
        "timeout": 5,
        "state_dir": "/nowhere",
        "clock": {"mode": "virtual", "now": "2026-06-15T09:00:00Z"},
        "resume": False,
    },
    "load": GRADED.load_fields(Period(0.0, 1.0)),
    "sync": {},
    "act": {"action": "approve", "participant": 1001},
    "export": {"presses": 1, "by": "manager"},
    "retry": {"by": "manager"},
    "settle": {},
    "advance": {"seconds": 1.5},
    "state": {},
    "bye": {},
}

BAD_LINES = [
    (b"INFO starting up\n", "is not JSON", "logs to stderr"),
    (b"", "is not JSON", "logs to stderr"),
    (b'{"id": 3, "status"', "is not JSON", "logs to stderr"),
    ('{"id": 3, "status": "ok", "message": "Å"}'.encode("latin-1"), "not UTF-8", "as UTF-8"),
    (b'{"id": 3, "status": "ok", "synchronised": NaN}', "is not JSON", "logs"),
    (b"[]", "not an object", '"status": "ok"'),
    (b'{"id": 2, "status": "ok", "synchronised": true}', "out of turn", "repeat its id"),
    (b'{"id": true, "status": "ok", "synchronised": true}', "out of turn", "repeat its id"),
    (b'{"status": "ok"}', "out of turn", "repeat its id"),
    (b'{"id": 3, "status": "ok"}', "'synchronised'|\"synchronised\"", "sync.schema.json"),
    (b'{"id": 3, "status": "ok", "synchronised": "yes"}', "/synchronised", "sync.schema.json"),
    (b'{"id": 3, "status": "fine"}', "/status", "sync.schema.json"),
    (b'{"id": 3, "status": "unsupported"}', "reason", "sync.schema.json"),
    (b'{"id": 3, "status": "ok", "synchronised": true, "x": 1}', "'x'|\"x\"", "sync.schema.json"),
]


@pytest.mark.parametrize("op", OPERATIONS)
def test_a_message_survives_the_line_it_is_sent_on(op: str) -> None:
    message = SHAPES.build(7, op, MESSAGES[op])
    line = encode(message)
    assert line.count(b"\n") == 1
    assert SHAPES.read_message(line) == message


@pytest.mark.parametrize("op", OPERATIONS)
def test_a_message_off_schema_is_never_sent(op: str) -> None:
    with pytest.raises(ValueError, match="off schema"):
        SHAPES.build(7, op, {**MESSAGES[op], "surprise": 1})


@pytest.mark.parametrize("action", ["submit_assessment", "approve", "unlock", "change_setup"])
def test_an_action_needs_its_own_fields(action: str) -> None:
    with pytest.raises(ValueError, match="off schema"):
        SHAPES.build(7, "act", {"action": action})


@pytest.mark.parametrize(("line", "cause", "cure"), BAD_LINES)
def test_a_bad_answer_is_named_with_its_cause_and_cure(line: bytes, cause: str, cure: str) -> None:
    with pytest.raises(AdapterBroken, match=cause) as caught:
        SHAPES.check(decode(line, SYNC), SYNC)
    assert "sync" in caught.value.cause
    assert cure in caught.value.cure


def test_a_good_answer_comes_back_as_it_is() -> None:
    answer = accept(SYNC, **GOOD)
    assert decode(encode(answer), SYNC) == answer == settled(SHAPES.check(answer, SYNC), SYNC)


def test_declining_a_feature_is_unsupported_and_says_where_it_is_tracked() -> None:
    answer = SHAPES.check(decline(SYNC, "no SIS here", "https://example.org/7"), SYNC)
    with pytest.raises(Unsupported, match=r"no SIS here \(tracked at https://example.org/7\)"):
        settled(answer, SYNC)


def test_declining_the_core_is_a_broken_adapter() -> None:
    export = SHAPES.build(4, "export", MESSAGES["export"])
    with pytest.raises(AdapterBroken, match="belongs to the core"):
        settled(SHAPES.check(decline(export, "not today"), export), export)


def test_an_error_is_told_in_the_adapters_own_words() -> None:
    with pytest.raises(AdapterBroken, match="the database is away"):
        settled(SHAPES.check(fail(SYNC, "the database is away"), SYNC), SYNC)


def test_an_unknown_operation_is_no_message() -> None:
    with pytest.raises(ValueError, match="Unknown operation 'dance'"):
        SHAPES.read_message(b'{"id": 1, "op": "dance"}')


@pytest.mark.parametrize(
    "line",
    [
        b"x" * 100_000,
        b'{"id": "' + b"x" * 100_000 + b'", "status": "ok"}',
        encode(fail(SYNC, "x" * 100_000)),
        encode(decline(SYNC, "x" * 100_000)),
    ],
    ids=["rubbish", "an id", "an error", "a reason"],
)
def test_long_texts_are_shown_abbreviated(line: bytes) -> None:
    with pytest.raises((AdapterBroken, Unsupported)) as caught:
        settled(SHAPES.check(decode(line, SYNC), SYNC), SYNC)
    assert len(str(caught.value)) < 3000
