"""What becomes of rules when an exporter in this process plays their situations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.drivers.inprocess import InProcessDriver
from conformance.judging.report import Report
from conformance.judging.verdicts import Status
from conformance.model.rule import Depth, Rule
from conformance.runner.run import Options, run
from helpers.suite.jumping_loop import run_jumping

CASES = 400
"""More than there are: all are played side by side, so that their quiet windows overlap."""

WATCH = 10.0
"""Seconds by the clock that jumps."""

TIMED = {"retries-in-a-while"}
"""Mutants whose flaw is a timer of real time, which goes off when the case may be over."""


@dataclass(frozen=True)
class Outcome:
    """Which rules an exporter breaks, which cannot be tried, where its adapter broke, and whether
    it sent after a case was over."""

    breaks: frozenset[str]
    hides: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    timed: bool = False


def tried(make: Callable[[], Any], rules: Sequence[Rule], depth: Depth = Depth.NORMAL) -> Report:
    """The report on these rules in their own situations, by the clock that jumps."""
    driver, options = InProcessDriver(make, CASES), Options(watch=WATCH, depth=depth)
    return run_jumping(run(rules, driver, "in process", options))


def outcome(report: Report) -> Outcome:
    """What a report says of its rules."""

    def those(*statuses: Status) -> frozenset[str]:
        return frozenset(each.rule.id for each in report.verdicts if each.status in statuses)

    return Outcome(
        those(Status.FAIL, Status.WARN),
        those(Status.NOT_TESTABLE),
        those(Status.ERROR),
        bool(report.late),
    )
