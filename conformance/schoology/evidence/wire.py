"""What was sent to the SIS and what it answered.

Bodies are read by their Content-Type, so that a rule never asks whether they were JSON or XML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.schoology.evidence.content import (
    Content,
    GradePlace,
    code,
    comment_place_of,
    content_of,
    place_of,
)
from mock_sis.errors import Malformed, WrongType
from mock_sis.exchange import Call, Reply
from mock_sis.formats.negotiation import content_type
from mock_sis.formats.xml_text import xml_decoder
from mock_sis.journal.entry import Entry

PUT = "schoology.sections.grades.put"
"""Where grades are written."""

GET = "schoology.sections.grades.get"
"""Where grades are listed."""


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One grade or final comment in a body; `raw` is the row as sent."""

    place: GradePlace
    content: Content
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """What the SIS said of one row."""

    status: int
    message: str = ""

    @property
    def stored(self) -> bool:
        """Whether it says that the row was taken."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Sent:
    """One request that carries grades. Where its body cannot be read, `rows` and `comments` are
    empty; `told` holds the codes of both kinds, and nothing where the SIS gave none."""

    number: int
    rows: tuple[GradeRow, ...]
    comments: tuple[GradeRow, ...]
    told: Mapping[GradePlace, Code]


def some_puts(evidence: Evidence) -> tuple[Sent, ...]:
    """The requests that carry grades, in order. Raises NotTestable where there is none."""
    found = tuple(map(_sent, evidence.calls(PUT)))
    if not found:
        raise NotTestable("nothing was exported, which the rule presupposes")
    return found


def rows_sent(evidence: Evidence) -> Iterator[tuple[Sent, GradeRow]]:
    """Every grade row that was sent, with its request. Raises NotTestable as `some_puts`."""
    return ((sent, row) for sent in some_puts(evidence) for row in sent.rows)


def listings(evidence: Evidence, *, since: str = "", until: str = "") -> tuple[Entry, ...]:
    """The requests that ask for grades, between two labelled steps, in order."""
    return evidence.calls(GET, since=since, until=until)


def body(message: Call | Reply) -> Any:
    """Plain data from a body, by its Content-Type; None where it cannot be read."""
    charset = content_type(message)[1]
    try:
        if is_xml(message):
            return xml_decoder(charset)(message.body)
        return orjson.loads(message.body)
    except (Malformed, WrongType, orjson.JSONDecodeError):
        return None


def is_xml(message: Call | Reply) -> bool:
    """Whether the Content-Type says XML."""
    return content_type(message)[0].endswith("xml")


def listed(data: Any, outer: str, inner: str) -> list[dict[str, Any]]:
    """The rows of a bulk body; a single one may stand where a list is expected."""
    held = data.get(outer) if isinstance(data, dict) else None
    found = held.get(inner) if isinstance(held, dict) else None
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def _sent(entry: Entry) -> Sent:
    data = body(entry.call)
    reply = entry.outcome if isinstance(entry.outcome, Reply) else None
    told = body(reply) if reply else None
    return Sent(
        number=entry.number,
        rows=tuple(
            GradeRow(place_of(row), content_of(row), row) for row in listed(data, "grades", "grade")
        ),
        comments=tuple(
            GradeRow(comment_place_of(row), content_of(row), row)
            for row in listed(data, "final_comments", "final_comment")
        ),
        told={
            **{place_of(row): _code(row) for row in listed(told, "grades", "grade")},
            **{
                comment_place_of(row): _code(row)
                for row in listed(told, "final_comments", "final_comment")
            },
        },
    )


def _code(row: Mapping[str, Any]) -> Code:
    return Code(code(row.get("response_code")), str(row.get("message") or ""))
