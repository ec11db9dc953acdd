"""Reads control requests: bodies that match their schema, and known query parameters."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mock_sis.contracts.contract import Contract, contract
from mock_sis.errors import Invalid, Problem
from mock_sis.exchange import Call
from mock_sis.formats.negotiation import request_format
from mock_sis.formats.numbers import whole_number


def body(call: Call, schema: str | Contract) -> Any:
    """The body as plain data that matches a schema: a contract, or its path below schemas/.

    A browser sends `application/json` to another site only after a preflight request, which the
    simulator refuses, so requiring that type keeps web pages from operating a simulator. Raises
    WrongType, Malformed, Invalid.
    """
    only(call, ())
    data = request_format(call).decode(call.body)
    keeps = contract(schema) if isinstance(schema, str) else schema
    problems = keeps.problems(data)
    if problems:
        raise Invalid("The body does not match its schema.", problems=problems)
    return data


def optional_body(call: Call, schema: str) -> Any:
    """As `body`, but an empty body means an empty object."""
    only(call, ())
    request_format(call)
    return body(call, schema) if call.body else {}


def nonsense(pointer: str, message: str) -> Invalid:
    """The error for a body that matches its schema but contains an impossible value."""
    return Invalid(message, problems=[Problem(pointer, message)])


def only(call: Call, names: Collection[str]) -> None:
    """Raise Invalid for an unknown query parameter: a misspelt filter would select everything."""
    for name in call.query:
        if name not in names:
            known = ", ".join(names) or "none"
            raise Invalid(f"Unknown query parameter {name[:80]!r} (known: {known}).")


def number(text: str, name: str, lowest: int, highest: int) -> int:
    """The whole number that the parameter of this name gives. Raises Invalid."""
    found = whole_number(text, lowest, highest)
    if found is None:
        wanted = f"a whole number from {lowest} to {highest}"
        raise Invalid(f"{name} must be {wanted} (got {text[:80]!r}).")
    return found


def pattern(call: Call) -> str:
    """The operation filter, by default "*". Raises Invalid."""
    given = call.query.get("operation", "*")
    if not 1 <= len(given) <= 200:
        raise Invalid(f"operation must have 1 to 200 characters (got {len(given)}).")
    return given
