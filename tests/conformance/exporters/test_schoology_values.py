"""What a section's exporter makes of single values, links and statuses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from conformance.exporters.kit.outcome import Unreadable
from conformance.exporters.schoology import plain
from conformance.exporters.schoology.decisions import Decisions

UNREADABLE = "unreadable"

VALUES: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (plain.mapping, {"a": 1}, {"a": 1}),
    (plain.mapping, None, {}),
    (plain.mapping, "", {}),
    (plain.mapping, [], {}),
    (plain.mapping, [1], UNREADABLE),
    (plain.mapping, "x", UNREADABLE),
    (plain.items, [{"a": 1}, None, {}, {"b": 2}], [{"a": 1}, {"b": 2}]),
    (plain.items, {"a": 1}, [{"a": 1}]),
    (plain.items, None, []),
    (plain.items, "", []),
    (plain.items, [], []),
    (plain.items, ["x"], UNREADABLE),
    (plain.number, 80, 80),
    (plain.number, 80.0, 80),
    (plain.number, "80.0", 80),
    (plain.number, "76.5", 76.5),
    (plain.number, "B+", "B+"),
    (plain.number, None, None),
    (plain.number, "", None),
    (plain.number, True, UNREADABLE),
    (plain.number, [80], UNREADABLE),
    (plain.number, math.inf, UNREADABLE),
    (plain.number, "nan", UNREADABLE),
    (plain.whole, 7, 7),
    (plain.whole, "7", 7),
    (plain.whole, 7.0, 7),
    (plain.whole, "x", None),
    (plain.whole, math.inf, None),
    (plain.whole, math.nan, None),
    (plain.whole, [7], None),
    (plain.text, "Åsa", "Åsa"),
    (plain.text, "\ud800", "?"),
    (plain.text, 7, "7"),
    (plain.text, None, ""),
]


@pytest.mark.parametrize(("read", "given", "found"), VALUES)
def test_a_value_is_read_as_either_format_writes_it(
    read: Callable[[Any], Any], given: Any, found: Any
) -> None:
    if found is UNREADABLE:
        with pytest.raises(Unreadable):
            read(given)
    else:
        assert (read(given), type(read(given))) == (found, type(found))


@pytest.mark.parametrize(
    ("given", "found"),
    [(7, 7), ("7", "7"), ("", None), (None, None), (True, None), (7.5, None), ([7], None)],
)
def test_an_id_is_a_number_or_a_text(given: Any, found: int | str | None) -> None:
    if found is None:
        with pytest.raises(Unreadable, match="lacks an enrollment_id"):
            plain.identity({"enrollment_id": given}, "enrollment_id")
    else:
        assert plain.identity({"enrollment_id": given}, "enrollment_id") == found


@pytest.mark.parametrize(
    ("url", "target", "followed"),
    [
        ("http://sis.example/a", "http://sis.example/b?c=1", True),
        ("http://sis.example/a", "http://SIS.example:80/b", True),
        ("https://sis.example:443/a", "https://sis.example/b", True),
        ("http://sis.example:8080/a", "http://sis.example:8080/b", True),
        ("https://sis.example/a", "http://sis.example/a", False),
        ("https://sis.example:443/a", "http://sis.example:443/a", False),
        ("http://sis.example/a", "http://sis.example:8080/a", False),
        ("http://sis.example/a", "http://sis.example:443/a", False),
        ("https://sis.example/a", "https://sis.example:80/a", False),
        ("http://sis.example/a", "http://other.example/a", False),
        ("http://sis.example/a", "http://sis.example@other.example/a", False),
    ],
)
def test_only_links_to_the_same_place_are_followed(url: str, target: str, followed: bool) -> None:
    assert Decisions().may_follow(url, target) is followed


@pytest.mark.parametrize(
    ("asked", "times", "seconds"),
    [(None, 0, 5), (None, 1, 10), (None, 5, 160), (None, 6, 300), (None, 9, 300), (2.5, 9, 2.5)],
)
def test_a_sis_that_does_not_say_how_long_is_given_longer_each_time(
    asked: float | None, times: int, seconds: float
) -> None:
    assert Decisions().putting_off(asked, times) == seconds
