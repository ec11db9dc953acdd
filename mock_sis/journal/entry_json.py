"""Convert journal entries to plain data and back, without losing a byte.

A body is `{"encoding": "utf-8" | "base64", "text"}`. So is a target, peer or header with bytes that
are not UTF-8 (they arrive as lone surrogates); any other string is written as it is. The shape is
defined in schemas/control/entry.schema.json.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from mock_sis.errors import ReplayError
from mock_sis.exchange import PLAIN, Call, Delivery, Hangup, Headers, Reply
from mock_sis.journal.entry import Delivered, Entry

_DELIVERY = tuple(field.name for field in fields(Delivery))


def as_json(entry: Entry) -> dict[str, Any]:
    """An entry as plain data that can be written as JSON."""
    return {
        "number": entry.number,
        "operation": entry.operation,
        "call": _call(entry.call),
        "outcome": _outcome(entry.outcome),
        "faults": list(entry.faults),
        "took": entry.took,
        "delivered": _delivered(entry.delivered),
    }


def from_json(data: Mapping[str, Any]) -> Entry:
    """The entry that `as_json` wrote. Raises ReplayError if a part is missing or invalid."""
    try:
        return Entry(
            number=data["number"],
            operation=data["operation"],
            call=_read_call(data["call"]),
            outcome=_read_outcome(data["outcome"]),
            faults=tuple(data["faults"]),
            took=data["took"],
            delivered=_read_delivered(data["delivered"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ReplayError(
            f"The data is not a journal entry as GET /_control/journal gives it: {error!r}."
        ) from error


def _call(call: Call) -> dict[str, Any]:
    return {
        "method": call.method,
        "target": _string(call.target),
        "headers": _headers(call.headers),
        "body": _body(call.body),
        "received": call.received,
        "peer": _string(call.peer),
        "in_flight": call.in_flight,
        "defect": call.defect,
        "cause": call.cause,
        "version": call.version,
    }


def _read_call(data: Mapping[str, Any]) -> Call:
    return Call(
        method=data["method"],
        target=_read_string(data["target"]),
        headers=_read_headers(data["headers"]),
        body=_read_body(data["body"]),
        received=data["received"],
        peer=_read_string(data["peer"]),
        in_flight=data["in_flight"],
        defect=data["defect"],
        cause=data.get("cause", ""),
        version=data.get("version", "1.1"),
    )


def _outcome(outcome: Reply | Hangup) -> dict[str, Any]:
    if isinstance(outcome, Hangup):
        return {"kind": "hangup", "how": outcome.how, "hold": outcome.hold}
    return {
        "kind": "reply",
        "status": outcome.status,
        "headers": _headers(outcome.headers),
        "body": _body(outcome.body),
        "delivery": {
            name: getattr(outcome.delivery, name)
            for name in _DELIVERY
            if getattr(outcome.delivery, name) != getattr(PLAIN, name)
        },
    }


def _read_outcome(data: Mapping[str, Any]) -> Reply | Hangup:
    if data["kind"] == "hangup":
        return Hangup(data["how"], data["hold"])
    return Reply(
        status=data["status"],
        headers=_read_headers(data["headers"]),
        body=_read_body(data["body"]),
        delivery=Delivery(**data["delivery"]),
    )


def _delivered(delivered: Delivered | None) -> dict[str, Any] | None:
    if delivered is None:
        return None
    return {
        "at": delivered.at,
        "sent_bytes": delivered.sent_bytes,
        "how": delivered.how,
        "framing": _headers(delivered.framing),
    }


def _read_delivered(data: Mapping[str, Any] | None) -> Delivered | None:
    if data is None:
        return None
    return Delivered(**{**data, "framing": _read_headers(data.get("framing", ()))})


def _headers(headers: Headers) -> list[dict[str, Any]]:
    return [{"name": _string(name), "value": _string(value)} for name, value in headers]


def _read_headers(data: Sequence[Mapping[str, Any]]) -> Headers:
    return tuple((_read_string(each["name"]), _read_string(each["value"])) for each in data)


def _body(body: bytes) -> dict[str, str]:
    try:
        return {"encoding": "utf-8", "text": body.decode()}
    except UnicodeDecodeError:
        return {"encoding": "base64", "text": b64encode(body).decode()}


def _read_body(data: Mapping[str, str]) -> bytes:
    if data["encoding"] == "base64":
        return b64decode(data["text"], validate=True)
    return data["text"].encode()


def _string(text: str) -> str | dict[str, str]:
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"encoding": "base64", "text": b64encode(_raw(text)).decode()}
    return text


def _raw(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _read_string(data: str | Mapping[str, str]) -> str:
    return data if isinstance(data, str) else _read_body(data).decode(errors="surrogatepass")
