"""What can be told of bytes that aiohttp could not parse as a request."""

from __future__ import annotations

import re

from aiohttp.http_exceptions import LineTooLong

from mock_sis.exchange import BadHead, Headers

HEAD_BYTES = 2**17
"""Bytes that are kept of a request until its head has been parsed."""
LINE_BYTES = 2**16
"""The longest request line. It is long enough for ids and filters of several thousand
percent-encoded characters, so that the dialect judges them rather than aiohttp."""

_REQUEST_LINE = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}) ([^\r\n]*?)(?: HTTP/[^ \r\n]*)?(?:\r?\n|$)"
)
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*")
_CAUSE = 300
"""Characters that are kept of the parser's words, which quote what was sent."""


def head_of(raw: bytes) -> tuple[str, str, Headers]:
    """The method, the target and the headers, as far as they can be read."""
    head = raw.lstrip(b"\r\n")
    first = _REQUEST_LINE.match(head)
    if first is None:
        return "", "", ()
    rest, complete, _ = head[first.end() :].partition(b"\r\n\r\n")
    lines = re.split(rb"\r?\n", rest)
    if not complete:
        lines.pop()  # the rest of this line has not arrived
    headers = [found.groups() for line in lines if (found := _HEADER.fullmatch(line))]
    method, target = first.groups()
    return _text(method), _text(target), tuple((_text(n), _text(v)) for n, v in headers)


def cause_of(error: BaseException | None, message: str | None) -> tuple[BadHead, str]:
    """The kind of a parser's error, and its words in one line."""
    text = " ".join((message or str(error or "")).split()).rstrip(".:")[:_CAUSE]
    if isinstance(error, LineTooLong):
        return ("long_target" if error.args[1:2] == (LINE_BYTES,) else "large_head"), text
    return ("large_head" if text.startswith("Too many headers") else "bad_head"), text


def _text(raw: bytes) -> str:
    """Bytes as text: UTF-8 if they are valid, else Latin-1, which always is."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
