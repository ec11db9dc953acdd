"""What a run tried, and what it did not: rules, and the scenarios of each.

A green verdict says nothing about a rule that was not tried, so a report shows both side by side.
A rule was tried in a scenario if its check could judge the evidence: pass, fail or warn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from conformance.judging.verdicts import Status, Verdict, lacking
from conformance.model.evidence import Identity

TRIED = (Status.PASS, Status.FAIL, Status.WARN)
"""The outcomes of a rule in a scenario in which it was tried."""

Pair = tuple[str, str]
"""The id of a rule, and the name of a scenario that tries it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What was not tried for one reason. `because` follows "because"; `features` are those that
    hello does not declare, if that is the reason. `what` names rules or, for rules that were tried
    in other scenarios, a rule and a scenario."""

    because: str
    features: tuple[str, ...]
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the rules of a profile were tried, and in how many scenarios; what was not."""

    profile: str
    tried: int
    rules: int
    scenarios: int
    untried: tuple[Gap, ...] = ()
    partly: tuple[Gap, ...] = ()


def coverage(verdicts: Iterable[Verdict], identity: Identity | None) -> tuple[Coverage, ...]:
    """The coverage of each profile, in the order of the rules. Empty if the adapter never said
    hello, because then nothing was tried."""
    by_profile: dict[str, list[Verdict]] = {}
    for verdict in verdicts if identity else ():
        by_profile.setdefault(verdict.rule.profile, []).append(verdict)
    return tuple(_of_profile(name, each, identity) for name, each in by_profile.items() if identity)


def _of_profile(profile: str, verdicts: Sequence[Verdict], identity: Identity) -> Coverage:
    tried = [verdict for verdict in verdicts if was_tried(verdict)]
    pairs = {pair for verdict in tried for pair in tried_pairs(verdict)}
    whole = ((why_untried(each, identity), each.rule.id) for each in verdicts if each not in tried)
    parts = (gap for verdict in tried for gap in _left_out(verdict, identity))
    return Coverage(
        profile=profile,
        tried=len(tried),
        rules=len(verdicts),
        scenarios=len({scenario for _, scenario in pairs}),
        untried=_grouped(whole),
        partly=_grouped(parts),
    )


Why = tuple[str, tuple[str, ...]]
"""Why something was not tried: in words that follow "because", and the features that it lacks."""


def _grouped(gaps: Iterable[tuple[Why, str]]) -> tuple[Gap, ...]:
    """One gap for each reason, missing features first."""
    groups: dict[Why, list[str]] = {}
    for why, what in gaps:
        groups.setdefault(why, []).append(what)
    ordered = sorted(groups.items(), key=lambda item: not item[0][1])
    return tuple(Gap(words, features, tuple(what)) for (words, features), what in ordered)


def was_tried(verdict: Verdict) -> bool:
    """Whether a rule was tried in a scenario at least."""
    return verdict.status in TRIED or bool(tried_pairs(verdict))


def tried_pairs(verdict: Verdict) -> frozenset[Pair]:
    """A rule with each scenario in which it was tried."""
    return frozenset(
        (verdict.rule.id, each.scenario.name) for each in verdict.judged if each.status in TRIED
    )


def why_untried(verdict: Verdict, identity: Identity) -> Why:
    """Why a rule was not tried."""
    rule = verdict.rule
    if rule.profile not in identity.dialects:
        return f"{rule.profile} is not declared", ()
    missing = lacking(rule, identity)
    if missing:
        return undeclared(missing), missing
    if verdict.status is Status.ERROR:
        return "the adapter broke", ()  # its words are long, and the verdict has them
    return verdict.reason.rstrip(".") or verdict.status.value, ()


def _left_out(verdict: Verdict, identity: Identity) -> Iterator[tuple[Why, str]]:
    """The scenarios that a rule was not tried in for want of a feature."""
    for scenario in verdict.rule.scenarios:
        if missing := lacking(scenario, identity):
            yield (undeclared(missing), missing), f"{verdict.rule.id} in {scenario.name}"


def undeclared(features: Sequence[str]) -> str:
    """That features are not declared, in words."""
    return f"{' and '.join(features)} {'is' if len(features) == 1 else 'are'} not declared"
