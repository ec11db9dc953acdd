"""Declining what hello declares is an error of the adapter, which names both."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.dialects import DIALECTS
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.protocol import OPERATIONS, Unsupported
from conformance.judging.report import Exit
from conformance.judging.verdicts import Status
from conformance.model import steps
from conformance.model.evidence import Identity
from conformance.model.rule import Scenario
from conformance.runner.declared import FEATURES_OF_OPERATIONS, contradiction
from conformance.runner.run import Options, run
from helpers.suite.made import PRESSED_TWICE, rule
from helpers.suite.miniatures import Honest

PROFILES = {each.name: each.profile for each in DIALECTS}

DECLINED = [
    ({"op": "sync"}, "wiseflow", "sync", "sync in hello, but answered unsupported to sync"),
    ({"op": "sync"}, "schoology", "pull", "pull in hello, but answered unsupported to sync"),
    ({"op": "retry"}, "wiseflow", "retry", "retry in hello, but answered unsupported to retry"),
    ({"op": "settle"}, "skyward", "work.inspect", "work.inspect in hello, but answered"),
    ({"op": "advance"}, "skyward", "clock.virtual", "clock.virtual in hello, but answered"),
    ({"op": "act", "action": "unlock"}, "wiseflow", "unlock", "unsupported to act unlock"),
    ({"op": "act", "action": "end_period"}, "wiseflow", "period", "period in hello, but answered"),
    ({"op": "act", "action": "choose_category"}, "skyward", "categories", "declared categories"),
    ({"op": "act", "action": "edit_score"}, "skyward", "", "declared skyward in hello"),
    ({"op": "act", "action": "edit_grade"}, "schoology", "", "to act edit_grade (not here"),
]


@pytest.mark.parametrize(("message", "dialect", "feature", "words"), DECLINED)
def test_what_was_declared_and_what_was_declined_are_named(
    message: dict[str, Any], dialect: str, feature: str, words: str
) -> None:
    identity = Identity("mini", "1", tuple(PROFILES), (*filter(None, (feature,)), "letters"))
    declined = Unsupported(message, "not here", "https://example.org/7")
    found = contradiction(declined, PROFILES[dialect], identity)
    assert words in found.cause
    assert "(not here (tracked at https://example.org/7))" in found.cause
    assert ("Leave the feature out of hello" in found.cure) is bool(feature)


def test_every_operation_that_may_be_declined_has_its_features() -> None:
    """`act` has a table of its own, and protocol.settled refuses to hear that the core is
    declined."""
    core = {"hello", "configure", "load", "export", "state", "bye"}
    assert set(FEATURES_OF_OPERATIONS) == set(OPERATIONS) - core - {"act"}


READY = (steps.Load(), steps.Sync(), steps.EndPeriod(), steps.Export())

PLAYED: list[tuple[str, tuple[steps.Step, ...]]] = [
    ("sync", READY),
    ("advance", READY),
    ("settle", (*READY, steps.Settle())),
    ("retry", (*READY, steps.Retry())),
    ("act", (*READY, steps.Act("unlock", {"participant": 1001}))),
    ("act", (*READY, steps.Act("approve", {"participant": 1001}))),
]


@pytest.mark.parametrize(("op", "played"), PLAYED)
async def test_an_adapter_that_declines_is_broken(op: str, played: tuple[steps.Step, ...]) -> None:
    class Declining(Honest):
        features = (*Honest.features, "retry", "unlock")

        def handle(self, message: dict[str, Any]) -> dict[str, Any]:
            if message["op"] != op:
                return super().handle(message)
            return {"id": message["id"], "status": "unsupported", "reason": "not here"}

    scenario = Scenario("declined", "", PRESSED_TWICE.subject, played)
    tried = rule(scenarios=(scenario,))
    report = await run([tried], InProcessDriver(Declining), "spec", Options())
    (found,) = report.verdicts
    assert (found.status, report.exit) == (Status.ERROR, Exit.BROKEN)
    assert f"answered unsupported to {op}" in found.reason
