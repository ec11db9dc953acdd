"""The schemas of the protocol: the files on disk are what the table of dialects composes."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from conformance.dialects import DIALECTS
from conformance.drivers.composing import SHARED, compose, path_of
from conformance.drivers.shapes import Shapes, shapes_of
from mock_sis.contracts.contract import contract, document

PARTS = {dialect.name: dialect.messages for dialect in DIALECTS}


@pytest.mark.parametrize("name", [*SHARED, *PARTS])
def test_the_file_on_disk_is_what_the_table_composes(name: str) -> None:
    assert document(path_of(name)) == compose(PARTS)[name]


OK = {"id": 1, "status": "ok"}
ACT = {"id": 1, "op": "act"}
EXPORT = {"id": 1, "op": "export", "presses": 1, "by": "manager"}
PARTICIPANT = {"user_id": 1, "state": 7}
CONFIGURE = {
    "id": 1,
    "op": "configure",
    "dialect": "wiseflow",
    "sis_url": "http://sis",
    "credentials": {"type": "none"},
    "method": "POST",
    "timeout": 5,
    "state_dir": "/tmp/state",
    "clock": {"mode": "real", "now": "2026-06-15T09:00:00Z"},
    "resume": False,
}
SAID: list[tuple[Literal["message", "answer"], str, dict[str, Any], str]] = [
    ("message", "act", {**ACT, "action": "end_period"}, ""),
    ("message", "act", {**ACT, "action": "approve", "participant": 1}, ""),
    ("message", "act", {**ACT, "action": "approve"}, '"participant" is a required property'),
    ("message", "act", {**ACT, "action": "approove"}, 'did you mean "approve"?'),
    ("message", "act", ACT, '(root): "action" is a required property'),
    ("message", "act", {**ACT, "action": "edit_score", "item": "a"}, '"student" is a required'),
    ("message", "export", {**EXPORT, "sections": ["a"]}, ""),
    ("message", "export", {**EXPORT, "sections": []}, "/sections: "),
    ("message", "configure", CONFIGURE, ""),
    ("message", "configure", {**CONFIGURE, "format": "xml"}, ""),
    ("message", "configure", {**CONFIGURE, "mapping": {"list": ""}, "answer": {}}, ""),
    ("message", "configure", {**CONFIGURE, "mapping": {"lists": ""}}, "/mapping: "),
    ("message", "configure", {**CONFIGURE, "answer": {"status": 500}}, "/answer/status: "),
    ("message", "load", {"id": 1, "op": "load"}, '"flow" is a required property'),
    ("message", "load", {"id": 1, "op": "load", "course": {}}, '/course: "id" is a required'),
    ("answer", "state", OK, '"flow" is a required property'),
    ("answer", "state", {**OK, "flow": 0, "participants": [PARTICIPANT]}, ""),
    ("answer", "state", {**OK, "rows": [{}]}, '/rows/0: "assignment_id" is a required property'),
    ("answer", "state", {**OK, "items": []}, '"scores" is a required property'),
    ("answer", "hello", {**OK, "dialects": ["skywards"]}, 'did you mean "skyward"?'),
    ("answer", "hello", {**OK, "features": ["letter"]}, 'did you mean "letters"?'),
]


@pytest.mark.parametrize(("direction", "op", "data", "wrong"), SAID)
def test_a_run_and_the_files_on_disk_agree(
    direction: Literal["message", "answer"], op: str, data: dict[str, Any], wrong: str
) -> None:
    found = shapes_of(DIALECTS).problems(direction, op, data)
    assert bool(found) == bool(wrong)
    assert wrong in found
    assert contract(f"{path_of(op)}#/$defs/{direction}").accepts(data) == (not wrong)


def test_a_table_of_one_dialect_knows_no_other() -> None:
    shapes = Shapes(compose({"skyward": PARTS["skyward"]}))
    assert shapes.problems("answer", "state", {**OK, "items": [], "scores": []}) == ""
    assert '"items" is a required' in shapes.problems("answer", "state", {**OK, "rows": []})
    assert "/action" in shapes.problems("message", "act", {**ACT, "action": "approve"})
    assert shapes.problems("message", "act", {**ACT, "action": "end_period"}) == ""


def part(mark: str, *actions: str, **fields: Any) -> dict[str, Any]:
    """What a dialect brings: a mark, actions, and fields for `export`."""
    act = {"act": {"properties": {"action": {"enum": list(actions)}}}} if actions else {}
    shape = {"required": ["id", "op", "status", mark]}
    return {"$defs": {"load": shape, "state": shape, **act, "export": {"properties": fields}}}


def test_a_field_of_two_dialects_may_have_either_shape() -> None:
    parts = {"a": part("a", extra={"const": 1}), "b": part("b", extra={"const": 2})}
    shapes = Shapes(compose(parts))
    extras = [shapes.problems("message", "export", {**EXPORT, "extra": n}) for n in (1, 2, 3)]
    assert [bool(each) for each in extras] == [False, False, True]


def test_what_all_share_cannot_be_changed_by_a_dialect() -> None:
    shapes = Shapes(compose({"a": part("a", presses={"const": 3})}))
    assert shapes.problems("message", "export", {**EXPORT, "presses": 3})


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"a": part("a", "move"), "b": part("b", "move")}, "the action move"),
        ({"a": part("a", "end_period")}, "the action end_period"),
        ({"a": part("same"), "b": part("same")}, "the mark of load same"),
    ],
)
def test_dialects_that_cannot_be_told_apart_are_refused(parts: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=f"Two dialects have {what}; rename one"):
        compose(parts)
