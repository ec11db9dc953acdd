"""The watch: the SIS of every case stays reachable until the end of the run.

An exporter with a hidden timer can answer settle, stay silent for a quiet window, and send when the
case is over. Therefore no SIS is closed with its case. A late request arrives at the port of the
old case, which shows the case it belongs to, even if the adapter is playing another one by then.
After the last case, all SISs are watched for some real seconds.

A SIS that is kept costs a listening socket, its journal and its gradebook. Idle connections are
closed with the case; `MOST` and `MOST_LATE` bound the rest.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass

import msgspec

from conformance.model.evidence import Evidence
from conformance.model.steps import Kill
from conformance.runner.stage import Stage

MOST = 300
"""SISs that are kept at a time, or half of the open files that the system allows, if that is less.
Beyond this the oldest is closed."""

MOST_LATE = 100
"""Late requests after which a SIS is closed."""


@dataclass
class Kept:
    """The SIS of a case that is over. `house` closes it."""

    stage: Stage
    evidence: Evidence
    house: AsyncExitStack

    def later(self) -> Evidence:
        """The evidence of the case with what has arrived since."""
        world = self.stage.simulator.world
        if world.journal.last == self.evidence.late_from:
            return self.evidence
        return msgspec.structs.replace(
            self.evidence,
            journal=tuple(world.journal),
            noted=tuple(self.stage.noted),
            complete=world.journal.complete,
            held=tuple(self.stage.held),
        )


class Watch:
    """The SISs of the cases that are over, by scenario name. Must be closed.

    `kills` is whether an adapter that is killed has ended. If it runs on, as a class in this
    process does, what it sends proves nothing, so cases with a kill are not watched.
    """

    def __init__(self, *, kills: bool = True, most: int = MOST) -> None:
        self._kills = kills
        self._most = min(most, _room())
        self.seconds: float | None = None
        self._kept: dict[str, Kept] = {}
        self._closed: dict[str, Evidence] = {}
        self._closing: dict[str, asyncio.Task[None]] = {}
        self._too_many = 0

    @property
    def evidence(self) -> dict[str, Evidence]:
        """The evidence of the cases to whose SIS something came when they were over."""
        now = {name: kept.later() for name, kept in self._kept.items()} | self._closed
        return {name: each for name, each in now.items() if _came_late(each)}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the watch could not see."""
        if not self._too_many:
            return ()
        return (
            f"The SIS of {self._too_many} cases was closed before the end of the run, because at"
            f" most {self._most} are kept; what came later was not seen.",
        )

    async def keep(self, stage: Stage, evidence: Evidence, house: AsyncExitStack) -> None:
        """Take over the SIS of a case that is over."""
        killed = any(isinstance(each.step, Kill) and not each.skipped for each in evidence.steps)
        if killed and not self._kills:
            await house.aclose()
            return
        await stage.port.plug()
        await stage.port.close_idle()
        name, journal = evidence.scenario, stage.simulator.world.journal
        self._kept[name] = Kept(stage, evidence, house)

        def bound(_: object) -> None:
            late = journal.last - (evidence.late_from or 0)
            if late >= MOST_LATE and name not in self._closing:
                self._closing[name] = asyncio.create_task(self._close(name))

        house.callback(journal.subscribe(bound))
        if len(self._kept) > self._most:
            self._too_many += 1
            await self._close(next(iter(self._kept)))

    async def wait(self, seconds: float) -> None:
        """Watch all of them for so many real seconds, and set `seconds`. Does nothing if no SIS
        is kept."""
        if self._kept:
            await asyncio.sleep(seconds)
            self.seconds = seconds

    async def close(self) -> None:
        """Close every SIS."""
        await asyncio.gather(*(self._close(name) for name in [*self._kept]))
        await asyncio.gather(*self._closing.values())

    async def _close(self, name: str) -> None:
        kept = self._kept.pop(name, None)
        if kept is not None:
            self._closed[name] = kept.later()
            await kept.house.aclose()


def _room() -> int:
    """How many SISs there are open files for; each has a listening socket."""
    if sys.platform == "win32":
        return MOST  # Windows has no such limit
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(soft // 2, 1)


def _came_late(evidence: Evidence) -> bool:
    return evidence.late_from is not None and any(
        entry.number > evidence.late_from for entry in evidence.requests
    )
