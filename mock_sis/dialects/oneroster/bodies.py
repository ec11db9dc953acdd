"""Request bodies: `{"result": {…}}` or `{"results": [{…}, …]}`, and the values of their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mock_sis.clock import moment
from mock_sis.contracts.contract import contract
from mock_sis.dialects.oneroster.lenient import in_form
from mock_sis.dialects.oneroster.lists import ObjectType
from mock_sis.errors import Invalid, Malformed
from mock_sis.exchange import Call
from mock_sis.formats.negotiation import request_format
from mock_sis.world import Context

Given = Mapping[str, Any]
MOST = 10_000
"""The largest number of objects in one POST."""


def one(context: Context, call: Call, kind: ObjectType, name: str) -> Given:
    """Read the object of a PUT. Raises Refused, also for a sourcedId other than the path's."""
    data = request_format(call).decode(call.body)
    if not isinstance(data, Mapping) or not isinstance(data.get(kind.one), Mapping):
        raise Malformed(f'The body must be an object such as {{"{kind.one}": {{…}}}}.')
    _require(context, kind.one, data)
    given = _read(context, data[kind.one])
    _refuse_tobedeleted([given])
    if given.get("sourcedId", name) != name:
        got = str(given["sourcedId"])
        raise Invalid(f"sourcedId must be {name[:80]!r}, as in the path (got {got[:80]!r}).")
    return given


def many(context: Context, call: Call, kind: ObjectType) -> list[Given]:
    """Read the objects of a POST. Raises Refused for all of them if one is invalid."""
    data = request_format(call).decode(call.body)
    listed = data.get(kind.many) if isinstance(data, Mapping) else None
    if not isinstance(listed, list) or not listed:
        raise Malformed(f'The body must hold a list of objects, as in {{"{kind.many}": [{{…}}]}}.')
    if len(listed) > MOST:
        raise Malformed(f"A POST must have at most {MOST} objects (got {len(listed)}).")
    _require(context, kind.many, data)
    read = [_read(context, given) for given in listed]
    _refuse_tobedeleted(read)
    return read


def _require(context: Context, name: str, data: Any) -> None:
    """Raise Invalid unless the body matches the schema of the profile."""
    form = "Strict" if context.policy.profile == "strict" else "Request"
    schema = contract(f"oneroster/envelopes.schema.json#/$defs/{name}{form}")
    if not schema.accepts(data):
        raise Invalid("The body does not match its schema.", problems=schema.problems(data))


def _read(context: Context, given: Given) -> Given:
    """An object that matches the schema of the profile, in the form of the standard."""
    return given if context.policy.profile == "strict" else in_form(given)


def _refuse_tobedeleted(listed: Iterable[Given]) -> None:
    if any(given.get("status") == "tobedeleted" for given in listed):
        raise Invalid("status must not be tobedeleted in a PUT or POST; use DELETE instead.")


def reference(given: Given, name: str) -> str | None:
    """The sourcedId in the reference `name`, or None without that reference."""
    found = given.get(name)
    return str(found["sourcedId"]) if isinstance(found, Mapping) else None


def date_or_date_time(given: Given, name: str) -> str:
    """The date or date-time in the field `name`, unchanged; "" if it is missing. Raises Invalid for
    dates that the calendar does not have, such as 2026-02-31."""
    text = str(given.get(name) or "")
    if text and moment(text) is None:
        raise Invalid(
            f"{name} must be a date such as 2026-06-15 or a date-time such as "
            f"2026-06-15T09:00:00Z (got {text[:40]!r})."
        )
    return text
