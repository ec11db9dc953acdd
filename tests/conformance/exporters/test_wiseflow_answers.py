"""What an answer of the SIS means, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.kit.wire import Answer
from conformance.exporters.wiseflow.answers import Reader
from conformance.exporters.wiseflow.model import SentRow

ROWS = (SentRow(1, "B", ""), SentRow("two", "A", ""), SentRow(3, "", "F"))
KEYS = {row.key for row in ROWS}


def judged(body: bytes, status: int = 200) -> tuple[set[str], dict[str, str | None]]:
    """Whom it makes Exported, and the messages of those it makes Failed."""
    fates = Reader().judge(Answer(status, body), ROWS).fates
    assert fates.keys() == KEYS
    exported = {key for key, fate in fates.items() if fate.state is ExportState.EXPORTED}
    return exported, {key: fates[key].message for key in KEYS - exported}


def report(successes: Any, failures: Any, *errors: Any, **more: Any) -> bytes:
    counts = {"numberOfSuccess": successes, "numberOfErrors": failures}
    return json.dumps({**counts, "errors": list(errors), **more}).encode()


def error(user: Any, text: Any = "why") -> dict[str, Any]:
    return {"userId": user, "errorInfo": text}


@pytest.mark.parametrize(
    ("body", "exported"),
    [
        (report(3, 0), KEYS),
        (b'{"numberOfSuccess":3,"numberOfErrors":0}', KEYS),
        (b'{"numberOfSuccess":3,"numberOfErrors":0,"errors":null}', KEYS),
        (report(3, 0, note="more than agreed"), KEYS),
        (report(2, 1, error(3)), {"1", "two"}),
        (report(2, 1, error("1")), {"two", "3"}),
        (report(0, 3, error(1), error("two"), error(3)), set()),
    ],
)
def test_a_report_that_adds_up_decides_for_each_participant(
    body: bytes, exported: set[str]
) -> None:
    found, failed = judged(body)
    assert found == exported
    assert set(failed.values()) <= {"why"}


BAD_REPORTS = {
    "too few counted": report(2, 0),
    "too many counted": report(4, 0),
    "an error counted and not listed": report(2, 1),
    "an error listed and not counted": report(3, 0, error(1)),
    "counts that cancel out": report(4, -1),
    "an unknown user": report(2, 1, error(9)),
    "a user twice": report(1, 2, error(1), error("1")),
    "no user": report(2, 1, {"errorInfo": "why"}),
    "a user that is a truth value": report(2, 1, error(True)),
    "an error that is text": report(2, 1, "why"),
    "errors that are text": b'{"numberOfSuccess":3,"numberOfErrors":0,"errors":"none"}',
    "counts as text": report("3", 0),
    "counts as truth values": report(True, 2, error(1), error(3)),
    "counts as fractions": report(3.0, 0),
    "a count beyond number": b'{"numberOfSuccess":1e400,"numberOfErrors":0,"errors":[]}',
    "no counts": b"{}",
    "a list": b"[]",
    "nothing": b"",
    "truncated": report(3, 0)[:-5],
    "a page": b"<!doctype html><title>OK</title>",
    "a byte-order mark": b"\xef\xbb\xbf" + report(3, 0),
    "another encoding": report(3, 0).decode().encode("utf-16"),
    "not UTF-8": report(3, 0, note="x").replace(b"x", b"\xff"),
    "duplicate keys": b'{"numberOfSuccess":0,"numberOfSuccess":3,"numberOfErrors":0}',
    "NaN": b'{"numberOfSuccess":3,"numberOfErrors":0,"x":NaN}',
    "nested without end": b"[" * 200_000,
    "a number without end": b'{"numberOfSuccess":' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", BAD_REPORTS.values(), ids=list(BAD_REPORTS))
def test_an_answer_that_does_not_add_up_exports_nobody_and_says_the_outcome_is_unknown(
    body: bytes,
) -> None:
    exported, failed = judged(body)
    assert exported == set()
    assert all("outcome is unknown" in str(text) for text in failed.values())


@pytest.mark.parametrize(
    ("status", "known"),
    [(201, False), (202, False), (204, False), (302, True), (308, True), (400, True), (401, True),
     (404, True), (409, True), (413, True), (429, True), (500, False), (502, False), (503, False)],
)  # fmt: skip
def test_no_status_but_200_is_a_success(status: int, known: bool) -> None:
    exported, failed = judged(report(3, 0), status)
    assert exported == set()
    assert all(("outcome is unknown" not in str(text)) is known for text in failed.values())
    assert all(str(status) in str(text) for text in failed.values())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mark 'Z' ist nicht zulässig", "Mark 'Z' ist nicht zulässig"),
        ("a\ud800b", "a?b"),
        ("", "The SIS refused the grade without a reason."),
        (None, "The SIS refused the grade without a reason."),
    ],
)
def test_a_participant_is_shown_the_sis_own_words(text: Any, shown: str) -> None:
    _, failed = judged(report(2, 1, error(3, text)))
    assert failed == {"3": shown}


def test_a_flow_is_synchronised_only_by_a_flow() -> None:
    reader = Reader()
    assert reader.flow_problem(Answer(200, b'{"participants": []}')) == ""
    for bad in (Answer(404, b"{}"), Answer(200, b"<p>"), Answer(200, b"{}"), Answer(302, b"")):
        assert reader.flow_problem(bad) != ""
