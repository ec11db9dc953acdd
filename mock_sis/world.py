"""Everything about one simulator that changes, each part with its one owner, and what a handler
is handed of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import msgspec

from mock_sis.auth.tokens import TokenStore
from mock_sis.clock import Clock, from_iso
from mock_sis.errors import FaultError, Problem, SeedError
from mock_sis.faults.plan import Effects, Plan
from mock_sis.formats.json_text import encode_json
from mock_sis.gradebook.book import Gradebook
from mock_sis.journal.journal import Journal
from mock_sis.seeds.build import build, policies_of
from mock_sis.settings import Dialect, Settings


@dataclass
class World:
    """The state of one simulator."""

    gradebook: Gradebook
    plan: Plan
    journal: Journal
    clock: Clock
    tokens: TokenStore
    settings: Settings
    dialects: tuple[Dialect, ...]

    def load(self, document: Mapping[str, Any], at: float) -> None:
        """Start over from a seed document: gradebook, policies, faults, tokens and, where the
        document sets one, the clock. The journal goes on. Raises SeedError and changes nothing."""
        start = _start(document)
        now = at if start is None else start
        gradebook = build(document, now, self.dialects)
        policies = policies_of(document, self.dialects)
        settings = replace(
            self.settings,
            document=encode_json(document),
            policies=policies,
        )
        plan = _plan(
            document, now, [each.standing_faults(policies[each.name]) for each in self.dialects]
        )
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


def _plan(
    document: Mapping[str, Any], now: float, standing: Iterable[Iterable[Mapping[str, Any]]]
) -> Plan:
    plan = Plan()
    for number, fault in enumerate(document.get("faults", ())):
        try:
            plan.arm(fault, now)
        except FaultError as error:
            raise SeedError(
                f"The seed document is wrong at /faults/{number}: {error}",
                problems=(Problem(f"/faults/{number}", str(error)),),
            ) from error
    for fault in chain.from_iterable(standing):
        plan.arm(fault, now)
    return plan


class Context(msgspec.Struct, frozen=True):
    """What a handler gets: the world, the name of its operation, the faults that are due on this
    exchange, and the policy of the dialect that was called (None in the control API)."""

    world: World
    operation: str
    effects: Effects
    policy: Any = None

    @property
    def base_url(self) -> str:
        """Where the dialect is served, as links begin: never taken from the Host header, which
        clients of a real system set to its name even when they talk to localhost."""
        return f"{self.world.settings.public_url}{self.policy.base_path}"
