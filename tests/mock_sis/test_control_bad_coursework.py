"""Bad input about coursework is refused by name and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.control_desk import SECTION, SECTIONS, TAUGHT, Desk, refused, unchanged
from mock_sis.exchange import Reply

DESK = Desk()
"""Shared, because no request of this file changes anything, as each test asserts."""

LATE = f"{TAUGHT}/line_items/7/results/1001/late"

IMPOSSIBLE = [
    ("POST", f"{TAUGHT}/line_items", {"title": ""}, "/title"),
    ("POST", f"{TAUGHT}/line_items", {"title": "Q", "category": 9}, ""),
    ("POST", f"{TAUGHT}/line_items", {"title": "Q", "period": 9}, ""),
    ("POST", f"{TAUGHT}/line_items", {"title": "Q", "max_points": -1}, "/max_points"),
    ("POST", f"{TAUGHT}/line_items", {"title": "Q", "due": "2026-02-31"}, "/due"),
    ("POST", f"{TAUGHT}/line_items", {"title": "Q", "due": "2026-06-30T23:59:60Z"}, "/due"),
    ("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": "9"}, "/score"),
    ("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": -1}, "/score"),
    ("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": 10**400 // 10**380}, "/score"),
    ("PUT", f"{TAUGHT}/line_items/7/results/1001", {"score": 9, "exempt": True}, "/score"),
    ("PUT", f"{TAUGHT}/line_items/7", {}, ""),
    ("PUT", f"{TAUGHT}/line_items/7", {"category": 9}, "/category"),
    ("PUT", f"{TAUGHT}/line_items/7", {"category": 9, "weight": 1}, "/category"),
    ("PUT", f"{TAUGHT}/line_items/7", {"category": "1"}, "/category"),
    ("PUT", f"{TAUGHT}/line_items/7", {"category": -1}, "/category"),
    ("PUT", f"{TAUGHT}/line_items/7", {"category": 1.5}, "/category"),
    ("PUT", f"{TAUGHT}/line_items/7", {"category": None}, "/category"),
    ("PUT", f"{TAUGHT}/line_items/7", {"category": 2**63}, "/category"),
    ("PUT", f"{TAUGHT}/line_items/7", {"weight": -1}, "/weight"),
    ("PUT", f"{TAUGHT}/line_items/7", {"weight": "2"}, "/weight"),
    ("PUT", f"{TAUGHT}/line_items/7", {"weight": None}, "/weight"),
    ("PUT", f"{TAUGHT}/line_items/7", {"weight": 10**400 // 10**380}, "/weight"),
    ("PUT", f"{TAUGHT}/line_items/7", {"weight": 1, "title": "x"}, ""),
    ("PUT", LATE, {}, ""),
    ("PUT", LATE, {"late": "true"}, "/late"),
    ("PUT", LATE, {"late": 1}, "/late"),
    ("PUT", LATE, {"late": None}, "/late"),
    ("PUT", LATE, {"late": True, "score": 9}, ""),
    ("PUT", f"{TAUGHT}/categories/1", {"title": "x", "weight": -1}, "/weight"),
    ("PUT", f"{TAUGHT}/periods/2/state", {"state": "ajar"}, "/state"),
]


@pytest.mark.parametrize(("method", "target", "data", "pointer"), IMPOSSIBLE)
def test_an_error_points_at_an_impossible_value(
    method: str, target: str, data: Any, pointer: str
) -> None:
    before = DESK.state()
    problem = unchanged(DESK, method, target, DESK.ask(method, target, data), before, 422)
    assert pointer in [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize(
    ("target", "data"),
    [
        (f"{TAUGHT}/line_items/8/results/1001", {"score": 1}),
        (f"{TAUGHT}/line_items/7/results/1003", {"score": 1}),
        (f"{TAUGHT}/line_items/8", {"weight": 1}),
        (f"{TAUGHT}/line_items/x", {"weight": 1}),
        (f"{SECTIONS}/{SECTION}/line_items/7", {"weight": 1}),
        (f"{TAUGHT}/line_items/8/results/1001/late", {"late": True}),
        (f"{TAUGHT}/line_items/7/results/1003/late", {"late": True}),
        (f"{TAUGHT}/line_items/7/results/{'9' * 5000}/late", {"late": True}),
        (f"{SECTIONS}/nowhere/line_items/7/results/1001/late", {"late": True}),
        (f"{TAUGHT}/categories/0", {"title": "x"}),
        (f"{TAUGHT}/categories/²", {"title": "x"}),
        (f"{TAUGHT}/periods/1/state", {"state": "open"}),
        (f"{SECTIONS}/nowhere/periods/2/state", {"state": "open"}),
    ],
)
def test_coursework_that_does_not_exist_is_not_found(target: str, data: Any) -> None:
    before = DESK.state()
    unchanged(DESK, "PUT", target, DESK.ask("PUT", target, data), before, 404)


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("DELETE", f"{TAUGHT}/line_items/8", 404),
        ("DELETE", f"{TAUGHT}/line_items/x", 404),
        ("DELETE", f"{SECTIONS}/{SECTION}/line_items/7", 404),
        ("DELETE", f"{TAUGHT}/categories/9", 404),
        ("DELETE", f"{TAUGHT}/categories/{'9' * 5000}", 404),
        ("POST", f"{TAUGHT}/categories/1", 405),
        ("PATCH", f"{TAUGHT}/line_items/7", 405),
        ("POST", LATE, 405),
        ("DELETE", LATE, 405),
    ],
)
def test_an_unknown_path_or_method_is_refused(method: str, target: str, status: int) -> None:
    before = DESK.state()
    answer = DESK.outcome(method, target, {})
    assert isinstance(answer, Reply)
    refused(answer, status)
    assert DESK.state() == before
