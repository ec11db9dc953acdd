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
from mock_sis.dialects import DIALECTS, schoology
from mock_sis.dialects.wiseflow import receiver
from mock_sis.exchange import Call, Reply
from mock_sis.seedfile import from_yaml
from mock_sis.settings import SchoologyPolicy, WiseflowPolicy
from mock_sis.simulator import Simulator
from mock_sis.xmlmedia import decode_xml

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "dialects"
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
LEFT_OUT_IN_XML = f"<!-- {LEFT_OUT} -->"
SEEDS = {"wiseflow": "demo", "schoology": "schoology"}
"""The seed that each page starts from."""


@dataclass(frozen=True)
class Message:
    """A request or an answer as it stands on a page."""

    first: str
    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True)
class Exchange:
    """What stands on a page: after which seed fragments and requests, a request and its answer."""

    page: str
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
    """Those of a page, each section (of any level) starting from the page's seed again."""
    for section in re.split(r"^(?=#+ )", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        title = section.partition("\n")[0].strip("# ")
        before: list[str | Message] = []
        request: Message | None = None
        for language, text in BLOCKS.findall(section):
            if language == "yaml":
                before.append(text)
            elif language == "http" and text.startswith("HTTP/1.1 "):
                assert request is not None, f"{title}: an answer without a request"
                name = f"{title}: {request.first}"
                yield Exchange(page.stem, name, tuple(before), request, _message(text))
                before.append(request)
                request = None
            elif language == "http":
                assert request is None, f"{title}: a request without an answer"
                request = _message(text)
        assert request is None, f"{title}: a request without an answer"


def _play(simulator: Simulator, seed: str, step: str | Message) -> Reply | None:
    if isinstance(step, str):
        simulator.load(seeds.builtin(seed) | from_yaml(step.encode()))
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
    seed = SEEDS[exchange.page]
    simulator.load(seeds.builtin(seed))
    for step in exchange.before:
        _play(simulator, seed, step)
    reply = _play(simulator, seed, exchange.request)
    assert reply is not None
    assert exchange.answer.first == f"HTTP/1.1 {reply.status}"
    for name, value in exchange.answer.headers:
        assert reply.header(name) == value
    kind = (reply.header("Content-Type") or "").partition(";")[0]
    assert _same(_data(exchange.answer.body, kind), _data(reply.body.decode(), kind)), reply.body


def _data(body: str, kind: str) -> Any:
    """A body as plain data, in which `…` stands for what a page leaves out."""
    if kind.endswith("json"):
        return json.loads(body)
    if kind.endswith("xml"):
        return _marked(decode_xml(body.replace(LEFT_OUT_IN_XML, "<left_out />").encode()))
    return body.strip()


def _marked(data: Any) -> Any:
    """Data in which the element that stands for what is left out has its name."""
    if isinstance(data, list):
        return [_marked(each) for each in data]
    if not isinstance(data, dict):
        return data
    some = {LEFT_OUT: LEFT_OUT} if "left_out" in data else {}
    return some | {name: _marked(each) for name, each in data.items() if name != "left_out"}


def _page(dialect: str) -> str:
    return (FOLDER / f"{dialect}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_operation_of_a_dialect_is_named_and_tried_on_its_page(dialect: Any) -> None:
    page, base = _page(dialect.name), dialect.base(Simulator().world.settings)
    tried = "\n".join(exchange.request.first for exchange in EXCHANGES)
    for route in dialect.routes:
        assert f"`{route.operation}`" in page
        target = re.sub(r"\\\{\w+\\\}", r"[^/\\s?]+", re.escape(f"{base}{route.pattern}"))
        query = r"(\?\S+)?"
        assert re.search(rf"^{route.method} {target}{query}$", tried, re.MULTILINE), route.operation


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
        if exchange.page == "wiseflow" and "errors" in (body := json.loads(exchange.answer.body))
        for error in body["errors"]
        if "errorInfo" in error
    }
    assert len(table) == len(receiver.CHECKS) + 1
    assert told == set(table)


def test_every_policy_of_the_grades_api_is_on_its_page_with_its_default() -> None:
    shown = from_yaml(BLOCKS.findall(_page("schoology"))[-1][1].encode())["schoology"]
    assert shown.keys() == document("seed.schema.json")["$defs"]["schoology"]["properties"].keys()
    simulator = Simulator()
    simulator.load({"schoology": shown})
    assert simulator.world.settings.schoology == SchoologyPolicy()


ROWS = {"grades": "grade", "final_comments": "final_comment"}


def test_every_verdict_on_a_row_is_in_the_table_and_shown() -> None:
    table = re.findall(r"^\| (4\d\d) \| (The.*) \|$", _page("schoology"), re.MULTILINE)
    bodies = [
        json.loads(exchange.answer.body)
        for exchange in EXCHANGES
        if exchange.page == "schoology" and exchange.answer.body.startswith("{")
    ]
    told = {
        (str(row["response_code"]), row["message"])
        for body in bodies
        for kind, member in ROWS.items()
        for row in (body.get(kind) or {}).get(member, ())
        if "message" in row
    }
    assert told == set(table)
    rooms = Path(schoology.__file__).parent.glob("*.py")
    refusals = [room.read_text(encoding="utf-8").count("raise RowRefused(") for room in rooms]
    assert len(told) == sum(refusals)
