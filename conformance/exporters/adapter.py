"""The reference exporter behind the adapter protocol: JSON lines on stdin and stdout.

    python -m conformance.exporters.adapter [--mutant NAME]

It is started again for every case that kills it. To start fast, it writes its answers as plain
objects and leaves the check against the schemas to the suite.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import stat
import sys
from collections.abc import Awaitable, Callable

from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.face import Fields, Message

__all__ = ["ReferenceAdapter", "main", "serve"]

LONGEST_MESSAGE = 64 * 2**20


async def serve(adapter: ReferenceAdapter) -> None:
    """Answer line by line until `bye` or the end of stdin."""
    read = await _reader()
    while line := await read():
        message = parsed(line)
        say(await adapter.handle(message))
        if message.get("op") == "bye":
            break
    adapter.abandon()


async def _reader() -> Callable[[], Awaitable[bytes]]:
    """The function that reads the next line of stdin, or b"" at its end."""
    if not _can_be_awaited():
        return lambda: asyncio.to_thread(sys.stdin.buffer.readline, LONGEST_MESSAGE)
    lines = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    return lines.readline


def _can_be_awaited() -> bool:
    """Whether the event loop can wait for stdin: not for a file, and not on Windows."""
    mode = os.fstat(sys.stdin.fileno()).st_mode
    waits = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or sys.stdin.isatty()
    return waits and os.name != "nt"


def parsed(line: bytes) -> Message:
    """The message of a line. A malformed line becomes a message with an unknown operation."""
    try:
        message = json.loads(line)
    except ValueError:
        return {"op": "a line that is not JSON"}
    return message if isinstance(message, dict) else {"op": "a line that is not an object"}


def say(answer: Fields) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m conformance.exporters.adapter")
    parser.add_argument("--mutant", metavar="NAME", help="run the exporter with this one flaw")
    chosen = parser.parse_args(arguments)
    asyncio.run(serve(adapter_named(chosen.mutant)))


def adapter_named(mutant: str | None) -> ReferenceAdapter:
    """The adapter of the reference exporter or of a mutant. Exits with 2 for an unknown mutant."""
    if mutant is None:
        return ReferenceAdapter()
    # The mutants are many, and only a run of one should pay for importing them.
    from conformance.exporters.mutants import MUTANTS, mutant_adapter

    if mutant not in MUTANTS:
        known = ", ".join(MUTANTS)
        print(f"--mutant must be one of {known} (got {mutant!r}).", file=sys.stderr)
        raise SystemExit(2)
    return mutant_adapter(MUTANTS[mutant])


if __name__ == "__main__":
    main()
