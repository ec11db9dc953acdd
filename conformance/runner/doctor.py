"""A first visit to an adapter: every message once, and where it goes wrong, how to mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from conformance.drivers.base import Driver
from conformance.evidence import Identity
from conformance.protocol import AdapterBroken, Unsupported
from conformance.rule import Rule, Scenario
from conformance.runner.players import play
from conformance.runner.session import Session
from conformance.runner.stage import Stage, staged
from conformance.steps import Step, feature_of
from conformance.verdicts import inapplicable


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what the doctor found; not `well` is something to mend."""

    well: bool
    text: str


async def examine(
    driver: Driver, patience: float, tours: Sequence[Scenario], rules: Sequence[Rule]
) -> list[Finding]:
    """What became of each message, in order, up to the first that went wrong. Of the tours those
    are taken whose dialect the exporter speaks; `patience` is seconds a message. Raises nothing for
    a broken adapter."""
    session = Session(driver, patience)
    findings: list[Finding] = []
    try:
        identity = await session.start()
        findings += _introduction(identity, rules)
        for tour in tours:
            if tour.profile.name in identity.dialects:
                async for finding in _tour(tour, identity, session):
                    findings.append(finding)
        ending = await session.stop()
        findings.append(Finding(not ending, f"bye: {ending or 'ok'}"))
    except AdapterBroken as broken:
        findings.append(Finding(False, f"{broken.cause}\n  To mend it: {broken.cure}"))
    finally:
        await session.kill()
    return findings


async def _tour(tour: Scenario, identity: Identity, session: Session) -> AsyncIterator[Finding]:
    async with staged(tour, identity, session) as stage:
        await stage.configure(resume=False)
        yield Finding(True, f"configure: ok, for {tour.profile.name}")
        for step in tour.steps:
            yield await _visit(stage, step)


def _introduction(identity: Identity, rules: Sequence[Rule]) -> Iterator[Finding]:
    features = ", ".join(identity.features) or "none"
    yield Finding(True, f"hello: {identity.name} {identity.version}, features: {features}")
    spoken = [rule for rule in rules if rule.profile in identity.dialects]
    silent = [rule for rule in spoken if inapplicable(rule, identity)]
    if silent:
        names = ", ".join(rule.id for rule in silent)
        yield Finding(True, f"{len(silent)} of {len(spoken)} rules will not apply: {names}")


async def _visit(stage: Stage, step: Step) -> Finding:
    name = type(step).__name__.lower()
    feature = feature_of(step)
    if feature and not stage.has(feature):
        return Finding(True, f"{name}: left out, the exporter has no feature {feature}")
    try:
        went = await play(stage, step)
    except Unsupported as declined:
        return Finding(False, f"{declined}\n  To mend it: leave the feature out of hello.")
    why = went.skipped or went.missed
    return Finding(True, f"{name}: {f'left out, {why}' if why else 'ok'}")
