"""The suite judges an exporter of another language by its messages alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conformance.dialects import RULES
from conformance.drivers.spec import driver
from conformance.judging.verdicts import Status
from conformance.runner.run import Options, run

ADAPTER = Path(__file__).parent / "foreign" / "adapter.js"

BROKEN = {
    "WF-ONCE",
    "WF-ONCE-AMBIGUOUS",
    "WF-NORETRY-STATUS",
    "WF-NORETRY-THROTTLED",
    "WF-NORETRY-TIMEOUT",
    "WF-NORETRY-RESET",
    "WF-NORETRY-AUTH",
    "WF-PARTIAL",
    "WF-200-IS-NOT-SUCCESS",
    "WF-COUNTS",
    "WF-FOREIGN-ERROR",
    "WF-TRUTH",
    "WF-SIS-ONLY",
    "WF-CANARY",
    "WF-REDIRECT",
    "WF-SOURCE",
    "WF-VALUE",
    "WF-NO-DUPLICATES",
}
"""What adapter.js says it does wrong, as rules. A number of JavaScript rounds ids above 2^53, so
that one person is sent for another, and twice."""

KEPT = {"WF-NORETRY-BODY", "WF-GRADED-ONLY", "WF-BODY", "WF-METHOD", "WF-TYPE", "WF-BULK"}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
async def test_a_wrong_exporter_in_javascript_is_judged_rightly() -> None:
    report = await run(RULES, driver(f"process:node {ADAPTER}"), "node", Options())

    found = {each.rule.id: each.status for each in report.verdicts}
    assert {
        name for name, status in found.items() if status in (Status.FAIL, Status.WARN)
    } == BROKEN
    assert {name for name in KEPT if found[name] is Status.PASS} == KEPT
    assert not {name for name, status in found.items() if status is Status.ERROR}
