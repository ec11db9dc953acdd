"""docs/control.md shows every operation, and its examples give the answers that it shows."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.simulator.control_desk import GOOD, kept, route_of
from mock_sis.clock import Clock
from mock_sis.exchange import Call, Feed, Reply
from mock_sis.simulator import Simulator

PAGE = Path(__file__).resolve().parents[2] / "docs" / "control.md"
SECTION = re.compile(r"^### (\S+)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n\$ (.*?)^```", re.MULTILINE | re.DOTALL)
ROOT = "localhost:8080"


def shown() -> Iterator[tuple[str, Call, Any]]:
    """Operation, request and answer of each example; None if no answer is shown."""
    for operation, text in SECTION.findall(PAGE.read_text(encoding="utf-8")):
        for example in CONSOLE.findall(text):
            command, answer = _parted(example)
            words = shlex.split(command.replace("\\\n", " "))
            yield operation, _call(words), json.loads(answer) if answer else None


def _parted(example: str) -> tuple[str, str]:
    """The command and the answer, which begins at a line with a brace."""
    command, brace, answer = example.partition("\n{")
    return command, brace.strip() + answer


def _call(words: list[str]) -> Call:
    assert words.pop(0) == "curl"
    method, target, headers, body = "GET", "", [], b""
    while words:
        match words.pop(0):
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers.append((name, value))
            case "-d":
                body = words.pop(0).encode()
            case "-o":
                words.pop(0)
            case "-N":
                pass
            case url:
                assert url.startswith(ROOT)
                target = url.removeprefix(ROOT)
    return Call(method, target, tuple(headers), body)


def fits(expected: Any, given: Any) -> bool:
    """Whether the shortened answer of the page is part of the given one; "…" matches anything."""
    if expected == "…":
        return True
    if isinstance(expected, dict):
        return isinstance(given, dict) and all(
            name in given and fits(value, given[name]) for name, value in expected.items()
        )
    if isinstance(expected, list):
        if expected and expected[-1] == "…":
            expected, given = expected[:-1], given[: len(expected) - 1]
        return len(expected) == len(given) and all(map(fits, expected, given))
    return bool(expected == given)


def test_every_operation_is_shown() -> None:
    assert {operation for operation, _, _ in shown()} == set(GOOD)


def test_the_examples_of_the_page_run_from_top_to_bottom() -> None:
    simulator = Simulator(clock=Clock("virtual", 0.0))
    for operation, call, expected in shown():
        assert route_of(call.method, call.target).operation == operation
        now = simulator.world.clock.now()
        outcome = simulator.answer(
            Call(call.method, call.target, call.headers, call.body, received=now)
        )
        if operation == "control.events":
            assert isinstance(outcome, Feed)
            continue
        assert isinstance(outcome, Reply)
        kept(call.method, call.target, outcome)
        assert outcome.status in (200, 201, 204), outcome.body
        if expected is None:
            assert outcome.body == b""
        else:
            given = json.loads(outcome.body)
            assert fits(expected, given), (operation, given)


def test_an_answer_that_differs_from_the_page_is_detected() -> None:
    assert fits({"a": [1, "…"]}, {"a": [1, 2, 3], "b": 0})
    assert not fits({"a": [1, "…"]}, {"a": [2, 2]})
    assert not fits({"a": 1}, {"b": 1})
    assert not fits([1], [1, 2])
