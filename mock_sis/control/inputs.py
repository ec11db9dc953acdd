"""What a control request says: a body that keeps its contract, and query parameters that exist."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mock_sis.contracts.contract import Contract, contract
from mock_sis.errors import Invalid, Problem
from mock_sis.exchange import Call
from mock_sis.formats.negotiation import request_format
from mock_sis.formats.numbers import whole_number


def body(call: Call, schema: str | Contract) -> Any:
    """The body as plain data that keeps a contract (or the one of that path below schemas/).

    A browser sends `application/json` to a foreign site only after asking it, and nobody here
    says yes: asking for that type is what keeps web pages from steering a simulator. Raises
    WrongType, Malformed, Invalid.
    """
    only(call, ())
    data = request_format(call).decode(call.body)
    keeps = contract(schema) if isinstance(schema, str) else schema
    problems = keeps.problems(data)
    if problems:
        raise Invalid("The body does not keep its schema.", problems=problems)
    return data


def optional_body(call: Call, schema: str) -> Any:
    """As `body`, but no bytes at all stand for an empty object."""
    only(call, ())
    request_format(call)
    return body(call, schema) if call.body else {}


def nonsense(pointer: str, message: str) -> Invalid:
    """The error for a body that keeps its schema but makes no sense here."""
    return Invalid(message, problems=[Problem(pointer, message)])


def only(call: Call, names: Collection[str]) -> None:
    """Raise Invalid for a query parameter the operation does not have: a misspelt filter that is
    passed over would give everything."""
    for name in call.query:
        if name not in names:
            raise Invalid(f"There is no parameter {name[:80]!r}; there are: {', '.join(names)}.")


def number(text: str, name: str, lowest: int, highest: int) -> int:
    """The whole number that the parameter of this name gives. Raises Invalid."""
    found = whole_number(text, lowest, highest)
    if found is None:
        wanted = f"a whole number from {lowest} to {highest}"
        raise Invalid(f"{name} must be {wanted} (got {text[:80]!r}).")
    return found


def pattern(call: Call) -> str:
    """The operation filter, "*" where there is none. Raises Invalid."""
    given = call.query.get("operation", "*")
    if not 1 <= len(given) <= 200:
        raise Invalid("operation is a pattern of 1 to 200 characters.")
    return given
