"""How long `mock-sis serve` takes to its first answer, against a bare aiohttp server.

Both are started from nothing, one after the other, several times; the figure is the median of the
ratios of the pairs, so that what else the machine does falls on both. The aim is at most 1.5. Both
have their bytecode at hand, as an installed package has, even where the environment keeps Python
from writing it beside the sources.
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
    """This environment, with bytecode kept in a folder."""
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
    """Print both medians and the ratio; 1 where it is above the aim."""
    with tempfile.TemporaryDirectory() as folder:
        first = partial(first_answer, environment=with_bytecode(folder))
        for command in COMMANDS.values():
            first(command)  # once unmeasured, so that every file is in the cache
        pairs = [tuple(map(first, COMMANDS.values())) for _ in range(PAIRS)]
    for name, seconds in zip(COMMANDS, zip(*pairs, strict=True), strict=True):
        print(f"{name:15} {statistics.median(seconds) * 1000:6.0f} ms to the first answer")
    ratio = statistics.median(ours / bare for bare, ours in pairs)
    print(f"{'ratio':15} {ratio:6.2f} (at most {AIM})")
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
