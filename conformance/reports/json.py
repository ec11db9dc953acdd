"""The report as JSON, in the shape of schemas/report.schema.json."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from conformance.judging.coverage import Coverage, Gap
from conformance.judging.late import Late
from conformance.judging.report import Report
from conformance.judging.verdicts import Judged, Verdict
from conformance.reports.escaping import for_json
from conformance.reports.story import story
from mock_sis.contracts.contract import contract

SCHEMA = "report.schema.json"


def render(report: Report) -> str:
    """Indented JSON with a line feed at the end. Raises ValueError if it is off schema."""
    data = for_json(plain(report))
    wrong = contract(SCHEMA).problems(data)
    if wrong:
        raise ValueError(f"The report is off schema at {wrong[0].pointer}: {wrong[0].message}")
    return orjson.dumps(data, option=orjson.OPT_INDENT_2).decode() + "\n"


def plain(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "suite": {"name": "mock-sis", "version": report.suite},
        "spec": report.spec,
        "exporter": msgspec.to_builtins(report.identity),
        "started": report.started,
        "took": round(report.took, 3),
        "exit": int(report.exit),
        "counts": {status.value: number for status, number in report.counts.items()},
        "remarks": list(report.remarks),
        "coverage": [_coverage(each) for each in report.coverage],
        "unmet": list(report.unmet),
        "lost": list(report.lost),
        "watched": report.watched,
        "late": [_late(each) for each in report.late],
        "verdicts": [_verdict(report, verdict) for verdict in report.verdicts],
    }


def _coverage(each: Coverage) -> dict[str, Any]:
    return {
        "profile": each.profile,
        "tried": each.tried,
        "rules": each.rules,
        "scenarios": each.scenarios,
        "untried": [_gap(gap) for gap in each.untried],
        "partly": [_gap(gap) for gap in each.partly],
    }


def _late(each: Late) -> dict[str, Any]:
    return {
        "scenario": each.scenario,
        "entries": list(each.entries),
        "first": each.first,
        "after": round(each.after, 3),
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "because": gap.because,
        "features": list(gap.features),
        "what": list(gap.what),
    }


def _verdict(report: Report, verdict: Verdict) -> dict[str, Any]:
    rule = verdict.rule
    return {
        "rule": rule.id,
        "profile": rule.profile,
        "level": rule.level.value,
        "title": rule.title,
        "sources": [str(source) for source in rule.sources],
        "mend": rule.fix,
        "status": verdict.status.value,
        "reason": verdict.reason,
        "tried": verdict.tried,
        "scenarios": [_judged(report, judged) for judged in verdict.judged],
    }


def _judged(report: Report, judged: Judged) -> dict[str, Any]:
    evidence = report.evidence.get(judged.scenario.name)
    lines = story(evidence, judged.scenario.profile, judged.violations) if evidence else []
    return {
        "name": judged.scenario.name,
        "title": judged.scenario.title,
        "status": judged.status.value,
        "reason": judged.reason,
        "violations": [
            {
                "message": found.message,
                "entries": list(found.entries),
                "steps": list(found.steps),
                "follows": list(found.follows),
            }
            for found in judged.violations
        ],
        "proofs": [
            {"proof": each.proof.value, "used": each.used, "detail": each.detail}
            for each in judged.proofs
        ],
        "story": list(lines),
    }
