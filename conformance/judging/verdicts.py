"""Verdicts on rules, as pure functions of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from conformance.model.account import Carried
from conformance.model.evidence import Evidence, Identity
from conformance.model.proofs import Offered, offered
from conformance.model.rule import NotTestable, Rule, Scenario, Violation


class Status(Enum):
    """The outcome of a rule."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    WARN = "warn"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTABLE = "not testable"
    KNOWN = "known"
    STALE = "stale"
    ERROR = "error"

    @property
    def red(self) -> bool:
        """Whether it makes the exporter non-conformant."""
        return self in (Status.FAIL, Status.NOT_TESTABLE, Status.STALE)


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule in one scenario: its violations, or in `reason` why it could not be judged. `tried`
    counts how often its obligation arose."""

    scenario: Scenario
    status: Status
    violations: tuple[Violation, ...] = ()
    proofs: tuple[Offered, ...] = ()
    reason: str = ""
    tried: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule over all of its scenarios. `reason` explains every status but pass
    and fail, which `judged` explains. `tried` counts the situations in which its obligation
    arose."""

    rule: Rule
    status: Status
    reason: str = ""
    judged: tuple[Judged, ...] = ()
    tried: int = 0

    @property
    def violations(self) -> tuple[Violation, ...]:
        """All violations, in the order of the scenarios."""
        return tuple(found for each in self.judged for found in each.violations)


WORST = (
    Status.ERROR,
    Status.FAIL,
    Status.WARN,
    Status.NOT_TESTABLE,
    Status.PASS,
    Status.NOT_APPLICABLE,
)
"""The status of a rule is the first of these that one of its scenarios has."""


def inapplicable(rule: Rule, identity: Identity) -> str:
    """Why a rule does not apply to this exporter; "" if it does."""
    return unable(rule.profile, lacking(rule, identity), identity)


def unable(profile: str, missing: Sequence[str], identity: Identity) -> str:
    """Why an exporter without these features cannot be tried in a dialect; "" if it can."""
    if profile not in identity.dialects:
        return f"the exporter does not speak {profile}"
    return f"the exporter does not declare {', '.join(missing)}" if missing else ""


def lacking(what: Rule | Scenario, identity: Identity) -> tuple[str, ...]:
    """The features without which a rule or a scenario cannot be tried, and which are not
    declared."""
    missing = tuple(name for name in what.features if name not in identity.features)
    if missing or isinstance(what, Scenario) or what.playable(identity.features):
        return missing
    return lacking(what.scenarios[0], identity)


def verdict(
    rule: Rule,
    evidence: Mapping[str, Evidence],
    known: Mapping[str, str],
    others: Iterable[Scenario] = (),
) -> Verdict:
    """The verdict on a rule. `evidence` is by scenario name, for those that were played; `known`
    maps the ids of rules that are known to fail to the reason. `others` are scenarios beside those
    of the rule, in which a rule that holds everywhere may be broken too."""
    judged = [judge(rule, each, evidence[each.name]) for each in _played(rule.scenarios, evidence)]
    elsewhere = [
        judge(rule, each, evidence[each.name])
        for each in (_played(others, evidence) if rule.everywhere else ())
        if each not in rule.scenarios
    ]
    tried = sum(each.tried for each in (*judged, *elsewhere))
    judged += [each for each in elsewhere if each.violations]
    statuses = [each.status for each in judged]
    if rule.everywhere and tried:
        # One situation that did not arise does not matter, if others did.
        statuses = [each for each in statuses if each is not Status.NOT_TESTABLE] or [Status.PASS]
    status = min(statuses, key=WORST.index)
    reason = next((each.reason for each in judged if each.status is status), "")
    return _compared(Verdict(rule, status, reason, tuple(judged), tried), known)


def _played(scenarios: Iterable[Scenario], evidence: Mapping[str, Evidence]) -> list[Scenario]:
    return [each for each in scenarios if each.name in evidence]


def _compared(found: Verdict, known: Mapping[str, str]) -> Verdict:
    """The verdict, compared with the list of known failures."""
    if found.rule.id not in known:
        return found
    listed = known[found.rule.id] or "listed without a reason"
    if found.status in (Status.FAIL, Status.WARN):
        return replace(found, status=Status.KNOWN, reason=listed)
    if found.status is Status.NOT_TESTABLE:
        reason = f"{listed}; now it is not testable: {found.reason}"
        return replace(found, status=Status.KNOWN, reason=reason)
    if found.status is Status.PASS:
        reason = f"listed as known ({listed}), but it passes: remove it from the list"
        return replace(found, status=Status.STALE, reason=reason)
    return found


def judge(rule: Rule, scenario: Scenario, evidence: Evidence) -> Judged:
    """One rule by the evidence of one scenario."""
    if evidence.trouble is not None:
        return Judged(scenario, Status.ERROR, reason=evidence.trouble.text)
    proofs = offered(evidence, rule.proofs)
    missing = prerequisite(evidence)
    # A rule that holds everywhere is broken by what was seen, whatever else did not happen.
    if missing and not (rule.everywhere and evidence.complete):
        return Judged(scenario, Status.NOT_TESTABLE, (), proofs, missing)
    try:
        violations = tuple(rule.check(evidence))
    except NotTestable as error:
        return Judged(scenario, Status.NOT_TESTABLE, (), proofs, missing or str(error))
    if violations:
        status = Status.FAIL if rule.level.binding else Status.WARN
        return Judged(scenario, status, violations, proofs, tried=_tried(rule, evidence))
    if missing:
        return Judged(scenario, Status.NOT_TESTABLE, (), proofs, missing)
    return Judged(scenario, Status.PASS, (), proofs, tried=_tried(rule, evidence))


def _tried(rule: Rule, evidence: Evidence) -> int:
    """How often the obligation of a rule arose. A rule with a check of its own does not count."""
    return rule.check.count(evidence) if isinstance(rule.check, Carried) else 1


def prerequisite(evidence: Evidence) -> str:
    """What a scenario needed and did not get; "" if it got everything."""
    if not evidence.complete:
        return "the journal of the SIS was full, so that exchanges are missing"
    missed = [done.missed for done in evidence.steps if done.missed]
    if missed:
        return missed[0]
    silent = [use.name for use in evidence.faults if use.must_fire and not use.fired]
    if silent:
        return f"the fault {silent[0]} never fired: the exporter did not send the request it is for"
    return ""
