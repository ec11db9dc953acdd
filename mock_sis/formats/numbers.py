"""Numbers read from text, and written as text."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

LARGEST = 2**63 - 1
"""The largest id: most databases keep ids as signed integers of 64 bits."""
SMALLEST = -(2**63)
_MOST_DIGITS = len(str(LARGEST))


def whole_number(text: str, lowest: int, highest: int) -> int | None:
    """Read a whole number from `lowest` to `highest`; None for any other text.

    The text is 1 to 19 ASCII digits, without sign, blanks, underscores or exponent; leading zeros
    are allowed. `highest` is at most LARGEST.
    """
    if len(text) > _MOST_DIGITS or not (text.isdigit() and text.isascii()):
        return None
    number = int(text)
    return number if lowest <= number <= highest else None


def exact_number(text: str) -> int | float:
    """The value of a JSON number, as int if it is whole: 1.0 is an integer in JSON Schema.

    A fraction that rounds to a whole double, and what exceeds 64 bits, remain floats.
    """
    number = float(text)
    if not number.is_integer() or abs(number) > 2**64:
        return number
    try:
        exact = Decimal(text)
    except InvalidOperation:  # an exponent of many digits
        return number
    whole = int(exact)
    return whole if whole == exact else number


def decimal(text: str) -> float | None:
    """The value of a plain ASCII decimal such as "7" or "-6.5", or None. Exponents are refused."""
    whole, _, fraction = text.removeprefix("-").partition(".")
    parts = (whole, fraction) if "." in text else (whole,)
    return float(text) if all(part.isascii() and part.isdigit() for part in parts) else None


def digits(number: float) -> str:
    """A number as a plain decimal without trailing zeros."""
    return f"{Decimal(repr(int(number) if float(number).is_integer() else number)):f}"
