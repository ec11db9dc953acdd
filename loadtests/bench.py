"""Start a simulator and measure bulk exports of one size: `python -m loadtests.bench --size 100`.

The simulator and locust run as child processes with time limits.
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
"""Seconds that the simulator may take to generate a seed document, and to load it and answer."""
GRACE = 60.0
"""Seconds that locust may take in addition to its run: to start, finish exports and report."""


@dataclass(frozen=True)
class Plan:
    """One run: participants in an export, seconds, concurrent users, path of the HTML report."""

    size: int
    seconds: int
    users: int
    report: Path


class BenchError(Exception):
    """A run that failed; the text says why."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one measurement and return the exit code: 0 if every export was stored completely, 1 if
    not or if none was sent, 130 after an interruption."""
    plan = parse(argv)
    # Printed first, because nothing else is printed during the run.
    print(headline(plan), flush=True)
    try:
        with simulator(plan) as url:
            result = measure(url, plan)
    except BenchError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted; no results", file=sys.stderr)
        return 130
    print(summary(plan, result))
    return 0 if result.succeeded else 1


def parse(argv: Sequence[str] | None) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m loadtests.bench", description=__doc__)
    parser.add_argument(
        "--size", type=at_least_one, default=100, help="participants in each export (default: 100)"
    )
    parser.add_argument("--seconds", type=at_least_one, default=20, help="duration (default: 20)")
    parser.add_argument(
        "--users", type=at_least_one, default=4, help="concurrent exports (default: 4)"
    )
    parser.add_argument("--report", type=Path, help="HTML report (default: reports/load-SIZE.html)")
    given = parser.parse_args(argv)
    report = given.report or Path("reports") / f"load-{given.size}.html"
    return Plan(given.size, given.seconds, given.users, report)


def at_least_one(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1 (got {text!r})")
    return number


@contextmanager
def simulator(plan: Plan) -> Iterator[str]:
    """Run a simulator with a flow for each user during the block, and yield its base URL."""
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
    """A seed document from `mock-sis generate`. Raises BenchError if that fails."""
    size = ("--flows", str(flows), "--participants", str(participants))
    done = subprocess.run(  # noqa: S603
        [*SIMULATOR, "generate", *size], capture_output=True, timeout=START_LIMIT, check=False
    )
    if done.returncode:
        raise BenchError(f"mock-sis generate failed: {done.stderr.decode()}")
    return done.stdout


def repeatable(document: bytes) -> bytes:
    """The seed document, changed so that a grade can be exported any number of times."""
    loaded = orjson.loads(document)
    return orjson.dumps(loaded | {"wiseflow": loaded.get("wiseflow", {}) | {"overwrite": "allow"}})


def ready(process: subprocess.Popen[str]) -> str:
    """The URL in a server's line `ready <url>`. Raises BenchError if the server ends before it."""
    assert process.stdout is not None
    limit = Timer(START_LIMIT, process.kill)
    limit.start()
    try:
        for line in process.stdout:
            if line.startswith("ready "):
                return line.split()[1]
    finally:
        limit.cancel()
    raise BenchError(f"the simulator ended, or was not ready within {START_LIMIT:.0f} s")


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
    """Export to the receiver at `url` as planned. Raises BenchError if nothing was exported."""
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
            raise BenchError(f"nothing was exported; output of locust:\n{done.stderr}")
        return msgspec.json.decode(figures.read_bytes(), type=Result)


def locust_command(url: str, plan: Plan, figures: Path) -> list[str]:
    """The command line of one locust run without its web page."""
    here = Path(__file__).with_name("locustfile.py")
    return [
        *(sys.executable, "-m", "locust", "-f", str(here), "--headless", "--only-summary"),
        *("--host", url, "--size", str(plan.size), "--run-time", f"{plan.seconds}s"),
        *("--users", str(plan.users), "--spawn-rate", str(plan.users), "--stop-timeout", "10s"),
        *("--figures", str(figures), "--html", str(plan.report), "--loglevel", "WARNING"),
    ]


def headline(plan: Plan) -> str:
    """What the run will do."""
    return f"{plan.size:,} participants per export, {plan.users} at a time, for {plan.seconds} s"


def summary(plan: Plan, result: Result) -> str:
    """The results. Participants count only if their export was stored completely."""
    share = (result.requests - result.failures) / result.requests if result.requests else 0.0
    lines = [
        f"  {result.rate * share * plan.size:>12,.0f} participants/s",
        f"  {result.rate:>12,.1f} requests/s",
        f"  {result.p50:>9,.0f} ms p50 {result.p95:>7,.0f} ms p95 {result.p99:>7,.0f} ms p99",
        f"  {result.failures:>12,} failures of {result.requests:,}",
        *(f"    {times:,} times: {text}" for text, times in result.reasons[:5]),
        f"  report: {plan.report}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
