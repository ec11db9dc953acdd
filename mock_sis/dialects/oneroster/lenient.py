"""What clients really send, in the form of the standard.

Under the lenient profile a member that is null counts as missing, and a number may be text. The
schemas of requests allow both; this module removes them once a body has matched.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_sis.formats.numbers import exact_number

NUMBERS = frozenset({"score", "resultValueMin", "resultValueMax", "weight"})
"""The members that are numbers."""
_AS_SENT = frozenset({"metadata"})
"""The members whose contents belong to the client."""


def in_form(given: Mapping[str, Any]) -> dict[str, Any]:
    """The object without members that are null, and with numbers for numbers in text."""
    return {name: _value(name, value) for name, value in given.items() if value is not None}


def _value(name: str, value: Any) -> Any:
    if name in NUMBERS and isinstance(value, str):
        return exact_number(value)
    if isinstance(value, Mapping) and name not in _AS_SENT:
        return {inner: each for inner, each in value.items() if each is not None}
    return value
