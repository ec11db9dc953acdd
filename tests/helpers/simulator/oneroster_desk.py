"""A simulator with the builtin classes, and a desk that reads and writes its gradebook.

Every answer that the desk gets is held to the OpenAPI document.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import msgspec

from helpers.simulator.oneroster_asks import CATEGORY, ITEM, MADE_SCALE, NOW, RESULT, SCALE, G
from helpers.simulator.oneroster_contract import held
from mock_sis.clock import Clock
from mock_sis.dialects.oneroster.settings import WriteBackRules
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.formats.json_text import encode_json
from mock_sis.seeds import library
from mock_sis.simulator import UNROUTED, Simulator

Step = tuple[str, str, Any]
"""Method, target and data of a request."""

SECTIONS = "/_control/gradebook/sections"
NAME, RESULT_NAME = "lms/17 ½", "r/1"
FREE: dict[str, Any] = {
    "licensed": True,
    "integration_only": False,
    "own_category": False,
    "category_frozen": False,
    "sis_items_frozen": False,
    "open_period": False,
    "term_required": False,
    "default_due": False,
    "points_only": False,
    "enrolled_only": False,
    "title_limit": 0,
    "whole_points": False,
    "override": "lms_wins",
}
"""Every rule as it hinders nothing."""


def at(collection: str, name: str) -> str:
    """The path of an object of the gradebook service."""
    return f"{G}/{collection}/{quote(name, safe='')}"


def seed(rules: dict[str, Any] | None = None, **policy: Any) -> dict[str, Any]:
    """The builtin seed without credentials, with a scale, and with these policies and rules."""
    builtin = library.builtin("skyward")
    oneroster = {**builtin["oneroster"], "auth": {"type": "none"}, "rules": rules or {}, **policy}
    return {**builtin, "oneroster": oneroster, "scales": [{**SCALE, "number": 5}]}


def item(**fields: Any) -> dict[str, Any]:
    """The body of a PUT of the line item; a field that is None is left out."""
    return {"lineItem": _with(ITEM, fields)}


def result(**fields: Any) -> dict[str, Any]:
    """The body of a PUT of the result; a field that is None is left out."""
    return {"result": _with(RESULT, fields)}


def category(**fields: Any) -> dict[str, Any]:
    """The body of a PUT of a category."""
    return {"category": _with(CATEGORY, fields)}


def scale(**fields: Any) -> dict[str, Any]:
    """The body of a PUT of a score scale."""
    return {"scoreScale": _with(MADE_SCALE, fields)}


def _with(whole: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**whole, **fields}.items() if value is not None}


def put_item(name: str = NAME, **fields: Any) -> Step:
    """The PUT of a line item that bears this name."""
    return "PUT", at("lineItems", name), item(**{"sourcedId": name, **fields})


def put_result(name: str = RESULT_NAME, **fields: Any) -> Step:
    """The PUT of a result that bears this name."""
    return "PUT", at("results", name), result(**{"sourcedId": name, **fields})


DELETE_ITEM: Step = ("DELETE", at("lineItems", NAME), None)
DELETE_RESULT: Step = ("DELETE", at("results", RESULT_NAME), None)


def teach(method: str, path: str, data: Any = None) -> Step:
    """What a teacher does in the SIS, in one of its classes."""
    return method, f"{SECTIONS}/{path}", data


class Desk:
    """Asks at a time of its own, which only `wait` moves."""

    def __init__(self, document: dict[str, Any] | None = None) -> None:
        self.simulator = Simulator(clock=Clock("virtual", NOW), public_url="http://sis.example")
        self.simulator.load(seed() if document is None else document)
        self.world = self.simulator.world
        self.now = NOW

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def rules(self, **rules: Any) -> None:
        """Let these rules hold from now on, and by default the others."""
        self.policy(rules=WriteBackRules(**rules))

    def policy(self, **policy: Any) -> None:
        """Change policies of the provider, and nothing else."""
        settings = self.world.settings
        changed = msgspec.structs.replace(settings.policies["oneroster"], **policy)
        policies = {**settings.policies, "oneroster": changed}
        self.world.settings = replace(settings, policies=policies)

    def ask(self, method: str, target: str, data: Any = None, headers: Headers = ()) -> Reply:
        """The answer to a call; data that is bytes is sent as it is."""
        body = data if isinstance(data, bytes) else b"" if data is None else _json(data)
        kind: Headers = () if data is None else (("Content-Type", "application/json"),)
        reply = self.simulator.answer(Call(method, target, (*kind, *headers), body, self.now))
        assert isinstance(reply, Reply), reply
        operation = self.world.journal.select()[-1].operation
        if operation.startswith("oneroster.") and not self.world.plan.armed:
            held(operation, reply, whole="fields=" not in target)
        assert operation != UNROUTED or reply.status in (404, 405)
        return reply

    def done(self, *steps: Step) -> Reply:
        """The answer to the last of these requests, which all succeed."""
        for step in steps:
            reply = self.ask(*step)
            assert reply.status < 300, (step, reply.body)
        return reply

    def get(self, target: str) -> Any:
        """The data of a successful read."""
        reply = self.ask("GET", target)
        assert reply.status == 200, reply.body
        return json.loads(reply.body)

    def shown(self, collection: str, name: str) -> Any:
        """An object of the gradebook service; None where there is none."""
        reply = self.ask("GET", at(collection, name))
        assert reply.status in (200, 404), reply.body
        return next(iter(json.loads(reply.body).values())) if reply.status == 200 else None

    def names(self, below: str) -> list[str]:
        """The sourcedIds that a list of the gradebook service shows."""
        listed = self.get(f"{G}/{below}")
        return [row["sourcedId"] for row in next(iter(listed.values()))]

    def snapshot(self) -> bytes:
        """The gradebook, to compare."""
        return encode_json(self.world.gradebook.snapshot())


def refused(reply: Reply, status: int, minor: str) -> str:
    """The description of a refusal, which has this status and code minor."""
    assert reply.status == status, (reply.status, reply.body)
    told = json.loads(reply.body)
    (field,) = told["imsx_CodeMinor"]["imsx_codeMinorField"]
    assert field["imsx_codeMinorFieldValue"] == minor, told
    return str(told["imsx_description"])


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()
