"""Export journal entries as an HTTP Archive (HAR 1.2), which browsers open in the network panel.

The format allows additional names that start with an underscore. These are `_number`, `_operation`
and `_faults` in an entry, `_encoding` in a request body that is not text, and `_error` in a
response that was not sent completely. The values of `_error` are the ones that browsers show.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl

from mock_sis.clock import iso
from mock_sis.exchange import Call, Hangup, Headers, Reply
from mock_sis.journal.cookies import request_cookies, response_cookies
from mock_sis.journal.entry import Entry

_HANGUP_ERRORS = {"close": "net::ERR_EMPTY_RESPONSE", "reset": "net::ERR_CONNECTION_RESET"}
_DELIVERY_ERRORS = {
    "cut": "net::ERR_CONTENT_LENGTH_MISMATCH",
    "client_gone": "net::ERR_ABORTED",
}
_FRAMING = ("content-length", "transfer-encoding", "connection")
_UNKNOWN_TYPE = "x-unknown"
_UNKNOWN_SIZE = -1


def har(entries: Iterable[Entry], *, version: str, public_url: str = "") -> dict[str, Any]:
    """The entries as HAR 1.2, as plain data.

    `public_url` is the root URL that clients use; without it, URLs are made from Host headers.
    """
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mock-sis", "version": version},
            "pages": [],
            "entries": [_entry(entry, public_url) for entry in entries],
        }
    }


def _entry(entry: Entry, public_url: str) -> dict[str, Any]:
    timings = _timings(entry)
    return {
        "startedDateTime": iso(entry.received),
        "time": sum(timings.values()),
        "request": _request(entry.call, public_url),
        "response": _response(entry),
        "cache": {},
        "timings": timings,
        "_number": entry.number,
        "_operation": entry.operation,
        "_faults": list(entry.faults),
    }


def _timings(entry: Entry) -> dict[str, float]:
    """Milliseconds. Time that was not spent on the answer counts as `receive`."""
    wait = max(entry.took, 0.0)
    whole = entry.delivered.at - entry.received if entry.delivered else wait
    return {"send": 0, "wait": wait * 1000, "receive": max(whole - wait, 0.0) * 1000}


def _request(call: Call, public_url: str) -> dict[str, Any]:
    request: dict[str, Any] = {
        # A connection that was refused before anything was read has no method.
        "method": call.method or "-",
        "url": _url(call, public_url),
        "httpVersion": f"HTTP/{call.version}",
        "cookies": list(request_cookies(call.headers)),
        "headers": _headers(call.headers),
        "queryString": [
            {"name": _text(name), "value": _text(value)} for name, value in _query(call.target)
        ],
        "headersSize": _UNKNOWN_SIZE,
        "bodySize": len(call.body),
    }
    if call.body:
        request["postData"] = _posted(call)
    return request


def _query(target: str) -> list[tuple[str, str]]:
    return parse_qsl(target.partition("?")[2], keep_blank_values=True)


def _url(call: Call, public_url: str) -> str:
    target = _text(call.target)
    if "://" in target.partition("?")[0]:
        return target
    base = public_url or f"http://{_text(call.header('Host') or 'localhost')}"
    return f"{base.rstrip('/')}/{target.removeprefix('/')}"


def _posted(call: Call) -> dict[str, Any]:
    text, encoding = _content(call.body)
    posted = {"mimeType": _text(call.header("Content-Type") or _UNKNOWN_TYPE), "text": text}
    return posted if encoding is None else {**posted, "_encoding": encoding}


def _response(entry: Entry) -> dict[str, Any]:
    if isinstance(entry.outcome, Hangup):
        return _no_response(entry.outcome)
    response = _whole_response(_as_sent(entry))
    if entry.delivered is not None:
        response["bodySize"] = entry.delivered.sent_bytes
        if entry.delivered.how in _DELIVERY_ERRORS:
            response["_error"] = _DELIVERY_ERRORS[entry.delivered.how]
    return response


def _as_sent(entry: Entry) -> Reply:
    """The reply with the framing that was sent, and without a body if HEAD was asked."""
    reply = cast(Reply, entry.outcome)
    framing = entry.delivered.framing if entry.delivered else ()
    replaced = _FRAMING if framing else ()
    own = tuple(pair for pair in reply.headers if pair[0].lower() not in replaced)
    body = b"" if entry.call.method == "HEAD" else reply.body
    return replace(reply, headers=(*own, *framing), body=body)


def _whole_response(reply: Reply) -> dict[str, Any]:
    text, encoding = _content(reply.body)
    content: dict[str, Any] = {
        "size": len(reply.body),
        "mimeType": _text(reply.header("Content-Type") or _UNKNOWN_TYPE),
        "text": text,
    }
    if encoding is not None:
        content["encoding"] = encoding
    return {
        "status": reply.status,
        "statusText": _reason(reply.status),
        "httpVersion": "HTTP/1.1",  # the server always names this version
        "cookies": list(response_cookies(reply.headers)),
        "headers": _headers(reply.headers),
        "content": content,
        "redirectURL": _text(reply.header("Location") or ""),
        "headersSize": _UNKNOWN_SIZE,
        "bodySize": len(reply.body),
    }


def _no_response(hangup: Hangup) -> dict[str, Any]:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": _UNKNOWN_TYPE},
        "redirectURL": "",
        "headersSize": _UNKNOWN_SIZE,
        "bodySize": _UNKNOWN_SIZE,
        "_error": _HANGUP_ERRORS[hangup.how],
    }


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": _text(name), "value": _text(value)} for name, value in headers]


def _content(body: bytes) -> tuple[str, str | None]:
    """A body as text, with the encoding "base64" if it is not UTF-8, else None."""
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return b64encode(body).decode(), "base64"


def _text(text: str) -> str:
    """Text that JSON can hold: bytes that are not UTF-8 become question marks."""
    return text.encode(errors="replace").decode()
