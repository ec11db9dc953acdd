"""The policies of the WISEflow-style receiver: what an institution sets up its own way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from mock_sis.errors import Problem
from mock_sis.formats.mapping.shapes import (
    AnswerMapping,
    BodyMapping,
    answer_problems,
    body_problems,
)

Overwrite = Literal["refuse", "same-value-ok", "allow"]
"""What to do with a participant whose grade is registered already."""


class WiseflowPolicy(msgspec.Struct, frozen=True):
    """The policies of the WISEflow-style receiver. `auth` is read by credentials.py."""

    base_path: str = "/wiseflow"
    auth: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "none"})
    overwrite: Overwrite = "refuse"
    methods: tuple[str, ...] = ("POST", "PATCH")
    mapping: BodyMapping = BodyMapping()
    answer: AnswerMapping = AnswerMapping()


def policy_problems(policy: WiseflowPolicy) -> Iterator[Problem]:
    """Why a policy cannot work; pointers are relative to it."""
    for problem in body_problems(policy.mapping):
        yield Problem(f"/mapping{problem.pointer}", problem.message)
    for problem in answer_problems(policy.answer):
        yield Problem(f"/answer{problem.pointer}", problem.message)
