"""How each kind of step is carried out, as a table.

A player returns how the step went; the session records what it asked of the exporter.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from conformance.drivers.protocol import AdapterLate, Answer
from conformance.model import steps
from conformance.runner.settling import still_working, unsettled
from conformance.runner.stage import AFTER, Stage

PATIENCE = 10.0
"""Real seconds to wait for an exchange that a scenario expects."""

LONGEST_SETTLE = 60.0
"""Real seconds to wait at most until an exporter stops sending."""

FORGETFUL = "the exporter has no feature state.durable"


@dataclass(frozen=True, slots=True)
class Went:
    """How a step went: the exporter's answer, if it was asked; or why the step was skipped; or
    what it waited for and did not get."""

    answer: Answer | None = None
    skipped: str = ""
    missed: str = ""


DURING_EXPORT = steps.WaitForExchange | steps.Kill | steps.Unplug | steps.Plug
"""The steps that do not wait for an export in the background."""

Player = Callable[[Stage, Any], Awaitable[Went]]


async def play(stage: Stage, step: steps.Step) -> Went:
    """Carry out one step. Raises AdapterBroken or Unsupported."""
    if not isinstance(step, DURING_EXPORT):
        await stage.join()
    return await PLAYERS[type(step)](stage, step)


async def _load(stage: Stage, _: steps.Load) -> Went:
    return Went(await stage.session.ask("load", stage.load_fields))


async def _sync(stage: Stage, _: steps.Sync) -> Went:
    if not stage.has("sync"):
        return Went(skipped="the exporter has no feature sync")
    return Went(await stage.session.ask("sync"))


async def _pull(stage: Stage, _: steps.Pull) -> Went:
    return Went(await stage.session.ask("sync"))


async def _act(stage: Stage, step: steps.Act) -> Went:
    return Went(await stage.session.ask("act", {"action": step.action, **step.fields}))


async def _export(stage: Stage, step: steps.Export) -> Went:
    asked = stage.session.ask("export", {"presses": step.presses, "by": step.by, **step.fields})
    if step.wait:
        return Went(await asked)
    stage.background = asyncio.create_task(asked)
    return Went()


async def _retry(stage: Stage, step: steps.Retry) -> Went:
    return Went(await stage.session.ask("retry", {"by": step.by}))


async def _settle(stage: Stage, _: steps.Settle) -> Went:
    if stage.has("work.inspect"):
        try:
            return Went(await stage.session.ask("settle"))
        except AdapterLate as late:
            raise unsettled(late, stage.requests) from late
    try:
        async with asyncio.timeout(LONGEST_SETTLE):
            await _silence(stage)
    except TimeoutError:
        why = still_working(stage.requests, stage.quiet_window).rstrip(".")
        why = f"the exporter did not stop sending within {LONGEST_SETTLE:g} s. {why}"
        return Went(missed=why)
    return Went()


async def _silence(stage: Stage) -> None:
    """Return once the SIS has received no request for the length of the quiet window."""
    while True:
        before = stage.last
        if not await stage.hear(lambda: stage.last > before, stage.quiet_window):  # noqa: B023
            return


async def _end_period(stage: Stage, _: steps.EndPeriod) -> Went:
    if stage.has("clock.virtual"):
        return Went(await _advance_by(stage, stage.period.end + AFTER - stage.theirs))
    if stage.has("period"):
        return Went(await stage.session.ask("act", {"action": "end_period"}))
    return Went(skipped="the period was over already when the case began")


async def _advance(stage: Stage, step: steps.Advance) -> Went:
    if not stage.has("clock.virtual"):
        return Went(skipped="the exporter has no feature clock.virtual")
    return Went(await _advance_by(stage, step.days * steps.DAY))


async def _advance_by(stage: Stage, seconds: float) -> Answer:
    """Move the SIS's clock first, so that it receives what falls due in the exporter at the right
    time."""
    stage.control("POST", "/clock/advance", {"seconds": seconds})
    return await stage.session.ask("advance", {"seconds": seconds})


async def _state(stage: Stage, _: steps.State) -> Went:
    return Went(await stage.session.ask("state"))


async def _arm(stage: Stage, step: steps.Arm) -> Went:
    # A scenario is data, and cannot know the port that its SIS will have.
    port = str(urlsplit(stage.url).port)
    fault = json.loads(json.dumps(step.fault).replace("{port}", port))
    reply = stage.control("POST", "/faults", fault)
    stage.armed[json.loads(reply.body)["id"]] = step.must_fire
    return Went()


async def _officer(stage: Stage, step: steps.Officer) -> Went:
    gradebook = stage.simulator.world.gradebook.snapshot()
    try:
        path = stage.scenario.profile.fill_in(step.path, gradebook)
    except LookupError as lacking:
        return Went(missed=str(lacking))
    stage.control(step.method, path, step.body)
    return Went()


async def _unplug(stage: Stage, _: steps.Unplug) -> Went:
    await stage.port.unplug()
    return Went()


async def _plug(stage: Stage, _: steps.Plug) -> Went:
    await stage.port.plug()
    return Went()


async def _wait_for_exchange(stage: Stage, step: steps.WaitForExchange) -> Went:
    came = await stage.hear(lambda: stage.counted(step.operation) >= step.count, PATIENCE)
    wanted = f"{step.count} requests of {step.operation} did not come within {PATIENCE:g} s"
    return Went(missed="" if came else wanted)


async def _kill(stage: Stage, _: steps.Kill) -> Went:
    if not stage.has("state.durable"):
        return Went(skipped=FORGETFUL)
    await stage.session.kill()
    await stage.drop()
    return Went()


async def _restart(stage: Stage, _: steps.Restart) -> Went:
    if not stage.has("state.durable"):
        return Went(skipped=FORGETFUL)
    await stage.session.start()
    await stage.configure(resume=True)
    return Went()


async def _quiet(stage: Stage, _: steps.Quiet) -> Went:
    await asyncio.sleep(stage.quiet_window)
    stage.quiet_seconds += stage.quiet_window
    return Went()


PLAYERS: dict[type[steps.Step], Player] = {
    steps.Load: _load,
    steps.Sync: _sync,
    steps.Pull: _pull,
    steps.Act: _act,
    steps.Export: _export,
    steps.Retry: _retry,
    steps.Settle: _settle,
    steps.EndPeriod: _end_period,
    steps.Advance: _advance,
    steps.State: _state,
    steps.Arm: _arm,
    steps.Officer: _officer,
    steps.Unplug: _unplug,
    steps.Plug: _plug,
    steps.WaitForExchange: _wait_for_exchange,
    steps.Kill: _kill,
    steps.Restart: _restart,
    steps.Quiet: _quiet,
}
