"""From evidence to a verdict: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from conformance.model.evidence import Evidence, Identity
from conformance.model.proofs import Offered, offered
from conformance.model.rule import NotTestable, Rule, Scenario, Violation


class Status(Enum):
    """What became of a rule."""

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
    """One rule in one scenario: its violations, or in `reason` why there is no judgement."""

    scenario: Scenario
    status: Status
    violations: tuple[Violation, ...] = ()
    proofs: tuple[Offered, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule over all of its scenarios. `reason` is for every status but pass and
    fail, which speak through `judged`."""

    rule: Rule
    status: Status
    reason: str = ""
    judged: tuple[Judged, ...] = ()

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
"""Of several scenarios the status standing first here is the rule's."""


def inapplicable(rule: Rule, identity: Identity) -> str:
    """Why a rule says nothing about this exporter; "" where it applies."""
    if rule.profile not in identity.dialects:
        return f"the exporter does not speak {rule.profile}"
    missing = [name for name in rule.features if name not in identity.features]
    if not missing and not rule.playable(identity.features):
        missing = [name for name in rule.scenarios[0].features if name not in identity.features]
    return f"the exporter does not declare {', '.join(missing)}" if missing else ""


def verdict(rule: Rule, evidence: Mapping[str, Evidence], known: Mapping[str, str]) -> Verdict:
    """The verdict from the evidence of those of the rule's scenarios that were played, by name.
    `known` maps the ids of rules that are expected to fail to the reason."""
    played = [each for each in rule.scenarios if each.name in evidence]
    judged = tuple(judge(rule, each, evidence[each.name]) for each in played)
    status = min((each.status for each in judged), key=WORST.index)
    reason = next((each.reason for each in judged if each.status is status), "")
    return _compared(Verdict(rule, status, reason, judged), known)


def _compared(found: Verdict, known: Mapping[str, str]) -> Verdict:
    """The verdict in the light of what was known to fail."""
    if found.rule.id not in known:
        return found
    listed = known[found.rule.id] or "listed without a reason"
    if found.status in (Status.FAIL, Status.WARN):
        return Verdict(found.rule, Status.KNOWN, listed, found.judged)
    if found.status is Status.PASS:
        reason = f"listed as known ({listed}), but it passes: take it off the list"
        return Verdict(found.rule, Status.STALE, reason, found.judged)
    return found


def judge(rule: Rule, scenario: Scenario, evidence: Evidence) -> Judged:
    """One rule by the evidence of one scenario."""
    if evidence.trouble is not None:
        broken = evidence.trouble.kind == "broken"
        status = Status.ERROR if broken else Status.NOT_APPLICABLE
        return Judged(scenario, status, reason=evidence.trouble.text)
    proofs = offered(evidence, rule.proofs)
    missing = prerequisite(evidence)
    if missing:
        return Judged(scenario, Status.NOT_TESTABLE, (), proofs, missing)
    try:
        violations = tuple(rule.check(evidence))
    except NotTestable as error:
        return Judged(scenario, Status.NOT_TESTABLE, (), proofs, str(error))
    if not violations:
        return Judged(scenario, Status.PASS, (), proofs)
    status = Status.FAIL if rule.level.binding else Status.WARN
    return Judged(scenario, status, violations, proofs)


def prerequisite(evidence: Evidence) -> str:
    """What a scenario meant to bring about and did not; "" where all of it happened."""
    if not evidence.complete:
        return "the SIS forgot exchanges, because its journal was full"
    missed = [done.missed for done in evidence.steps if done.missed]
    if missed:
        return missed[0]
    silent = [use.name for use in evidence.faults if use.must_fire and not use.fired]
    if silent:
        return f"the fault {silent[0]} was armed and never fired: the exporter did not get that far"
    return ""
