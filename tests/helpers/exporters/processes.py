"""Real processes, which can really be killed."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from helpers.exporters.suite import configuration

COMMAND = (sys.executable, "-m", "conformance.exporters.adapter")


class Process:
    """A real adapter process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.number = 0

    @classmethod
    async def start(cls) -> Process:
        pipe = asyncio.subprocess.PIPE
        return cls(await asyncio.create_subprocess_exec(*COMMAND, stdin=pipe, stdout=pipe))

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.number += 1
        message = {"id": self.number, "op": op, **fields}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await self.process.stdout.readline())
        assert (answer["id"], answer["status"]) == (self.number, "ok"), answer
        return answer

    async def configure(
        self, dialect: str, url: str, state_dir: Path, now: str, *, resume: bool = False
    ) -> None:
        given = configuration(dialect, url, state_dir, resume=resume)
        await self.ask("configure", **{**given, "clock": {"mode": "virtual", "now": now}})

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()
