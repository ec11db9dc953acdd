"""The report on an export, in the form of an institution's answer: written, and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.errors import Malformed
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.formats.mapping.paths import Path, nested, value_at
from mock_sis.formats.mapping.shapes import AnswerMapping
from mock_sis.formats.numbers import LARGEST, whole_number
from mock_sis.formats.xml_text import encode_xml, read_xml, xml_decoder

ANSWER_TYPES = {"json": "application/json", "xml": "application/xml"}
"""The media type of each format that has a body."""


@dataclass(frozen=True, slots=True)
class Report:
    """How many participants were registered and how many not, and the userId and the text of each
    error. What an answer does not say is None."""

    successes: int | None
    failures: int | None
    errors: Sequence[tuple[int | str | None, str | None]]


def write_report(report: Report, answer: AnswerMapping) -> bytes:
    """The body of an answer; empty for the format "none"."""
    if answer.format == "none":
        return b""
    fields = answer.error_fields
    listed = [
        nested(
            (fields[name], value)
            for name, value in zip(fields, error, strict=True)
            if value is not None
        )
        for error in report.errors
    ]
    counts = {"numberOfSuccess": report.successes, "numberOfErrors": report.failures}
    members: list[tuple[Path, Any]] = [(path, counts[n]) for n, path in answer.counts.items()]
    if answer.format == "json":
        return encode_json(nested([*members, (answer.errors_path, listed)]))
    *around, _ = answer.errors_path  # an empty list would be an empty error
    if listed:
        members.append((answer.errors_path, listed))
    elif around:
        members.append((tuple(around), {}))
    return encode_xml(nested(members), answer.root)


def read_report(body: bytes, answer: AnswerMapping, charset: str = "") -> Report:
    """The report in the body of an answer. Raises Malformed if there is none in that form,
    and WrongType for an unknown charset."""
    if answer.format == "none":
        raise Malformed("This institution's answers have no report.")
    data = decode_json(body) if answer.format == "json" else _of_xml(body, answer, charset)
    counts = {name: _count(data, path) for name, path in answer.counts.items()}
    listed = value_at(data, answer.errors_path)
    if not isinstance(listed, list):
        raise Malformed(f"The answer has no list of errors at {answer.errors or '(root)'}.")
    fields = answer.error_fields
    errors = [
        (value_at(each, fields["userId"]), value_at(each, fields["errorInfo"])) for each in listed
    ]
    return Report(counts.get("numberOfSuccess"), counts.get("numberOfErrors"), errors)


def _count(data: Any, path: Path) -> int:
    found = value_at(data, path)
    if isinstance(found, str):
        found = whole_number(found, 0, LARGEST)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Malformed(f"The answer has no count at {'.'.join(path)}.")
    return found


def _of_xml(body: bytes, answer: AnswerMapping, charset: str) -> Any:
    """The data of an XML answer, with a list of errors."""
    xml_decoder(charset)  # refuses a charset that the parser does not know
    root, data = read_xml(body, charset)
    if root != answer.root:
        raise Malformed(f"The root element is {root[:80]!r}; it must be {answer.root!r}.")
    return _listed(data or {}, answer.errors_path)


def _listed(node: Any, path: Path) -> Any:
    if not path:
        return node if isinstance(node, list) else [node] if node else []
    node = node or {}
    if not isinstance(node, dict):
        return node
    return {**node, path[0]: _listed(node.get(path[0]), path[1:])}
