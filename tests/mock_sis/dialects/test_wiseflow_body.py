"""An export's body is read as its mapped schema says, however it is shaped, spelled or broken."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mock_sis.contracts.contract import document
from mock_sis.dialects.wiseflow.body import EXPORT, reader
from mock_sis.errors import Invalid, Malformed
from mock_sis.formats.mapping import schema as mapped
from mock_sis.formats.mapping.rows import Given
from mock_sis.formats.mapping.shapes import BodyMapping

DEFAULT = BodyMapping()


def mapped_schema(mapping: BodyMapping) -> dict[str, Any]:
    return mapped.mapped_schema(mapping, document(EXPORT))


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
    "a list at the root": ('[{"userId":1,"mark":"B"}]', BodyMapping(list=""), [(1, "B", None)]),
    "nobody at the root": ("[]", BodyMapping(list=""), []),
    "a single object where the list is at the root": (
        '{"userId":1}',
        BodyMapping(list="", single_object=True),
        [(1, None, None)],
    ),
    "nested fields": (
        _bulk('{"user":{"id":1},"grades":{"of":{"markers":"B"}}}'),
        BodyMapping(user_id="user.id", mark="grades.of.markers", admin_grade="grades.alt"),
        [(1, "B", None)],
    ),
    "no adminGrade": (
        _bulk('{"userId":1,"mark":"B"}'),
        BodyMapping(admin_grade=False),
        [(1, "B", None)],
    ),
    "no mark": (
        _bulk('{"userId":1,"adminGrade":"B"}'),
        BodyMapping(mark=False),
        [(1, None, "B")],
    ),
    "an unnamed field by the name of one that is switched off": (
        _bulk('{"userId":1,"mark":"B","adminGrade":"A","admin_grade":"A"}'),
        BodyMapping(admin_grade=False, extra_fields=True),
        [(1, "B", None)],
    ),
    "ids as text": (_bulk('{"userId":"1"}'), BodyMapping(ids="text"), [("1", None, None)]),
    "ids as numbers": (_bulk('{"userId":1}'), BodyMapping(ids="number"), [(1, None, None)]),
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
    "a field that is switched off": (
        _bulk('{"userId":1,"adminGrade":"B"}'),
        BodyMapping(admin_grade=False),
        "/participants/0",
    ),
    "the inner name of a field that is switched off": (
        _bulk('{"userId":1,"admin_grade":"B"}'),
        BodyMapping(admin_grade=False),
        "/participants/0",
    ),
    "a number where ids are text": (
        _bulk('{"userId":1}'),
        BodyMapping(ids="text"),
        "/participants/0/userId",
    ),
    "a text where ids are numbers": (
        _bulk('{"userId":"1"}'),
        BodyMapping(ids="number"),
        "/participants/0/userId",
    ),
    "a field that is not nested": (
        _bulk('{"user":1}'),
        BodyMapping(user_id="user.id"),
        "/participants/0/user",
    ),
    "no nested id": (_bulk('{"user":{}}'), BodyMapping(user_id="user.id"), "/participants/0/user"),
    "an unnamed field beside a nested one": (
        _bulk('{"user":{"id":1,"name":"Ida"}}'),
        BodyMapping(user_id="user.id"),
        "/participants/0/user",
    ),
    "an object where the list is at the root": ('{"userId":1}', BodyMapping(list=""), ""),
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
