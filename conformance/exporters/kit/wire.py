"""One HTTP exchange as values: the request, the answer, or the way it went wrong."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LARGEST_ANSWER = 64 * 2**20


class NotSent(Exception):
    """Nothing reached the SIS, so nothing happened there; the text says why."""


class Lost(Exception):
    """The SIS may have received the request, but no whole answer came back; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """`url` is complete and percent-encoded."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer of any status. `location` is the target of a redirect or ""; the names of
    `headers` are in lower case."""

    status: int
    body: bytes
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def basic(username: str, password: str) -> str:
    """The value of an Authorization header for HTTP Basic (RFC 7617)."""
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of a URL. Raises ValueError if it is malformed."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
