"""What the results say: which mutants are as they are named, and which are found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from conformance.exporters.mutants import Mutant
from conformance.model.dialect import Dialect
from helpers.suite.playing import TIMED
from proof.playing import carried
from proof.results import Result

LEAST = 0.8
"""The share of the mutants within the vocabulary that explorations have to find."""

NO_VOCABULARY = "the dialect has no vocabulary"
BEYOND = "cannot be found: "
NONE = "none"
NOT_PLAYED = "not played here"
NOT_CARRIED = "no ledger judges the rules that it breaks"


@dataclass(frozen=True)
class Row:
    """What became of one exporter, in the words of the page."""

    name: str
    rules: str
    exploration: str


@dataclass(frozen=True)
class Summary:
    """How many mutants of a dialect there are, were tried, break exactly the rules that they name,
    are within the vocabulary, and of these are found."""

    dialect: str
    mutants: int
    tried: int
    exact: int
    within: int
    found: int

    @property
    def share(self) -> float | None:
        """The share that is found; None if nothing can be."""
        return self.found / self.within if self.within else None

    @property
    def enough(self) -> bool:
        """Whether so many are found as have to be."""
        return self.share is None or self.share >= LEAST


def beyond(mutant: Mutant, dialect: Dialect, outside: Mapping[str, str]) -> str:
    """Why an exploration cannot find a mutant; "" if it can."""
    if dialect.vocabulary is None:
        return NO_VOCABULARY
    if not carried(dialect) & {*mutant.breaks}:
        return NOT_CARRIED
    what = outside.get(mutant.name)
    return f"{what}: {dialect.vocabulary.absent[what]}" if what else ""


def found(result: Result, mutant: Mutant) -> tuple[str, int] | None:
    """The first finding that names a rule which the mutant breaks: the rule and the walk."""
    return next((each for each in result.findings if each[0] in mutant.breaks), None)


def differences(result: Result, mutant: Mutant) -> list[str]:
    """In what a mutant differs from what it names."""
    return [
        *_compared("breaks", result.breaks, mutant.breaks),
        *_compared("hides", result.hides, mutant.hides),
        *(f"its adapter breaks under {rule}" for rule in result.errors),
        *(["it sends after its cases"] if result.late and mutant.name not in TIMED else []),
    ]


def _compared(verb: str, seen: Collection[str], named: Collection[str]) -> Iterator[str]:
    if more := sorted({*seen} - {*named}):
        yield f"it {verb} {', '.join(more)}, which it does not name"
    if less := sorted({*named} - {*seen}):
        yield f"it does not {verb.removesuffix('s')} {', '.join(less)}, which it names"


def problems(
    result: Result, mutant: Mutant | None, dialect: Dialect, outside: Mapping[str, str]
) -> list[str]:
    """What is wrong with one result. Without a mutant it is one of a correct exporter."""
    if mutant is None:
        return [
            *(f"it breaks {rule}" for rule in result.breaks),
            *(f"it hides {rule}" for rule in result.hides),
            *(f"its adapter breaks under {rule}" for rule in result.errors),
            *(["it sends after its cases"] if result.late else []),
            *(f"walk {walk} breaks {rule}" for rule, walk in result.findings),
        ]
    wrong, finding = differences(result, mutant), found(result, mutant)
    if finding and (why := beyond(mutant, dialect, outside)):
        wrong.append(f"walk {finding[1]} finds it; remove the reason why none can ({why})")
    return wrong


def row(result: Result, mutant: Mutant | None, dialect: Dialect, outside: Mapping[str, str]) -> Row:
    """A result in words. Without a mutant it is one of a correct exporter."""
    rules = NOT_PLAYED if result.kind == "build" else ", ".join(result.breaks) or NONE
    finding = found(result, mutant) if mutant else next(iter(result.findings), None)
    why = beyond(mutant, dialect, outside) if mutant else ""
    if finding:
        said = f"{finding[0]} in walk {finding[1]}"
    elif why:
        said = f"{BEYOND}{why}"
    elif not result.walks:
        said = f"not explored: {NO_VOCABULARY}"
    else:
        said = f"{'not' if mutant else 'nothing'} in {result.walks} walks"
    return Row(result.name, rules, said)


def summary(dialect: str, rows: Mapping[str, Row], mutants: Collection[Mutant]) -> Summary:
    """Count the mutants of one dialect; `rows` are by name."""
    own = [(rows[each.name], each) for each in mutants if each.name in rows]
    within = [row for row, _ in own if not row.exploration.startswith(BEYOND)]
    return Summary(
        dialect,
        len(mutants),
        len(own),
        sum({*row.rules.split(", ")} == {*each.breaks} for row, each in own),
        len(within),
        sum(" in walk " in row.exploration for row in within),
    )
