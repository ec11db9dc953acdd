"""What suite and adapter say to each other: JSON objects, one a line, in lock step.

The suite sends a message with an `id` and an `op`; the adapter gives one answer with the same
`id`. The shapes are schemas/adapter/<op>.schema.json; shapes.py checks every message and every
answer. What the suite expects is never sent.
"""

from __future__ import annotations

from typing import Any

import orjson

from mock_sis.contracts.contract import abbreviate
from mock_sis.errors import Malformed, MockSisError
from mock_sis.formats.json_text import refuse_depth

VERSIONS = (1, 2)
"""The versions that the suite speaks, the newest last."""

VERSION = VERSIONS[-1]

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
"""What every adapter answers; each of the others needs a feature."""

LONGEST_LINE = 8 * 2**20
"""Bytes of one answer. The largest honest one, the state of 10,000 participants, is under 2 MiB."""

KEPT = 64 * 1024
"""Bytes that are kept of what an adapter writes to stderr."""
TOLD = 2000
"""Characters that are shown of a text from the adapter."""


class AdapterBroken(MockSisError):
    """The adapter, not the exporter, is at fault: `cause` says what it did, `cure` how to fix
    it."""

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(f"{cause} How to fix: {cure}")
        self.cause = cause
        self.cure = cure


class AdapterLate(AdapterBroken):
    """The adapter did not answer a message within so many seconds."""

    def __init__(self, cause: str, cure: str, seconds: float) -> None:
        super().__init__(cause, cure)
        self.seconds = seconds


class Unsupported(MockSisError):
    """The adapter says that its exporter cannot do what `message` asks. `reason` includes where
    that is tracked, if the adapter says so."""

    def __init__(self, message: Message, reason: str, issue_url: str = "") -> None:
        self.message = message
        self.reason = reason + (f" (tracked at {issue_url})" if issue_url else "")
        super().__init__(f"The adapter does not support {message['op']!r}: {self.reason}")


def encode(data: Message | Answer) -> bytes:
    """One line, with its line feed."""
    return orjson.dumps(data) + b"\n"


def decode(line: bytes, message: Message) -> Any:
    """The plain data of an answer to the message, not yet checked. Raises AdapterBroken."""
    shown = abbreviate(line.decode(errors="replace").strip())
    said = f"To {name_of(message)} the adapter wrote a line"
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise AdapterBroken(
            f"{said} that is not UTF-8 (byte {error.start}): {shown!r}.",
            "Encode stdout as UTF-8, or escape all but ASCII in the JSON.",
        ) from error
    try:
        refuse_depth(line)
        return orjson.loads(text)
    except (Malformed, orjson.JSONDecodeError) as error:
        raise AdapterBroken(
            f"{said} that is not JSON: {shown!r} ({error}).",
            "Keep stdout for answers, one JSON object a line, and write logs to stderr.",
        ) from error


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
    """The answer, if it is ok. Raises Unsupported; raises AdapterBroken if the adapter reports an
    error, or declines what every adapter must do."""
    op = message["op"]
    if answer["status"] == "error":
        raise AdapterBroken(
            f"The adapter reports that it broke at {name_of(message)}:"
            f" {abbreviate(answer['message'], TOLD)}",
            "Look into the adapter: an error is its own, and says nothing about the exporter.",
        )
    if answer["status"] == "unsupported":
        reason = abbreviate(answer["reason"], TOLD)
        if op in CORE:
            raise AdapterBroken(
                f"The adapter does not support {op!r} ({reason}), which belongs to the core.",
                "An exporter is tested through configure, load, export and state; answer them all.",
            )
        raise Unsupported(message, reason, answer.get("issue_url", ""))
    return answer


def name_of(message: Message) -> str:
    """A message in the texts of errors."""
    return f"message {message['id']} ({message['op']})"
