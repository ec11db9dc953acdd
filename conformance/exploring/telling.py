"""What an exploration did and found, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from conformance.exploring.explore import Explored, Finding
from conformance.exploring.outcome import ADAPTER
from conformance.exploring.verdicts import verdict
from conformance.judging.report import Exit
from conformance.model.dialect import Dialect
from conformance.model.vocabulary import Vocabulary
from conformance.reports import terminal
from conformance.reports.escaping import printable


def tell(
    explored: Explored, dialect: Dialect, files: Mapping[str, str], spec: str
) -> Iterator[str]:
    """The lines on one dialect. `files` has the path of each finding's story by its rule."""
    for finding in explored.findings:
        yield from ("", *_finding(finding, dialect, files[finding.rule], spec))
    yield ""
    yield _counts(explored)
    if explored.shrinking:
        yield f"  beside them: {explored.shrinking} walks to shrink and to confirm what was found"
    if explored.declined:
        yield f"  left out, because the adapter does not know it: {', '.join(explored.declined)}"
    yield from absent(dialect)


def absent(dialect: Dialect) -> Iterator[str]:
    """What cannot be found."""
    vocabulary: Vocabulary | None = dialect.vocabulary
    for what, why in (vocabulary.absent if vocabulary else {}).items():
        yield f"  not explored: {what} ({why})"


def _counts(explored: Explored) -> str:
    each = explored.requests / explored.walks if explored.walks else 0
    share = f" ({explored.fired / explored.armed:.0%})" if explored.armed else ""
    return (
        f"{explored.dialect}: {explored.walks} walks with seed {explored.seed} in"
        f" {explored.took:.1f} s, {explored.requests} export requests ({each:.1f} a walk),"
        f" {explored.fired} of {explored.armed} failures fired{share}"
    )


def _finding(finding: Finding, dialect: Dialect, file: str, spec: str) -> Iterator[str]:
    found = finding.outcome
    yield from terminal.explain(
        verdict(finding.rule, dialect, [found]), {found.scenario.name: found.evidence}
    )
    if finding.reproduced:
        broke, times = finding.reproduced
        yield f"Reproduced {broke} of {times} times, so this walk was not shrunk."
    yield f"Found in walk {finding.after}. Play it again:"
    yield f'  conformance run --exporter "{printable(spec)}" --story {file}'


def summary(explored: Sequence[Explored], dialects: Sequence[Dialect]) -> tuple[str, Exit]:
    """The last line, and the exit code."""
    rules = [finding.rule for each in explored for finding in each.findings]
    binding = {rule.id for each in dialects for rule in each.rules if rule.level.binding}
    if not rules:
        walks = sum(each.walks for each in explored)
        return f"Nothing found in {walks} walks.", Exit.CONFORMANT if walks else Exit.BROKEN
    broken = any(rule in binding for rule in rules)
    ending = Exit.NOT_CONFORMANT if broken else Exit.BROKEN if ADAPTER in rules else Exit.CONFORMANT
    return f"Broken: {', '.join(rules)}.", ending
