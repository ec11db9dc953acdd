"""What a run is compared with: known failures, required rules, and an earlier run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from conformance.judging.baseline import lost, read_baseline
from conformance.judging.coverage import Pair
from conformance.judging.known import read_known
from conformance.judging.report import Report
from conformance.judging.required import check_required, unmet
from conformance.model.rule import Rule


@dataclass(frozen=True)
class Expected:
    """`known` maps the ids of rules that are known to fail to the reason. `required` are words of
    --require, `before` what an earlier run tried."""

    known: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    before: frozenset[Pair] = frozenset()

    def compared(self, report: Report, rules: Sequence[Rule], chosen: Sequence[Rule]) -> Report:
        """The report with the required rules that it did not try. `rules` are those of the suite,
        `chosen` those of the command line. Unchanged if the adapter never answered hello."""
        who = report.identity
        if who is None:
            return report
        missed = unmet(self.required, rules, report.verdicts, who)
        gone = lost(self.before, chosen, report.verdicts, who)
        return replace(report, unmet=missed, lost=gone)


def read_expected(
    known: Path | None,
    required: tuple[str, ...],
    baseline: Path | None,
    rules: Sequence[Rule],
    features: Collection[str],
    version: str,
) -> Expected:
    """What the command line names, checked. Raises UsageError."""
    ids = [rule.id for rule in rules]
    check_required(required, ids, features)
    return Expected(
        read_known(known, ids) if known else {},
        required,
        read_baseline(baseline, version, rules) if baseline else frozenset(),
    )
