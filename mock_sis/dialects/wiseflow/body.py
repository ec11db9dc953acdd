"""Reads an export body in whichever shape the institution's mapping gives it.

Bulk bodies are decoded straight into typed rows. What that decoder refuses is read again slowly
and judged by the schema, which has the last word: it lets pass what the decoder is too strict for
(1.0 is an integer) and says where everything else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import msgspec

from mock_sis.contracts import Contract, document
from mock_sis.errors import Invalid
from mock_sis.gradebook import Identifier
from mock_sis.media import decode_json, refuse_depth, refuse_encoding
from mock_sis.settings import BodyMapping


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
    decoders: tuple[tuple[tuple[str, ...], msgspec.json.Decoder[Any]], ...]
    contract: Contract

    def read(self, body: bytes) -> Sequence[Given]:
        """The participants in the order sent. Raises Malformed, or Invalid with JSON pointers."""
        refuse_encoding(body)
        refuse_depth(body)
        for path, decoder in self.decoders:
            try:
                rows = _rows_at(decoder.decode(body), path)
            except (msgspec.MsgspecError, RecursionError, ValueError):
                continue
            if _has_no_twins(body, rows, self.mapping, path):
                return rows
        return self._read_slowly(body)

    def _read_slowly(self, body: bytes) -> Sequence[Given]:
        data = decode_json(body)
        problems = self.contract.problems(data)
        if problems:
            raise Invalid("The body is JSON but not an export.", problems=problems)
        found: Any = data
        for name in self.mapping.list.split("."):
            if name not in found:
                return [self._given(data)]
            found = found[name]
        return [self._given(row) for row in found]

    def _given(self, row: dict[str, Any]) -> Given:
        mapping, user_id = self.mapping, row[self.mapping.user_id]
        # The schema, which this row has passed, counts 1.0 among the integers.
        user_id = int(user_id) if isinstance(user_id, float) else user_id
        return Given(
            user_id,
            row.get(mapping.mark, msgspec.UNSET),
            row.get(mapping.admin_grade, msgspec.UNSET),
        )


@cache
def reader(mapping: BodyMapping) -> Reader:
    """The reader for a mapping; made once."""
    path = tuple(mapping.list.split("."))
    row = _row_type(mapping)
    decoders = [(path, msgspec.json.Decoder(_body_type(row, path, mapping.extra_fields)))]
    if mapping.single_object:
        decoders.append(((), msgspec.json.Decoder(row)))
    return Reader(mapping, tuple(decoders), Contract(mapped_schema(mapping)))


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
    return msgspec.defstruct(
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
        forbid_unknown_fields=not mapping.extra_fields,
        frozen=True,
        gc=False,
    )


def _body_type(row: type[Given], path: tuple[str, ...], extra: bool) -> Any:
    """The type of a body that holds a list of rows at that path."""
    kind: Any = list[row]  # type: ignore[valid-type]
    for name in reversed(path):
        kind = msgspec.defstruct(
            "Body", [("inner", kind)], rename={"inner": name}, forbid_unknown_fields=not extra
        )
    return kind


def _rows_at(body: Any, path: tuple[str, ...]) -> list[Given]:
    for _ in path:
        body = body.inner
    rows: list[Given] = body if path else [body]
    return rows


def _has_no_twins(
    body: bytes, rows: Iterable[Given], mapping: BodyMapping, path: tuple[str, ...]
) -> bool:
    """Whether it is certain, at the price of counting, that no known field occurs twice.

    The typed decoder keeps the last of two fields of one name, which could hide the wrong grade.
    A name that occurs as often as it was decoded occurred once in each object; escapes could spell
    a name in another way, so they settle nothing. Doubt costs the slow path, never the answer.
    """
    if b"\\" in body:
        return False
    expected = dict.fromkeys(path, 1)
    counted = {mapping.user_id: 0, mapping.mark: 0, mapping.admin_grade: 0}
    for row in rows:
        counted[mapping.user_id] += 1
        counted[mapping.mark] += row.mark is not msgspec.UNSET
        counted[mapping.admin_grade] += row.admin_grade is not msgspec.UNSET
    for name, count in counted.items():
        expected[name] = expected.get(name, 0) + count
    return all(body.count(f'"{name}"'.encode()) == count for name, count in expected.items())
