"""What the fault tests share: a call, an answer, and a plan to strike them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.faults.effects import Effects
from mock_sis.faults.plan import Plan
from mock_sis.faults.row_fate import RowFate

POST = "wiseflow.flows.grades.post"
GET = "wiseflow.flows.get"
TOKEN = "wiseflow.token"

JSON = (("Content-Type", "application/json"),)


def call(at: float = 0.0, in_flight: int = 1, **headers: str) -> Call:
    """A call received at that time."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Call("POST", "/grades", named, received=at, in_flight=in_flight)


def told(successes: int, errors: Sequence[Mapping[str, Any]] = (), status: int = 200) -> Reply:
    """A receiver's answer to a bulk call."""
    answer = {
        "numberOfSuccess": successes,
        "numberOfErrors": len(errors),
        "errors": list(errors),
    }
    return Reply(status, JSON, orjson.dumps(answer))


def plan_of(*faults: Mapping[str, Any] | str, at: float = 0.0) -> Plan:
    """A plan with these armed: whole faults, or kinds alone."""
    plan = Plan()
    for fault in faults:
        plan.arm({"fault": {"kind": fault}} if isinstance(fault, str) else fault, at)
    return plan


def strike(
    plan: Plan,
    asked: Call | None = None,
    operation: str = POST,
    subjects: frozenset[str] = frozenset(),
) -> Effects:
    """What the plan does to a call."""
    return plan.strike(operation, asked or call(), lambda: subjects)


def outcome(plan: Plan, reply: Reply, asked: Call | None = None) -> Reply | Hangup:
    """What comes of a call that would be answered so."""
    effects = strike(plan, asked)
    return effects.spoil(reply) if effects.before is None else effects.before


def spoilt(kind: str, reply: Reply, **parameters: Any) -> Reply | Hangup:
    """What a single fault makes of an answer."""
    return outcome(plan_of({"fault": {"kind": kind, **parameters}}), reply)


def accepted(*subjects: str) -> tuple[RowFate, ...]:
    """A row each, all of which the simulator would accept."""
    return tuple(RowFate.accepted(subject) for subject in subjects)
