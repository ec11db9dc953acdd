"""The clock over the control interface: read, set, advance.

Answers are computed from the time of receipt, so that a replay gives the same answers.
"""

from __future__ import annotations

from mock_sis.clock import Mode, from_iso, iso
from mock_sis.control.inputs import body, nonsense, only
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context

END = from_iso("3000-01-01T00:00:00Z")
"""The first time that a clock cannot be set to, in Unix seconds."""


def get_clock(context: Context, call: Call, _params: Params) -> Reply:
    """Show the mode and the time."""
    only(call, ())
    return _told(context.world.clock.mode, call.received)


def put_clock(context: Context, call: Call, _params: Params) -> Reply:
    """Set the time, the mode or both. A new mode alone keeps the current time."""
    given = body(call, "control/clock-edit.schema.json")
    now = _moment(given["now"]) if "now" in given else call.received
    context.world.clock.set(now, given.get("mode"))
    _post_due(context, now)
    return _told(context.world.clock.mode, now)


def advance_clock(context: Context, call: Call, _params: Params) -> Reply:
    """Move the clock forward by a number of seconds."""
    seconds = body(call, "control/advance.schema.json")["seconds"]
    if call.received + seconds >= END:
        raise nonsense(
            "/seconds",
            f"seconds must not move the clock past the year 2999 (got {seconds} at "
            f"{iso(call.received)}).",
        )
    context.world.clock.advance(seconds)
    _post_due(context, call.received + seconds)
    return _told(context.world.clock.mode, call.received + seconds)


def _post_due(context: Context, now: float) -> None:
    """Post the writes that are now due, so that every later read shows them."""
    context.world.gradebook.settle(now)


def _moment(text: str) -> float:
    try:
        moment = from_iso(text)
    except (ValueError, OverflowError) as error:
        raise nonsense(
            "/now",
            f"now must be an existing date-time such as 2026-06-15T09:00:00Z (got {text!r}: "
            f"{error}).",
        ) from error
    if not 0 <= moment < END:
        raise nonsense("/now", f"now must be in the years 1970 to 2999, in UTC (got {text!r}).")
    return moment


def _told(mode: Mode, now: float) -> Reply:
    return json_reply({"mode": mode, "now": iso(now)})


ROUTES = (
    Route(
        "control.clock.get", "GET", "/_control/clock", get_clock, "Show the time", journaled=False
    ),
    Route(
        "control.clock.put", "PUT", "/_control/clock", put_clock, "Set the time, the mode or both"
    ),
    Route(
        "control.clock.advance",
        "POST",
        "/_control/clock/advance",
        advance_clock,
        "Move the clock forward",
    ),
)
