"""Read an export body in the shape of the institution's mapping.

Bodies with no more than the fields that are named are decoded straight into typed rows. What that
decoder refuses is read again slowly and judged by the schema, which has the last word: it lets pass
what the decoder is too strict for (1.0 is an integer, unnamed fields if allowed) and
says where everything else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, cast

import msgspec

from mock_sis.contracts.contract import Contract, document
from mock_sis.dialects.wiseflow.settings import BodyMapping
from mock_sis.errors import Invalid
from mock_sis.formats.json_text import decode_json
from mock_sis.formats.typed_json import ClosedDecoder
from mock_sis.gradebook.values import Identifier

Text = str | msgspec.UnsetType


class Given(msgspec.Struct, frozen=True, gc=False):
    """One participant of an export as it was sent; UNSET (which is falsy) where a field was not."""

    user_id: Identifier
    mark: Text = msgspec.UNSET
    admin_grade: Text = msgspec.UNSET


@dataclass(frozen=True)
class Reader:
    """The decoders and the contract that follow from one mapping."""

    mapping: BodyMapping
    decoders: tuple[tuple[tuple[str, ...], ClosedDecoder[Any]], ...]
    contract: Contract

    def read(self, body: bytes) -> Sequence[Given]:
        """The participants in the order sent. Raises Malformed, or Invalid with JSON pointers."""
        for path, decoder in self.decoders:
            found = decoder.decode(body)
            if found is not None:
                return _rows_at(found, path)
        return self._read_slowly(body)

    def _read_slowly(self, body: bytes) -> Sequence[Given]:
        data = decode_json(body)
        problems = self.contract.problems(data)
        if problems:
            raise Invalid("The body is JSON but not an export.", problems=problems)
        path = self.mapping.list.split(".")
        if path[0] not in data:
            return [self._given(data)]
        for name in path:
            data = data[name]
        return [self._given(row) for row in data]

    def _given(self, row: dict[str, Any]) -> Given:
        mapping = self.mapping
        return Given(
            row[mapping.user_id],
            row.get(mapping.mark, msgspec.UNSET),
            row.get(mapping.admin_grade, msgspec.UNSET),
        )


@lru_cache(maxsize=8)
def reader(mapping: BodyMapping) -> Reader:
    """The reader for a mapping; made once while few others are asked for."""
    return Reader(mapping, tuple(_decoders(mapping)), Contract(mapped_schema(mapping)))


def _decoders(mapping: BodyMapping) -> Iterator[tuple[tuple[str, ...], ClosedDecoder[Any]]]:
    path = tuple(mapping.list.split("."))
    row = _row_type(mapping)
    yield path, ClosedDecoder(_body_type(row, path))
    # An object with the first name of the path is a bulk body, even if it has other members.
    fields = (mapping.user_id, mapping.mark, mapping.admin_grade)
    if mapping.single_object and path[0] not in fields:
        yield (), ClosedDecoder(row)


def mapped_schema(mapping: BodyMapping) -> dict[str, Any]:
    """schemas/wiseflow/export.schema.json as a mapping reshapes it."""
    whole = document("wiseflow/export.schema.json")
    given = whole["$defs"]["participant"]
    names = {"userId": mapping.user_id, "mark": mapping.mark, "adminGrade": mapping.admin_grade}
    row = {
        **given,
        "additionalProperties": mapping.extra_fields,
        "required": [names[name] for name in given["required"]],
        "properties": {names[name]: schema for name, schema in given["properties"].items()},
    }
    bulk: dict[str, Any] = {**whole["properties"]["participants"], "items": row}
    for name in reversed(mapping.list.split(".")):
        bulk = {
            "type": "object",
            "additionalProperties": mapping.extra_fields,
            "required": [name],
            "properties": {name: bulk},
        }
    if not mapping.single_object:
        return bulk
    first = mapping.list.split(".")[0]
    return {"if": {"type": "object", "required": [first]}, "then": bulk, "else": row}


def _row_type(mapping: BodyMapping) -> type[Given]:
    # The fields are named again because a new name does not reach those that are inherited.
    made = msgspec.defstruct(
        "Participant",
        [
            ("user_id", int | Annotated[str, msgspec.Meta(min_length=1)]),
            ("mark", Text, msgspec.UNSET),
            ("admin_grade", Text, msgspec.UNSET),
        ],
        bases=(Given,),
        rename={
            "user_id": mapping.user_id,
            "mark": mapping.mark,
            "admin_grade": mapping.admin_grade,
        },
        forbid_unknown_fields=True,
        frozen=True,
        gc=False,
    )
    return cast("type[Given]", made)


def _body_type(row: type[Given], path: tuple[str, ...]) -> Any:
    """The type of a body that holds a list of rows at that path."""
    kind: Any = list[row]  # type: ignore[valid-type]
    for name in reversed(path):
        kind = msgspec.defstruct(
            "Body", [("inner", kind)], rename={"inner": name}, forbid_unknown_fields=True
        )
    return kind


def _rows_at(body: Any, path: tuple[str, ...]) -> list[Given]:
    for _ in path:
        body = body.inner
    rows: list[Given] = body if path else [body]
    return rows
