"""The doctor: sends an adapter every message once, and says how to fix what is wrong."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from conformance.dialects import DIALECTS
from conformance.drivers.base import Driver
from conformance.drivers.protocol import VERSION, AdapterBroken, Answer, Message, Unsupported
from conformance.judging.verdicts import inapplicable
from conformance.model.dialect import Dialect
from conformance.model.evidence import Identity
from conformance.model.rule import Scenario
from conformance.model.steps import Act, Arm, EndPeriod, Export, Pull, Settle, Step
from conformance.reports.story import answered
from conformance.runner.checkup import (
    Defect,
    asked_and_answered,
    clock_defect,
    export_defect,
    state_defects,
    sync_defect,
)
from conformance.runner.declared import contradiction
from conformance.runner.players import Went, play
from conformance.runner.session import Session
from conformance.runner.slow_visit import early_settle
from conformance.runner.stage import SimulatorFactory, Stage, bare_simulator, staged
from mock_sis.journal.entry import Entry

SAID = 2000
"""Characters of stderr that are shown."""

HEARD = 8
"""Requests that are shown after a step."""

NOT_EARLY = "settle: with a slow SIS, answered when the work was done"

Listener = Callable[[Message | Answer], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the doctor found; if not `well`, it must be fixed."""

    well: bool
    text: str


async def examine(
    driver: Driver,
    patience: float,
    dialects: tuple[Dialect, ...] = DIALECTS,
    listen: Listener = lambda _: None,
    make_simulator: SimulatorFactory = bare_simulator,
    policies: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> AsyncGenerator[Finding, None]:
    """What became of each message, in order, up to the first that broke the adapter.

    Plays the tours of the dialects that the exporter speaks. `patience` is in seconds for each
    message; `listen` is called with every message and answer; `policies` are those of the SIS by
    profile. Raises nothing for a broken adapter.
    """
    session = Session(driver, patience, dialects, listen)
    try:
        identity = await session.start()
        spoken = [each for each in dialects if each.name in identity.dialects]
        for finding in _introduction(identity, spoken):
            yield finding
        for dialect in spoken:
            tour = _set_up(dialect.tour, policies)
            async for finding in _visit(tour, identity, session, make_simulator):
                yield finding
            if "work.inspect" in identity.features:
                early = await early_settle(dialect.tour, identity, session, make_simulator)
                yield _to_fix(early) if early else Finding(True, NOT_EARLY)
        ending = await session.stop()
        yield Finding(not ending, f"bye: {ending or 'ok'}")
    except AdapterBroken as broken:
        yield _to_fix(Defect(broken.cause, broken.cure))
        said = "".join(getattr(broken, "__notes__", ())).strip()
        if said and said[-SAID:] not in broken.cause:
            yield Finding(False, f"the adapter wrote to stderr: {said[-SAID:]}")
    finally:
        await session.kill()


async def _visit(
    tour: Scenario, identity: Identity, session: Session, make_simulator: SimulatorFactory
) -> AsyncIterator[Finding]:
    async with staged(tour, identity, session, make_simulator) as stage:
        await stage.configure(resume=False)
        yield Finding(True, f"configure: ok, for {tour.profile.name}")
        visit = Visit(stage)
        for step in tour.steps:
            async for finding in visit.step(step):
                yield finding


def _set_up(tour: Scenario, policies: Mapping[str, Mapping[str, Any]]) -> Scenario:
    """The tour under these policies. A SIS that cannot refuse one row would refuse all, as if the
    adapter were wrong, so it refuses none."""
    tour = tour.under(policies)
    if tour.profile.reports(tour.policies):
        return tour
    return replace(tour, steps=tuple(each for each in tour.steps if not isinstance(each, Arm)))


def _introduction(identity: Identity, spoken: Sequence[Dialect]) -> Iterator[Finding]:
    features = ", ".join(identity.features) or "none"
    yield Finding(True, f"hello: {identity.name} {identity.version}, features: {features}")
    if identity.protocol < VERSION:
        text = f"the adapter speaks version {identity.protocol}; the suite speaks {VERSION} as well"
        yield Finding(True, f"protocol: {text}")
    rules = [rule for dialect in spoken for rule in dialect.rules]
    silent = [rule for rule in rules if inapplicable(rule, identity)]
    if silent:
        names = ", ".join(rule.id for rule in silent)
        yield Finding(True, f"{len(silent)} of {len(rules)} rules will not apply: {names}")


class Visit:
    """One tour, step by step. Remembers when export was pressed, and which defects were named."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._profile = stage.scenario.profile
        self._pressed: tuple[int, Answer | None] | None = None
        self._named: set[Defect] = set()

    async def step(self, step: Step) -> AsyncIterator[Finding]:
        """What became of a step, and what is wrong with that."""
        before, name = self._stage.last, _name(step)
        missing = [each for each in self._profile.features_of(step) if not self._stage.has(each)]
        if missing:
            yield Finding(True, f"{name}: skipped, the exporter has no feature {missing[0]}")
            return
        try:
            went = await play(self._stage, step)
        except Unsupported as declined:
            wrong = contradiction(declined, self._profile, self._stage.identity)
            yield _to_fix(Defect(wrong.cause, wrong.cure))
            return
        except AdapterBroken:
            if heard := _heard(self._stage.requests_since(before)):
                yield Finding(True, "\n".join([f"{name}: before the adapter broke", *heard]))
            raise
        heard = _heard(self._stage.requests_since(before))
        lines = [f"{name}: {self._outcome(step, went)}", *heard]
        yield Finding(True, "\n".join(lines))
        for defect in self._defects(step, before, went.answer):
            if defect not in self._named:
                self._named.add(defect)
                yield _to_fix(defect)

    def _outcome(self, step: Step, went: Went) -> str:
        if why := went.skipped or went.missed:
            return f"skipped, {why}"
        if isinstance(step, Settle) and went.answer is None:
            silence = f"{self._stage.quiet_window:g} s of silence"
            return f"waited for {silence}, the exporter has no feature work.inspect"
        return answered(went.answer, self._profile) or "ok"

    def _defects(self, step: Step, before: int, answer: Answer | None) -> Iterator[Defect]:
        found: Defect | None = None
        if isinstance(step, Export):
            self._pressed = before, answer
        elif isinstance(step, Settle) and self._pressed:
            pressed, told = self._pressed
            self._pressed = None
            found = export_defect(told, self._stage.requests_since(pressed))
        elif answer is not None and "now" in answer:
            found = clock_defect(answer, self._stage.theirs)
        elif answer is not None and "synchronised" in answer and _name(step) == "sync":
            found = sync_defect(answer)
        elif answer is not None and _name(step) == "state":
            yield from state_defects(
                answer, self._stage.load_fields, self._profile, self._stage.identity.features
            )
        if found:
            yield found


def _heard(entries: Sequence[Entry]) -> list[str]:
    lines = [f"        the SIS received {asked_and_answered(entry)}" for entry in entries[:HEARD]]
    return lines + [f"        and {len(entries) - HEARD} more"] * (len(entries) > HEARD)


def _to_fix(defect: Defect) -> Finding:
    cause = defect.cause[0].lower() + defect.cause[1:]  # it follows "FIX: "
    return Finding(False, f"{cause}\n  How to fix: {defect.cure}")


def _name(step: Step) -> str:
    """The operation that a step asks for, and which action."""
    match step:
        case Act(action=action):
            return f"act {action}"
        case EndPeriod():
            return "the period ends"
        case Pull():
            return "sync"
        case Arm():
            return "the SIS will refuse one"
        case _:
            return type(step).__name__.lower()
