"""What suite and adapter tell each other: JSON objects, one a line, in lock step.

The suite sends a message with an `id` and an `op`; the adapter gives one answer with the same
`id`. The shapes are schemas/adapter/<op>.schema.json, and every message and every answer is
checked against them, whoever made it. Expectations never travel.
"""

from __future__ import annotations

from typing import Any, Literal

import orjson

from mock_sis.contracts.contract import abbreviate, contract
from mock_sis.errors import Malformed, MockSisError
from mock_sis.formats.json_text import refuse_depth

VERSION = 1

Message = dict[str, Any]
Answer = dict[str, Any]

OPERATIONS = (
    "hello",
    "configure",
    "load",
    "sync",
    "act",
    "export",
    "retry",
    "settle",
    "advance",
    "state",
    "bye",
)
CORE = frozenset({"hello", "configure", "load", "export", "state", "bye"})
"""What every adapter answers; the others each need a feature."""

LONGEST_LINE = 8 * 2**20
"""Bytes of one answer. The largest honest one, the state of 10,000 participants, is under 2 MiB."""

KEPT = 64 * 1024
"""How much is kept of what an adapter writes to stderr."""
TOLD = 2000
"""Characters of a text of the adapter's that are told."""


class AdapterBroken(MockSisError):
    """The adapter, not the exporter, is at fault: says what it did and how to mend that."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause} To mend it: {cure}")
        self.cause = cause
        self.cure = cure


class Unsupported(MockSisError):
    """The adapter says its exporter cannot do this. `issue_url` is "" where none was given."""

    def __init__(self, op: str, reason: str, issue_url: str = "") -> None:
        tracked = f" (tracked at {issue_url})" if issue_url else ""
        super().__init__(f"The adapter does not support {op!r}: {reason}{tracked}")
        self.op = op
        self.reason = reason
        self.issue_url = issue_url


def build(number: int, op: str, fields: dict[str, Any]) -> Message:
    """A message. Raises ValueError where it would break its own schema: a scenario is wrong."""
    message: Message = {"id": number, "op": op, **fields}
    wrong = faults_of("message", op, message)
    if wrong:
        raise ValueError(f"The suite made a {op!r} message that is off schema: {wrong}")
    return message


def encode(data: Message | Answer) -> bytes:
    """One line, its line feed included."""
    return orjson.dumps(data) + b"\n"


def decode(line: bytes, message: Message) -> Answer:
    """The checked answer to a message, from a line. Raises AdapterBroken."""
    shown = abbreviate(line.decode(errors="replace").strip())
    said = f"To {_name(message)} the adapter wrote a line"
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise AdapterBroken(
            f"{said} that is not UTF-8 (byte {error.start}): {shown!r}.",
            "Encode stdout as UTF-8, or escape what is not ASCII in the JSON.",
        ) from error
    try:
        refuse_depth(line)
        data = orjson.loads(text)
    except (Malformed, orjson.JSONDecodeError) as error:
        raise AdapterBroken(
            f"{said} that is not JSON: {shown!r} ({error}).",
            "Keep stdout for answers, one JSON object a line, and write logs to stderr.",
        ) from error
    return check(data, message)


def check(data: Any, message: Message) -> Answer:
    """The same data if it is a good answer to the message. Raises AdapterBroken."""
    if not isinstance(data, dict):
        raise AdapterBroken(
            f"To {_name(message)} the adapter answered {abbreviate(repr(data))}, not an object.",
            'Answer with an object such as {"id": 1, "status": "ok"}.',
        )
    if data.get("id") != message["id"] or isinstance(data.get("id"), bool):
        whose = f"is for id {abbreviate(repr(data['id']))}" if "id" in data else "has no id"
        raise AdapterBroken(
            f"The adapter answered out of turn: {_name(message)} was waiting and the answer"
            f" {whose}.",
            f"Answer each message once, in order, and repeat its id: here the number"
            f" {message['id']}.",
        )
    wrong = faults_of("answer", message["op"], data)
    if wrong:
        raise AdapterBroken(
            f"The adapter's answer to {_name(message)} is off schema: {wrong}.",
            f"The shape is schemas/adapter/{message['op']}.schema.json, $defs/answer.",
        )
    return data


def faults_of(kind: Literal["message", "answer"], op: str, data: Any) -> str:
    """What is wrong with a message or an answer of that operation, each place named; "" if
    nothing is."""
    shape = contract(f"adapter/{op}.schema.json#/$defs/{kind}")
    if shape.accepts(data):
        return ""
    return "; ".join(
        f"{problem.pointer or '(root)'}: {problem.message}" for problem in shape.problems(data, 5)
    )


def read_message(line: bytes) -> Message:
    """For adapters written in Python: a checked message from a line. Raises ValueError."""
    message = orjson.loads(line)
    op = message.get("op") if isinstance(message, dict) else None
    if op not in OPERATIONS:
        raise ValueError(f"{op!r} is no operation of this protocol; they are {OPERATIONS}")
    wrong = faults_of("message", op, message)
    if wrong:
        raise ValueError(f"The {op!r} message is off schema: {wrong}")
    return dict(message)


def accept(message: Message, **fields: Any) -> Answer:
    """For adapters: the answer that it was done."""
    return {"id": message["id"], "status": "ok", **fields}


def decline(message: Message, reason: str, issue_url: str = "") -> Answer:
    """For adapters: the answer that the exporter cannot do this."""
    tracked = {"issue_url": issue_url} if issue_url else {}
    return {"id": message["id"], "status": "unsupported", "reason": reason, **tracked}


def fail(message: Message, text: str) -> Answer:
    """For adapters: the answer that the adapter itself broke."""
    return {"id": message["id"], "status": "error", "message": text}


def settled(answer: Answer, message: Message) -> Answer:
    """The answer if it is ok. Raises Unsupported, or AdapterBroken where it reports an error or
    declines what every adapter must do."""
    op = message["op"]
    if answer["status"] == "error":
        raise AdapterBroken(
            f"The adapter reports that it broke at {_name(message)}:"
            f" {abbreviate(answer['message'], TOLD)}",
            "Look into the adapter: an error is its own, and says nothing of the exporter.",
        )
    if answer["status"] == "unsupported":
        reason = abbreviate(answer["reason"], TOLD)
        if op in CORE:
            raise AdapterBroken(
                f"The adapter does not support {op!r} ({reason}), which belongs to the core.",
                "An exporter is tested through configure, load, export and state; answer them all.",
            )
        raise Unsupported(op, reason, answer.get("issue_url", ""))
    return answer


def _name(message: Message) -> str:
    return f"message {message['id']} ({message['op']})"
