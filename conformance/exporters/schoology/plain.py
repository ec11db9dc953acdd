"""Values from plain data of both formats: a number may be text, a list may be its only element, and
an empty element is None."""

from __future__ import annotations

import math
from typing import Any

from conformance.exporters.kit.outcome import Unreadable


def mapping(value: Any) -> dict[str, Any]:
    """An object; an empty value is an empty object. Raises Unreadable for other values."""
    if value is None or value == "" or value == []:
        return {}
    if not isinstance(value, dict):
        raise Unreadable("the SIS's answer has another shape than documented")
    return value


def items(value: Any) -> list[dict[str, Any]]:
    """A list of objects. Raises Unreadable for other members."""
    if value is None or value == "":
        return []
    found = [mapping(each) for each in (value if isinstance(value, list) else [value])]
    return [each for each in found if each]


def identity(data: dict[str, Any], name: str) -> int | str:
    """An id. Raises Unreadable if it is missing."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise Unreadable(f"the SIS's answer lacks an {name}")
    return value


def number(value: Any) -> int | float | str | None:
    """A grade: a finite number, also from text; other text unchanged. Raises Unreadable."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            found = float(value)
        except ValueError:
            return value
        return _tidy(found)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable("the SIS's answer has an invalid grade")
    return _tidy(value)


def whole(value: Any) -> int | None:
    """An integer, also from text; None for other values."""
    try:
        return int(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def text(value: Any) -> str:
    """Text without lone surrogates, which neither a file nor a page can hold; "" for None."""
    return "" if value is None else str(value).encode(errors="replace").decode()


def _tidy(value: int | float) -> int | float:
    if isinstance(value, int):
        return value
    if not math.isfinite(value):
        raise Unreadable("the SIS's answer has an invalid grade")
    return int(value) if value.is_integer() else value
