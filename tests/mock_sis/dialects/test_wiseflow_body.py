"""An export's body is read as its mapped schema says, however it is shaped, spelled or broken."""

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

from mock_sis.dialects.wiseflow.body import Given, mapped_schema, reader
from mock_sis.dialects.wiseflow.settings import BodyMapping
from mock_sis.errors import Invalid, Malformed

DEFAULT = BodyMapping()


def read(body: str | bytes, mapping: BodyMapping = DEFAULT) -> list[tuple[Any, Any, Any]]:
    """The rows of a body as plain tuples, None where a field was not sent."""
    sent = body.encode() if isinstance(body, str) else body
    return [_plain(row) for row in reader(mapping).read(sent)]


def _plain(row: Given) -> tuple[Any, Any, Any]:
    values = (row.user_id, row.mark, row.admin_grade)
    return tuple(None if each is msgspec.UNSET else each for each in values)  # type: ignore[return-value]


def _bulk(row: str) -> str:
    return f'{{"participants":[{row}]}}'


READ: dict[str, tuple[str, BodyMapping, list[tuple[Any, Any, Any]]]] = {
    "the recommended body": (
        _bulk('{"userId":1001,"mark":"B","adminGrade":""}'),
        DEFAULT,
        [(1001, "B", "")],
    ),
    "nobody": ('{"participants":[]}', DEFAULT, []),
    "fields left out": (_bulk('{"userId":"x"}'), DEFAULT, [("x", None, None)]),
    "fields in another order": (
        _bulk('{"adminGrade":"A","mark":"B","userId":1}'),
        DEFAULT,
        [(1, "B", "A")],
    ),
    "white space": (' {\n"participants" :\t[ ] }\r\n', DEFAULT, []),
    "a whole float is an integer": (_bulk('{"userId":1.0}'), DEFAULT, [(1, None, None)]),
    "an exponent is one too": (_bulk('{"userId":1e2}'), DEFAULT, [(100, None, None)]),
    "an id that no double holds": (
        _bulk('{"userId":9007199254740993}'),
        DEFAULT,
        [(2**53 + 1, None, None)],
    ),
    "one with a fraction of zero": (
        _bulk('{"userId":9007199254740993.0}'),
        DEFAULT,
        [(2**53 + 1, None, None)],
    ),
    "the largest id": (_bulk(f'{{"userId":{2**63 - 1}}}'), DEFAULT, [(2**63 - 1, None, None)]),
    "the smallest id": (_bulk(f'{{"userId":{-(2**63)}}}'), DEFAULT, [(-(2**63), None, None)]),
    "an id beyond 64 bits": (_bulk(f'{{"userId":{2**63}}}'), DEFAULT, [(2**63, None, None)]),
    "escaped names": (
        _bulk('{"user\\u0049d":1,"\\u006dark":"B"}'),
        DEFAULT,
        [(1, "B", None)],
    ),
    "names as values": (
        _bulk('{"userId":"userId","mark":"mark","adminGrade":"participants"}'),
        DEFAULT,
        [("userId", "mark", "participants")],
    ),
    "quotes and backslashes as values": (
        _bulk('{"userId":"\\"","mark":"\\\\","adminGrade":"\\"\\\\\\""}'),
        DEFAULT,
        [('"', "\\", '"\\"')],
    ),
    "any text": (
        _bulk('{"userId":"😀","mark":"Bestått\\u0000"}'),
        DEFAULT,
        [("😀", "Bestått\0", None)],
    ),
    "renamed fields": (
        '{"participants":[{"id":1,"grade":"B","alt":"A"}]}',
        BodyMapping(user_id="id", mark="grade", admin_grade="alt"),
        [(1, "B", "A")],
    ),
    "fields that swapped names": (
        _bulk('{"userId":1,"mark":"alt","adminGrade":"markers"}'),
        BodyMapping(mark="adminGrade", admin_grade="mark"),
        [(1, "markers", "alt")],
    ),
    "a name beyond ASCII": (
        '{"participants":[{"brukerId":1,"karaktér":"B"}]}',
        BodyMapping(user_id="brukerId", mark="karaktér"),
        [(1, "B", None)],
    ),
    "a list further down": (
        '{"a":{"b":{"c":[{"userId":1}]}}}',
        BodyMapping(list="a.b.c"),
        [(1, None, None)],
    ),
    "a path that repeats a name": (
        '{"a":{"a":[{"userId":1}]}}',
        BodyMapping(list="a.a"),
        [(1, None, None)],
    ),
    "a path that is named like a field": (
        '{"userId":[{"userId":1}]}',
        BodyMapping(list="userId"),
        [(1, None, None)],
    ),
    "extra fields anywhere": (
        '{"x":{"userId":9,"participants":[]},"participants":[{"userId":1,"y":[{"mark":"C"}]}]}',
        BodyMapping(extra_fields=True),
        [(1, None, None)],
    ),
    "a single object": (
        '{"userId":1,"mark":"B"}',
        BodyMapping(single_object=True),
        [(1, "B", None)],
    ),
    "a bulk body where single ones are allowed": (
        _bulk('{"userId":1}'),
        BodyMapping(single_object=True),
        [(1, None, None)],
    ),
    "a single object with extra fields": (
        '{"userId":1,"when":"now"}',
        BodyMapping(single_object=True, extra_fields=True),
        [(1, None, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "mapping", "rows"), READ.values(), ids=READ)
def test_a_body_is_read_in_the_shape_of_its_mapping(
    body: str, mapping: BodyMapping, rows: list[tuple[Any, Any, Any]]
) -> None:
    assert read(body, mapping) == rows


INVALID: dict[str, tuple[str, BodyMapping, str]] = {
    "an array": ("[]", DEFAULT, ""),
    "a number": ("1", DEFAULT, ""),
    "no list": ("{}", DEFAULT, ""),
    "a list that is none": ('{"participants":{}}', DEFAULT, "/participants"),
    "a row that is none": (_bulk("1"), DEFAULT, "/participants/0"),
    "no userId": (_bulk('{"mark":"B"}'), DEFAULT, "/participants/0"),
    "a userId of nothing": (_bulk('{"userId":null}'), DEFAULT, "/participants/0/userId"),
    "an empty userId": (_bulk('{"userId":""}'), DEFAULT, "/participants/0/userId"),
    "a userId that is a truth value": (_bulk('{"userId":true}'), DEFAULT, "/participants/0/userId"),
    "a fraction": (_bulk('{"userId":1.5}'), DEFAULT, "/participants/0/userId"),
    "a mark of nothing": (_bulk('{"userId":1,"mark":null}'), DEFAULT, "/participants/0/mark"),
    "a mark that is a number": (_bulk('{"userId":1,"mark":7}'), DEFAULT, "/participants/0/mark"),
    "the second row": (
        '{"participants":[{"userId":1},{"userId":2,"adminGrade":[]}]}',
        DEFAULT,
        "/participants/1/adminGrade",
    ),
    "an extra field": (_bulk('{"userId":1,"x":1}'), DEFAULT, "/participants/0"),
    "an extra field outside": ('{"participants":[],"x":1}', DEFAULT, ""),
    "the default names where others are mapped": (
        _bulk('{"userId":1}'),
        BodyMapping(user_id="id"),
        "/participants/0",
    ),
    "a single object where none is allowed": ('{"userId":1}', DEFAULT, ""),
    "a path that ends early": ('{"a":{}}', BodyMapping(list="a.b", single_object=True), "/a"),
    "a bulk body that is wrong and has a userId": (
        '{"userId":1,"participants":[7]}',
        BodyMapping(single_object=True, extra_fields=True),
        "/participants/0",
    ),
    "a single object that has the list's name": (
        '{"userId":1,"mark":"B"}',
        BodyMapping(list="mark", single_object=True),
        "/mark",
    ),
}


@pytest.mark.parametrize(("body", "mapping", "pointer"), INVALID.values(), ids=INVALID)
def test_what_the_mapped_schema_refuses_is_refused_with_its_place(
    body: str, mapping: BodyMapping, pointer: str
) -> None:
    with pytest.raises(Invalid) as caught:
        read(body, mapping)
    assert pointer in [problem.pointer for problem in caught.value.problems]


TWINS = {
    "two marks": '{"userId":1,"mark":"A","mark":"F"}',
    "the same mark twice": '{"userId":1,"mark":"A","mark":"A"}',
    "two marks, one escaped": '{"userId":1,"mark":"A","m\\u0061rk":"F"}',
    "two userIds": '{"userId":1,"userId":2,"mark":"A"}',
    "two userIds, one of text": '{"userId":1,"mark":"A","userId":"1"}',
    "two adminGrades": '{"adminGrade":"A","userId":1,"adminGrade":""}',
    "a twin that is no string": '{"userId":1,"mark":7,"mark":"A"}',
}


@pytest.mark.parametrize("row", TWINS.values(), ids=TWINS)
@pytest.mark.parametrize("extra", [False, True])
def test_a_field_that_occurs_twice_never_hides_a_grade(row: str, extra: bool) -> None:
    with pytest.raises(Malformed, match="twice"):
        read(_bulk('{"userId":0},' + row), BodyMapping(extra_fields=extra))
    with pytest.raises(Malformed, match="twice"):
        read(row, BodyMapping(extra_fields=extra, single_object=True))


@pytest.mark.parametrize("text", ['"\\\\"', '"\\""', '"\\\\\\""', '"\\u0022"'])
@pytest.mark.parametrize("others", range(5))
def test_no_number_of_escapes_hides_a_twin(text: str, others: int) -> None:
    rows = [f'{{"userId":{number},"mark":{text}}}' for number in range(others)]
    with pytest.raises(Malformed, match="twice"):
        read(_bulk(",".join([*rows, '{"userId":9,"mark":"A","mark":"F"}'])))


@pytest.mark.parametrize(
    "body",
    [
        '{"participants":[{"userId":1}],"participants":[]}',
        '{"participants":[],"p\\u0061rticipants":[{"userId":1}]}',
        '{"x":1,"participants":[],"x":1}',
        '{"participants":[{"userId":1,"x":{"y":1,"y":2}}]}',
    ],
)
def test_a_list_or_an_unnamed_field_that_occurs_twice_is_refused_too(body: str) -> None:
    with pytest.raises(Malformed, match="twice"):
        read(body, BodyMapping(extra_fields=True))


# --- every shape, against the pure-Python validator --------------------------------------------


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


FIELDS = ["userId", "mark", "adminGrade", "id", "a", "å"]
PATHS = ["participants", "a.b", "a.a", "mark", "userId", "å.x.id"]
MAPPINGS = st.builds(
    lambda path, names, extra, single: BodyMapping(path, *names[:3], extra, single),
    st.sampled_from(PATHS),
    st.permutations(FIELDS),
    st.booleans(),
    st.booleans(),
)
IDS = st.sampled_from([1, "1", "x", 0, -1, 1.0, 2**53 + 1, 2**63, '"', "mark"])
GRADES = st.sampled_from(["", "A", "mark", '"', "\\", "é", "[{"])
ODD = st.sampled_from([None, True, 1.5, 1e300, 2**53, -(2**53), 10**40, "", [], Spelled(), 7])


def _mostly(good: st.SearchStrategy[Any], odd: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda n: odd if n == 0 else good)


@st.composite
def rows(draw: Any, mapping: BodyMapping) -> Any:
    names = (mapping.user_id, mapping.mark, mapping.admin_grade)
    members = [(names[0], draw(_mostly(IDS, ODD)))]
    members += [(name, draw(_mostly(GRADES, ODD))) for name in names[1:] if draw(st.booleans())]
    change = draw(st.integers(0, 11))
    if change == 0:
        members.pop(draw(st.integers(0, len(members) - 1)))
    elif change == 1:
        members.append((draw(st.sampled_from([*FIELDS, "extra"])), draw(IDS | GRADES | ODD)))
    return Spelled(tuple(draw(st.permutations(members))))


@st.composite
def bodies(draw: Any, mapping: BodyMapping) -> Any:
    if draw(st.integers(0, 3)) == 0:
        return draw(rows(mapping))
    body = draw(_mostly(st.lists(rows(mapping), max_size=3), ODD))
    for name in reversed(mapping.list.split(".")):
        members = [(name, body)]
        if draw(st.integers(0, 7)) == 0:
            members.append((draw(st.sampled_from([name, *FIELDS])), draw(IDS | ODD)))
        body = Spelled(tuple(draw(st.permutations(members))))
    return body


@cache
def _oracle(mapping: BodyMapping) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(mapped_schema(mapping))


def _expected(data: Any, mapping: BodyMapping) -> list[tuple[Any, Any, Any]]:
    path = mapping.list.split(".")
    if path[0] in data:
        for name in path:
            data = data[name]
    listed: Sequence[Any] = data if isinstance(data, list) else [data]
    names = (mapping.user_id, mapping.mark, mapping.admin_grade)
    return [tuple(row.get(name) for name in names) for row in listed]  # type: ignore[misc]


@settings(max_examples=400)
@given(st.data())
def test_nothing_is_taken_that_the_schema_refuses_nor_refused_that_it_takes(data: Any) -> None:
    mapping = data.draw(MAPPINGS)
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
    whole = _bulk('{"userId":1,"mark":"B","adminGrade":"é"}').encode()
    body = whole[:at] + damage + whole[at + cut :]
    try:
        found = read(body)
    except (Malformed, Invalid):
        return
    assert found == _expected(json.loads(body), DEFAULT)


def test_the_default_mapping_is_the_published_schema() -> None:
    export = mapped_schema(DEFAULT)
    row = export["properties"]["participants"]["items"]
    assert list(row["properties"]) == ["userId", "mark", "adminGrade"]
    assert row["required"] == ["userId"]
    assert row["additionalProperties"] is False


def test_mappings_of_seeds_long_gone_are_forgotten() -> None:
    for number in range(50):
        read('{"participants":[]}', BodyMapping(user_id=f"id{number}"))
    assert reader.cache_info().currsize <= 8
