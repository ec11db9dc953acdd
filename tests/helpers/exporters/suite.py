"""The suite's side of the adapter protocol, for one adapter in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conformance.dialects import DIALECTS
from conformance.drivers.shapes import shapes_of
from conformance.exporters.handling import ReferenceAdapter

NOW = "2026-06-15T09:00:00Z"


def configuration(dialect: str, url: str, state_dir: Path, **facts: Any) -> dict[str, Any]:
    """The fields of a `configure` message."""
    return {
        "dialect": dialect,
        "sis_url": url,
        "credentials": {"type": "none"},
        "method": "POST" if dialect == "wiseflow" else "PUT",
        "format": "json",
        "timeout": 60,
        "state_dir": str(state_dir),
        "clock": {"mode": "virtual", "now": NOW},
        "resume": False,
        **facts,
    }


class Suite:
    """Sends checked messages to an adapter and checks its answers."""

    def __init__(self, adapter: ReferenceAdapter | None = None) -> None:
        self.adapter = adapter or ReferenceAdapter()
        self.number = 0

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        self.number += 1
        shapes = shapes_of(DIALECTS)
        message = shapes.build(self.number, op, fields)
        return shapes.check(await self.adapter.handle(message), message)

    async def hello(self) -> dict[str, Any]:
        return await self.ask("hello", protocol=1, suite={"name": "tests", "version": "1"})

    async def configure(
        self, dialect: str, url: str, state_dir: Path, **facts: Any
    ) -> dict[str, Any]:
        return await self.ask("configure", **configuration(dialect, url, state_dir, **facts))
