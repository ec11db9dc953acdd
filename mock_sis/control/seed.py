"""Seeds over the control interface: show the loaded document, load another, reset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_sis.control.inputs import body, nonsense, only, optional_body
from mock_sis.control.reach import refuse_unreachable
from mock_sis.errors import FaultError, Invalid, SeedError
from mock_sis.exchange import Call, Params, Reply, Route
from mock_sis.formats.json_text import decode_json
from mock_sis.formats.negotiation import JSON_TYPE, json_reply
from mock_sis.seeds import library
from mock_sis.seeds.schema import seed_contract
from mock_sis.world import Context


def get_seed(context: Context, call: Call, _params: Params) -> Reply:
    """Show the loaded document."""
    only(call, ())
    return Reply(200, (("Content-Type", JSON_TYPE),), context.world.settings.document)


def put_seed(context: Context, call: Call, _params: Params) -> Reply:
    """Load a document. An invalid document changes nothing."""
    return _load(context, body(call, seed_contract(context.world.dialects)), call.received)


def reset(context: Context, call: Call, _params: Params) -> Reply:
    """Load the same document again, or the built-in document of that name, and put an advanced
    clock back."""
    # By the journal rather than by the clock, so that a replay gives the same gradebook.
    begun = call.received - context.world.clock.advanced
    name = optional_body(call, "control/reset.schema.json").get("seed")
    if name is None:
        reply = _load(context, decode_json(context.world.settings.document), begun)
        context.world.clock.rewind()
        return reply
    try:
        document = library.builtin(name)
    except SeedError as error:
        raise nonsense("/seed", str(error)) from error
    reply = _load(context, document, begun)
    context.world.clock.rewind()
    return reply


def _load(context: Context, document: Mapping[str, Any], at: float) -> Reply:
    for number, spec in enumerate(document.get("faults", ())):
        refuse_unreachable(spec, context.world, f"/faults/{number}")
    try:
        context.world.load(document, at)
    except SeedError as error:
        raise Invalid(str(error), problems=error.problems) from error
    except FaultError as error:
        raise nonsense("/faults", str(error)) from error
    return json_reply(_summary(document))


def _summary(document: Mapping[str, Any]) -> dict[str, Any]:
    counts = {name: len(document.get(name, ())) for name in ("people", "sections", "faults")}
    return {"name": document.get("name", ""), **counts}


ROUTES = (
    Route(
        "control.seed.get",
        "GET",
        "/_control/seed",
        get_seed,
        "Show the loaded seed document",
        journaled=False,
    ),
    Route("control.seed.put", "PUT", "/_control/seed", put_seed, "Load a seed document"),
    Route(
        "control.reset",
        "POST",
        "/_control/reset",
        reset,
        "Start again from the loaded seed or from a built-in seed",
    ),
)
