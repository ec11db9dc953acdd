"""Ids, grades and flags may come as numbers or as text, and some come as neither."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mock_sis.dialects.schoology.numbers import absent, decimal, listed, plain, whole


def short(value: Any) -> str:
    return repr(value)[:20]


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (7, 7),
        (7.0, 7),
        (0, 0),
        (2**53 - 1, 2**53 - 1),
        ("7", 7),
        ("007", 7),
        ("9007199254740991", 2**53 - 1),
        (2.0**53 - 1, 2**53 - 1),
        (2.0**53, None),  # may have been 2^53 + 1
        (2**53 + 1, 2**53 + 1),
        ("9007199254740993", 2**53 + 1),
        (2**63 - 1, 2**63 - 1),
        ("9223372036854775807", 2**63 - 1),
        (2**63, None),
        ("9223372036854775808", None),
        ("0" * 20, None),
        ("9" * 5000, None),  # more digits than Python reads
        (-1, None),
        ("-1", None),
        ("", None),
        ("٧", None),
        ("²", None),
        ("7.0", None),
        (2.5, None),
        (1e30, None),
        (math.inf, None),
        (math.nan, None),
        (True, None),
        (None, None),
        ([7], None),
    ],
    ids=short,
)
def test_a_whole_number_is_one_as_a_number_or_in_digits(given: Any, number: int | None) -> None:
    found = whole(given)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (7, 7.0),
        (7.25, 7.25),
        (-0.5, -0.5),
        ("7", 7.0),
        ("+7.", 7.0),
        ("-0.25", -0.25),
        (9 * 10**299, 9e299),
        (10**301, None),
        (1e300, None),
        (10**400, None),
        (-(10**400), None),
        (math.inf, None),
        (math.nan, None),
        ("", None),
        (".5", None),
        ("1e2", None),
        ("7 ", None),
        (True, None),
        (None, None),
        ([7], None),
    ],
    ids=short,
)
def test_a_grade_is_finite_and_without_an_exponent_where_it_is_text(
    given: Any, number: float | None
) -> None:
    found = decimal(given)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    ("number", "shown"),
    [(80.0, "80"), (80, "80"), (80.5, "80.5"), (0.0, "0"), (1e22, "1" + "0" * 22), (None, "None")],
)
def test_a_whole_grade_is_shown_without_a_point(number: float | None, shown: str) -> None:
    assert str(plain(number)) == shown


@pytest.mark.parametrize(
    ("given", "rows"),
    [(None, []), ("", []), ([], []), ([1, 2], [1, 2]), ({"a": 1}, [{"a": 1}]), (0, [0])],
)
def test_one_thing_is_a_list_of_one_and_nothing_is_none(given: Any, rows: list[Any]) -> None:
    assert listed(given) == rows
    assert absent(given) == (given is None or given == "")
