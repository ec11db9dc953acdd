"""One case: a scenario played once against one exporter, and the evidence it leaves."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, suppress

from conformance.drivers.protocol import AdapterBroken, Unsupported
from conformance.model.evidence import Done, Evidence, FaultUse, Identity, Trouble
from conformance.model.rule import Scenario
from conformance.model.steps import Step
from conformance.runner.declared import contradiction
from conformance.runner.players import Went, play
from conformance.runner.pool import Pool
from conformance.runner.stage import SimulatorFactory, Stage, staged
from conformance.runner.watch import Watch

LINGERING = 5.0
"""Real seconds to wait at the end for exchanges that are still open."""


async def run_case(
    scenario: Scenario,
    identity: Identity,
    pool: Pool,
    make_simulator: SimulatorFactory,
    watch: Watch,
) -> Evidence:
    """The evidence of a scenario, whose SIS the watch keeps. Raises nothing for an adapter that
    breaks: its evidence has `trouble`, and the run continues."""
    async with AsyncExitStack() as house:
        try:
            async with (
                pool.session() as session,
                staged(scenario, identity, session, make_simulator, house) as stage,
            ):
                evidence = await _played(stage)
        except AdapterBroken as broken:
            trouble = Trouble("broken", str(broken))
            return Evidence(scenario.name, identity, trouble=trouble)
        if evidence.trouble is None:
            await watch.keep(stage, evidence, house.pop_all())
        return evidence


async def _played(stage: Stage) -> Evidence:
    done: list[Done] = []
    trouble: Trouble | None = None
    stderr = ""
    try:
        await stage.configure(resume=False)
        for step in stage.scenario.steps:
            done.append(await _play(stage, step))
        await stage.join()
        await _ends_known(stage)
    except AdapterBroken as broken:
        trouble = Trouble("broken", str(broken))
        stderr = "".join(getattr(broken, "__notes__", ()))
    except Unsupported as declined:
        wrong = contradiction(declined, stage.scenario.profile, stage.identity)
        trouble = Trouble("unsupported", str(wrong))
    return gather(stage, done, trouble, stderr or stage.session.said)


async def _ends_known(stage: Stage) -> None:
    """Wait until the journal says how the delivery of each answer ended, which it learns a moment
    after the exporter. Exchanges that stay open longer are judged as they are."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGERING):
            await stage.closed()


async def _play(stage: Stage, step: Step) -> Done:
    at, first = stage.now, stage.last
    stage.session.answered()
    went: Went = await play(stage, step)
    message = stage.session.answered() if went.answer else None
    return Done(
        step=step,
        at=at,
        first=first,
        last=stage.last,
        message=message,
        answer=went.answer,
        skipped=went.skipped,
        missed=went.missed,
        open=stage.open,
    )


def gather(stage: Stage, done: list[Done], trouble: Trouble | None, stderr: str) -> Evidence:
    """The evidence that the stage holds at the end."""
    world = stage.simulator.world
    return Evidence(
        scenario=stage.scenario.name,
        exporter=stage.identity,
        steps=tuple(done),
        journal=tuple(world.journal),
        gradebook=world.gradebook.snapshot(),
        faults=_faults(stage),
        stderr=stderr,
        quiet_seconds=stage.quiet_seconds,
        noted=tuple(stage.noted),
        complete=world.journal.complete,
        trouble=trouble,
        configured=stage.configured,
        skew=stage.scenario.skew,
        held=tuple(stage.held),
        policies=stage.scenario.policies,
        ended=round(asyncio.get_running_loop().time(), 3),
        late_from=stage.last,
    )


def _faults(stage: Stage) -> tuple[FaultUse, ...]:
    return tuple(
        FaultUse(armed.kind, armed.fired, stage.armed.get(armed.id, False))
        for armed in stage.simulator.world.plan.armed
    )
