"""The report for a terminal: one line a rule, the evidence of what went wrong, a summary.

Plain text; `colour` adds ANSI codes to the statuses only, so that both read the same. Where a
line about a rule has more than `width` columns, the proofs are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from conformance.judging.report import Exit, Report
from conformance.judging.verdicts import Judged, Status, Verdict
from conformance.model.evidence import Evidence
from conformance.model.proofs import Offered
from conformance.reports.story import story
from conformance.reports.text import printable

MOST = 8
"""Violations that are told of one case."""

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

_NAMED = (Status.FAIL, Status.NOT_TESTABLE, Status.STALE, Status.ERROR, Status.WARN)
"""Whose rules are named once more at the end, where a long report has scrolled away."""


def render(report: Report, *, colour: bool = False, width: int | None = None) -> str:
    """The whole report, with a line feed at the end."""
    lines = [_head(report), "", *_body(report, colour, width)]
    lines += ["", *(printable(f"Remark: {each}") for each in report.remarks)]
    return "\n".join([*lines, *_named(report), summary(report)]) + "\n"


def _body(report: Report, colour: bool, width: int | None) -> list[str]:
    """The rules and what is to be said of them; of an adapter that never said a word only why."""
    if report.identity is None:
        reasons = dict.fromkeys(verdict.reason for verdict in report.verdicts)
        return [printable(f"Why: {reason}") for reason in reasons]
    lines = _table(report, colour, width)
    for verdict in report.verdicts:
        if verdict.status in _DETAILED:
            lines += ["", *explain(verdict, report.evidence)]
    return lines


def _table(report: Report, colour: bool, width: int | None) -> list[str]:
    longest = max((len(verdict.rule.id) for verdict in report.verdicts), default=0)
    lines = [_line(verdict, longest, colour, width) for verdict in report.verdicts]
    starred = any(verdict.rule.level.value.endswith("*") for verdict in report.verdicts)
    legend = "* inferred: from what a document states, or from failures seen in practice"
    return [*lines, "", legend] if starred else lines


def _named(report: Report) -> list[str]:
    """The rules of each status that needs a look."""
    ids = {
        status: [each.rule.id for each in report.verdicts if each.status is status]
        for status in _NAMED
    }
    if report.identity is None:
        return []
    return [f"{status.value}: {', '.join(names)}" for status, names in ids.items() if names]


def _head(report: Report) -> str:
    if report.identity is None:
        return f"An adapter that never said who it is ({report.spec})"
    who = f"{report.identity.name} {report.identity.version}"
    return printable(f"Exporter: {who} ({report.spec})")


def _line(verdict: Verdict, longest: int, colour: bool, width: int | None) -> str:
    rule = verdict.rule
    status = f"{verdict.status.value:<14}"
    rest = f" {rule.id:<{longest}}  {rule.level.value:<7} {rule.title}"
    aside = verdict.reason if verdict.status is Status.NOT_APPLICABLE else ", ".join(_used(verdict))
    beside = f"  [{printable(aside)}]" if aside else ""
    if width is None or len(status + rest + beside) <= width:
        rest += beside
    return f"\x1b[{_COLOURS[verdict.status]}m{status}\x1b[0m{rest}" if colour else status + rest


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
    ending = ":" if judged.violations else f": {judged.status.value}."
    lines = [f"In {scenario.name} ({scenario.title}){ending}"]
    told = [f"* It {violation.message.rstrip('.')}." for violation in judged.violations]
    more = [f"* And {len(told) - MOST} more of the kind; report.json has all."]
    lines += told[:MOST] + more * (len(told) > MOST)
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
    noun = "rule" if rules == 1 else "rules"
    return f"{rules} {noun} in {report.took:.1f} s: {counts or 'none'}. {_ENDS[report.exit]}."
