"""The rows of an export body under a mapping: read, and written.

Theory of operation. A body becomes rows in three steps, so that each reader stops where it must:

1. `decode_body` gives plain data in the shape that the mapping defines. XML and forms know only
   texts, and cannot say "a list of one" or "an empty list"; after this step they can.
2. The schema of `mapped_schema` decides whether that data is valid. The receiver refuses what is
   not; a judge of exporters reports it and reads on.
3. `rows_in` finds the rows, and `given_in` makes them values.

`write_rows` is the inverse, for those who build bodies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from mock_sis.errors import Malformed
from mock_sis.formats.form_text import decode_form, encode_form
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.formats.mapping.paths import Path, nested, value_at
from mock_sis.formats.mapping.shapes import BodyMapping
from mock_sis.formats.negotiation import FORM_TYPE, JSON_TYPE, XML_TEXT_TYPE, XML_TYPE
from mock_sis.formats.xml_text import encode_xml, read_xml, xml_decoder

MEDIA_TYPES = {
    "json": (JSON_TYPE,),
    "xml": (XML_TYPE, XML_TEXT_TYPE),
    "form": (FORM_TYPE,),
}
"""The media types of each format; the first one is the usual."""

Text = str | msgspec.UnsetType


class Given(msgspec.Struct, frozen=True, gc=False):
    """One participant of an export as it was sent; UNSET (which is falsy) where a field was not."""

    user_id: int | str
    mark: Text = msgspec.UNSET
    admin_grade: Text = msgspec.UNSET


def decode_body(body: bytes, mapping: BodyMapping, charset: str = "") -> Any:
    """Plain data of a body, in the mapping's shape. Raises Malformed.

    `charset` is that of the Content-Type. Only XML may be in another than UTF-8; WrongType is
    raised for one that is not known.
    """
    if mapping.format == "json":
        return decode_json(body)
    if mapping.format == "form":
        return _in_shape(decode_form(body, mapping.index or "brackets"), mapping)
    xml_decoder(charset)  # refuses a charset that the parser does not know
    root, data = read_xml(body, charset)
    if root != mapping.root:
        raise Malformed(f"The root element is {root[:80]!r}; it must be {mapping.root!r}.")
    return _in_shape(data, mapping)


def is_bulk(data: Any, mapping: BodyMapping) -> bool:
    """Whether the data is a list of participants rather than a single one: it is, unless the
    mapping allows single ones and nothing is where the list's path begins."""
    if not mapping.single_object:
        return True
    path = mapping.list_path
    return isinstance(data, dict) and path[0] in data if path else isinstance(data, list)


def rows_in(data: Any, mapping: BodyMapping) -> list[Any] | None:
    """The rows in the data of a body, as sent; None if no list is where the mapping says."""
    if not is_bulk(data, mapping):
        return [data]
    found = value_at(data, mapping.list_path)
    return found if isinstance(found, list) else None


def given_in(rows: Iterable[Any], fields: Mapping[str, Path]) -> list[Given]:
    """Valid rows as values; `fields` are those of their mapping."""
    user_id, mark, admin_grade = (
        _getter(fields.get(name)) for name in ("userId", "mark", "adminGrade")
    )
    return [Given(user_id(row), mark(row), admin_grade(row)) for row in rows]


def _getter(path: Path | None) -> Callable[[Any], Any]:
    """What reads the field at that path of a row; UNSET where it was not sent."""
    if path is None:
        return lambda _: msgspec.UNSET
    if len(path) == 1:  # as `value_at`, but several times as fast
        (name,) = path
        return lambda row: row.get(name, msgspec.UNSET)
    return lambda row: value_at(row, path, msgspec.UNSET)


def write_rows(rows: Iterable[Given], mapping: BodyMapping) -> bytes:
    """A body with these rows. A mapping that needs an id to be a number gets one from digits."""
    listed = [_written(row, mapping) for row in rows]
    if mapping.format == "xml" and not listed:  # an empty list would be an empty row
        return encode_xml(nested([(mapping.list_path[:-1], {})]), mapping.root)
    data = nested([(mapping.list_path, listed)])
    if mapping.format == "xml":
        return encode_xml(data, mapping.root)
    if mapping.format == "form":
        return encode_form(data, mapping.index or "brackets")
    return encode_json(data)


def _written(row: Given, mapping: BodyMapping) -> Any:
    values = {
        "userId": _as_typed(row.user_id, mapping.ids),
        "mark": row.mark,
        "adminGrade": row.admin_grade,
    }
    return nested(
        (path, values[name])
        for name, path in mapping.fields.items()
        if values[name] is not msgspec.UNSET
    )


def _as_typed(user_id: int | str, ids: str) -> int | str:
    if ids == "text":
        return str(user_id)
    return _number(user_id) if ids == "number" else user_id


def _in_shape(data: Any, mapping: BodyMapping) -> Any:
    """Data of XML or a form, with the list and the objects that these formats cannot write. What
    has another shape stays, for the schema to refuse."""
    if data and not is_bulk(data, mapping):
        return _row(data, mapping)
    return _bulk(data, mapping.list_path, mapping)


def _bulk(node: Any, path: Path, mapping: BodyMapping) -> Any:
    if path:
        node = node or {}
        if not isinstance(node, dict):
            return node
        return {**node, path[0]: _bulk(node.get(path[0]), path[1:], mapping)}
    if mapping.format == "xml" and node and not isinstance(node, list):
        node = [node]
    return [_row(row, mapping) for row in node or ()] if isinstance(node or [], list) else node


def _row(row: Any, mapping: BodyMapping) -> Any:
    if not row:
        return {}
    for path in mapping.fields.values():
        row = _opened(row, path[:-1])
    user_id = mapping.fields["userId"]
    if mapping.ids == "number":
        row = _changed(row, user_id)
    return row


def _opened(node: Any, path: Path) -> Any:
    """The same data, with an object for each empty element on the path."""
    if not path or not isinstance(node, dict) or path[0] not in node:
        return node
    return {**node, path[0]: _opened(node[path[0]] or {}, path[1:])}


def _changed(node: Any, path: Path) -> Any:
    """The same data, with a number at the path if its text is one."""
    if not path:
        return _number(node)
    if not isinstance(node, dict) or path[0] not in node:
        return node
    return {**node, path[0]: _changed(node[path[0]], path[1:])}


_DIGITS = re.compile(r"0|-?[1-9][0-9]{0,99}")


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value
