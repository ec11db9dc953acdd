"""The dialects' pages are true: each request on them is sent, and its answer compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mock_sis import seeds
from mock_sis.clock import Clock
from mock_sis.contracts import contract, document
from mock_sis.dialects import DIALECTS
from mock_sis.dialects.wiseflow import receiver
from mock_sis.exchange import Call, Reply
from mock_sis.seedfile import from_yaml
from mock_sis.settings import WiseflowPolicy
from mock_sis.simulator import Simulator

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "dialects"
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"


@dataclass(frozen=True)
class Message:
    """A request or an answer as it stands on a page."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True)
class Exchange:
    """What stands on a page: after which seed fragments and requests, a request and its answer."""

    title: str
    before: tuple[str | Message, ...]
    request: Message
    answer: Message


def _message(text: str) -> Message:
    head, _, body = text.partition("\n\n")
    first, *lines = head.strip().splitlines()
    pairs = (line.partition(": ") for line in lines)
    return Message(first, tuple((name, value) for name, _, value in pairs), body.strip())


def _exchanges(page: Path) -> Iterator[Exchange]:
    """Those of a page, each section (of any level) starting from the demo seed again."""
    for section in re.split(r"^(?=#+ )", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        title = section.partition("\n")[0].strip("# ")
        before: list[str | Message] = []
        request: Message | None = None
        for language, text in BLOCKS.findall(section):
            if language == "yaml":
                before.append(text)
            elif language == "http" and text.startswith("HTTP/1.1 "):
                assert request is not None, f"{title}: an answer without a request"
                yield Exchange(f"{title}: {request.first}", tuple(before), request, _message(text))
                before.append(request)
                request = None
            elif language == "http":
                assert request is None, f"{title}: a request without an answer"
                request = _message(text)
        assert request is None, f"{title}: a request without an answer"


def _play(simulator: Simulator, step: str | Message) -> Reply | None:
    if isinstance(step, str):
        simulator.load(seeds.builtin("demo") | from_yaml(step.encode()))
        return None
    method, _, target = step.first.partition(" ")
    outcome = simulator.answer(
        Call(method, target, step.headers, step.body.encode(), simulator.world.clock.now())
    )
    assert isinstance(outcome, Reply)
    return outcome


def _same(shown: Any, given: Any) -> bool:
    """Whether an answer is as shown, where `…` stands for anything left out."""
    if shown == LEFT_OUT:
        return True
    if isinstance(shown, dict) and isinstance(given, dict):
        some = LEFT_OUT in shown
        names = shown.keys() - {LEFT_OUT}
        complete = names <= given.keys() if some else names == given.keys()
        return complete and all(_same(shown[name], given[name]) for name in names)
    if isinstance(shown, list) and isinstance(given, list):
        some = LEFT_OUT in shown
        told = [each for each in shown if each != LEFT_OUT]
        complete = len(told) <= len(given) if some else len(told) == len(given)
        return complete and all(map(_same, told, given))
    return bool(shown == given)


PAGES = sorted(FOLDER.glob("*.md"))
EXCHANGES = [exchange for page in PAGES for exchange in _exchanges(page)]


@pytest.mark.parametrize("exchange", EXCHANGES, ids=lambda exchange: exchange.title)
def test_a_request_on_a_page_has_the_answer_beside_it(exchange: Exchange) -> None:
    simulator = Simulator(clock=Clock("virtual", 1781514000.0))
    simulator.load(seeds.builtin("demo"))
    for step in exchange.before:
        _play(simulator, step)
    reply = _play(simulator, exchange.request)
    assert reply is not None
    assert exchange.answer.first == f"HTTP/1.1 {reply.status}"
    for name, value in exchange.answer.headers:
        assert reply.header(name) == value
    assert _same(json.loads(exchange.answer.body), json.loads(reply.body)), reply.body


def _page(dialect: str) -> str:
    return (FOLDER / f"{dialect}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", [dialect for dialect in DIALECTS if dialect.name == "wiseflow"])
def test_every_operation_of_a_dialect_is_named_and_tried_on_its_page(dialect: Any) -> None:
    page = _page(dialect.name)
    tried = "\n".join(exchange.request.first for exchange in EXCHANGES)
    for route in dialect.routes:
        assert f"`{route.operation}`" in page
        target = re.sub(r"\\\{\w+\\\}", r"[^/\\s]+", re.escape(f"/{dialect.name}{route.pattern}"))
        assert re.search(rf"^{route.method} {target}$", tried, re.MULTILINE), route.operation


def test_every_policy_of_the_receiver_is_on_its_page_with_its_default() -> None:
    wiseflow = document("seed.schema.json")["$defs"]["wiseflow"]["properties"]
    mapping = document("seed.schema.json")["$defs"]["mapping"]["properties"]
    shown = next(
        found["wiseflow"]
        for language, text in BLOCKS.findall(_page("wiseflow"))
        if language == "yaml" and "mapping" in (found := from_yaml(text.encode()))["wiseflow"]
    )
    assert shown.keys() == wiseflow.keys()
    assert shown["mapping"].keys() == mapping.keys()
    assert contract("seed.schema.json").accepts({"wiseflow": shown})
    bare, spelled = Simulator(), Simulator()
    bare.load({})
    spelled.load({"wiseflow": shown})
    assert bare.world.settings.wiseflow == spelled.world.settings.wiseflow == WiseflowPolicy()


def test_every_verdict_of_the_receiver_is_in_the_table_and_shown() -> None:
    table = re.findall(r"^\| (The .*|Neither .*|A grade .*) \| ", _page("wiseflow"), re.MULTILINE)
    told = {
        error["errorInfo"]
        for exchange in EXCHANGES
        if "errors" in (body := json.loads(exchange.answer.body))
        for error in body["errors"]
        if "errorInfo" in error
    }
    assert len(table) == len(receiver.CHECKS) + 1
    assert told == set(table)
