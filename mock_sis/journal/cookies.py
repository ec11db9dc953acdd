"""The cookies of an exchange, as the HAR format describes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_sis.exchange import Headers

_FLAGS = {"httponly": "httpOnly", "secure": "secure"}
_TEXTS = frozenset({"path", "domain"})


def request_cookies(headers: Headers) -> Iterator[dict[str, Any]]:
    """The cookies that a client sent back (RFC 6265 section 4.2)."""
    for value in _values(headers, "cookie"):
        yield from (_pair(part) for part in value.split(";") if part.strip())


def response_cookies(headers: Headers) -> Iterator[dict[str, Any]]:
    """The cookies that a server set, with their attributes (RFC 6265 section 4.1)."""
    for value in _values(headers, "set-cookie"):
        first, *attributes = value.split(";")
        yield {**_pair(first), **dict(_attributes(attributes))}


def _attributes(attributes: list[str]) -> Iterator[tuple[str, Any]]:
    for part in attributes:
        name, _, value = part.strip().partition("=")
        known = name.strip().lower()
        if known in _FLAGS:
            yield _FLAGS[known], True
        elif known in _TEXTS:
            yield known, _text(value.strip())


def _values(headers: Headers, wanted: str) -> list[str]:
    return [value for name, value in headers if name.lower() == wanted]


def _pair(text: str) -> dict[str, str]:
    name, _, value = text.strip().partition("=")
    return {"name": _text(name), "value": _text(value)}


def _text(text: str) -> str:
    """Text that JSON can hold: bytes that are not UTF-8 become question marks."""
    return text.encode(errors="replace").decode()
