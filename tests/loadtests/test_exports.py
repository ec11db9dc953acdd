"""What a bulk export says, and when its answer counts as success."""

from __future__ import annotations

import orjson
import pytest

from loadtests.exports import export_body, failure_reason

FLOW = {"participants": [{"userId": 1}, {"userId": "two"}, {"userId": 3}]}


def answer(success: int, errors: list[object]) -> bytes:
    body = {"numberOfSuccess": success, "numberOfErrors": len(errors), "errors": errors}
    return orjson.dumps(body)


@pytest.mark.parametrize(
    ("size", "rows"),
    [
        (1, [(1, "A")]),
        (3, [(1, "A"), ("two", "B"), (3, "A")]),
    ],
)
def test_a_body_names_the_first_participants_and_deals_out_the_marks(
    size: int, rows: list[tuple[object, str]]
) -> None:
    sent = orjson.loads(export_body(FLOW, size, ["A", "B"]))
    assert sent == {
        "participants": [{"userId": who, "mark": mark, "adminGrade": ""} for who, mark in rows]
    }


def test_a_flow_with_too_few_participants_is_refused() -> None:
    with pytest.raises(ValueError, match=r"3 participants, fewer than the 4"):
        export_body(FLOW, 4, ["A"])


def test_a_200_that_counts_everybody_is_a_success() -> None:
    assert failure_reason(200, answer(3, []), 3) is None


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (503, answer(3, []), "status 503"),
        (201, answer(3, []), "status 201"),
        (200, b"<html>", "not JSON"),
        (200, b"", "not JSON"),
        (200, b"[]", "not a JSON object"),
        (200, answer(2, []), "2 successes of 3"),
        (200, b"{}", "None successes of 3"),
        (200, answer(2, [{"userId": 1, "errorInfo": "gone"}]), "but with errors: gone"),
        (200, answer(3, [{"userId": 1}]), "but with errors: numberOfErrors 1"),
        (200, answer(3, ["odd"]), "but with errors: numberOfErrors 1"),
        (200, b'{"numberOfSuccess": 3, "numberOfErrors": 1}', "but with errors: numberOfErrors 1"),
    ],
)
def test_anything_less_is_a_failure_that_says_why(status: int, body: bytes, why: str) -> None:
    found = failure_reason(status, body, 3)
    assert found is not None
    assert why in found
