"""Bodies and answers in an institution's own form, as the recommended one has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from conformance.model.rule import Violation
from mock_sis.contracts.contract import Contract, document
from mock_sis.errors import Refused
from mock_sis.exchange import Call, Reply
from mock_sis.formats.mapping.paths import Path, value_at
from mock_sis.formats.mapping.reports import read_report
from mock_sis.formats.mapping.rows import decode_body, rows_in
from mock_sis.formats.mapping.schema import mapped_schema
from mock_sis.formats.mapping.shapes import AnswerMapping, BodyMapping
from mock_sis.formats.negotiation import content_type
from mock_sis.journal.entry import Entry


def sent_rows(call: Call, mapping: BodyMapping) -> list[tuple[dict[str, Any], Any]]:
    """Each row of a body with the recommended names, and as sent; empty if it cannot be read."""
    try:
        data = decode_body(call.body, mapping, content_type(call)[1])
    except Refused:
        return []
    return [(_named(row, mapping.fields), row) for row in rows_in(data, mapping) or ()]


def _named(row: Any, fields: Mapping[str, Path]) -> dict[str, Any]:
    """A row by the recommended names. If an institution takes one grade only, it is the mark."""
    if "mark" not in fields:
        fields = {"userId": fields["userId"], "mark": fields["adminGrade"]}
    found = ((name, value_at(row, path, _MISSING)) for name, path in fields.items())
    return {name: value for name, value in found if value is not _MISSING}


_MISSING = object()


def recommended_report(reply: Reply, answer: AnswerMapping, sent: int) -> dict[str, Any] | None:
    """The report in an answer to so many participants, in the recommended form; None if there is
    none in the form that the institution has. What the form leaves out follows from the rest."""
    if answer.format == "none":
        if reply.status != answer.status or reply.body:
            return None
        return {"numberOfSuccess": sent, "numberOfErrors": 0, "errors": []}
    try:
        report = read_report(reply.body, answer, content_type(reply)[1])
    except Refused:
        return None
    listed = len(report.errors)
    return {
        "numberOfSuccess": sent - listed if report.successes is None else report.successes,
        "numberOfErrors": listed if report.failures is None else report.failures,
        "errors": [{"userId": user_id, "errorInfo": text} for user_id, text in report.errors],
    }


def body_defects(entry: Entry, mapping: BodyMapping) -> Iterator[Violation]:
    """What is wrong with the body of an export under its mapping."""
    try:
        data = decode_body(entry.call.body, mapping, content_type(entry.call)[1])
    except Refused as error:
        yield Violation(
            f"sent a body that is not {_KINDS[mapping.format]} (#{entry.number}): {error}",
            (entry.number,),
        )
        return
    for problem in _contract(mapping).problems(data):
        yield Violation(
            f"sent a body that is invalid under the schema (#{entry.number}), at"
            f" {problem.pointer or '(root)'}: {problem.message}",
            entries=(entry.number,),
        )


_KINDS = {"json": "valid JSON", "xml": "the XML that is expected", "form": "a valid form"}


@lru_cache(maxsize=32)
def _contract(mapping: BodyMapping) -> Contract:
    return Contract(mapped_schema(mapping, document("wiseflow/export.schema.json")))
