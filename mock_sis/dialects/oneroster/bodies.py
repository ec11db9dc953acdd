"""Request bodies: one object under its name, or a list of them, and what their fields mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mock_sis.clock import moment
from mock_sis.contracts.contract import contract
from mock_sis.dialects.oneroster.lists import ObjectType
from mock_sis.dialects.oneroster.statusinfo import Minor
from mock_sis.errors import Invalid, Malformed
from mock_sis.exchange import Call
from mock_sis.formats.negotiation import request_format
from mock_sis.world import Context

Given = Mapping[str, Any]
MOST = 10_000
"""Objects in one POST."""


def one(context: Context, call: Call, kind: ObjectType, name: str) -> Given:
    """The object of a PUT, whose sourcedId, where given, is that of the path. Raises Refused."""
    data = request_format(call).decode(call.body)
    if not isinstance(data, Mapping) or not isinstance(data.get(kind.one), Mapping):
        raise Malformed(f'The body is an object under its name: {{"{kind.one}": {{…}}}}.')
    _require(context, kind.one, data)
    given: Given = data[kind.one]
    _refuse_on_its_way_out([given])
    if given.get("sourcedId", name) != name:
        raise Minor(422, "invaliddata", "The sourcedId of the body is not that of the path.")
    return given


def many(context: Context, call: Call, kind: ObjectType) -> list[Given]:
    """The objects of a POST. Raises Refused; one bad object refuses them all."""
    data = request_format(call).decode(call.body)
    listed = data.get(kind.many) if isinstance(data, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise Malformed(f'The body is a list under its name: {{"{kind.many}": […]}}.')
    if len(listed) > MOST:
        raise Malformed(f"A POST takes at most {MOST} objects.")
    _require(context, kind.many, data)
    _refuse_on_its_way_out(listed)
    return listed


def _require(context: Context, name: str, data: Any) -> None:
    """Raise Invalid where a body is off the schema of its profile."""
    form = "Strict" if context.policy.profile == "strict" else "Request"
    schema = contract(f"oneroster/envelopes.schema.json#/$defs/{name}{form}")
    if not schema.accepts(data):
        raise Invalid("The body is off its schema.", problems=schema.problems(data))


def _refuse_on_its_way_out(listed: Iterable[Given]) -> None:
    if any(given.get("status") == "tobedeleted" for given in listed):
        raise Minor(422, "invaliddata", "Use DELETE; a write with status tobedeleted is not one.")


def reference(given: Given, name: str) -> str | None:
    """The sourcedId that a reference names; None where it is not given."""
    found = given.get(name)
    return str(found["sourcedId"]) if isinstance(found, Mapping) else None


def day_or_moment(given: Given, name: str) -> str:
    """A date or date-time as it was sent; "" where it is not given. Raises Minor where it is none
    of the calendar's."""
    text = str(given.get(name) or "")
    if text and moment(text) is None:
        raise Minor(422, "invaliddata", f"{name} is not a date: {text[:40]!r}.")
    return text
