"""Read an export body in the shape of the institution's mapping.

JSON bodies with no more than the fields that are named, and none of these nested, are decoded
straight into typed rows. What that decoder refuses, and every other form of body, is read slowly
and judged by the schema, which has the last word: it lets pass what the decoder is too strict for
(1.0 is an integer, unnamed fields if allowed) and says where everything else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, cast

import msgspec

from mock_sis.contracts.contract import Contract, document
from mock_sis.errors import Invalid
from mock_sis.formats.mapping.paths import Path
from mock_sis.formats.mapping.rows import Given, Text, decode_body, given_in, rows_in
from mock_sis.formats.mapping.schema import mapped_schema
from mock_sis.formats.mapping.shapes import BodyMapping
from mock_sis.formats.typed_json import ClosedDecoder

EXPORT = "wiseflow/export.schema.json"


@dataclass(frozen=True)
class Reader:
    """The decoders and the contract that follow from one mapping.

    A decoder goes with the path of the list in its value, or None if the value is a single row.
    """

    mapping: BodyMapping
    decoders: tuple[tuple[Path | None, ClosedDecoder[Any]], ...]
    contract: Contract

    def read(self, body: bytes, charset: str = "") -> Sequence[Given]:
        """The participants in the order sent. Raises Malformed, or Invalid with JSON pointers.

        `charset` is that of the Content-Type.
        """
        for path, decoder in self.decoders:
            found = decoder.decode(body)
            if found is not None:
                return _rows_at(found, path)
        return self._read_slowly(body, charset)

    def _read_slowly(self, body: bytes, charset: str) -> Sequence[Given]:
        data = decode_body(body, self.mapping, charset)
        problems = self.contract.problems(data)
        if problems:
            kind = _KINDS[self.mapping.format]
            raise Invalid(f"The body is {kind} but not an export.", problems=problems)
        return given_in(rows_in(data, self.mapping) or (), self.mapping.fields)


_KINDS = {"json": "JSON", "xml": "XML", "form": "a form"}


@lru_cache(maxsize=8)
def reader(mapping: BodyMapping) -> Reader:
    """The reader for a mapping; made once while few others are asked for."""
    schema = mapped_schema(mapping, document(EXPORT))
    return Reader(mapping, tuple(_decoders(mapping)), Contract(schema))


def _decoders(mapping: BodyMapping) -> Iterator[tuple[Path | None, ClosedDecoder[Any]]]:
    fields = mapping.fields
    if mapping.format != "json" or any(len(path) > 1 for path in fields.values()):
        return
    path = mapping.list_path
    row = _row_type(mapping)
    yield path, ClosedDecoder(_body_type(row, path))
    # An object with the first name of the path is a bulk body, even if it has other members.
    if mapping.single_object and path[:1] not in fields.values():
        yield None, ClosedDecoder(row)


_ID = Annotated[str, msgspec.Meta(min_length=1)]
_IDS: dict[str, Any] = {"any": int | _ID, "number": int, "text": _ID}


def _row_type(mapping: BodyMapping) -> type[Given]:
    names = {"userId": "user_id", "mark": "mark", "adminGrade": "admin_grade"}
    types = {"userId": (_IDS[mapping.ids],), "mark": _TEXT, "adminGrade": _TEXT}
    fields = mapping.fields
    made = msgspec.defstruct(
        "Participant",
        [(names[field], *types[field]) for field in fields],
        # A base would make a field that is switched off one that may be sent under its own name.
        namespace={names[field]: msgspec.UNSET for field in names.keys() - fields.keys()},
        rename={names[field]: path[0] for field, path in fields.items()},
        forbid_unknown_fields=True,
        frozen=True,
        gc=False,
    )
    return cast("type[Given]", made)


_TEXT = (Text, msgspec.UNSET)


def _body_type(row: type[Given], path: Path) -> Any:
    """The type of a body that holds a list of rows at that path."""
    kind: Any = list[row]  # type: ignore[valid-type]
    for name in reversed(path):
        kind = msgspec.defstruct(
            "Body", [("inner", kind)], rename={"inner": name}, forbid_unknown_fields=True
        )
    return kind


def _rows_at(body: Any, path: Path | None) -> list[Given]:
    if path is None:
        return [body]
    for _ in path:
        body = body.inner
    rows: list[Given] = body
    return rows
