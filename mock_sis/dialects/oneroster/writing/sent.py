"""The result that a client sends.

Most bodies are decoded straight into typed values, which is fast. The schema decides about bodies
that the types refuse or do not cover (metadata, learning objectives, extended score statuses), and
about all bodies under the strict profile.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from mock_sis.clock import moment
from mock_sis.dialects.oneroster import bodies
from mock_sis.dialects.oneroster.bodies import Given, date_or_date_time
from mock_sis.dialects.oneroster.lists import RESULTS
from mock_sis.exchange import Call
from mock_sis.formats.negotiation import JSON_TYPE
from mock_sis.formats.typed_json import ClosedDecoder
from mock_sis.world import Context

Name = Annotated[str, msgspec.Meta(min_length=1)]
Flag = Literal["true", "false"] | UnsetType
Text = str | UnsetType


class Ref(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A reference to another object."""

    sourced_id: Name
    href: Text = UNSET
    type: Text = UNSET


class SentResult(msgspec.Struct, frozen=True, rename="camel"):
    """The fields of a valid result that the simulator uses; UNSET for missing ones. A missing
    `score_status` is "": it follows from the score."""

    line_item: Ref
    student: Ref
    score_date: str
    score_status: str = ""
    sourced_id: Name | UnsetType = UNSET
    klass: Ref | UnsetType = msgspec.field(default=UNSET, name="class")
    score_scale: Ref | UnsetType = UNSET
    score: float | UnsetType = UNSET
    text_score: Text = UNSET
    comment: Text = UNSET
    in_progress: Flag = UNSET
    incomplete: Flag = UNSET
    late: Flag = UNSET
    missing: Flag = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


class _Usual(SentResult, frozen=True, kw_only=True):
    score_status: Literal[
        "exempt", "fully graded", "not submitted", "partially graded", "submitted"
    ]
    status: Literal["active"] | UnsetType = UNSET
    date_last_modified: Text = UNSET
    metadata: UnsetType = UNSET  # only the schema path reads its numbers exactly


class _Body(msgspec.Struct, frozen=True):
    result: _Usual


_DECODER = ClosedDecoder(_Body)
"""Gives None for bodies with duplicate members or with members that the types lack."""
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2}))?"
)


def one_result(context: Context, call: Call, name: str) -> SentResult:
    """Read the result of a PUT. Raises Refused, also for a sourcedId other than the path's."""
    return _usual(context, call, name) or sent_result(bodies.one(context, call, RESULTS, name))


def sent_result(given: Given) -> SentResult:
    """Convert a result that matches the schema. Raises Invalid for dates like 2026-02-31."""
    date_or_date_time(given, "scoreDate")
    return msgspec.convert(given, SentResult)


def _usual(context: Context, call: Call, name: str) -> SentResult | None:
    if (
        context.policy.profile == "strict"
        or call.header("Content-Type") != JSON_TYPE
        or call.header("Content-Encoding") is not None
    ):
        return None
    body = _DECODER.decode(call.body)
    if body is None or body.result.sourced_id not in (UNSET, name):
        return None
    found = body.result
    return found if _is_date(found.score_date) and _is_date(found.date_last_modified) else None


def _is_date(text: Text) -> bool:
    """Whether the text is certainly a valid date or date-time; missing values count as valid."""
    return text is UNSET or (_DATE.fullmatch(text) is not None and moment(text) is not None)
