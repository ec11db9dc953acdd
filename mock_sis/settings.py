"""How a simulator is run: its options, and the policies of its seed document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Settings:
    """The options of one simulator, and the seed document that it is loaded with.

    `document` is compact JSON: as objects it would take as much memory as the gradebook that was
    built from it. `public_url` is the root that links start with, without a trailing slash;
    `body_limit` is bytes; `policies` holds each dialect's policy by the dialect's name.
    """

    document: bytes = b"{}"
    public_url: str = ""
    control_token: str | None = None
    allow_fault_header: bool = False
    body_limit: int = 64 * 2**20
    policies: Mapping[str, Any] = field(default_factory=dict)
