"""Numbers read from text, and written as text."""

from __future__ import annotations

from decimal import Decimal

LARGEST = 2**53 - 1
"""Up to here every JSON reader represents all whole numbers exactly."""
_MOST_DIGITS = len(str(LARGEST))


def whole_number(text: str, lowest: int, highest: int) -> int | None:
    """Read a whole number from `lowest` to `highest`; None for any other text.

    The text is 1 to 16 ASCII digits, without sign, blanks, underscores or exponent; leading zeros
    are allowed. `highest` is at most LARGEST.
    """
    if len(text) > _MOST_DIGITS or not (text.isdigit() and text.isascii()):
        return None
    number = int(text)
    return number if lowest <= number <= highest else None


def decimal(text: str) -> float | None:
    """The value of a plain ASCII decimal such as "7" or "-6.5", or None. Exponents are refused."""
    whole, _, fraction = text.removeprefix("-").partition(".")
    parts = (whole, fraction) if "." in text else (whole,)
    return float(text) if all(part.isascii() and part.isdigit() for part in parts) else None


def digits(number: float) -> str:
    """A number as a plain decimal without trailing zeros."""
    return f"{Decimal(repr(int(number) if float(number).is_integer() else number)):f}"
