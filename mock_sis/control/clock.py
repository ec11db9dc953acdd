"""The simulator's time over the control interface: tell, set, advance.

Answers are computed from the time the call was received, so that a replay gives the same ones.
"""

from __future__ import annotations

from mock_sis.clock import Mode, from_iso, iso
from mock_sis.control.inputs import body, nonsense, only
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.negotiation import json_reply
from mock_sis.world import Context

END = from_iso("3000-01-01T00:00:00Z")
"""The first moment a clock cannot be moved to, in Unix seconds."""


def get_clock(context: Context, call: Call, _params: Params) -> Reply:
    """The mode and the time."""
    only(call, ())
    return _told(context.world.clock.mode, call.received)


def put_clock(context: Context, call: Call, _params: Params) -> Reply:
    """Set the time, the mode, or both; a new mode alone goes on from the time it is."""
    given = body(call, "control/clock-edit.schema.json")
    now = _moment(given["now"]) if "now" in given else call.received
    context.world.clock.set(now, given.get("mode"))
    _post_due(context, now)
    return _told(context.world.clock.mode, now)


def advance_clock(context: Context, call: Call, _params: Params) -> Reply:
    """Move forward by a number of seconds."""
    seconds = body(call, "control/advance.schema.json")["seconds"]
    if call.received + seconds >= END:
        raise nonsense("/seconds", "The clock ends with the year 2999.")
    context.world.clock.advance(seconds)
    _post_due(context, call.received + seconds)
    return _told(context.world.clock.mode, call.received + seconds)


def _post_due(context: Context, now: float) -> None:
    """Post what has come due: whoever moves the clock sees it at once, however they look."""
    context.world.gradebook.settle(now)


def _moment(text: str) -> float:
    try:
        moment = from_iso(text)
    except (ValueError, OverflowError) as error:
        raise nonsense("/now", f"{text!r} is no moment: {error}.") from error
    if not 0 <= moment < END:
        raise nonsense("/now", "The clock runs from the year 1970 to 2999.")
    return moment


def _told(mode: Mode, now: float) -> Reply:
    return json_reply({"mode": mode, "now": iso(now)})


ROUTES = (
    Route(
        "control.clock.get", "GET", "/_control/clock", get_clock, "Tell the time", journaled=False
    ),
    Route("control.clock.put", "PUT", "/_control/clock", put_clock, "Set the time or the mode"),
    Route(
        "control.clock.advance",
        "POST",
        "/_control/clock/advance",
        advance_clock,
        "Move the clock forward",
    ),
)
