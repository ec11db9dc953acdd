"""The doctor: what it says of versions of the protocol, and of features that promise more."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.drivers.inprocess import InProcessDriver
from conformance.exporters.handling import ReferenceAdapter
from conformance.model.subject import Period
from conformance.runner.checkup import state_defects
from conformance.runner.doctor import examine
from conformance.wiseflow.dialect import WISEFLOW
from helpers.suite.miniatures import Honest

FLOW = WISEFLOW.tour.subject.load_fields(Period(0, 1))
ROW = {"state": "failed", "status": "none", "registered": None, "reopened": False}


def shown(*lacking: str, whole: tuple[str, ...] = (), **changed: Any) -> dict[str, Any]:
    """A state whose rows lack these members, and which lacks those of `whole`."""
    row = {name: value for name, value in {**ROW, **changed}.items() if name not in lacking}
    rows = [{"user_id": each["user_id"], **row} for each in FLOW["flow"]["participants"]]
    answer = {"flow": "failed", "participants": rows, "notices": []}
    return {name: value for name, value in answer.items() if name not in whole}


SHOWN: list[tuple[dict[str, Any], str]] = [
    (shown(), ""),
    (shown(status="conflict", registered="B", reopened=True), ""),
    (shown("status"), "has no status (participants: user_id 1001, user_id 1002, user_id 1003 and"),
    (shown("registered"), "has no registered (participants: "),
    (shown("reopened"), "has no reopened (participants: "),
    (shown(whole=("notices",)), "has no notices, although hello declares status"),
    (shown(status="ready"), "has 'ready' as status (participants: user_id 1001"),
]


@pytest.mark.parametrize(("answer", "cause"), SHOWN)
def test_what_a_declared_feature_promises_is_shown(answer: dict[str, Any], cause: str) -> None:
    found = [each.cause for each in state_defects(answer, FLOW, WISEFLOW.profile, ("status",))]
    assert [cause in each for each in found] == ([True] if cause else [])


@pytest.mark.parametrize("answer", [each for each, _ in SHOWN])
def test_without_the_feature_nothing_of_it_has_to_be_shown(answer: dict[str, Any]) -> None:
    assert not list(state_defects(answer, FLOW, WISEFLOW.profile))


@pytest.mark.parametrize(("adapter", "told"), [(Honest, True), (ReferenceAdapter, False)])
async def test_an_adapter_of_version_1_works_and_is_told_of_version_2(
    adapter: Any, told: bool
) -> None:
    findings = [each async for each in examine(InProcessDriver(adapter), 10)]
    assert all(each.well for each in findings)
    words = "protocol: the adapter speaks version 1; the suite speaks 2 as well"
    assert (words in [each.text for each in findings]) is told
