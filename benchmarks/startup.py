"""Measure the time from the start of `mock-sis serve` to its first answer, as a ratio.

It is divided by the same time of a bare aiohttp server. Both are started several times, one after
the other, so that other load on the machine affects both. The result is the median of the ratios,
and the aim is at most 1.5. Both use compiled bytecode, as an installed package does, even if the
environment prevents Python from writing it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from functools import partial
from pathlib import Path

PAIRS = 15
AIM = 1.5

BARE = """
import socket
from aiohttp import web

async def answer(request):
    return web.json_response({"status": "ok"})

listener = socket.create_server(("127.0.0.1", 0))
print("ready http://127.0.0.1:%d" % listener.getsockname()[1], flush=True)
app = web.Application()
app.router.add_get("/{path:.*}", answer)
web.run_app(app, sock=listener, print=None)
"""

COMMANDS = {
    "bare aiohttp": [sys.executable, "-c", BARE],
    "mock-sis serve": [str(Path(sys.executable).parent / "mock-sis"), "serve", "--port", "0"],
}


def with_bytecode(folder: str) -> dict[str, str]:
    """This environment, with bytecode written to a folder."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": folder}


def first_answer(command: list[str], environment: dict[str, str]) -> float:
    """Seconds from the start of a process to its first answer."""
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().removeprefix("ready ").strip()
            with urllib.request.urlopen(f"{url}/_control/health") as answer:  # noqa: S310
                answer.read()
            return time.perf_counter() - started
        finally:
            process.terminate()


def main() -> int:
    """Print both medians and the ratio. Return 1 if it misses the aim, else 0."""
    with tempfile.TemporaryDirectory() as folder:
        first = partial(first_answer, environment=with_bytecode(folder))
        for command in COMMANDS.values():
            first(command)  # not measured: fills the caches
        pairs = [tuple(map(first, COMMANDS.values())) for _ in range(PAIRS)]
    for name, seconds in zip(COMMANDS, zip(*pairs, strict=True), strict=True):
        print(f"{name:15} {statistics.median(seconds) * 1000:6.0f} ms to the first answer")
    ratio = statistics.median(ours / bare for bare, ours in pairs)
    print(f"{'ratio':15} {ratio:6.2f} (at most {AIM})")
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
