"""The policies of the WISEflow-style receiver: what an institution sets up its own way."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Overwrite = Literal["refuse", "same-value-ok", "allow"]
"""What to do with a participant whose grade is registered already."""


class BodyMapping(
    msgspec.Struct, frozen=True, rename={"user_id": "userId", "admin_grade": "adminGrade"}
):
    """How an institution shapes the WISEflow export body.

    `list` is the path of the list, joined with dots; the next three are field names;
    `extra_fields` lets unnamed fields pass; `single_object` lets a body be one participant.
    """

    list: str = "participants"
    user_id: str = "userId"
    mark: str = "mark"
    admin_grade: str = "adminGrade"
    extra_fields: bool = False
    single_object: bool = False


class WiseflowPolicy(msgspec.Struct, frozen=True):
    """The policies of the WISEflow-style receiver. `auth` is read by credentials.py."""

    base_path: str = "/wiseflow"
    auth: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "none"})
    overwrite: Overwrite = "refuse"
    methods: tuple[str, ...] = ("POST", "PATCH")
    mapping: BodyMapping = BodyMapping()
