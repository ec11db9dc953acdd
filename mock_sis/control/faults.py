"""Faults over the control interface: arm, list with fired counts, disarm."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from mock_sis.control.inputs import body, nonsense, only
from mock_sis.control.reach import refuse_unreachable
from mock_sis.errors import FaultError, NotFound
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.faults.plan import Armed
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context

_FAULTS = "/_control/faults"


def list_faults(context: Context, call: Call, _params: Params) -> Reply:
    """Every armed fault, and the ids of those that have not fired."""
    only(call, ())
    plan = context.world.plan
    return json_reply(
        {
            "faults": [_told(armed) for armed in plan.armed],
            "never_fired": [armed.id for armed in plan.never_fired],
        }
    )


def arm(context: Context, call: Call, _params: Params) -> Reply:
    """Arm a fault."""
    given = body(call, "control/fault.schema.json")
    refuse_unreachable(given, context.world)
    try:
        armed = context.world.plan.arm(given, call.received)
    except FaultError as error:
        raise nonsense("", str(error)) from error
    place = (("Location", f"{_FAULTS}/{quote(armed.id, safe='')}"),)
    return json_reply(_told(armed), 201, place)


def disarm(context: Context, call: Call, params: Params) -> Reply:
    """Disarm one fault."""
    only(call, ())
    if not context.world.plan.disarm(params["fault"]):
        raise NotFound(
            f"No fault {params['fault'][:80]!r} is armed; GET {_FAULTS} lists those that are."
        )
    return Reply(204)


def clear(context: Context, call: Call, _params: Params) -> Reply:
    """Disarm every fault."""
    only(call, ())
    context.world.plan.clear()
    return Reply(204)


def _told(armed: Armed) -> dict[str, Any]:
    return {
        "id": armed.id,
        "fault": armed.fault.as_json(),
        "seen": armed.seen,
        "fired": armed.fired,
        "exhausted": armed.exhausted,
    }


ROUTES = (
    Route(
        "control.faults.list", "GET", _FAULTS, list_faults, "List the armed faults", journaled=False
    ),
    Route("control.faults.arm", "POST", _FAULTS, arm, "Arm a fault"),
    Route("control.faults.clear", "DELETE", _FAULTS, clear, "Disarm every fault"),
    Route("control.faults.disarm", "DELETE", f"{_FAULTS}/{{fault}}", disarm, "Disarm a fault"),
)
