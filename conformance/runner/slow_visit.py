"""Whether `settle` waits: the doctor exports to a slow SIS, and compares when the two answer.

Most proofs that something did not happen begin with a settle. If an adapter answers it while its
exporter is still at work, they prove nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from conformance.drivers.protocol import Unsupported
from conformance.model.evidence import Identity
from conformance.model.rule import Scenario
from conformance.model.steps import Arm, Export, Step
from conformance.runner.checkup import Defect
from conformance.runner.players import play
from conformance.runner.session import Session
from conformance.runner.stage import SimulatorFactory, Stage, staged

DELAY = 2.0
"""Seconds by which the SIS answers the first request after export late."""

SILENCE = 1.0
"""Real seconds without a request after which the work counts as done."""

EARLY = 0.5
"""Real seconds between the answer to settle and the end of the work that are too many."""

LONGEST = 10.0
"""Real seconds to look at most for the end of the work."""


async def early_settle(
    tour: Scenario, identity: Identity, session: Session, make_simulator: SimulatorFactory
) -> Defect | None:
    """What is wrong with an adapter that answers settle before the work is done; None if nothing
    is. Its exporter must have the feature work.inspect. Raises AdapterBroken."""
    scenario = replace(tour, steps=tuple(_slowed(tour)))
    async with staged(scenario, identity, session, make_simulator) as stage:
        try:
            early = await _seconds_early(stage)
        except Unsupported:
            return None  # the tour has found that
    if early < EARLY:
        return None
    return Defect(
        f"With a slow SIS, the adapter answered settle {early:.1f} s before the work was done.",
        "Answer settle when no request is under way and none is about to be sent; wait for what"
        " export has started.",
    )


def _slowed(tour: Scenario) -> Iterator[Step]:
    """The steps of a tour up to the first export, for which the SIS is slow and not faulty."""
    for step in tour.steps:
        if isinstance(step, Export):
            slow = {"kind": "delay", "seconds": DELAY}
            yield Arm({"when": {"next": 1}, "fault": slow}, must_fire=False)
            yield step
            return
        if not isinstance(step, Arm):
            yield step


async def _seconds_early(stage: Stage) -> float:
    """Real seconds between the answer to settle and the end of the work."""
    await stage.configure(resume=False)
    for step in stage.scenario.steps:
        if all(map(stage.has, stage.scenario.profile.features_of(step))):
            await play(stage, step)
    await stage.session.ask("settle")
    loop = asyncio.get_running_loop()
    answered = done = loop.time()
    while done - answered < LONGEST:
        last = stage.last
        if stage.open:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(answered + LONGEST):
                    await stage.closed()
            done = loop.time()
        if not await stage.hear(lambda: stage.last > last, SILENCE):  # noqa: B023
            break
        done = loop.time()
    return done - answered
