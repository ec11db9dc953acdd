"""Consequences of known failures: rules that cannot be tried because a listed rule is broken.

A rule is not testable if the situation that it is about did not arise. If a listed rule is broken
in that very case, it is the reason: an exporter that sends unreadable bodies never has a success
to export again after. The evidence of the case decides, and not the list alone, so that a new
failure does not hide behind an old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from conformance.judging.verdicts import Status, Verdict
from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Rule


def consequence(
    found: Verdict,
    evidence: Mapping[str, Evidence],
    known: Mapping[str, str],
    rules: Iterable[Rule],
) -> Verdict:
    """The verdict; known instead of not testable, if in each case in which the rule could not be
    tried a listed rule of the same profile is broken. `evidence` is by scenario name."""
    if found.status is not Status.NOT_TESTABLE:
        return found
    listed = [rule for rule in rules if rule.id in known and rule.profile == found.rule.profile]
    untried = [each for each in found.judged if each.status is Status.NOT_TESTABLE]
    causes = [_broken(listed, evidence[each.scenario.name]) for each in untried]
    if not causes or not all(causes):
        return found
    names = {rule.id: known[rule.id] for rule in causes if rule}
    because = " and ".join(f"{id} ({why or 'no reason given'})" for id, why in names.items())
    return replace(
        found,
        status=Status.KNOWN,
        reason=f"not testable because of a listed failure, {because}: {found.reason}",
    )


def _broken(listed: Iterable[Rule], evidence: Evidence) -> Rule | None:
    """The first of these rules that is broken in a case."""
    return next((rule for rule in listed if _breaks(rule, evidence)), None)


def _breaks(rule: Rule, evidence: Evidence) -> bool:
    try:
        return any(True for _ in rule.check(evidence))
    except (NotTestable, KeyError):
        return False  # it needs a step that this case does not have
