"""The body of a bulk export, and the meaning of its answer: pure functions that locust calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import orjson


def export_body(flow: Mapping[str, Any], size: int, marks: Sequence[str]) -> bytes:
    """The body that exports a flow's first `size` participants, with the marks assigned in turn.

    `flow` is the receiver's answer to GET /flows/{code}. Raises ValueError if it has fewer
    participants.
    """
    people = flow["participants"][:size]
    if len(people) < size:
        raise ValueError(
            f"the flow has {len(people)} participants, fewer than the {size} asked for"
        )
    rows = [
        {"userId": person["userId"], "mark": mark, "adminGrade": ""}
        for person, mark in zip(people, cycle(marks), strict=False)
    ]
    return orjson.dumps({"participants": rows})


def failure_reason(status: int, body: bytes, sent: int) -> str | None:
    """Why the answer to an export of `sent` participants is a failure; None if it is a success.

    Status 200 is not enough: the counts must say that all participants were stored.
    """
    if status != 200:
        return f"status {status}"
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "status 200, but the body is not JSON"
    if not isinstance(answer, dict):
        return "status 200, but the body is not a JSON object"
    if answer.get("errors") or answer.get("numberOfErrors"):
        return f"status 200, but with errors: {first_error(answer)}"
    if answer.get("numberOfSuccess") != sent:
        return f"status 200, but {answer.get('numberOfSuccess')} successes of {sent}"
    return None


def first_error(answer: Mapping[str, Any]) -> str:
    """The text of the first error in an answer, or the number of errors if it has no text."""
    match answer.get("errors"):
        case [{"errorInfo": text}, *_]:
            return str(text)
        case _:
            return f"numberOfErrors {answer.get('numberOfErrors')}"
