"""The suite raises no false alarm: correct exporters that are built differently break no rule."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
from builds.sc_one_by_one import OneByOne
from builds.sk_bulk import Bulk
from builds.sk_single import Single
from builds.wf_bare import Bare
from builds.wf_chunks import Chunks
from builds.wf_instant import Instant
from builds.wf_one_button import OneButton
from builds.wf_queue import QueueWorker

from conformance.dialects import RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.process import ProcessDriver
from conformance.judging.report import Report
from conformance.judging.verdicts import Status
from conformance.model.rule import Rule
from conformance.runner.run import Options, run
from helpers.suite.jumping_loop import run_jumping

BUILDS = Path(__file__).parent / "builds"


IN_PARTS = frozenset({"WF-BULK"})
"""What a build that does not send all at once is warned of, and means to do."""

NOTHING: frozenset[str] = frozenset()

IN_PROCESS: tuple[tuple[Callable[[], Any], frozenset[str]], ...] = (
    (QueueWorker, IN_PARTS),
    (OneButton, NOTHING),
    (Chunks, IN_PARTS),
    (Instant, NOTHING),
    (Bare, NOTHING),
    (OneByOne, NOTHING),
    (Bulk, NOTHING),
    (Single, NOTHING),
)

NODE: tuple[tuple[str, frozenset[str]], ...] = (
    ("wf_complete.js", NOTHING),
    ("sc_xml.js", NOTHING),
)


def applies(rule: Rule, features: Collection[str]) -> bool:
    """Whether an exporter with these features can play the rule."""
    return set(rule.features) <= set(features) and bool(rule.playable(features))


def problems(report: Report, warned: frozenset[str]) -> dict[str, Any]:
    """The rules with another verdict than warned, with what the report says of them."""
    assert report.identity is not None
    found = {}
    for each in report.verdicts:
        messages = [violation.message for violation in each.violations]
        wanted = Status.PASS
        if not applies(each.rule, report.identity.features):
            wanted = Status.NOT_APPLICABLE
        elif each.rule.id in warned:
            wanted = Status.WARN
        if each.status is not wanted:
            found[each.rule.id] = (each.status.value, messages or each.reason)
    return found


@pytest.mark.parametrize(
    ("make", "warned"), IN_PROCESS, ids=[make.__name__ for make, _ in IN_PROCESS]
)
def test_the_suite_finds_no_fault_with_a_correct_exporter(
    make: Callable[[], Any], warned: frozenset[str]
) -> None:
    driver = InProcessDriver(make, 100)
    report = run_jumping(run(RULES, driver, make.__name__, Options(spoken_only=True)))

    assert problems(report, warned) == {}
    assert report.remarks == ()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize(("script", "warned"), NODE, ids=[script for script, _ in NODE])
async def test_the_suite_finds_no_fault_with_a_correct_exporter_in_javascript(
    script: str, warned: frozenset[str]
) -> None:
    driver = ProcessDriver(("node", str(BUILDS / script)))
    report = await run(RULES, driver, script, Options(spoken_only=True))

    assert problems(report, warned) == {}
    assert report.remarks == ()
