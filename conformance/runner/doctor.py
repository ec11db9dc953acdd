"""A first visit to an adapter: every message once, and where it goes wrong, how to mend it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass

from conformance.drivers.base import Driver
from conformance.drivers.protocol import AdapterBroken, Answer, Message, Unsupported
from conformance.judging.verdicts import inapplicable
from conformance.model.evidence import Identity
from conformance.model.rule import Rule, Scenario
from conformance.model.steps import Act, Arm, EndPeriod, Export, Pull, Settle, Step, feature_of
from conformance.reports.story import answered
from conformance.runner.checkup import (
    Ill,
    asked_and_answered,
    astray_in_time,
    not_arrived,
    not_fetched,
    shown_wrongly,
)
from conformance.runner.players import Went, play
from conformance.runner.session import Session
from conformance.runner.stage import Stage, staged
from mock_sis.journal.entry import Entry

SAID = 2000
"""Characters of stderr that are shown."""

HEARD = 8
"""Requests that are shown after a step."""

Listener = Callable[[Message | Answer], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what the doctor found; not `well` is something to mend."""

    well: bool
    text: str


async def examine(
    driver: Driver,
    patience: float,
    tours: Sequence[Scenario],
    rules: Sequence[Rule],
    listen: Listener = lambda _: None,
) -> AsyncGenerator[Finding, None]:
    """What became of each message, in order, up to the first that broke the adapter. Of the tours
    those are taken whose dialect the exporter speaks; `patience` is seconds a message, and `listen`
    is told of every message and answer. Raises nothing for a broken adapter."""
    session = Session(driver, patience, listen)
    try:
        identity = await session.start()
        for finding in _introduction(identity, rules):
            yield finding
        for tour in tours:
            if tour.profile.name in identity.dialects:
                async for finding in _tour(tour, identity, session):
                    yield finding
        ending = await session.stop()
        yield Finding(not ending, f"bye: {ending or 'ok'}")
    except AdapterBroken as broken:
        yield _ill(Ill(broken.cause, broken.cure))
        said = "".join(getattr(broken, "__notes__", ())).strip()
        if said and said[-SAID:] not in broken.cause:
            yield Finding(False, f"It wrote to stderr: {said[-SAID:]}")
    finally:
        await session.kill()


async def _tour(tour: Scenario, identity: Identity, session: Session) -> AsyncIterator[Finding]:
    async with staged(tour, identity, session) as stage:
        await stage.configure(resume=False)
        yield Finding(True, f"configure: ok, for {tour.profile.name}")
        visit = Visit(stage)
        for step in tour.steps:
            async for finding in visit.step(step):
                yield finding


def _introduction(identity: Identity, rules: Sequence[Rule]) -> Iterator[Finding]:
    features = ", ".join(identity.features) or "none"
    yield Finding(True, f"hello: {identity.name} {identity.version}, features: {features}")
    spoken = [rule for rule in rules if rule.profile in identity.dialects]
    silent = [rule for rule in spoken if inapplicable(rule, identity)]
    if silent:
        names = ", ".join(rule.id for rule in silent)
        yield Finding(True, f"{len(silent)} of {len(spoken)} rules will not apply: {names}")


class Visit:
    """One tour step by step: remembers what was loaded, and when export was pressed."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._loaded: Message = stage.load_fields
        self._pressed: tuple[int, Answer | None] | None = None
        self._told: set[Ill] = set()

    async def step(self, step: Step) -> AsyncIterator[Finding]:
        """What became of a step, and what is wrong with that."""
        before = self._stage.last
        name, feature = _name(step), feature_of(step)
        if feature and not self._stage.has(feature):
            yield Finding(True, f"{name}: left out, the exporter has no feature {feature}")
            return
        try:
            went = await play(self._stage, step)
        except Unsupported as declined:
            yield _ill(Ill(str(declined), "Leave the feature out of hello."))
            return
        except AdapterBroken:
            if heard := _heard(self._since(before)):
                yield Finding(True, "\n".join([f"{name}: before the adapter broke", *heard]))
            raise
        lines = [f"{name}: {self._outcome(step, went)}", *_heard(self._since(before))]
        yield Finding(True, "\n".join(lines))
        for ill in self._ills(step, before, went.answer):
            if ill not in self._told:
                self._told.add(ill)
                yield _ill(ill)

    def _outcome(self, step: Step, went: Went) -> str:
        if why := went.skipped or went.missed:
            return f"left out, {why}"
        if isinstance(step, Settle) and went.answer is None:
            silence = f"{self._stage.quiet_window:g} s of silence"
            return f"{silence} waited for, the exporter has no feature work.inspect"
        return answered(went.answer) or "ok"

    def _ills(self, step: Step, before: int, answer: Answer | None) -> Iterator[Ill]:
        if isinstance(step, Export):
            self._pressed = before, answer
        elif isinstance(step, Settle) and self._pressed:
            pressed, told = self._pressed
            self._pressed = None
            lost = not_arrived(told, self._since(pressed))
            yield from [lost] if lost else []
        elif answer is not None and "now" in answer:
            wrong = astray_in_time(answer, self._stage.theirs)
            yield from [wrong] if wrong else []
        elif answer is not None and "synchronised" in answer and _name(step) == "sync":
            failed = not_fetched(answer)
            yield from [failed] if failed else []
        elif answer is not None and _name(step) == "state":
            yield from shown_wrongly(answer, self._loaded)

    def _since(self, number: int) -> list[Entry]:
        """What the SIS heard from the exporter after that journal entry."""
        journal = self._stage.simulator.world.journal.select(since=number)
        return [entry for entry in journal if not entry.operation.startswith("control.")]


def _heard(entries: Sequence[Entry]) -> list[str]:
    lines = [f"        the SIS heard {asked_and_answered(entry)}" for entry in entries[:HEARD]]
    return lines + [f"        and {len(entries) - HEARD} more"] * (len(entries) > HEARD)


def _ill(ill: Ill) -> Finding:
    return Finding(False, f"{ill.cause}\n  To mend it: {ill.cure}")


def _name(step: Step) -> str:
    """The operation a step asks for, and which action."""
    match step:
        case Act(action=action):
            return f"act {action}"
        case EndPeriod():
            return "the period ends"
        case Pull():
            return "sync"
        case Arm():
            return "the SIS is told to refuse one"
        case _:
            return type(step).__name__.lower()
