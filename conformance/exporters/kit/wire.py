"""One HTTP exchange, as values: what goes out, what comes back, or how it went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LARGEST_ANSWER = 64 * 2**20


class NotSent(Exception):
    """Nothing reached the SIS, so nothing happened there; the text says why."""


class Lost(Exception):
    """The SIS may have heard it, and its answer did not come whole; the text says why."""


@dataclass(frozen=True, slots=True)
class Request:
    """`url` is complete and percent-encoded."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, of whatever status; `location` is where it points, "" for nowhere, and the
    names of `headers` are in lower case."""

    status: int
    body: bytes
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
