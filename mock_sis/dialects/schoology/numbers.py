"""Reads the ids, grades and flags that clients send as numbers or as text."""

from __future__ import annotations

import re
from typing import Any

from mock_sis.formats.numbers import LARGEST, whole_number

_DECIMAL = re.compile(r"[+-]?[0-9]{1,400}(?:\.[0-9]{0,400})?", re.ASCII)


def whole(value: Any) -> int | None:
    """A whole number from 0 to 2^63 - 1, as a number or as its digits; None for all else.

    A float from 2^53 on may be another number rounded, so it is none.
    """
    kind = type(value)
    if kind is str:
        return whole_number(value, 0, LARGEST)
    if kind is float:
        value = int(value) if value.is_integer() and value < 2**53 else -1
    elif kind is not int:
        return None
    return value if 0 <= value <= LARGEST else None


def decimal(value: Any) -> float | None:
    """A finite number, as a number or as a plain decimal; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return float(value) if _DECIMAL.fullmatch(value) else None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e300 else None
    return None


def plain(number: float | None) -> int | float | None:
    """A number as it is shown: 80 rather than 80.0."""
    if number is None or not float(number).is_integer():
        return number
    return int(number)


def absent(value: Any) -> bool:
    """Whether a field says nothing: it is null, or an empty element."""
    return value is None or value == ""


def listed(value: Any) -> list[Any]:
    """A list, also for a single element or none: XML cannot tell a list of one from an object."""
    if absent(value):
        return []
    return value if isinstance(value, list) else [value]
