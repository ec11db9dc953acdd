"""Reads a request to set grades, in JSON or XML, into rows.

Only its shape is judged here, by the schema: a row whose values make no sense is that row's error.
Bodies without members of other names, and all of XML, are taken straight into typed rows; what
these types refuse is judged by the schema, which has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from mock_sis.contracts.contract import contract
from mock_sis.dialects.schoology.numbers import listed
from mock_sis.errors import Invalid
from mock_sis.exchange import Call
from mock_sis.formats.json_text import refuse_encoding
from mock_sis.formats.negotiation import JSON_TYPE, request_format
from mock_sis.formats.typed_json import ClosedDecoder

TYPES = ("application/json", "application/xml", "text/xml")

Id = int | str
Flag = int | str | UnsetType | None
Text = str | UnsetType | None


class GradeRow(msgspec.Struct, frozen=True, gc=False):
    """A grade as it was sent; UNSET where a field was not."""

    assignment_id: Id
    enrollment_id: Id
    grade: float | str | UnsetType | None = UNSET
    exception: Flag = UNSET
    comment: Text = UNSET
    comment_status: Flag = UNSET
    type: Text = UNSET


class CommentRow(msgspec.Struct, frozen=True, gc=False):
    """A final comment as it was sent."""

    enrollment_id: Id
    period_id: Id
    comment: str | None
    comment_status: Flag = UNSET


class Request(msgspec.Struct, frozen=True):
    """What is to be set, in the order sent; None for a kind that the request does not name."""

    grades: list[GradeRow] | None
    final_comments: list[CommentRow] | None

    def enrollments(self) -> list[Id]:
        """The enrollments it is about, as they were sent."""
        rows = (*(self.grades or ()), *(self.final_comments or ()))
        return [row.enrollment_id for row in rows]


def read(call: Call) -> Request:
    """The rows of a request. Raises WrongType, Malformed, or Invalid with JSON pointers."""
    chosen = request_format(call, TYPES)
    if chosen.media_type == JSON_TYPE:
        refuse_encoding(call.body)
        found = _CLOSED.decode(call.body)
        return _request(found) or _read_slowly(chosen.decode(call.body))
    data = chosen.decode(call.body)
    try:
        found = msgspec.convert(data, _OPEN)
    except msgspec.ValidationError:
        found = None
    return _request(found) or _read_slowly(data)


def _read_slowly(data: Any) -> Request:
    problems = contract("schoology/grades-request.schema.json").problems(data)
    if problems:
        raise Invalid("The body is not a request to set grades.", problems=problems)
    return Request(
        _rows(data, "grades", "grade", GradeRow),
        _rows(data, "final_comments", "final_comment", CommentRow),
    )


RowT = TypeVar("RowT", GradeRow, CommentRow)


def _rows(data: Mapping[str, Any], kind: str, member: str, row: type[RowT]) -> list[RowT] | None:
    if kind not in data:
        return None
    given = listed(data[kind][member]) if isinstance(data[kind], Mapping) else []
    names = row.__struct_fields__
    return [row(**{name: each[name] for name in names if name in each}) for each in given]


Nothing = Annotated[str, msgspec.Meta(max_length=0)] | None
"""An empty element, or null: no rows."""


def _body(*, closed: bool) -> Any:
    """The type of a body, as it is sent: with members of other names, or closed to them."""

    def rows(row: type[msgspec.Struct], member: str) -> Any:
        # Fields that are inherited are closed to other names by the type that inherits them.
        kind: Any = msgspec.defstruct(
            row.__name__, (), bases=(row,), frozen=True, gc=False, forbid_unknown_fields=closed
        )
        some = msgspec.defstruct(
            member,
            [("rows", kind | list[kind] | Nothing)],
            rename={"rows": member},
            forbid_unknown_fields=closed,
        )
        return some | Nothing | UnsetType

    return msgspec.defstruct(
        "Body",
        [
            ("grades", rows(GradeRow, "grade"), UNSET),
            ("final_comments", rows(CommentRow, "final_comment"), UNSET),
        ],
        forbid_unknown_fields=closed,
    )


_OPEN = _body(closed=False)
_CLOSED = ClosedDecoder(_body(closed=True))


def _request(body: Any) -> Request | None:
    """The rows of a body of this type; None if it names neither kind, or has no rows."""
    if body is None or (body.grades is UNSET and body.final_comments is UNSET):
        return None
    return Request(_sent(body.grades), _sent(body.final_comments))


def _sent(some: Any) -> list[Any] | None:
    if some is UNSET:
        return None
    return listed(some.rows) if some else []
