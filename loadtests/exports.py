"""What a bulk export says, and what its answer means. Pure functions; locust calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import orjson


def export_body(flow: Mapping[str, Any], size: int, marks: Sequence[str]) -> bytes:
    """The body that exports a flow's first `size` participants, the marks dealt out in turn.

    `flow` is the receiver's own answer to a fetch. Raises ValueError where it has fewer people.
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


def complaint(status: int, body: bytes, sent: int) -> str | None:
    """Why an answer to `sent` participants is not a whole success; None where it is one.

    A 200 alone is not success: the counts have to say that everybody was stored.
    """
    if status != 200:
        return f"status {status}"
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "a 200 that is not JSON"
    if not isinstance(answer, dict):
        return "a 200 that is not a JSON object"
    if answer.get("errors") or answer.get("numberOfErrors"):
        return f"a 200 that carries errors: {first_error(answer)}"
    if answer.get("numberOfSuccess") != sent:
        return f"a 200 that counts {answer.get('numberOfSuccess')} successes of {sent}"
    return None


def first_error(answer: Mapping[str, Any]) -> str:
    """The text of the first error in an answer, or the count where there is no text."""
    match answer.get("errors"):
        case [{"errorInfo": text}, *_]:
            return str(text)
        case _:
            return f"numberOfErrors {answer.get('numberOfErrors')}"
