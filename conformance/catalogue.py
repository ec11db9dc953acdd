"""docs/rules.md, written from the rules and from the exporters that break them.

``python -m conformance.catalogue >docs/rules.md`` brings the page up to date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from conformance.exporters.mutants import MUTANTS, Mutant
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Scenario
from conformance.model.sources import DOCUMENTS, Source
from conformance.profiles import PROFILES
from conformance.rules import RULES

HEAD = """# The rules

<!-- Written by `python -m conformance.catalogue`; change the rules, not this page. -->

What `conformance run` holds an exporter to, dialect by dialect. Each rule says where it comes from
(in our words; the document has the last one), what an exporter must offer for it to be tried, the
situations it is tried in, how it is proven, and which flawed exporters break it.
[writing-an-adapter.md](writing-an-adapter.md) explains features and verdicts,
[adding-a-rule.md](adding-a-rule.md) how a rule is made."""

LEVELS: Mapping[Level, str] = {
    Level.MUST: "the document states it; breaking it fails",
    Level.SHOULD: "the document recommends it; breaking it warns",
    Level.MUST_INFERRED: "we infer it from a stated rule, or from failures seen in real grade"
    " pass-back; breaking it fails",
    Level.SHOULD_INFERRED: "inferred likewise; breaking it warns",
}

PROOFS: Mapping[Proof, str] = {
    Proof.ONE_SHOT: "the fault is for one exchange, so that a hidden second attempt would succeed"
    " and show",
    Proof.COUNT: "what the SIS has heard, request by request",
    Proof.WITNESS: "the fault that was armed did fire",
    Proof.LATER: "the exporter comes to rest, and 30 virtual days pass for it",
    Proof.RESTART: "the exporter is killed with SIGKILL and started again on the same state",
    Proof.QUIET: "real seconds of silence, against timers that no clock and no work list shows",
}


def page() -> str:
    """The whole page as Markdown."""
    return "\n\n".join(_blocks()) + "\n"


def _blocks() -> Iterator[str]:
    yield HEAD
    yield "## Levels, proofs and documents"
    yield table(("level", "means"), ((level.value, text) for level, text in LEVELS.items()))
    yield table(("proof", "means"), ((proof.value, text) for proof, text in PROOFS.items()))
    yield table(("document", "published by"), ((each.title, each.publisher) for each in DOCUMENTS))
    for profile, rules in groupby(_in_order(), key=lambda rule: rule.profile):
        yield from _profile(profile, list(rules))


def _in_order() -> list[Rule]:
    """The rules, those of one profile side by side."""
    places = list(PROFILES)
    return sorted(RULES, key=lambda rule: places.index(rule.profile))


def _profile(profile: str, rules: Sequence[Rule]) -> Iterator[str]:
    mutants = [mutant for mutant in MUTANTS.values() if mutant.dialect == profile]
    yield f"## {profile}"
    yield table(
        ("id", "level", "the exporter …"),
        ((f"[{rule.id}](#{rule.id.lower()})", rule.level.value, rule.title) for rule in rules),
    )
    for rule in rules:
        yield from section(rule, mutants)
    yield f"### Flawed exporters of {profile}"
    yield (
        f"{len(mutants)} exporters, each the reference with one decision taken wrongly. Try one:"
        " `conformance run --exporter mutant:NAME`."
    )
    yield table(
        ("name", "what it does wrong", "breaks"),
        ((f"`{each.name}`", each.title, ", ".join(each.breaks)) for each in mutants),
    )


def section(rule: Rule, mutants: Iterable[Mutant]) -> Iterator[str]:
    """What there is to say about one rule."""
    yield f"### {rule.id}"
    yield f"{rule.level.value}: the exporter {rule.title}."
    features = ", ".join(f"`{name}`" for name in rule.features)
    breaking = ", ".join(f"`{each.name}`" for each in mutants if rule.id in each.breaks)
    lines = [
        *(f"Source: {_source(each)}" for each in rule.sources),
        f"Needs: {features or 'nothing beyond the core'}",
        *(f"Situation {_scenario(each, rule)}" for each in rule.scenarios),
        f"Proofs: {', '.join(proof.value for proof in rule.proofs)}",
        f"To mend it: {rule.mend}",
        f"Broken by: {breaking or 'no exporter yet'}",
    ]
    yield "\n".join(f"- {line}" for line in lines)


def _source(source: Source) -> str:
    place = "practice" if source.document is None else f"*{source.document.title}*"
    return f"{place}, {source.section}: {source.says}"


def _scenario(scenario: Scenario, rule: Rule) -> str:
    """Its name and title, and what it needs that the rule as a whole does not."""
    more = ", ".join(f"`{name}`" for name in scenario.features if name not in rule.features)
    return f"`{scenario.name}`: {scenario.title}{f' (needs {more})' if more else ''}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars in cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


if __name__ == "__main__":
    sys.stdout.write(page())
