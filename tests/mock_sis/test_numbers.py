"""Whole numbers come as text in many places, and are read alike in all of them."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import NamedTuple
from urllib.parse import quote

import pytest
import yaml

from mock_sis.auth.oauth1 import verifying
from mock_sis.control import inputs, teaching
from mock_sis.dialects.oneroster import query
from mock_sis.dialects.oneroster.fields import fields_of
from mock_sis.dialects.oneroster.sourcedids import number_of
from mock_sis.dialects.schoology import numbers, queries
from mock_sis.errors import Refused
from mock_sis.exchange import Call
from mock_sis.formats.lines import _inner
from mock_sis.formats.numbers import LARGEST, whole_number


class Reader(NamedTuple):
    """A place that reads whole numbers, its bounds, and whether it takes leading zeros."""

    read: Callable[[str], int | None]
    lowest: int
    highest: int
    zeros: bool = True


LINE_ITEM = fields_of("line-item")
LONG = yaml.compose("[" + "0, " * 20_000 + "]")


def asking(text: str) -> Call:
    given = quote(text, errors="replace")
    return Call("GET", f"/list?number={given}&offset={given}")


def element(text: str) -> int | None:
    """The position of an element of a long list that a JSON pointer ends with."""
    assert isinstance(LONG, yaml.SequenceNode)
    found = _inner(LONG, text)
    return None if found is None else LONG.value.index(found)


READERS: dict[str, Reader] = {
    "the one below all others": Reader(lambda text: whole_number(text, 0, LARGEST), 0, LARGEST),
    "within narrow bounds": Reader(lambda text: whole_number(text, 1, 100), 1, 100),
    "a parameter of control": Reader(lambda text: inputs.number(text, "n", 0, LARGEST), 0, LARGEST),
    "a limit of control": Reader(lambda text: inputs.number(text, "n", 1, 10_000), 1, 10_000),
    "an id in a path of control": Reader(lambda text: teaching._number(text) or None, 1, LARGEST),
    "an id of Schoology": Reader(numbers.whole, 0, LARGEST),
    "a parameter of Schoology": Reader(
        lambda text: queries.number(asking(text), "number"), 0, LARGEST
    ),
    "a limit of Schoology": Reader(
        lambda text: queries.number(asking(text), "number", lowest=1), 1, LARGEST
    ),
    "an offset of OneRoster": Reader(
        lambda text: query.read(asking(text), LINE_ITEM).offset, 0, 2**31 - 1
    ),
    "a number in a sourcedId": Reader(number_of, 0, LARGEST, zeros=False),
    "a timestamp of OAuth 1.0": Reader(
        lambda text: verifying._timestamp(text, inf, 0.0), 0, 10**15 - 1
    ),
    "an element in a JSON pointer": Reader(element, 0, 19_999),
}

WHOLE = (
    *("0", "1", "7", "100", "101", "10000", "10001", "19999", "20000", "2147483647", "2147483648"),
    *("999999999999999", "1000000000000000", "9007199254740991"),
    *(str(2**53), str(2**53 + 1), str(2**63 - 1)),
)
PADDED = ("00", "007", "0000000000000000001")
NONE = (
    *("", " ", " 1", "1 ", "1\n", "\t1", "1\0", "1_0", "1,000", "1 000", "+1", "-0", "-1", "--1"),
    *(
        "1.0",
        "1.",
        ".1",
        "1e3",
        "1E0",
        "0x1",
        "0b1",
        "0o7",
        "1L",
        "1j",
        "nan",
        "inf",
        "true",
        "one",
    ),
    *("٣", "١٢", "१", "１", "²", "½", "Ⅷ", "1\u200b", "\ufeff1", "\u00a01", "\ud800"),
    *(str(2**63), "9" * 19, "9" * 20, "9" * 400, "9" * 5000, "0" * 20, "0" * 5000),
)


@pytest.mark.parametrize("text", [*WHOLE, *PADDED, *NONE], ids=lambda text: ascii(text)[:24])
@pytest.mark.parametrize("place", READERS)
def test_text_is_a_whole_number_everywhere_or_nowhere(place: str, text: str) -> None:
    reader = READERS[place]
    is_number = text in WHOLE or (reader.zeros and text in PADDED)
    fits = is_number and reader.lowest <= int(text) <= reader.highest
    try:
        found = reader.read(text)
    except Refused:
        found = None
    assert found == (int(text) if fits else None)
