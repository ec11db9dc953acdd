"""The pages of the dialects are correct: each request is sent, and its answer compared."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mock_sis.clock import Clock
from mock_sis.contracts.contract import contract, document
from mock_sis.dialects.oneroster import routes as oneroster
from mock_sis.dialects.oneroster.settings import OneRosterPolicy, WriteBackRules
from mock_sis.dialects.schoology import routes as schoology
from mock_sis.dialects.schoology.settings import SchoologyPolicy
from mock_sis.dialects.table import DIALECTS
from mock_sis.dialects.wiseflow import receiver
from mock_sis.dialects.wiseflow.settings import WiseflowPolicy
from mock_sis.exchange import Call, Reply
from mock_sis.formats.xml_text import decode_xml
from mock_sis.seeds import library
from mock_sis.seeds.files import from_yaml
from mock_sis.simulator import Simulator

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "dialects"
BLOCKS = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
LEFT_OUT_IN_XML = f"<!-- {LEFT_OUT} -->"
SEEDS = {"wiseflow": "demo", "schoology": "schoology", "skyward": "skyward"}
"""The seed that each page starts from."""
PAGE_OF = {"oneroster": "skyward"}
"""Dialect -> its page, if that has another name."""

Fragments = tuple[str, ...]
"""Parts of a seed document that replace those of the built-in one, one after the other."""


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
    before: tuple[Fragments | Message, ...]
    request: Message
    answer: Message


def _message(text: str) -> Message:
    head, _, body = text.partition("\n\n")
    first, *lines = head.strip().splitlines()
    pairs = (line.partition(": ") for line in lines)
    return Message(first, tuple((name, value) for name, _, value in pairs), body.strip())


def _exchanges(page: Path) -> Iterator[Exchange]:
    """Those of a page, each section (of any level) starting from the page's seed again, with the
    fragments that stand above the first section."""
    preface: Fragments = ()
    for section in re.split(r"^(?=#+ )", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        title = section.partition("\n")[0].strip("# ")
        before: list[Fragments | Message] = [preface]
        request: Message | None = None
        for language, text in BLOCKS.findall(section):
            if language == "yaml" and section.startswith("# "):
                preface = (*preface, text)
            elif language == "yaml":
                before.append((*preface, text))
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


def _play(simulator: Simulator, seed: str, step: Fragments | Message) -> Reply | None:
    if isinstance(step, tuple):
        whole = library.builtin(seed)
        for fragment in step:
            whole |= from_yaml(fragment.encode())
        simulator.load(whole)
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
    page = _page(PAGE_OF.get(dialect.name, dialect.name))
    tried = "\n".join(exchange.request.first for exchange in EXCHANGES)
    served = list(dialect.served(dialect.policy()))
    wanted = {route.operation for _, route in served}
    assert wanted <= set(re.findall(r"`([\w.]+)`", page))
    # Of several paths to an operation, one will do.
    for base, route in served:
        path = f"{base.rstrip('/')}{route.pattern}"
        target = re.sub(r"\\\{\w+\\\}", r"[^/\\s?]+", re.escape(path))
        if re.search(rf"^{route.method} {target}(\?\S+)?$", tried, re.MULTILINE):
            wanted.discard(route.operation)
    assert wanted == set()


def test_every_policy_of_the_receiver_is_on_its_page_with_its_default() -> None:
    wiseflow = document("wiseflow/policy.schema.json")["properties"]
    parts = document("wiseflow/policy.schema.json")["$defs"]
    shown = next(
        found["wiseflow"]
        for language, text in BLOCKS.findall(_page("wiseflow"))
        if language == "yaml" and "mapping" in (found := from_yaml(text.encode()))["wiseflow"]
    )
    assert shown.keys() == wiseflow.keys()
    for part in ("mapping", "answer"):
        assert shown[part].keys() == parts[part]["properties"].keys()
    assert contract("seed.schema.json").accepts({"wiseflow": shown})
    bare, spelled = Simulator(), Simulator()
    bare.load({})
    spelled.load({"wiseflow": shown})
    assert (
        bare.world.settings.policies["wiseflow"]
        == spelled.world.settings.policies["wiseflow"]
        == WiseflowPolicy()
    )


def test_every_verdict_of_the_receiver_is_in_the_table_and_shown() -> None:
    table = re.findall(r"^\| (The .*|Neither .*|A grade .*) \| ", _page("wiseflow"), re.MULTILINE)
    told = {
        error["errorInfo"]
        for exchange in EXCHANGES
        if exchange.page == "wiseflow" and exchange.answer.body.startswith("{")
        if "errors" in (body := json.loads(exchange.answer.body))
        for error in body["errors"]
        if "errorInfo" in error
    }
    assert len(table) == len(receiver.CHECKS) + 1
    assert set(table) <= told


def test_every_policy_of_the_grades_api_is_on_its_page_with_its_default() -> None:
    shown = from_yaml(BLOCKS.findall(_page("schoology"))[-1][1].encode())["schoology"]
    assert shown.keys() == document("schoology/policy.schema.json")["properties"].keys()
    simulator = Simulator()
    simulator.load({"schoology": shown})
    assert simulator.world.settings.policies["schoology"] == SchoologyPolicy()


ROWS = {"grades": "grade", "final_comments": "final_comment"}


def test_every_verdict_on_a_row_is_in_the_table_and_shown() -> None:
    table = re.findall(r"^\| (4\d\d) \| (The.*|This.*) \|$", _page("schoology"), re.MULTILINE)
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


RULES = WriteBackRules.__struct_fields__


def _descriptions() -> Iterator[str]:
    """What the refusals on the write-back page say."""
    for exchange in EXCHANGES:
        if exchange.page == "skyward" and exchange.answer.body.startswith("{"):
            yield json.loads(exchange.answer.body).get("imsx_description", "")


def test_every_policy_of_the_provider_is_on_its_page_with_its_default() -> None:
    blocks = [
        from_yaml(text.encode())
        for kind, text in BLOCKS.findall(_page("skyward"))
        if kind == "yaml"
    ]
    shown = next(each["oneroster"] for each in blocks if "base_path" in each.get("oneroster", {}))
    known = document("oneroster/policy.schema.json")["properties"]
    assert shown.keys() == known.keys()
    assert shown["rules"].keys() == known["rules"]["properties"].keys() == set(RULES)
    simulator = Simulator()
    simulator.load({"oneroster": shown})
    assert simulator.world.settings.policies["oneroster"] == OneRosterPolicy()


def test_every_rule_of_the_provider_is_in_the_table_and_shown() -> None:
    assert set(RULES) == set(
        re.findall(r"^\| `(\w+)` \|.*\|.*\|.*\|$", _page("skyward"), re.MULTILINE)
    )
    told = {text.partition(":")[0] for text in _descriptions()}
    assert set(RULES) - told == {"default_due"}  # which refuses nothing


def test_every_scope_is_in_the_table() -> None:
    scopes = {scope for route in oneroster.ROUTES for scope in route.scopes}
    table = _page("skyward").partition("| scope ends in |")[2]
    assert {scope.removeprefix(oneroster.SCOPE) for scope in scopes} <= set(
        re.findall(r"`([\w.-]+)`", table)
    )


def test_every_status_of_the_provider_is_in_the_table() -> None:
    operations = document("oneroster/openapi.json")["paths"]
    statuses = {
        status
        for item in operations.values()
        for operation in item.values()
        if isinstance(operation, dict)
        for status in operation["responses"]
        if status >= "4"
    }
    table = _page("skyward").partition("## What is refused")[2].partition("\n## ")[0]
    assert statuses == set(re.findall(r"^\| (\d\d\d) \|", table, re.MULTILINE))
