"""Takes walks with an exporter, and shrinks those that break a rule to the shortest.

Theory of operation. Walks are drawn by hypothesis and played one after the other on one event loop.
First come the strata: each theme with each failure, in an order that the seed decides; a stratum
gives few walks. When all have had their turn, strata and walks without a plan alternate. A walk
that breaks a rule which no walk broke before is shrunk: only that rule counts meanwhile, and what
was played is remembered, so that shrinking sees one answer for each walk. The shortest walk is
played again a few times. If it does not break the rule each time, the walk that was found first is
reported instead, with the number of times that it broke the rule.

The budget counts the walks of the search, not those of shrinking, so that a seed finds the same on
any machine.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from tempfile import TemporaryDirectory

import hypothesis
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from conformance.exploring.outcome import Outcome, outcome
from conformance.exploring.strategies import walks
from conformance.exploring.walk import Grounds, Walk, scenario
from conformance.model import steps
from conformance.model.dialect import Dialect
from conformance.model.evidence import Evidence, Identity
from conformance.model.rule import Scenario
from conformance.model.vocabulary import Theme, Vocabulary
from conformance.runner.case import run_case
from conformance.runner.pool import Pool
from conformance.runner.stage import SimulatorFactory, bare_simulator
from conformance.runner.watch import Watch

IN_A_STRATUM = 1
"""Walks of one stratum before the next one has its turn."""

AGAIN = 2
"""How often a walk that broke a rule is played again."""

STRATA = 10_000
"""More strata than an exploration has, so that no two of them share a seed."""


@dataclass(frozen=True)
class Finding:
    """The shortest walk that breaks a rule.

    `reproduced` says how many of how many times the walk broke the rule, if not always; then it is
    the walk that was found, not the shortest.
    """

    rule: str
    outcome: Outcome
    walk: Walk
    after: int
    reproduced: tuple[int, int] | None = None


@dataclass(frozen=True)
class Options:
    """How much to explore. With `first` the search ends at the first finding; if there are rules in
    `sought`, at the first one against one of them. Without `shrink` the walk that was found is
    reported at once."""

    walks: int = 100
    seed: int = 0
    first: bool = False
    sought: frozenset[str] = frozenset()
    shrink: bool = True
    make_simulator: SimulatorFactory = bare_simulator


@dataclass
class Explored:
    """What an exploration of one dialect did and found. Requests and failures are counted in the
    walks of the search; `shrinking` counts the walks beside them."""

    dialect: str
    seed: int
    declined: tuple[str, ...] = ()
    walks: int = 0
    requests: int = 0
    armed: int = 0
    fired: int = 0
    shrinking: int = 0
    took: float = 0.0
    findings: list[Finding] = field(default_factory=list)


class Broken(Exception):
    """Raised to hypothesis by a walk that breaks the rule that is looked for."""


class Explorer:
    """Plays walks with one exporter over a pool, in one event loop."""

    def __init__(
        self,
        dialect: Dialect,
        pool: Pool,
        identity: Identity,
        loop: asyncio.Runner,
        options: Options,
    ) -> None:
        assert dialect.vocabulary is not None
        self._vocabulary: Vocabulary = dialect.vocabulary
        self._pool, self._identity, self._loop, self._options = pool, identity, loop, options
        self._grounds = Grounds(dialect.profile, dialect.vocabulary, frozenset(identity.features))
        self._known: dict[Walk, Outcome] = {}
        self._watch = Watch(most=0)  # a walk that is over is not watched
        self.result = Explored(dialect.name, options.seed)

    def explore(self) -> Explored:
        """Take the walks."""
        # Otherwise hypothesis would make a folder in the current directory.
        with TemporaryDirectory(prefix="conformance-") as folder:
            set_hypothesis_home_dir(folder)
            try:
                return self._explored()
            finally:
                set_hypothesis_home_dir(None)

    def _explored(self) -> Explored:
        began = time.monotonic()
        declined = self._declined()
        self._grounds = replace(self._grounds, declined=frozenset(declined))
        self.result.declined = tuple(declined)
        for number, (theme, failures) in enumerate(self._strata()):
            if self._over:
                break
            quota = min(IN_A_STRATUM, self._options.walks - self.result.walks)
            drawn = walks(self._grounds, theme, failures)
            self._search(drawn, quota, self._options.seed * STRATA + number)
        self.result.took = time.monotonic() - began
        return self.result

    @property
    def _over(self) -> bool:
        options, found = self._options, {each.rule for each in self.result.findings}
        wanted = found & options.sought if options.sought else found
        return self.result.walks >= options.walks or (options.first and bool(wanted))

    def _strata(self) -> Iterator[tuple[Theme, Sequence[str]]]:
        """Themes with the failures that their acts may meet, in turn."""
        chance = random.Random(self._options.seed)
        settings = {each.name for each in self._grounds.settings}
        themes = [e for e in self._vocabulary.themes if settings.intersection(e.settings)]
        failures = [each.name for each in self._grounds.settings[0].failures]
        mixed = ("",) * len(failures) + tuple(failures)
        planned = False
        while True:
            orders = [chance.sample(failures, len(failures)) for _ in themes]
            for number in range(len(failures)):
                for theme, order in zip(themes, orders, strict=True):
                    yield theme, ("", order[number], order[number])
                    if planned:
                        yield self._vocabulary.chance, mixed
            planned = True

    def _declined(self) -> list[str]:
        """The actions that the adapter does not know."""
        setting = self._grounds.settings[0]
        acts = {
            step.action: step
            for kinds in self._grounds.words.values()
            for words in kinds.values()
            for word in words
            for step in word.steps
            if isinstance(step, steps.Act)
        }
        probes = {
            name: Scenario(f"probe-{name}", name, setting.subject, (steps.Load(), act))
            for name, act in acts.items()
        }
        # An adapter may break at an action that no feature announced.
        return [name for name, probe in probes.items() if self._judged(probe).evidence.trouble]

    def _search(self, drawn: SearchStrategy[Walk], quota: int, seed: int) -> None:
        """Take so many walks. If one breaks a rule for the first time, shrink it."""
        hunt = Hunt(self._counted, self._remembered, {e.rule for e in self.result.findings}, quota)
        settings = _settings(quota, self._options.shrink)
        attempt = hypothesis.seed(seed)(settings(hypothesis.given(drawn)(hunt.attempt)))
        try:
            with suppress(Unsatisfiable):  # if no walk of the stratum does anything
                attempt()
        except (Broken, Flaky):
            self.result.findings.append(self._confirmed(hunt))
        self._known.clear()

    def _confirmed(self, hunt: Hunt) -> Finding:
        """The shortest walk if it breaks the rule each time, else the first one."""
        assert hunt.first is not None
        assert hunt.shortest is not None
        walk, number = hunt.shortest, self.result.walks
        if not self._options.shrink:
            return Finding(hunt.rule, self._known[walk], walk, number)
        for played in (hunt.shortest, hunt.first):
            outcomes = [self._known[played], *(self._played(played) for _ in range(AGAIN))]
            self.result.shrinking += AGAIN
            broke = [each for each in outcomes if hunt.rule in each.broken]
            walk = played
            if len(broke) == len(outcomes):
                return Finding(hunt.rule, broke[0], walk, number)
        return Finding(hunt.rule, broke[0], walk, number, (len(broke), len(outcomes)))

    def _counted(self, walk: Walk) -> Outcome:
        """Play a walk of the search."""
        found = self._known[walk] = self._played(walk)
        evidence, result = found.evidence, self.result
        result.walks += 1
        result.requests += len(evidence.calls(self._vocabulary.operations))
        result.armed += len(evidence.faults)
        result.fired += sum(use.fired > 0 for use in evidence.faults)
        return found

    def _remembered(self, walk: Walk) -> Outcome:
        """Play a walk of shrinking, once."""
        if walk not in self._known:
            self._known[walk] = self._played(walk)
            self.result.shrinking += 1
        return self._known[walk]

    def _played(self, walk: Walk) -> Outcome:
        return self._judged(scenario(walk, self._grounds, "walk"))

    def _judged(self, played: Scenario) -> Outcome:
        evidence: Evidence = self._loop.run(
            run_case(played, self._identity, self._pool, self._options.make_simulator, self._watch)
        )
        return outcome(played, evidence, self._vocabulary)


def _settings(quota: int, shrink: bool) -> hypothesis.settings:
    phases = (hypothesis.Phase.generate, hypothesis.Phase.shrink)
    return hypothesis.settings(
        max_examples=quota,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        phases=phases if shrink else phases[:1],
        suppress_health_check=list(hypothesis.HealthCheck),
        verbosity=hypothesis.Verbosity.quiet,
    )


@dataclass
class Hunt:
    """What one search has found: the rule that is shrunk for, the first and the shortest walk that
    break it."""

    count: Callable[[Walk], Outcome]
    remember: Callable[[Walk], Outcome]
    found: set[str]
    quota: int
    rule: str = ""
    first: Walk | None = None
    shortest: Walk | None = None

    def attempt(self, walk: Walk) -> None:
        """Take one walk. Raises Broken if it breaks the rule that is looked for."""
        if not walk.taken:
            hypothesis.reject()
        if self.rule:
            broken = self.remember(walk).broken
        elif self.quota <= 0:
            hypothesis.reject()
        else:
            self.quota -= 1
            broken = self.count(walk).broken
            self.rule = next((rule for rule in broken if rule not in self.found), "")
            self.first = walk
        if self.rule and self.rule in broken:
            self.shortest = walk
            raise Broken
