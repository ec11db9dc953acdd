"""Plain decimal numbers in text."""

from __future__ import annotations

from decimal import Decimal


def decimal(text: str) -> float | None:
    """The value of a plain ASCII decimal such as "7" or "-6.5", or None. Exponents are refused."""
    whole, _, fraction = text.removeprefix("-").partition(".")
    parts = (whole, fraction) if "." in text else (whole,)
    return float(text) if all(part.isascii() and part.isdigit() for part in parts) else None


def digits(number: float) -> str:
    """A number as a plain decimal without trailing zeros."""
    return f"{Decimal(repr(int(number) if float(number).is_integer() else number)):f}"
