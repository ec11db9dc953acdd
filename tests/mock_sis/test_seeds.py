"""A gradebook is built whole from a document, or not at all and with each mistake named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mock_sis.contracts.contract import MOST_PROBLEMS
from mock_sis.dialects.table import DIALECTS
from mock_sis.errors import SeedError
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.seeds import library
from mock_sis.seeds.build import SEEDED, build

DOCUMENT: dict[str, Any] = {
    "name": "small",
    "wiseflow": {"mapping": {"mark": "grade"}},
    "people": [
        {"id": 1, "given_name": "A", "family_name": "B"},
        {"id": "x", "given_name": "C", "family_name": "D", "number": "9"},
    ],
    "scales": [{"id": "letters", "title": "L", "levels": [{"mark": "A", "value": 1}]}],
    "sections": [
        {
            "id": "s",
            "title": "S",
            "sis_code": "UNI||S",
            "scale": "letters",
            "flow": {"ects": 5},
            "enrollments": [{"person": "1"}, {"person": "x", "state": "withdrawn"}],
            "scores": [{"person": 1, "mark": "A", "admin_grade": ""}],
        }
    ],
}


def _set(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        node: Any = document
        for step in path[:-1]:
            node = node.setdefault(step, {}) if isinstance(node, dict) else node[step]
        node[path[-1]] = to

    return edit


def _add(*path: str | int, row: Any) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        node: Any = document
        for step in path:
            node = node[step]
        node.append(row)

    return edit


PERSON = {"given_name": "", "family_name": ""}
ITEM = {"id": 7, "title": "T"}
TWO_LEVELS = [{"mark": "A", "value": 1}, {"mark": "A", "value": 2}]

WRONG: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "an unknown member": (_set("unknown", to=1), ""),
    "a person without a name": (_add("people", row={"id": 5}), "/people/2"),
    "a person twice": (_add("people", row={"id": "1", **PERSON}), "/people/2"),
    "an id beyond 64 bits": (_add("people", row={"id": 2**63, **PERSON}), "/people/2/id"),
    "an id below 64 bits": (_add("people", row={"id": -(2**63) - 1, **PERSON}), "/people/2/id"),
    "an id that is another one rounded": (
        _add("people", row={"id": 2.0**53, **PERSON}),
        "/people/2",
    ),
    "a period whose id is a fraction rounded": (
        _set("grading_periods", to=[{"id": 2.0**53, "title": ""}]),
        "",
    ),
    "an item beyond 64 bits": (
        _set("sections", 0, "assignments", to=[{**ITEM, "id": 2**63}]),
        "/sections/0/assignments/0/id",
    ),
    "an id that is a fraction": (_add("people", row={"id": 1.5, **PERSON}), "/people/2/id"),
    "a time zone that is none": (_set("time_zone", to="Mars/Olympus"), "/time_zone"),
    "a time zone that is a folder": (_set("time_zone", to="America"), "/time_zone"),
    "a time zone that is a path": (_set("time_zone", to="../zoneinfo/UTC"), "/time_zone"),
    "a time zone that is an offset": (_set("time_zone", to="+02:00"), "/time_zone"),
    "an empty id": (_add("people", row={"id": "", **PERSON}), "/people/2/id"),
    "a scale twice": (_add("scales", row={"id": "letters", "title": "", "range": {
        "min": 0, "max": 1}}), "/scales/1"),
    "a mark twice": (_set("scales", 0, "levels", to=TWO_LEVELS), "/scales/0"),
    "a range turned round": (_set("scales", 0, "range", to={"min": 2, "max": 1}), "/scales/0"),
    "a scale that is not there": (_set("sections", 0, "scale", to="no"), "/sections/0"),
    "an item on a scale that is not there": (
        _set("sections", 0, "assignments", to=[{**ITEM, "scale": 2}]),
        "/sections/0/assignments/0/scale",
    ),
    "an item on a scale that was given no number": (
        _set("sections", 0, "assignments", to=[{**ITEM, "scale": 1}]),
        "/sections/0/assignments/0/scale",
    ),
    "final grades on a scale that is not there": (
        _set("sections", 0, "grading", to={"scale": 2}),
        "/sections/0/grading/scale",
    ),
    "a section twice": (_add("sections", row={"id": "s", "title": ""}), "/sections/1"),
    "an SIS code twice": (
        _add("sections", row={"id": "t", "title": "", "sis_code": "UNI||S"}),
        "/sections/1",
    ),
    "a date that is none": (
        _set("sections", 0, "flow", to={"marking": {"start": "soon"}}),
        "/sections/0/flow/marking/start",
    ),
    "a due date that is none": (
        _set("sections", 0, "assignments", to=[{**ITEM, "due": "someday"}]),
        "/sections/0/assignments/0/due",
    ),
    "a period that begins on no day of the calendar": (
        _set("grading_periods", to=[{"id": 1, "title": "", "start": "2026-02-30"}]),
        "/grading_periods/0/start",
    ),
    "a period that ends in the evening": (
        _set("grading_periods", to=[{"id": 1, "title": "", "end": "2026-06-30 18:00"}]),
        "/grading_periods/0/end",
    ),
    "a period that begins at a time of no day of the calendar": (
        _set("grading_periods", to=[{"id": 1, "title": "", "start": "2026-02-30 12:00:00"}]),
        "/grading_periods/0/start",
    ),
    "a period that ends at no time": (
        _set("grading_periods", to=[{"id": 1, "title": "", "end": "2026-06-30T24:00:00"}]),
        "/grading_periods/0/end",
    ),
    "a due date that is no moment": (
        _set("sections", 0, "assignments", to=[{**ITEM, "due": "2026-06-30 25:00:00"}]),
        "/sections/0/assignments/0/due",
    ),
    "a stranger enrolled": (
        _add("sections", 0, "enrollments", row={"person": 7}),
        "/sections/0/enrollments/2/person",
    ),
    "an enrollment twice": (
        _add("sections", 0, "enrollments", row={"person": 1}),
        "/sections/0/enrollments/2/person",
    ),
    "a score of a stranger": (
        _add("sections", 0, "scores", row={"person": 7, "mark": "A"}),
        "/sections/0/scores/1",
    ),
    "a score twice": (
        _add("sections", 0, "scores", row={"person": "1", "mark": "A"}),
        "/sections/0/scores/1",
    ),
    "a score of nothing": (
        _add("sections", 0, "scores", row={"person": "x"}),
        "/sections/0/scores/1",
    ),
    "two fields of one name": (
        _set("wiseflow", "mapping", "mark", to="userId"),
        "/wiseflow/mapping/mark",
    ),
    "a field name that needs an escape": (
        _set("wiseflow", "mapping", "mark", to='a"b'),
        "/wiseflow/mapping/mark",
    ),
    "an empty step in the list's path": (
        _set("wiseflow", "mapping", "list", to="a..b"),
        "/wiseflow/mapping/list",
    ),
    "a base path below the control interface": (
        _set("wiseflow", "base_path", to="/_control/x"),
        "/wiseflow/base_path",
    ),
    "a base path that clients fold away": (
        _set("wiseflow", "base_path", to="/a/../b"),
        "/wiseflow/base_path",
    ),
    "a base path at the root": (_set("wiseflow", "base_path", to="/"), "/wiseflow/base_path"),
    "an unknown policy": (_set("wiseflow", "overwrite", to="maybe"), "/wiseflow/overwrite"),
    "no method": (_set("wiseflow", "methods", to=[]), "/wiseflow/methods"),
    "a method that exports do not use": (
        _set("wiseflow", "methods", to=["PUT"]),
        "/wiseflow/methods/0",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "pointer"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_place(
    edit: Callable[[dict[str, Any]], None], pointer: str
) -> None:
    document = copy.deepcopy(DOCUMENT)
    edit(document)
    with pytest.raises(SeedError) as caught:
        build(document, 0.0, DIALECTS)
    assert pointer in [problem.pointer for problem in caught.value.problems]


def test_several_mistakes_are_told_at_once() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["people"].append({"id": 1, **PERSON})
    document["scales"].append(document["scales"][0])
    with pytest.raises(SeedError) as caught:
        build(document, 0.0, DIALECTS)
    assert [problem.pointer for problem in caught.value.problems] == ["/people/2", "/scales/1"]


def test_of_many_mistakes_the_first_are_told() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["people"] += [{"id": 1, **PERSON}] * (MOST_PROBLEMS + 2)
    with pytest.raises(SeedError, match="more than 20 errors") as caught:
        build(document, 0.0, DIALECTS)
    first = [f"/people/{2 + number}" for number in range(MOST_PROBLEMS)]
    assert [problem.pointer for problem in caught.value.problems] == [*first, ""]


@pytest.mark.parametrize("document", [{1: 2}, {"name": {1, 2}}])
def test_what_json_cannot_say_is_no_seed(document: dict[Any, Any]) -> None:
    with pytest.raises(SeedError):
        build(document, 0.0, DIALECTS)


def test_a_document_is_a_gradebook() -> None:
    book = build(DOCUMENT, 7.0, DIALECTS)
    section = book.section_by_sis_code("UNI||S")
    assert section is not None
    assert section.flow.ects == 5
    assert [person.id for person in book.people.values()] == [1, "x"]
    assert {name: row.state for name, row in book.roster("s").items()} == {
        "1": "active",
        "x": "withdrawn",
    }
    score = book.scores("s/exam")["1"]
    assert (score.mark, score.value, score.at, score.by) == ("A", 1, 7.0, SEEDED)


def test_a_scale_without_a_number_gets_the_first_that_is_free() -> None:
    document = copy.deepcopy(DOCUMENT)
    scale = document["scales"][0]
    named = {**scale, "id": "named", "number": 2}
    document["scales"] += [named, {**scale, "id": "third"}]
    document["sections"][0]["assignments"] = [{**ITEM, "scale": 2}]
    document["sections"][0]["grading"] = {"scale": 0}
    book = build(document, 0.0, DIALECTS)
    assert [scale.number for scale in book.scales.values()] == [1, 2, 3]


def test_building_leaves_the_document_as_it_was() -> None:
    before = copy.deepcopy(DOCUMENT)
    build(DOCUMENT, 0.0, DIALECTS)
    assert before == DOCUMENT


def test_an_integer_may_be_spelled_as_a_whole_float() -> None:
    whole = encode_json(DOCUMENT).replace(b'"id":1,', b'"id":1.0,')
    whole = whole.replace(b'"person":1,', b'"person":1.0,')
    assert whole.count(b"1.0") == 2
    assert (
        build(decode_json(whole), 0.0, DIALECTS).snapshot()
        == build(DOCUMENT, 0.0, DIALECTS).snapshot()
    )


@pytest.mark.parametrize("name", library.names())
def test_every_built_in_seed_is_sound_and_named_after_its_file(name: str) -> None:
    document = library.builtin(name)
    assert document["name"] == name
    assert build(document, 0.0, DIALECTS).people


def test_an_unknown_seed_is_told_which_there_are() -> None:
    with pytest.raises(SeedError, match="demo"):
        library.builtin("nothing")
    with pytest.raises(SeedError, match=r"neither a file nor a built-in seed .*demo"):
        library.find("nothing.yaml")


@pytest.mark.parametrize("name", ["../demo", "demo.yaml", "/etc/passwd", ""])
def test_a_name_is_no_way_out_of_the_folder(name: str) -> None:
    with pytest.raises(SeedError, match="No built-in seed"):
        library.builtin(name)


def test_a_seed_is_found_by_name_before_file(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("demo").write_bytes(b'{"name": "mine"}')
    assert library.find("demo") == library.builtin("demo")
    assert library.find("./demo") == {"name": "mine"}
