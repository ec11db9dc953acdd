"""The schemas are sound, found by name, and judged alike by the fast and the slow validator."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from mock_sis.contracts.contract import (
    BASE,
    LOOKED_THROUGH,
    MOST_PROBLEMS,
    Contract,
    abbreviate,
    contract,
    document,
    pointer,
)
from mock_sis.contracts.openapi import bundle
from mock_sis.contracts.package_files import package_folder
from mock_sis.errors import Problem
from mock_sis.seeds import library

ROOT = package_folder("schemas")
SCHEMAS = sorted(
    path.relative_to(package_folder("schemas")).as_posix()
    for path in package_folder("schemas").rglob("*.schema.json")
)
OPENAPIS = sorted(
    path.relative_to(package_folder("schemas")).as_posix()
    for path in package_folder("schemas").rglob("openapi.json")
)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(document(name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_compiles_with_all_it_refers_to(name: str) -> None:
    contract(name).problems(None)


def _objects(node: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield place, node
        for name, inner in node.items():
            yield from _objects(inner, f"{place}/{name}")
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from _objects(inner, f"{place}/{number}")


POINTERS: list[tuple[list[str | int], str]] = [
    ([], ""),
    (["a", 0], "/a/0"),
    (["a/b", "c~d", ""], "/a~1b/c~0d/"),
]


@pytest.mark.parametrize(("path", "text"), POINTERS)
def test_pointers_are_escaped(path: list[str | int], text: str) -> None:
    assert pointer(path) == text


def test_a_problem_says_where_and_what() -> None:
    problems = contract("wiseflow/export.schema.json").problems({"participants": [{"userId": ""}]})
    assert problems == [Problem("/participants/0/userId", '"" is shorter than 1 character')]


def test_no_problem_is_no_problem() -> None:
    export = contract("wiseflow/export.schema.json")
    assert export.problems({"participants": []}) == []
    assert export.explain({"participants": []}) == ""


def test_only_the_first_problems_of_many_are_told() -> None:
    rows = [{"userId": None}] * (MOST_PROBLEMS + 5)
    problems = contract("wiseflow/export.schema.json").problems({"participants": rows})
    assert len(problems) == MOST_PROBLEMS + 1
    assert problems[-1] == Problem("", "more than 20 errors; only the first 20 are listed")
    exactly = contract("wiseflow/export.schema.json").problems({"participants": rows[:20]})
    assert len(exactly) == MOST_PROBLEMS


_WORDS = {"enum": ["sync", "Period", "retry", 4]}
_OR_NULL = {"anyOf": [{"type": "null"}, {"type": "string", "pattern": "^[0-9]+$"}]}
_ONE = {"oneOf": [{"type": "null"}, {"enum": ["first", "second"]}]}

SAID: list[tuple[dict[str, Any], Any, str]] = [
    (_WORDS, "preiod", '"preiod" is not one of the 4 allowed values (did you mean "Period"?)'),
    (_WORDS, "x", '"x" is not one of "sync", "Period", "retry", 4'),
    (_WORDS, 10**30, f'{10**30} is not one of "sync", "Period", "retry", 4'),
    (
        _OR_NULL,
        "soon",
        '"soon" matches no allowed form: "soon" is not of type "null"; "soon" does not match'
        ' "^[0-9]+$"',
    ),
    (
        _ONE,
        "frist",
        '"frist" matches no allowed form: "frist" is not of type "null"; "frist" is not one'
        ' of the 2 allowed values (did you mean "first"?)',
    ),
    ({"allOf": [{"required": ["a"]}, {"required": ["a"]}]}, {}, '"a" is a required property'),
]


@pytest.mark.parametrize(("schema", "data", "said"), SAID)
def test_a_problem_is_told_once_and_says_what_would_be_right(
    schema: dict[str, Any], data: Any, said: str
) -> None:
    assert [problem.message for problem in Contract(schema).problems(data)] == [said]


_ROW = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
_ROWS = {"anyOf": [_ROW, {"type": "array", "items": _ROW}, {"enum": ["", None]}]}
_HELD = {"properties": {"rows": {"oneOf": [{"type": "null"}, {"properties": {"row": _ROWS}}]}}}
_WORD = {"anyOf": [_ROW, {"const": "none"}]}
_EITHER = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
_EITHER_OR = {"oneOf": _EITHER["anyOf"]}

MEANT: list[tuple[str, dict[str, Any], Any, list[Problem]]] = [
    ("of a list, its rows", _ROWS, [{"id": 1}, {}], [Problem("/1", '"id" is a required property')]),
    (
        "all of them",
        _ROWS,
        [{}, {"id": ""}],
        [
            Problem("/0", '"id" is a required property'),
            Problem("/1/id", '"" is not of type "integer"'),
        ],
    ),
    (
        "behind the beginning of a long list",
        _ROWS,
        [*[{"id": 1}] * LOOKED_THROUGH, {}],
        [Problem(f"/{LOOKED_THROUGH}", '"id" is a required property')],
    ),
    ("one row", _ROWS, {}, [Problem("", '"id" is a required property')]),
    ("no single word", _WORD, {}, [Problem("", '"id" is a required property')]),
    (
        "inside another",
        _HELD,
        {"rows": {"row": [{}]}},
        [Problem("/rows/row/0", '"id" is a required property')],
    ),
    (
        "of two, neither",
        _EITHER,
        {},
        [
            Problem(
                "",
                '{} matches no allowed form: "a" is a required property; '
                '"b" is a required property',
            )
        ],
    ),
    (
        "of two, both",
        _EITHER_OR,
        {"a": 1, "b": 2},
        [Problem("", '{"a": 1, "b": 2} matches several forms; it must match only one')],
    ),
    (
        "something else altogether",
        _ROWS,
        7,
        [
            Problem(
                "",
                '7 matches no allowed form: 7 is not of type "object"; '
                '7 is not of type "array"; 7 is not one of "", null',
            )
        ],
    ),
]


@pytest.mark.parametrize(
    ("schema", "data", "told"), [case[1:] for case in MEANT], ids=[case[0] for case in MEANT]
)
def test_where_one_form_can_have_been_meant_it_is_told_what_that_one_lacks(
    schema: dict[str, Any], data: Any, told: list[Problem]
) -> None:
    assert Contract(schema).problems(data) == told


def test_behind_the_beginning_of_a_long_list_only_the_first_place_is_told() -> None:
    rows = [{"userId": number} for number in range(LOOKED_THROUGH)]
    rows += [{"userId": None}, {"userId": 7}, {"userId": None}]
    problems = contract("wiseflow/export.schema.json").problems({"participants": rows})
    assert [found.pointer for found in problems] == [f"/participants/{LOOKED_THROUGH}/userId"]


def test_bad_rows_without_end_take_no_memory_without_end() -> None:
    export = contract("wiseflow/export.schema.json")
    body = {"participants": [{"userId": None}] * 5_000}
    export.accepts(body)
    tracemalloc.start()
    problems = export.problems(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(problems) == MOST_PROBLEMS + 1
    assert peak < 2**21


def test_data_deeper_than_any_body_has_problems_too() -> None:
    deep: list[Any] = []
    for _ in range(1000):
        deep = [deep]
    export = contract("wiseflow/export.schema.json")
    assert [found.pointer for found in export.problems({"participants": [deep]})] == [
        "/participants/0"
    ]


def test_a_contract_is_also_found_inside_a_file() -> None:
    moment = contract("wiseflow/flow.schema.json#/$defs/moment")
    assert moment.accepts("2026-06-15T09:00:00Z")
    assert moment.accepts("")
    assert not moment.accepts("soon")


def test_references_are_relative_to_the_file_they_stand_in() -> None:
    flow = {"title": "", "subtitle": "", "room": "", "sisCode": "x"}
    dated = {**flow, "startDateParticipants": "soon", "endDateParticipants": ""}
    problems = contract("wiseflow/flows.schema.json").problems([dated])
    assert [found.pointer for found in problems] == ["/0/startDateParticipants"]


@pytest.mark.parametrize(
    "reference", ["https://example.org/x.json", "https://schemas.mock-sis.invalid/nowhere.json"]
)
def test_a_reference_that_leads_nowhere_is_an_error(reference: str) -> None:
    with pytest.raises(jsonschema_rs.ValidationError, match=r"not a schema of this|No such file"):
        Contract({"$ref": reference}).problems({})


MANGLED: list[Any] = [None, 1.5, 10**30, -1, "", "x", "/..", [], {}, True, [None], {"x": 1}]


def _mutants(node: Any) -> Iterator[Any]:
    """The document with one place replaced by each mangled value, or left out."""
    yield from MANGLED
    if isinstance(node, dict):
        yield {**node, "unheard_of": 1}
        for name, inner in node.items():
            yield {other: value for other, value in node.items() if other != name}
            yield from ({**node, name: changed} for changed in _mutants(inner))
    elif isinstance(node, list) and node:
        yield from ([changed, *node[1:]] for changed in _mutants(node[0]))


def test_the_fast_and_the_slow_validator_agree_about_seeds() -> None:
    seed, slow = contract("seed.schema.json"), _slow("seed.schema.json")
    verdicts = set()
    for mutant in _mutants(library.builtin("demo")):
        fast = [found for found in seed.problems(mutant) if "date-time" not in found.message]
        assert (not fast) == slow.is_valid(mutant), mutant
        verdicts.add(not fast)
    assert verdicts == {True, False}


def _slow(name: str) -> jsonschema.Draft202012Validator:
    """The pure-Python validator, which looks at no date."""
    resources = [
        (BASE + each, Resource.from_contents(document(each), default_specification=DRAFT202012))
        for each in SCHEMAS
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    return jsonschema.Draft202012Validator({"$ref": BASE + name}, registry=registry)


EXPLAINED = [
    ({"sections": [{"id": "a", "title": 7}]}, "/sections/0/title: 7 is not"),
    ({"clock": {"now": "2026-99-01T00:00:00Z"}}, "/clock/now: "),
    ([], "(root): [] is not"),
    ({}, ""),
]


@pytest.mark.parametrize(("seed", "told"), EXPLAINED)
def test_the_problem_to_mend_first_is_explained_to_people(seed: Any, told: str) -> None:
    explained = contract("seed.schema.json").explain(seed)
    assert explained.startswith(told)
    assert bool(explained) == bool(told)


def test_long_texts_are_cut_in_the_middle() -> None:
    assert abbreviate("x" * 200) == "x" * 200
    cut = abbreviate("a" * 5000 + "z" * 5000)
    assert (len(cut), cut[0], cut[-1]) == (199, "a", "z")
    assert "..." in cut


@pytest.mark.parametrize("name", OPENAPIS)
def test_a_bundled_document_refers_to_itself_alone(name: str) -> None:
    whole = bundle(name)
    references = [node["$ref"] for _, node in _objects(whole, "") if "$ref" in node]
    assert references
    for reference in references:
        target: Any = whole
        assert reference.startswith("#/"), reference
        for part in reference.removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]


def test_a_bundled_reference_means_what_it_meant() -> None:
    whole = bundle("wiseflow/openapi.json")
    listed = {
        "$ref": "#/components/schemas/wiseflow.flows",
        "components": whole["components"],
    }
    flow = {"title": "", "subtitle": "", "room": "", "sisCode": "x", "endDateParticipants": ""}
    validator = jsonschema.Draft202012Validator(listed)
    assert validator.is_valid([{**flow, "startDateParticipants": ""}])
    assert not validator.is_valid([{**flow, "startDateParticipants": {}}])


def test_bundling_leaves_the_files_as_they_were() -> None:
    bundle("wiseflow/openapi.json")
    for name in ("wiseflow/openapi.json", "wiseflow/flow.schema.json"):
        assert document(name) == json.loads((package_folder("schemas") / name).read_bytes())


def test_a_bundled_schema_leaves_its_name_and_dialect_behind() -> None:
    for schema in bundle("wiseflow/openapi.json")["components"]["schemas"].values():
        assert not {"$id", "$schema"} & schema.keys()
