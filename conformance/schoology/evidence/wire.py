"""The requests that the exporter sent, and the answers of the SIS.

Bodies are decoded by their Content-Type, so rules read JSON and XML alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.schoology.evidence.content import (
    Content,
    GradeKey,
    comment_key,
    content_of,
    grade_key,
    whole_number,
)
from mock_sis.errors import Malformed, Refused, WrongType
from mock_sis.exchange import Call, Reply
from mock_sis.formats.negotiation import (
    JSON_TYPE,
    XML_TEXT_TYPE,
    XML_TYPE,
    content_type,
    request_format,
)
from mock_sis.formats.xml_text import xml_decoder
from mock_sis.journal.entry import Entry

PUT = "schoology.sections.grades.put"
"""The operation that writes grades."""

GET = "schoology.sections.grades.get"
"""The operation that lists grades."""

FORMATS = (JSON_TYPE, XML_TYPE, XML_TEXT_TYPE)
"""The formats of a body."""

NOTHING_SENT = "the exporter sent no grades, so this rule cannot be judged"


@dataclass(frozen=True, slots=True)
class SentRow:
    """A grade or a final comment in a body. `raw` is the row as sent."""

    key: GradeKey
    content: Content
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """The answer of the SIS to one row: its response_code and message."""

    status: int
    message: str = ""

    @property
    def stored(self) -> bool:
        """Whether the code says that the SIS stored the row."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class GradesRequest:
    """A request that carries grades.

    `rows` and `comments` are empty if the body cannot be read. `answers` covers both: the rows that
    the SIS named exactly once.
    """

    number: int
    rows: tuple[SentRow, ...]
    comments: tuple[SentRow, ...]
    answers: Mapping[GradeKey, RowAnswer]


def require_puts(evidence: Evidence) -> tuple[GradesRequest, ...]:
    """The requests that carry grades, in order. Raises NotTestable if none was sent."""
    found = tuple(map(grades_request, evidence.calls(PUT)))
    if not found:
        raise NotTestable(NOTHING_SENT)
    return found


def list_requests(evidence: Evidence, *, since: str = "", until: str = "") -> tuple[Entry, ...]:
    """The requests that list grades between two labelled steps, in order."""
    return evidence.calls(GET, since=since, until=until)


def read_body(message: Call | Reply) -> Any:
    """A body as plain data, decoded by its Content-Type. None if it cannot be read."""
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


def rows_in(data: Any, outer: str, inner: str) -> list[dict[str, Any]]:
    """The rows of a bulk body. One row may take the place of a list."""
    held = data.get(outer) if isinstance(data, dict) else None
    found = held.get(inner) if isinstance(held, dict) else None
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if isinstance(row, dict)]


def xml_problem(entry: Entry) -> str:
    """What is wrong with a body that has to be XML; "" if nothing is."""
    if not is_xml(entry.call):
        return f"as {entry.call.header('Content-Type')!r}; expected XML, as configured"
    try:
        request_format(entry.call, FORMATS).decode(entry.call.body)
    except Refused as error:
        return f"that is not well-formed XML: {error}"
    return ""


def grades_request(entry: Entry) -> GradesRequest:
    """A PUT of grades, read."""
    data = read_body(entry.call)
    reply = entry.outcome if isinstance(entry.outcome, Reply) else None
    answer = read_body(reply) if reply else None
    return GradesRequest(
        number=entry.number,
        rows=tuple(
            SentRow(grade_key(row), content_of(row), row)
            for row in rows_in(data, "grades", "grade")
        ),
        comments=tuple(
            SentRow(comment_key(row), content_of(row), row)
            for row in rows_in(data, "final_comments", "final_comment")
        ),
        answers=_answers(answer),
    )


def _answers(data: Any) -> dict[GradeKey, RowAnswer]:
    """The answers to the rows that are named once: two answers contradict each other."""
    found = [
        *((grade_key(row), row) for row in rows_in(data, "grades", "grade")),
        *((comment_key(row), row) for row in rows_in(data, "final_comments", "final_comment")),
    ]
    times = Counter(key for key, _ in found)
    return {key: _row_answer(row) for key, row in found if times[key] == 1}


def _row_answer(row: Mapping[str, Any]) -> RowAnswer:
    return RowAnswer(whole_number(row.get("response_code")), str(row.get("message") or ""))
