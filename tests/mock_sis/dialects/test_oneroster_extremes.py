"""Long, odd and huge values reach the OneRoster dialect over the wire and come back as they went,
or are refused in its own words."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from helpers.simulator.oneroster_asks import CATEGORY, ITEM, NOW, RESULT, SCALE, G
from mock_sis.clock import iso
from mock_sis.contracts.contract import contract
from mock_sis.seeds import library
from mock_sis.server.embedded import EmbeddedSimulator


@pytest.fixture(scope="module")
def sis() -> Iterator[EmbeddedSimulator]:
    seed = library.builtin("skyward")
    policy = {**seed["oneroster"], "auth": {"type": "none"}}
    clock = {"mode": "virtual", "now": iso(NOW)}
    with EmbeddedSimulator({**seed, "oneroster": policy, "clock": clock, "scales": [SCALE]}) as it:
        yield it


def said(sis: EmbeddedSimulator, method: str, target: str, data: Any = None) -> tuple[int, Any]:
    """Status and data of an answer, over a connection of its own."""
    line = http.client.HTTPConnection(urlsplit(sis.url).netloc, timeout=60)
    body = None if data is None else json.dumps(data).encode()
    line.request(method, target, body, {"Content-Type": "application/json"})
    reply = line.getresponse()
    told = reply.read()
    line.close()
    return reply.status, json.loads(told) if told else None


def refused(answer: tuple[int, Any], status: int, minor: str) -> bool:
    """Whether that is a refusal of the dialect's own, with this status and code minor."""
    told, data = answer
    assert contract("oneroster/error.schema.json").problems(data) == []
    field = data["imsx_CodeMinor"]["imsx_codeMinorField"][0]
    return (told, field["imsx_codeMinorFieldValue"]) == (status, minor)


FILTERS = [
    "title='" + "x" * 10_000 + "'",
    "title='" + "é" * 9_990 + "'",
    "(" * 10_000,
    "'" * 10_000,
]


@pytest.mark.parametrize("text", FILTERS, ids=range(len(FILTERS)))
def test_a_filter_of_ten_thousand_characters_is_refused(sis: EmbeddedSimulator, text: str) -> None:
    for target in (f"{G}/results", f"{G}/classes/alg-1/lineItems"):
        answer = said(sis, "GET", f"{target}?filter={quote(text)}")
        assert refused(answer, 400, "invalid_filter_field")


IDS = [
    "a/b c?d#e%2F+&=;",
    "Übung/½ 数学 👩‍🏫",
    "'; DROP TABLE lineItems; --",
    "../../_control/reset",
    "." * 3,
    "li\r\nX-Evil: 1",
    "\x00",
    "long" * 1_280,
    "½" * 5_120,
]


@pytest.mark.parametrize("name", IDS, ids=range(len(IDS)))
def test_an_id_may_be_any_text(sis: EmbeddedSimulator, name: str) -> None:
    item, result = f"{G}/lineItems/{quote(name, safe='')}", f"{G}/results/{quote(name, safe='')}"
    assert said(sis, "PUT", item, {"lineItem": {**ITEM, "sourcedId": name}})[0] == 201
    row = {**RESULT, "sourcedId": name, "lineItem": {"sourcedId": name}}
    assert said(sis, "PUT", result, {"result": row}) == (201, None)
    assert said(sis, "GET", item)[1]["lineItem"]["sourcedId"] == name
    found = said(sis, "GET", result)[1]["result"]
    assert (found["sourcedId"], found["lineItem"]["sourcedId"]) == (name, name)
    assert urlsplit(found["lineItem"]["href"]).path == item
    assert said(sis, "DELETE", item) == (204, None)
    assert refused(said(sis, "GET", item), 404, "unknownobject")
    assert refused(said(sis, "GET", result), 404, "unknownobject")


NUMBERS = [10**18, 2**53 + 1, 2**64, -(2**63) - 1, 10**30, 1e30, 0.1, 1e-300]


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_of_any_size_come_back(sis: EmbeddedSimulator, number: float) -> None:
    target = f"{G}/lineItems/number"
    whole = {"resultValueMax": 1e30} if number == 1e30 else {}
    item = {**ITEM, "sourcedId": "number", "metadata": {"n": number, "deep": [number]}, **whole}
    assert said(sis, "PUT", target, {"lineItem": item})[0] == 201
    found = said(sis, "GET", target)[1]["lineItem"]
    assert found["metadata"] == item["metadata"]
    assert found["resultValueMax"] == item["resultValueMax"]
    assert said(sis, "DELETE", target)[0] == 204


def test_a_weight_of_any_size_comes_back(sis: EmbeddedSimulator) -> None:
    target = f"{G}/categories/heavy"
    assert said(sis, "PUT", target, {"category": {**CATEGORY, "weight": 1e30}})[0] == 201
    assert said(sis, "GET", target)[1]["category"]["weight"] == 1e30
    assert said(sis, "GET", f"{G}/categories?sort=weight&orderBy=desc")[0] == 200
    assert said(sis, "DELETE", target)[0] == 204
