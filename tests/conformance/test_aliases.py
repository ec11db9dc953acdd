"""Rows of a `state` answer under the names of the vendor's API."""

from __future__ import annotations

from typing import Any

import pytest
from builds.wf_bare import Bare

from conformance.dialects import DIALECTS, RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.protocol import AdapterBroken
from conformance.drivers.shapes import shapes_of
from conformance.judging.verdicts import Status
from conformance.runner.run import Options, run
from helpers.suite.jumping_loop import run_jumping

SHAPES = shapes_of(DIALECTS)
STATE = SHAPES.build(4, "state", {})
TIME = "2026-06-16T10:00:00Z"


def understood(*rows: Any, **more: Any) -> Any:
    answer = {"id": 4, "status": "ok", "flow": "exported", "participants": list(rows), **more}
    return SHAPES.check(answer, STATE)["participants"]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (
            {"userId": 1, "exportState": 2, "exportDate": TIME, "exportMessage": "Sent."},
            {"user_id": 1, "state": 2, "exported_at": TIME, "message": "Sent."},
        ),
        ({"user_id": "1", "exportState": "failed"}, {"user_id": "1", "state": "failed"}),
        ({"userId": 1, "state": 3}, {"user_id": 1, "state": 3}),
        (
            {"userId": 1, "exportState": 0, "exportDate": None, "exportMessage": None},
            {"user_id": 1, "state": 0, "exported_at": None, "message": None},
        ),
        ({"user_id": 1, "state": "queued"}, {"user_id": 1, "state": "queued"}),
    ],
)
def test_the_names_of_the_vendor_are_understood(given: Any, read: Any) -> None:
    assert understood(given) == [read]
    assert understood({"user_id": 7, "state": 1}, given) == [{"user_id": 7, "state": 1}, read]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"user_id": 1, "state": 2, "exportState": 2}, "both state and exportState"),
        ({"user_id": 1, "userId": 1, "state": 2}, "both user_id and userId"),
        ({"user_id": 1, "exportState": 2, "message": None, "exportMessage": ""}, "exportMessage"),
        ({"userId": 1, "exportState": []}, "/participants/0/state"),
        ({"userId": 1, "exportState": 2, "exportDate": "today"}, "/participants/0/exported_at"),
        ({"userId": 1}, "state"),
        ({"exportState": 1}, "user_id"),
        ({"userId": 1, "exportState": 2, "ExportState": 2}, "ExportState"),
        ([{"exportState": 1}], "/participants/0"),
        (None, "/participants/0"),
    ],
)
def test_rows_off_schema_are_refused_by_the_name_of_the_protocol(row: Any, words: str) -> None:
    with pytest.raises(AdapterBroken, match=words):
        understood(row)


@pytest.mark.parametrize("rows", [None, {}, "x", 7])
def test_what_is_no_list_is_refused(rows: Any) -> None:
    answer = {"id": 4, "status": "ok", "flow": "exported", "participants": rows}
    with pytest.raises(AdapterBroken, match="/participants"):
        SHAPES.check(answer, STATE)


def test_other_operations_and_dialects_keep_their_names() -> None:
    scored = {"items": [], "scores": [{"item": "a", "student": "1", "exportState": 2}]}
    with pytest.raises(AdapterBroken, match="exportState"):
        SHAPES.check({"id": 4, "status": "ok", **scored}, STATE)


class AsTheVendorNamesIt(Bare):
    """A build whose adapter passes on rows of the vendor's API."""

    async def handle(self, message: dict[str, Any]) -> dict[str, Any]:
        answer = await super().handle(message)
        if message["op"] == "state":
            numbers = {"not_exported": 0, "queued": 1, "exported": 2, "failed": 3}
            answer["participants"] = [
                {"userId": each["user_id"], "exportState": numbers[each["state"]]}
                for each in answer["participants"]
            ]
        return answer


def test_an_exporter_that_uses_them_is_judged_as_any_other() -> None:
    rules = [rule for rule in RULES if rule.profile == "wiseflow"]
    driver = InProcessDriver(AsTheVendorNamesIt, 100)
    report = run_jumping(run(rules, driver, "vendor", Options(spoken_only=True)))
    allowed = {Status.PASS, Status.NOT_APPLICABLE}
    assert {each.rule.id for each in report.verdicts if each.status not in allowed} == set()
    assert sum(each.status is Status.PASS for each in report.verdicts) > 25
