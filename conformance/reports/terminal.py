"""The report for a terminal: one line a rule, the evidence of what went wrong, a summary.

Plain text; `colour` adds ANSI codes to the statuses only, so that both read the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.evidence import Evidence
from conformance.proofs import Offered
from conformance.report import Exit, Report
from conformance.reports.story import story
from conformance.reports.text import printable
from conformance.verdicts import Judged, Status, Verdict

_COLOURS = {
    Status.PASS: "32",
    Status.FAIL: "31;1",
    Status.WARN: "33",
    Status.NOT_APPLICABLE: "2",
    Status.NOT_TESTABLE: "31",
    Status.KNOWN: "33",
    Status.STALE: "31",
    Status.ERROR: "35;1",
}

_ENDS = {
    Exit.CONFORMANT: "conformant",
    Exit.NOT_CONFORMANT: "not conformant",
    Exit.BROKEN: "no verdict: the adapter broke, or nothing could be tried",
}

_DETAILED = (Status.FAIL, Status.WARN, Status.KNOWN, Status.NOT_TESTABLE, Status.ERROR)


def render(report: Report, *, colour: bool = False) -> str:
    """The whole report, with a line feed at the end."""
    width = max((len(verdict.rule.id) for verdict in report.verdicts), default=0)
    lines = [_head(report), ""]
    lines += [_line(verdict, width, colour) for verdict in report.verdicts]
    for verdict in _explained(report):
        lines += ["", *explain(verdict, report.evidence)]
    lines += ["", *(f"Remark: the adapter {remark}." for remark in report.remarks)]
    return "\n".join([*lines, summary(report)]) + "\n"


def _explained(report: Report) -> Iterator[Verdict]:
    """What needs explaining; an adapter that never came to a case is told of once, not by rule."""
    told: set[str] = set()
    for verdict in report.verdicts:
        caseless = verdict.status is Status.ERROR and not verdict.judged
        if verdict.status in _DETAILED and not (caseless and verdict.reason in told):
            yield verdict
        if caseless:
            told.add(verdict.reason)


def _head(report: Report) -> str:
    if report.identity is None:
        return f"An adapter that never said who it is ({report.spec})"
    return printable(f"{report.identity.name} {report.identity.version} ({report.spec})")


def _line(verdict: Verdict, width: int, colour: bool) -> str:
    status = f"{verdict.status.value:<14}"
    if colour:
        status = f"\x1b[{_COLOURS[verdict.status]}m{status}\x1b[0m"
    rule = verdict.rule
    used = ", ".join(_used(verdict))
    proofs = f"  [{used}]" if used else ""
    return f"{status} {rule.id:<{width}}  {rule.level.value:<7} {rule.title}{proofs}"


def _used(verdict: Verdict) -> dict[str, None]:
    """The names of the proofs a verdict rests on, each once, in order."""
    proofs = (each for judged in verdict.judged for each in judged.proofs)
    return dict.fromkeys(each.proof.value for each in proofs if each.used)


def explain(verdict: Verdict, evidence: Mapping[str, Evidence]) -> list[str]:
    """All that is needed to understand a verdict: the claim, where it is from, and what happened.

    `evidence` is by scenario name.
    """
    rule = verdict.rule
    lines = [
        f"--- {rule.id}: {verdict.status.value}",
        f"The exporter {rule.title}. ({rule.level.value})",
        *(f"Source: {source}." for source in rule.sources),
    ]
    if verdict.reason:
        lines.append(f"Why: {verdict.reason}")
    told = [judged for judged in verdict.judged if judged.status in _DETAILED]
    for judged in told:
        lines += _scenario(judged, evidence.get(judged.scenario.name))
    for judged in verdict.judged:
        if judged not in told:
            lines += [f"In {judged.scenario.name}: {judged.status.value}."] if told else []
            lines += [] if told else proof_lines(judged.proofs)
    if verdict.status in (Status.FAIL, Status.WARN):
        lines.append(f"To mend it: {rule.mend}")
    return [printable(line) for line in lines]


def _scenario(judged: Judged, evidence: Evidence | None) -> list[str]:
    scenario = judged.scenario
    lines = [f"In {scenario.name} ({scenario.title}):"]
    lines += [f"* It {violation.message}." for violation in judged.violations]
    lines += proof_lines(judged.proofs)
    return lines + (story(evidence, judged.violations) if evidence else [])


def proof_lines(proofs: tuple[Offered, ...]) -> list[str]:
    """Which proofs were used, and which could not be."""
    used = [f"{each.proof.value} ({each.detail})" for each in proofs if each.used]
    unused = [f"{each.proof.value} ({each.detail})" for each in proofs if not each.used]
    lines = [f"Proofs used: {'; '.join(used)}"] if used else []
    return lines + ([f"Proofs not to be had: {'; '.join(unused)}"] if unused else [])


def summary(report: Report) -> str:
    """One line: how many of each, and what follows from it."""
    counts = ", ".join(f"{number} {status.value}" for status, number in report.counts.items())
    rules = len(report.verdicts)
    return f"{rules} rules in {report.took:.1f} s: {counts or 'none'}. {_ENDS[report.exit]}."
