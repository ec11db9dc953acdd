"""The baseline of a run: what an earlier run tried, read from its JSON report.

An exporter whose adapter declares less than before is tried less, and stays green. Compared with
a baseline, the run is red.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from conformance.judging.coverage import TRIED, Pair, tried_pairs, undeclared, why_untried
from conformance.judging.verdicts import Verdict, lacking
from conformance.model.evidence import Identity
from conformance.model.rule import Rule, Scenario
from mock_sis.contracts.contract import contract
from mock_sis.errors import UsageError

SCHEMA = "report.schema.json"

_AGAIN = "Make a new one: conformance run writes report.json."


def read_baseline(path: Path, version: str, rules: Sequence[Rule]) -> frozenset[Pair]:
    """What the report tried. Raises UsageError for a file that cannot be read or is not a report,
    for a report of another version than `version`, and for a rule or scenario that is not among
    `rules`."""
    try:
        data = orjson.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"The baseline {path} cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise UsageError(f"The baseline {path} is not JSON: {error}. {_AGAIN}") from error
    made_by = _version(data)
    if made_by != version:
        raise UsageError(
            f"The baseline {path} must be a report of version {version} (got {made_by}). {_AGAIN}"
        )
    wrong = contract(SCHEMA).problems(data)
    if wrong:
        where = wrong[0].pointer or "(root)"
        raise UsageError(
            f"The baseline {path} is not a report: {where}: {wrong[0].message}. {_AGAIN}"
        )
    _require_known(path, data, rules)
    return frozenset(
        (verdict["rule"], scenario["name"])
        for verdict in data["verdicts"]
        for scenario in verdict["scenarios"]
        if scenario["status"] in {status.value for status in TRIED}
    )


def _version(data: Any) -> str:
    """The version of the suite that a report names, in words if it names none."""
    suite = data.get("suite") if isinstance(data, dict) else None
    version = suite.get("version") if isinstance(suite, dict) else None
    return version if isinstance(version, str) else "a file that names no version"


def _require_known(path: Path, data: Any, rules: Sequence[Rule]) -> None:
    profiles = {rule.id: rule.profile for rule in rules}
    names = {
        profile: {each.name for rule in rules if rule.profile == profile for each in rule.scenarios}
        for profile in profiles.values()
    }
    foreign = [each["rule"] for each in data["verdicts"] if each["rule"] not in profiles]
    if foreign:
        raise UsageError(
            f"The baseline {path} has unknown rule ids: {', '.join(foreign)}. {_AGAIN}"
        )
    pairs = ((each["rule"], one["name"]) for each in data["verdicts"] for one in each["scenarios"])
    strange = [
        f"{rule} in {scenario}" for rule, scenario in pairs if scenario not in names[profiles[rule]]
    ]
    if strange:
        raise UsageError(
            f"The baseline {path} has unknown scenarios: {', '.join(strange)}. {_AGAIN}"
        )


def lost(
    before: frozenset[Pair], rules: Sequence[Rule], verdicts: Sequence[Verdict], identity: Identity
) -> tuple[str, ...]:
    """A sentence for each of the chosen rules that was tried in more scenarios before."""
    now = {verdict.rule.id: verdict for verdict in verdicts}
    found = []
    for rule in rules:
        verdict = now.get(rule.id)
        kept = tried_pairs(verdict) if verdict else frozenset()
        gone = [each for each in rule.scenarios if (rule.id, each.name) in before - kept]
        if gone:
            names = ", ".join(each.name for each in gone)
            because = _why(rule, gone[0], verdict, identity)
            found.append(
                f"The baseline tried {rule.id} in {names}; this run did not, because {because}."
            )
    return tuple(found)


def _why(rule: Rule, scenario: Scenario, verdict: Verdict | None, identity: Identity) -> str:
    """Why a rule was not tried in a scenario, in words that follow "because"."""
    if verdict is None:
        return f"{rule.profile} is not declared"
    if missing := lacking(scenario, identity):
        return undeclared(missing)
    if not verdict.judged:
        return why_untried(verdict, identity)[0]
    judged = [each for each in verdict.judged if each.scenario.name == scenario.name]
    if not judged:
        return "its depth leaves that out"
    return judged[0].reason.rstrip(".")
