"""Everything about one simulator that changes, each part with its one owner, and what a handler
is handed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from mock_sis.auth.schemes import TokenStore
from mock_sis.clock import Clock, from_iso
from mock_sis.errors import FaultError, Problem, SeedError
from mock_sis.faults.plan import Effects, Plan
from mock_sis.formats.negotiation import encode_json
from mock_sis.gradebook import Gradebook
from mock_sis.journal.journal import Journal
from mock_sis.seeds import build as seeds
from mock_sis.settings import Settings, oneroster_policy, schoology_policy, wiseflow_policy


@dataclass
class World:
    """The state of one simulator."""

    gradebook: Gradebook
    plan: Plan
    journal: Journal
    clock: Clock
    tokens: TokenStore
    settings: Settings

    def load(self, document: Mapping[str, Any], at: float) -> None:
        """Start over from a seed document: gradebook, policies, faults, tokens and, where the
        document sets one, the clock. The journal goes on. Raises SeedError and changes nothing."""
        start = _start(document)
        now = at if start is None else start
        gradebook = seeds.build(document, now)
        settings = replace(
            self.settings,
            document=encode_json(document),
            wiseflow=wiseflow_policy(document),
            schoology=schoology_policy(document),
            oneroster=oneroster_policy(document),
        )
        plan = _plan(document, now)
        self.gradebook, self.settings, self.plan = gradebook, settings, plan
        self.tokens = TokenStore()
        mode = document.get("clock", {}).get("mode")
        if start is not None or mode is not None:
            self.clock.set(now, mode)


def _start(document: Mapping[str, Any]) -> float | None:
    given = document.get("clock", {}).get("now")
    if given is None:
        return None
    try:
        return from_iso(given)
    except ValueError as error:
        raise SeedError(
            f"The seed document is wrong at /clock/now: {error}.",
            problems=(Problem("/clock/now", str(error)),),
        ) from error


def _plan(document: Mapping[str, Any], now: float) -> Plan:
    plan = Plan()
    for number, fault in enumerate(document.get("faults", ())):
        try:
            plan.arm(fault, now)
        except FaultError as error:
            raise SeedError(
                f"The seed document is wrong at /faults/{number}: {error}",
                problems=(Problem(f"/faults/{number}", str(error)),),
            ) from error
    limit = schoology_policy(document).rate_limit
    if limit is not None:
        # A policy that is the very thing a fault does; it stands among the armed ones.
        what = {"kind": "rate_limit", "requests": limit.requests, "seconds": limit.seconds}
        plan.arm({"operation": "schoology.*", "fault": what}, now)
    return plan


class Context(msgspec.Struct, frozen=True):
    """What a handler is handed: the world, the name of its operation, and the faults that have
    taken hold of this exchange."""

    world: World
    operation: str
    effects: Effects
