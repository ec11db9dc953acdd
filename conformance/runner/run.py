"""A run: plays each scenario once, all of them concurrently over a pool of adapters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from conformance.dialects import DIALECTS
from conformance.drivers.base import Driver
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.protocol import AdapterBroken
from conformance.judging.consequences import consequence
from conformance.judging.late import Late, late_writes
from conformance.judging.report import Report
from conformance.judging.verdicts import Status, Verdict, inapplicable, verdict
from conformance.model.dialect import Dialect
from conformance.model.evidence import Evidence, Identity
from conformance.model.proofs import Proof
from conformance.model.rule import Depth, Rule, Scenario
from conformance.runner.case import run_case
from conformance.runner.pool import Pool
from conformance.runner.stage import SimulatorFactory, bare_simulator
from conformance.runner.watch import Watch
from mock_sis import __version__
from mock_sis.clock import iso

WATCH = 10.0
QUICK_WATCH = 2.0
"""Real seconds that users watch all SISs after the last case, unless they choose otherwise."""


def watch_for(depth: Depth, chosen: float | None) -> float:
    """How many real seconds a run of this depth watches; `chosen` is the user's choice, if any."""
    if chosen is not None:
        return chosen
    return QUICK_WATCH if depth is Depth.QUICK else WATCH


@dataclass(frozen=True)
class Options:
    """How to run.

    `timeout` is in seconds for each message; `parallel` is the maximal number of adapters at a time
    (None: what the driver recommends); `known` maps the ids of rules that are known to fail to the
    reason. With `spoken_only` the run leaves out the rules of dialects that the exporter does not
    speak. `depth` says how many scenarios are played, `watch` how many real seconds all SISs are
    watched after the last case. `dialects` are those of the protocol; `make_simulator` makes the
    SIS of each case. `policies` are, by profile, the policies of the SIS in cases that do not set
    them; under them, the rules whose ids are `excused` do not apply, for the reason given.
    """

    timeout: float = 30.0
    parallel: int | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    spoken_only: bool = False
    depth: Depth = Depth.NORMAL
    watch: float = 0.0
    dialects: tuple[Dialect, ...] = DIALECTS
    make_simulator: SimulatorFactory = bare_simulator
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    excused: Mapping[str, str] = field(default_factory=dict)


class Run:
    """Verdicts on demand: a scenario is played when the first rule needs it."""

    def __init__(
        self, identity: Identity | str, pool: Pool, options: Options, watch: Watch
    ) -> None:
        self._identity = identity
        self._pool = pool
        self._options = options
        self._cases: dict[str, asyncio.Task[Evidence]] = {}
        self._foreseen: dict[str, Scenario] = {}
        self._watch = watch

    @property
    def identity(self) -> Identity | None:
        """The identity of the exporter; None if the adapter never gave it."""
        return self._identity if isinstance(self._identity, Identity) else None

    @property
    def evidence(self) -> dict[str, Evidence]:
        """The evidence of the cases that are over, by scenario name."""
        over = {name: task.result() for name, task in self._cases.items() if task.done()}
        return over | self._watch.evidence

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was wrong with the exit of adapters; complete once the run has been left."""
        return (*self._watch.remarks, *self._pool.remarks)

    def concerned(self, rules: Iterable[Rule]) -> list[Rule]:
        """Those of the rules that this run tries."""
        spoken = self.identity.dialects if self.identity and self._options.spoken_only else None
        return [rule for rule in rules if spoken is None or rule.profile in spoken]

    def foresee(self, rules: Iterable[Rule]) -> None:
        """Start the cases of these rules. In all of them, rules that hold everywhere are judged."""
        if isinstance(self._identity, Identity):
            for rule in rules:
                if not self._inapplicable(rule, self._identity):
                    for scenario in rule.playable(self._identity.features, self._options.depth):
                        self._foreseen[scenario.name] = scenario
                        self._case(scenario, self._identity)

    async def judge(self, rule: Rule) -> Verdict:
        """The verdict on one rule. May be called concurrently."""
        if not isinstance(self._identity, Identity):
            return Verdict(rule, Status.ERROR, self._identity)
        why = self._inapplicable(rule, self._identity)
        if why:
            return Verdict(rule, Status.NOT_APPLICABLE, why)
        own = rule.playable(self._identity.features, self._options.depth)
        tasks = [self._case(each, self._identity) for each in (*own, *self._others(rule))]
        played = await asyncio.gather(*tasks)
        return self._judged(rule, {each.scenario: each for each in played})

    def _inapplicable(self, rule: Rule, identity: Identity) -> str:
        """Why the rule does not apply; "" if it does."""
        return self._options.excused.get(rule.id) or inapplicable(rule, identity)

    def _others(self, rule: Rule) -> list[Scenario]:
        """The other cases of this run in which the rule is judged."""
        if not rule.everywhere:
            return []
        foreseen = self._foreseen.values()
        own = {scenario.name for scenario in rule.scenarios}
        return [e for e in foreseen if e.profile.name == rule.profile and e.name not in own]

    @property
    def watched(self) -> float | None:
        """For how many real seconds the SISs were watched after the last case; None if there was
        none."""
        return self._watch.seconds

    async def watch(self) -> tuple[Late, ...]:
        """Watch the SISs of all cases once these are over. Gives what was sent when it should not
        have been."""
        await self._watch.wait(self._options.watch)
        late = (late_writes(each) for each in self._watch.evidence.values())
        return tuple(each for each in late if each)

    def judge_again(self, found: Verdict) -> Verdict:
        """The verdict with what arrived after its cases were over, if the rule rests on a quiet
        window, of which the watch is the longest, or holds everywhere. Other rules are about the
        case as it ended."""
        rule = found.rule
        if not found.judged or not (rule.everywhere or Proof.QUIET in rule.proofs):
            return found
        names = {each.name for each in (*rule.scenarios, *self._others(rule))}
        if not names & self._watch.evidence.keys():
            return found
        evidence = self.evidence
        return self._judged(rule, {name: evidence[name] for name in names if name in evidence})

    def _judged(self, rule: Rule, evidence: Mapping[str, Evidence]) -> Verdict:
        known = self._options.known
        rules = (each for dialect in self._options.dialects for each in dialect.rules)
        found = verdict(rule, evidence, known, self._others(rule))
        return consequence(found, evidence, known, rules)

    def _case(self, scenario: Scenario, identity: Identity) -> asyncio.Task[Evidence]:
        if scenario.name not in self._cases:
            set_up = scenario.under(self._options.policies)
            make = self._options.make_simulator
            case = run_case(set_up, identity, self._pool, make, self._watch)
            self._cases[scenario.name] = asyncio.create_task(case, name=scenario.name)
        return self._cases[scenario.name]

    async def abandon(self) -> None:
        """Cancel the cases that are still being played, wait until they have ended, and close the
        SISs of all."""
        for task in self._cases.values():
            task.cancel()
        await asyncio.gather(*self._cases.values(), return_exceptions=True)
        await self._watch.close()


@asynccontextmanager
async def running(driver: Driver, options: Options) -> AsyncIterator[Run]:
    """A run whose adapters are stopped when it is left, however that happens."""
    size = options.parallel or driver.parallel
    async with Pool(driver, size, options.timeout, options.dialects) as pool:
        identity: Identity | str
        try:
            identity = await pool.introduce()
        except AdapterBroken as broken:
            identity = str(broken)
        watch = Watch(kills=not isinstance(driver, InProcessDriver))
        run = Run(identity, pool, options, watch)
        try:
            yield run
        finally:
            await run.abandon()


Progress = Callable[[int, int], None]
"""(rules judged so far, rules in all)"""


async def run(
    rules: Sequence[Rule],
    driver: Driver,
    spec: str,
    options: Options,
    progress: Progress = lambda done, of: None,  # noqa: ARG005
) -> Report:
    """Try all rules and report. Raises nothing for a faulty adapter or exporter."""
    began = time.time()
    async with running(driver, options) as current:
        concerned = current.concerned(rules)
        current.foresee(concerned)
        verdicts = await _all(current, concerned, progress)
        late = await current.watch()
        verdicts = tuple(map(current.judge_again, verdicts))
    return Report(
        spec=spec,
        suite=__version__,
        identity=current.identity,
        verdicts=verdicts,
        started=iso(began),
        took=time.time() - began,
        evidence=current.evidence,
        remarks=current.remarks,
        watched=current.watched,
        late=late,
    )


async def _all(current: Run, rules: Sequence[Rule], progress: Progress) -> tuple[Verdict, ...]:
    judged = 0
    progress(judged, len(rules))

    async def one(rule: Rule) -> Verdict:
        nonlocal judged
        found = await current.judge(rule)
        judged += 1
        progress(judged, len(rules))
        return found

    return tuple(await asyncio.gather(*(one(rule) for rule in rules)))
