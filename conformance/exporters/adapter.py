"""The reference exporter behind the adapter protocol: JSON lines on stdin and stdout.

    python -m conformance.exporters.adapter [--mutant NAME]

Its start-up time is paid again for every case that kills it, so it writes its answers as plain
objects and leaves checking them against the schemas to the suite.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.face import Fields, Message

__all__ = ["ReferenceAdapter", "main", "serve"]

LONGEST_MESSAGE = 64 * 2**20


async def serve(adapter: ReferenceAdapter) -> None:
    """Answers line by line until bye, or until nobody writes any more."""
    lines = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        message = parsed(line)
        say(await adapter.handle(message))
        if message.get("op") == "bye":
            break
    adapter.abandon()


def parsed(line: bytes) -> Message:
    """A message; a line that is none becomes one that no operation answers to."""
    try:
        message = json.loads(line)
    except ValueError:
        return {"op": "a line that is not JSON"}
    return message if isinstance(message, dict) else {"op": "a line that is no object"}


def say(answer: Fields) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m conformance.exporters.adapter")
    parser.add_argument("--mutant", metavar="NAME", help="an exporter with this one flaw")
    chosen = parser.parse_args(arguments)
    asyncio.run(serve(adapter_named(chosen.mutant)))


def adapter_named(mutant: str | None) -> ReferenceAdapter:
    """The reference's adapter, or a mutant's. Exits with 2 where there is no such mutant."""
    if mutant is None:
        return ReferenceAdapter()
    # The flawed ones are many, and only a run of one of them should pay for reading them.
    from conformance.exporters.mutants import MUTANTS

    if mutant not in MUTANTS:
        print(f"There is no mutant {mutant!r}. There are: {', '.join(MUTANTS)}", file=sys.stderr)
        raise SystemExit(2)
    return MUTANTS[mutant].adapter()


if __name__ == "__main__":
    main()
