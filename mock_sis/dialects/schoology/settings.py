"""The policies of the Schoology grades API: what its documentation leaves open."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class RateLimit(msgspec.Struct, frozen=True):
    """At most so many requests in any window of so many seconds."""

    requests: int
    seconds: float


class SchoologyPolicy(msgspec.Struct, frozen=True):
    """The policies of the Schoology grades API: what its documentation leaves open."""

    base_path: str = "/v1"
    auth: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "none"})
    put_status: Literal[200, 204, 207] = 207
    page_size: int = 20
    page_most: int = 200
    rate_limit: RateLimit | None = None
    user_grades_need_section: bool = False
