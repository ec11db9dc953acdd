"""What a control request says: a body that keeps its contract, and query parameters that exist."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mock_sis.contracts.contract import Contract, contract
from mock_sis.errors import Invalid, Problem
from mock_sis.exchange import Call
from mock_sis.formats.negotiation import request_format

MOST = 2**53 - 1
"""The largest whole number that every JSON reader holds exactly."""


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


def whole_number(text: str, name: str, least: int, most: int) -> int:
    """The number a parameter spells in ASCII digits. Raises Invalid."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST))):
        raise Invalid(f"{name} is {text[:80]!r}; send a whole number from {least} to {most}.")
    number = int(text)
    if not least <= number <= most:
        raise Invalid(f"{name} is {number}; send a whole number from {least} to {most}.")
    return number


def pattern(call: Call) -> str:
    """The operation filter, "*" where there is none. Raises Invalid."""
    given = call.query.get("operation", "*")
    if not 1 <= len(given) <= 200:
        raise Invalid("operation is a pattern of 1 to 200 characters.")
    return given
