"""A served simulator with the built-in seed `demo`, and exports to it byte by byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from helpers.simulator.delivery_desk import body, request, told
from mock_sis.simulator import Simulator

LIMIT = 4096
GRADES = "/wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026/grades"
JSON = "Content-Type: application/json"
EXPORT = orjson.dumps({"participants": [{"userId": 1001, "mark": "B"}]})
LENGTH = f"Content-Length: {len(EXPORT)}"
CHUNKED = "Transfer-Encoding: chunked"


@dataclass
class Desk:
    """A served simulator, its gradebook before anything was sent, and its address."""

    simulator: Simulator
    url: str
    before: dict[str, Any]

    @property
    def untouched(self) -> bool:
        return self.gradebook == self.before

    @property
    def gradebook(self) -> dict[str, Any]:
        return self.simulator.world.gradebook.snapshot()

    async def goes_on(self) -> None:
        """The server still takes an export, and it is stored."""
        line = await told(self.url, request("POST", GRADES, JSON, body=EXPORT, close=True))
        assert orjson.loads(body(line)) == {
            "numberOfSuccess": 1,
            "numberOfErrors": 0,
            "errors": [],
        }
        assert not self.untouched


def post(*headers: str, sent: bytes = EXPORT, target: str = GRADES) -> bytes:
    return request("POST", target, JSON, *headers, close=True) + sent
