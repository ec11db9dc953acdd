"""What the journal keeps of a request whose head could not be parsed.

Such a request may be anything, a valid one with one bad byte included, so the control token can be
anywhere in it, in any of the forms in which clients send credentials. It is replaced everywhere.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from dataclasses import replace
from urllib.parse import unquote

from mock_sis.exchange import Call

REDACTED = "(redacted)"
KEPT = 1024
"""Bytes that are kept of what was sent."""
_WORD = re.compile(r"[^\s,;&?\"']+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_SHORTEST = 4
"""Characters of the beginning of a token that make it recognisable."""


def trace(call: Call, token: str | None) -> Call:
    """A call without the control token, and with the beginning of its bytes."""
    if token is None:
        return replace(call, body=call.body[:KEPT])
    text = hidden(call.body.decode("latin-1"), token.encode().decode("latin-1"))
    for length in range(len(token) - 1, _SHORTEST - 1, -1):
        text = text.removesuffix(token[:length])  # the end of what arrived may be amid the token
    return replace(
        call,
        method=hidden(call.method, token),
        target=hidden(call.target, token),
        headers=tuple((hidden(name, token), hidden(value, token)) for name, value in call.headers),
        body=text.encode("latin-1")[:KEPT],
        cause=hidden(call.cause, token),
    )


def hidden(text: str, token: str | None) -> str:
    """A text in which each word that reveals the token is replaced: plain, percent-encoded, or
    within base64, as in Basic credentials."""
    if not token:
        return text
    text = text.replace(token, REDACTED)
    return _WORD.sub(lambda word: REDACTED if _reveals(word[0], token) else word[0], text)


def _reveals(word: str, token: str) -> bool:
    raw = token.encode("utf-8", "surrogateescape")
    return token in unquote(word) or any(raw in _decoded(run) for run in _BASE64.findall(word))


def _decoded(run: str) -> bytes:
    whole = run if len(run) % 4 != 1 else run[:-1]
    padded = whole + "=" * (-len(whole) % 4)
    try:
        return b64decode(padded.replace("-", "+").replace("_", "/"))
    except Error:
        return b""
