"""Measures a simulator of its own with one size of export: `python -m loadtests.bench --size 100`.

The simulator and locust each run as a process; both are bounded in time and ended by pid.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

import msgspec
import orjson

from loadtests.figures import Result

SIMULATOR = (sys.executable, "-m", "mock_sis")
START_LIMIT = 60.0
"""Seconds a simulator may take to generate a seed, or to load it and answer."""
GRACE = 60.0
"""Seconds locust may take beyond its run, to start, to finish exports and to write its report."""


@dataclass(frozen=True)
class Plan:
    """One run: participants per export, seconds, concurrent users, and the HTML report's path."""

    size: int
    seconds: int
    users: int
    report: Path


class BenchError(Exception):
    """A run that could not be made; the text says why."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one bench. 0: every export was stored whole; 1: some were not, or none was sent; 130: it
    was interrupted."""
    plan = parse(argv)
    # First of all, since for the rest of the run there is nothing to be seen.
    print(headline(plan), flush=True)
    try:
        with simulator(plan) as url:
            result = measure(url, plan)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted, there are no figures", file=sys.stderr)
        return 130
    print(summary(plan, result))
    return 0 if result.good else 1


def parse(argv: Sequence[str] | None) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m loadtests.bench", description=__doc__)
    parser.add_argument(
        "--size", type=at_least_one, default=100, help="participants in an export (100)"
    )
    parser.add_argument("--seconds", type=at_least_one, default=20, help="how long to export (20)")
    parser.add_argument(
        "--users", type=at_least_one, default=4, help="exports at the same time (4)"
    )
    parser.add_argument("--report", type=Path, help="HTML report (reports/load-SIZE.html)")
    given = parser.parse_args(argv)
    report = given.report or Path("reports") / f"load-{given.size}.html"
    return Plan(given.size, given.seconds, given.users, report)


def at_least_one(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return number


@contextmanager
def simulator(plan: Plan) -> Iterator[str]:
    """The base URL of a simulator with a flow for each user, running until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "seed.json"
        document.write_bytes(repeatable(generated(plan.users, plan.size)))
        command = [*SIMULATOR, "serve", "--port", "0", "--seed", str(document)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            yield ready(process)
        finally:
            end(process)


def generated(flows: int, participants: int) -> bytes:
    """The simulator's own large seed. Raises BenchError where it cannot be made."""
    size = ("--flows", str(flows), "--participants", str(participants))
    done = subprocess.run(  # noqa: S603
        [*SIMULATOR, "generate", *size], capture_output=True, timeout=START_LIMIT, check=False
    )
    if done.returncode:
        raise BenchError(f"no seed could be generated: {done.stderr.decode()}")
    return done.stdout


def repeatable(document: bytes) -> bytes:
    """A seed document changed so that a grade may be registered as often as a run likes."""
    loaded = orjson.loads(document)
    return orjson.dumps(loaded | {"wiseflow": loaded.get("wiseflow", {}) | {"overwrite": "allow"}})


def ready(process: subprocess.Popen[str]) -> str:
    """The URL on a server's `ready <url>` line."""
    assert process.stdout is not None
    limit = Timer(START_LIMIT, process.kill)
    limit.start()
    try:
        for line in process.stdout:
            if line.startswith("ready "):
                return line.split()[1]
    finally:
        limit.cancel()
    raise BenchError("the simulator ended before it was ready")


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def measure(url: str, plan: Plan) -> Result:
    """Drive the receiver at `url` as planned. Raises BenchError where nothing was exported."""
    plan.report.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        try:
            done = subprocess.run(  # noqa: S603
                locust_command(url, plan, figures),
                capture_output=True,
                text=True,
                timeout=plan.seconds + GRACE,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BenchError(f"locust did not end within {error.timeout:.0f} s") from error
        if not figures.exists():
            raise BenchError(f"nothing was exported; locust said:\n{done.stderr}")
        return msgspec.json.decode(figures.read_bytes(), type=Result)


def locust_command(url: str, plan: Plan, figures: Path) -> list[str]:
    """The command line of one headless run."""
    here = Path(__file__).with_name("locustfile.py")
    return [
        *(sys.executable, "-m", "locust", "-f", str(here), "--headless", "--only-summary"),
        *("--host", url, "--size", str(plan.size), "--run-time", f"{plan.seconds}s"),
        *("--users", str(plan.users), "--spawn-rate", str(plan.users), "--stop-timeout", "10s"),
        *("--figures", str(figures), "--html", str(plan.report), "--loglevel", "WARNING"),
    ]


def headline(plan: Plan) -> str:
    """What is going to be done."""
    return f"{plan.size:,} participants an export, {plan.users} at a time, for {plan.seconds} s"


def summary(plan: Plan, result: Result) -> str:
    """What came of it; participants count only where their export was stored whole."""
    share = (result.requests - result.failures) / result.requests if result.requests else 0.0
    lines = [
        f"  {result.rate * share * plan.size:>12,.0f} participants/s",
        f"  {result.rate:>12,.1f} requests/s",
        f"  {result.p50:>9,.0f} ms p50 {result.p95:>7,.0f} ms p95 {result.p99:>7,.0f} ms p99",
        f"  {result.failures:>12,} failures of {result.requests:,}",
        *(f"    {times:,} times: {text}" for text, times in result.complaints[:5]),
        f"  report: {plan.report}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
