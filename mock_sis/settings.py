"""What a simulator was told about itself: the policies of its seed document, and how it is run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

Overwrite = Literal["refuse", "same-value-ok", "allow"]


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


class WriteBackRules(msgspec.Struct, frozen=True):
    """Which of Skyward's rules hold. `title_limit` is the length a title must stay under, 0 for
    any."""

    licensed: bool = True
    integration_only: bool = True
    own_category: bool = True
    category_frozen: bool = True
    sis_items_frozen: bool = True
    open_period: bool = True
    default_due: bool = True
    points_only: bool = True
    enrolled_only: bool = True
    title_limit: int = 50
    whole_points: bool = True
    override: Literal["sis_wins", "lms_wins"] = "sis_wins"


class OneRosterPolicy(msgspec.Struct, frozen=True):
    """The policies of the OneRoster provider. `posting_lag` is seconds."""

    base_path: str = "/ims/oneroster"
    auth: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "none"})
    profile: Literal["lenient", "strict"] = "lenient"
    put_existing_status: Literal[200, 201] = 201
    put_answer: Literal["nothing", "object"] = "nothing"
    posting_lag: float = 0.0
    rules: WriteBackRules = WriteBackRules()


@dataclass(frozen=True)
class Settings:
    """How this simulator is run, and the seed document it is loaded with.

    `document` is compact JSON: it is kept to be shown and loaded again, and as objects it would
    take as much memory as the gradebook that was made of it. `public_url` is the root that links
    start with, without a trailing slash; `body_limit` is bytes.
    """

    document: bytes = b"{}"
    public_url: str = ""
    control_token: str | None = None
    allow_fault_header: bool = False
    body_limit: int = 64 * 2**20
    wiseflow: WiseflowPolicy = field(default_factory=WiseflowPolicy)
    schoology: SchoologyPolicy = field(default_factory=SchoologyPolicy)
    oneroster: OneRosterPolicy = field(default_factory=OneRosterPolicy)


def wiseflow_policy(document: Mapping[str, Any]) -> WiseflowPolicy:
    """The WISEflow policies of a seed document that keeps its schema."""
    return msgspec.convert(document.get("wiseflow", {}), WiseflowPolicy)


def schoology_policy(document: Mapping[str, Any]) -> SchoologyPolicy:
    """The Schoology policies of a seed document that keeps its schema."""
    return msgspec.convert(document.get("schoology", {}), SchoologyPolicy)


def oneroster_policy(document: Mapping[str, Any]) -> OneRosterPolicy:
    """The OneRoster policies of a seed document that keeps its schema."""
    return msgspec.convert(document.get("oneroster", {}), OneRosterPolicy)
