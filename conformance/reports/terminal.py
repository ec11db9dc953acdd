"""The report for a terminal: a line for each rule, the evidence of each failure, a summary.

Plain text; `colour` adds ANSI codes to the statuses only, so that both read the same. A line that
would have more than `width` columns is printed without the proofs.
"""

from __future__ import annotations

from collections.abc import Mapping

from conformance.judging.coverage import Gap
from conformance.judging.report import Exit, Report
from conformance.judging.verdicts import Judged, Status, Verdict
from conformance.model.evidence import Evidence
from conformance.model.proofs import Offered
from conformance.model.rule import Violation
from conformance.reports.escaping import in_report
from conformance.reports.story import story

MOST = 8
"""Violations of one case that are printed."""

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
    Exit.BROKEN: "no verdict: the adapter broke, or no rule could be tried",
}

_DETAILED = (Status.FAIL, Status.WARN, Status.KNOWN, Status.NOT_TESTABLE, Status.ERROR)

_NAMED = (Status.FAIL, Status.NOT_TESTABLE, Status.STALE, Status.ERROR, Status.WARN)
"""The rules of these are named again at the end, because a long report scrolls away."""


def render(report: Report, *, colour: bool = False, width: int | None = None) -> str:
    """The whole report, with a line feed at the end."""
    lines = [_head(report), "", *_body(report, colour, width)]
    lines += ["", *(in_report(f"Remark: {each}") for each in report.remarks)]
    lines += [*coverage_lines(report), *watch_lines(report), *_missed(report), *_named(report)]
    return "\n".join([*lines, summary(report)]) + "\n"


def _body(report: Report, colour: bool, width: int | None) -> list[str]:
    """The rules with their verdicts; for an adapter that never said hello, only the reason."""
    if report.identity is None:
        reasons = dict.fromkeys(verdict.reason for verdict in report.verdicts)
        return [in_report(f"Why: {reason}") for reason in reasons]
    lines = _table(report, colour, width)
    for verdict in report.verdicts:
        if verdict.status in _DETAILED:
            lines += ["", *explain(verdict, report.evidence)]
    return lines


def _table(report: Report, colour: bool, width: int | None) -> list[str]:
    longest = max((len(verdict.rule.id) for verdict in report.verdicts), default=0)
    lines = [_line(verdict, longest, colour, width) for verdict in report.verdicts]
    starred = any(verdict.rule.level.value.endswith("*") for verdict in report.verdicts)
    legend = "* inferred: from a stated rule, or from failures seen in real grade pass-back"
    return [*lines, "", legend] if starred else lines


def coverage_lines(report: Report) -> list[str]:
    """What was tried of each profile, and what was not, grouped by the reason."""
    lines = []
    for each in report.coverage:
        rules = f"{each.rules} {each.profile} rule{'s' * (each.rules != 1)}"
        scenarios = f"{each.scenarios} scenario{'s' * (each.scenarios != 1)}"
        lines.append(f"Tried {each.tried} of {rules} in {scenarios}.")
        lines += [f"  not tried: {_gap(gap)}" for gap in each.untried]
        lines += [f"  tried in part, not {_gap(gap)}" for gap in each.partly]
    return [in_report(line) for line in lines]


def _gap(gap: Gap) -> str:
    return f"{', '.join(gap.what)}, because {gap.because}"


def watch_lines(report: Report) -> list[str]:
    """How long the SISs were watched after the last case, and what came late."""
    if report.watched is None:
        return []
    watched = f"Watched all SISs for {report.watched:g} s after the last case"
    if not report.watched:
        watched = "Watched no SIS after the last case (--watch 0), so a hidden timer may be unseen"
    return [f"{watched}.", *(in_report(f"Late: {each}.") for each in report.late)]


def _missed(report: Report) -> list[str]:
    """What should have been tried."""
    return [in_report(f"Not tried: {each}") for each in (*report.unmet, *report.lost)]


def _named(report: Report) -> list[str]:
    """The rules of each status that needs attention."""
    ids = {
        status: [each.rule.id for each in report.verdicts if each.status is status]
        for status in _NAMED
    }
    if report.identity is None:
        return []
    return [f"{status.value}: {', '.join(names)}" for status, names in ids.items() if names]


def _head(report: Report) -> str:
    if report.identity is None:
        return in_report(f"The adapter did not answer hello ({report.spec})")
    who = f"{report.identity.name} {report.identity.version}"
    return in_report(f"Exporter: {who} ({report.spec})")


def _line(verdict: Verdict, longest: int, colour: bool, width: int | None) -> str:
    rule = verdict.rule
    status = f"{verdict.status.value:<14}"
    rest = f" {rule.id:<{longest}}  {rule.level.value:<7} {rule.title}"
    aside = verdict.reason
    if verdict.status is not Status.NOT_APPLICABLE:
        aside = ", ".join((*_situations(verdict), *_used(verdict)))
    beside = f"  [{in_report(aside)}]" if aside else ""
    if width is None or len(status + rest + beside) <= width:
        rest += beside
    return f"\x1b[{_COLOURS[verdict.status]}m{status}\x1b[0m{rest}" if colour else status + rest


def _situations(verdict: Verdict) -> list[str]:
    """In how many situations the rule was tried."""
    return [f"tried {verdict.tried}\N{MULTIPLICATION SIGN}"] if verdict.tried else []


def _used(verdict: Verdict) -> dict[str, None]:
    """The names of the proofs that a verdict rests on, each once, in order."""
    proofs = (each for judged in verdict.judged for each in judged.proofs)
    return dict.fromkeys(each.proof.value for each in proofs if each.used)


def explain(verdict: Verdict, evidence: Mapping[str, Evidence]) -> list[str]:
    """A verdict with its evidence: the requirement, its sources, what happened, how to fix it.

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
    detailed = [judged for judged in verdict.judged if judged.status in _DETAILED]
    for judged in detailed:
        lines += _scenario(judged, evidence.get(judged.scenario.name))
    for judged in verdict.judged:
        if judged not in detailed:
            lines += [f"In {judged.scenario.name}: {judged.status.value}."] if detailed else []
            lines += [] if detailed else proof_lines(judged.proofs)
    if verdict.status in (Status.FAIL, Status.WARN):
        lines.append(f"How to fix: {rule.fix}")
    return [in_report(line) for line in lines]


def _scenario(judged: Judged, evidence: Evidence | None) -> list[str]:
    scenario = judged.scenario
    ending = ":" if judged.violations else f": {judged.status.value}."
    lines = [f"In {scenario.name} ({scenario.title}){ending}"]
    for violation in judged.violations[:MOST]:
        lines += _told(violation)
    if len(judged.violations) > MOST:
        more = len(judged.violations) - MOST
        lines.append(f"* And {more} more like these; report.json has all.")
    lines += proof_lines(judged.proofs)
    return lines + (story(evidence, scenario.profile, judged.violations) if evidence else [])


def _told(violation: Violation) -> list[str]:
    """A violation in a line, and below it what follows from it."""
    follows = [f"    which led to {each}." for each in violation.follows[:MOST]]
    return [f"* It {violation.message.rstrip('.')}.", *follows]


def proof_lines(proofs: tuple[Offered, ...]) -> list[str]:
    """The proofs that were used, and those that were not."""
    used = [f"{each.proof.value} ({each.detail})" for each in proofs if each.used]
    unused = [f"{each.proof.value} ({each.detail})" for each in proofs if not each.used]
    lines = [f"Proofs used: {'; '.join(used)}"] if used else []
    return lines + ([f"Proofs not used: {'; '.join(unused)}"] if unused else [])


def summary(report: Report) -> str:
    """One line: how many rules have each status, and the outcome."""
    counts = ", ".join(f"{number} {status.value}" for status, number in report.counts.items())
    rules = len(report.verdicts)
    noun = "rule" if rules == 1 else "rules"
    return f"{rules} {noun} in {report.took:.1f} s: {counts or 'none'}. {_end(report)}."


def _end(report: Report) -> str:
    """The outcome. A run that is red only for what it did not try says nothing else against the
    exporter."""
    broken = report.late or any(each.status.red for each in report.verdicts)
    if report.exit is Exit.NOT_CONFORMANT and not broken:
        return "red: not all that is required was tried"
    return _ENDS[report.exit]
