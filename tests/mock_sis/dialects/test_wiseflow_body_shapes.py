"""Every shape of a JSON body, against the pure-Python validator and the mapped schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_sis.contracts.contract import document
from mock_sis.dialects.wiseflow.body import EXPORT, reader
from mock_sis.errors import Invalid, Malformed
from mock_sis.formats.mapping.paths import path_of, value_at
from mock_sis.formats.mapping.schema import mapped_schema
from mock_sis.formats.mapping.shapes import BodyMapping

DEFAULT = BodyMapping()


def read(body: str | bytes, mapping: BodyMapping = DEFAULT) -> list[tuple[Any, ...]]:
    """The rows of a body as plain tuples, None where a field was not sent."""
    sent = body.encode() if isinstance(body, str) else body
    rows = ((row.user_id, row.mark, row.admin_grade) for row in reader(mapping).read(sent))
    return [tuple(None if each is msgspec.UNSET else each for each in row) for row in rows]


@dataclass(frozen=True)
class Spelled:
    """An object as it is spelled: members in order, twins included."""

    members: tuple[tuple[str, Any], ...] = field(default=())


def _data(node: Any) -> Any:
    if isinstance(node, Spelled):
        return {name: _data(value) for name, value in node.members}
    return [_data(each) for each in node] if isinstance(node, list) else node


def _has_twins(node: Any) -> bool:
    if isinstance(node, Spelled):
        names = [name for name, _ in node.members]
        return len(set(names)) < len(names) or any(_has_twins(each) for _, each in node.members)
    return isinstance(node, list) and any(map(_has_twins, node))


def _text(node: Any, escape: bool) -> str:
    if isinstance(node, Spelled):
        members = (f"{_name(name, escape)}:{_text(each, escape)}" for name, each in node.members)
        return "{" + ",".join(members) + "}"
    if isinstance(node, list):
        return "[" + ",".join(_text(each, escape) for each in node) + "]"
    return json.dumps(node, ensure_ascii=escape)


def _name(name: str, escape: bool) -> str:
    return f'"\\u{ord(name[0]):04x}{name[1:]}"' if escape else f'"{name}"'


FIELDS: list[str | bool] = [
    "userId",
    "mark",
    "adminGrade",
    "id",
    "a",
    "å",
    "user.id",
    "user.grade.x",
]
PATHS = ["", "participants", "a.b", "a.a", "mark", "userId", "å.x.id"]
OFF = st.sampled_from([(), (), ("mark",), ("admin_grade",)])


@st.composite
def mappings(draw: Any) -> BodyMapping:
    user, mark, admin, *_ = draw(st.permutations(FIELDS))
    switched = dict.fromkeys(draw(OFF), False)
    return BodyMapping(
        list=draw(st.sampled_from(PATHS)),
        user_id=user,
        **{"mark": mark, "admin_grade": admin, **switched},
        extra_fields=draw(st.booleans()),
        single_object=draw(st.booleans()),
        ids=draw(st.sampled_from(["any", "any", "number", "text"])),
    )


def _fields(mapping: BodyMapping) -> list[Any]:
    """The path of each of the three fields, None if it is switched off."""
    return [mapping.fields.get(name) for name in ("userId", "mark", "adminGrade")]


IDS = st.sampled_from([1, "1", "x", 0, -1, 1.0, 2**53 + 1, 2**63, '"', "mark"])
GRADES = st.sampled_from(["", "A", "mark", '"', "\\", "é", "[{"])
ODD = st.sampled_from([None, True, 1.5, 1e300, 2**53, -(2**53), 10**40, "", [], Spelled(), 7])


def _mostly(good: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda n: odd if n == 0 else good)


@st.composite
def rows(draw: Any, mapping: BodyMapping) -> Any:
    user, *grades = _fields(mapping)
    members = [(user, draw(_mostly(IDS, ODD)))]
    members += [
        (path, draw(_mostly(GRADES, ODD))) for path in grades if path and draw(st.booleans())
    ]
    change = draw(st.integers(0, 11))
    if change == 0:
        members.pop(draw(st.integers(0, len(members) - 1)))
    elif change == 1:
        extra = draw(st.sampled_from([*FIELDS, "extra"]))
        members.append((path_of(extra), draw(IDS | GRADES | ODD)))
    return _spelled(draw(st.permutations(members)))


def _spelled(members: Sequence[tuple[Any, Any]]) -> Spelled:
    """An object with a value at each path. Members that share a first name are put together, unless
    they are twins."""
    found: list[tuple[str, Any]] = []
    inner: dict[str, list[tuple[Any, Any]]] = {}
    for path, value in members:
        if len(path) == 1:
            found.append((path[0], value))
        else:
            inner.setdefault(path[0], []).append((path[1:], value))
    return Spelled((*found, *((name, _spelled(below)) for name, below in inner.items())))


@st.composite
def bodies(draw: Any, mapping: BodyMapping) -> Any:
    if draw(st.integers(0, 3)) == 0:
        return draw(rows(mapping))
    body = draw(_mostly(st.lists(rows(mapping), max_size=3), ODD))
    for name in reversed(mapping.list_path):
        members = [(name, body)]
        if draw(st.integers(0, 7)) == 0:
            members.append((draw(st.sampled_from([name, *FIELDS])), draw(IDS | ODD)))
        body = Spelled(tuple(draw(st.permutations(members))))
    return body


@cache
def _oracle(mapping: BodyMapping) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(mapped_schema(mapping, document(EXPORT)))


def _expected(data: Any, mapping: BodyMapping) -> list[tuple[Any, ...]]:
    path = mapping.list_path
    if path and path[0] in data:
        data = value_at(data, path)
    listed: Sequence[Any] = data if isinstance(data, list) else [data]
    fields = _fields(mapping)
    return [tuple(None if at is None else value_at(row, at) for at in fields) for row in listed]


@settings(max_examples=400)
@given(st.data())
def test_nothing_is_taken_that_the_schema_refuses_nor_refused_that_it_takes(data: Any) -> None:
    mapping = data.draw(mappings())
    tree = data.draw(bodies(mapping))
    text = _text(tree, data.draw(st.booleans()))
    if _has_twins(tree):
        with pytest.raises(Malformed):
            read(text, mapping)
    elif _oracle(mapping).is_valid(_data(tree)):
        assert read(text, mapping) == _expected(_data(tree), mapping)
    else:
        with pytest.raises(Invalid) as caught:
            read(text, mapping)
        assert caught.value.problems


@settings(max_examples=100)
@given(st.binary(max_size=40), st.integers(0, 60), st.integers(0, 5))
def test_a_body_with_damaged_bytes_is_read_as_json_says_or_refused(
    damage: bytes, at: int, cut: int
) -> None:
    whole = '{"participants":[{"userId":1,"mark":"B","adminGrade":"é"}]}'.encode()
    body = whole[:at] + damage + whole[at + cut :]
    try:
        found = read(body)
    except (Malformed, Invalid):
        return
    assert found == _expected(json.loads(body), DEFAULT)
