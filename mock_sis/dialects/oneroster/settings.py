"""The policies of the OneRoster provider, and the rules of Skyward that it enforces."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class WriteBackRules(msgspec.Struct, frozen=True):
    """Which of Skyward's rules hold. Titles must be shorter than `title_limit` characters; 0 means
    no limit."""

    licensed: bool = True
    integration_only: bool = True
    own_category: bool = True
    category_frozen: bool = True
    sis_items_frozen: bool = True
    open_period: bool = True
    term_required: bool = True
    default_due: bool = True
    points_only: bool = True
    enrolled_only: bool = True
    title_limit: int = 50
    whole_points: bool = True
    override: Literal["sis_wins", "lms_wins"] = "sis_wins"


class OneRosterPolicy(msgspec.Struct, frozen=True):
    """The policies of the OneRoster provider. `page_most` is rows and `posting_lag` seconds.
    `category_class` is the class of categories that name none; None: the first that accepts
    writes."""

    base_path: str = "/ims/oneroster"
    auth: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "none"})
    profile: Literal["lenient", "strict"] = "lenient"
    put_existing_status: Literal[200, 201] = 201
    put_answer: Literal["nothing", "object"] = "nothing"
    category_class: str | None = None
    page_most: int = 10_000
    posting_lag: float = 0.0
    rules: WriteBackRules = WriteBackRules()
