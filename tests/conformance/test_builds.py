"""The suite raises no false alarm: correct exporters that are built differently break no rule."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Dispute:
    """A rule that calls a build faulty although the documents allow what it does: `about` is in
    each of its messages, and `why` says what the documents leave open. An entry that is settled has
    to go."""

    rule: str
    about: str
    why: str


@dataclass(frozen=True)
class Expected:
    """What the suite may say of a build apart from "pass" and "not applicable". `warned` are SHOULD
    rules that it breaks on purpose."""

    warned: frozenset[str] = frozenset()
    disputed: tuple[Dispute, ...] = ()


IN_PARTS = Expected(warned=frozenset({"WF-BULK"}))

UNWRITABLE = Dispute(
    "SC-XML",
    "x0b",
    "003 does not say what to do with a character that XML does not have. To refuse the comment "
    "with a message is as right as to send it without the character, which was not entered.",
)

IN_PROCESS: tuple[tuple[Callable[[], Any], Expected], ...] = (
    (QueueWorker, IN_PARTS),
    (OneButton, Expected()),
    (Chunks, IN_PARTS),
    (Instant, Expected()),
    (Bare, Expected()),
    (OneByOne, Expected()),
    (Bulk, Expected()),
    (Single, Expected()),
)

NODE: tuple[tuple[str, Expected], ...] = (
    ("wf_complete.js", Expected()),
    ("sc_xml.js", Expected(disputed=(UNWRITABLE,))),
)


def applies(rule: Rule, features: Collection[str]) -> bool:
    """Whether an exporter with these features can play the rule."""
    return set(rule.features) <= set(features) and bool(rule.playable(features))


def problems(report: Report, expected: Expected) -> dict[str, Any]:
    """The rules with another verdict than expected, with what the report says of them."""
    assert report.identity is not None
    disputed = {each.rule: each.about for each in expected.disputed}
    found = {}
    for each in report.verdicts:
        messages = [violation.message for violation in each.violations]
        wanted = Status.PASS
        if not applies(each.rule, report.identity.features):
            wanted = Status.NOT_APPLICABLE
        elif each.rule.id in expected.warned:
            wanted = Status.WARN
        elif each.rule.id in disputed and all(disputed[each.rule.id] in m for m in messages):
            wanted = Status.FAIL if each.rule.level.binding else Status.WARN
        if each.status is not wanted:
            found[each.rule.id] = (each.status.value, messages or each.reason)
    return found


@pytest.mark.parametrize(
    ("make", "expected"), IN_PROCESS, ids=[make.__name__ for make, _ in IN_PROCESS]
)
def test_the_suite_finds_no_fault_with_a_correct_exporter(
    make: Callable[[], Any], expected: Expected
) -> None:
    driver = InProcessDriver(make, 100)
    report = run_jumping(run(RULES, driver, make.__name__, Options(spoken_only=True)))

    assert problems(report, expected) == {}
    assert report.remarks == ()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize(("script", "expected"), NODE, ids=[script for script, _ in NODE])
async def test_the_suite_finds_no_fault_with_a_correct_exporter_in_javascript(
    script: str, expected: Expected
) -> None:
    driver = ProcessDriver(("node", str(BUILDS / script)))
    report = await run(RULES, driver, script, Options(spoken_only=True))

    assert problems(report, expected) == {}
    assert report.remarks == ()
