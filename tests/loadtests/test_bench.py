"""A bench measures what was stored, reports it, and ends what it started."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from loadtests import bench
from loadtests.bench import Plan
from loadtests.figures import Result

SHORT = 2
"""Seconds of a run: enough for locust to send exports on a busy machine."""
PLAN = Plan(size=1000, seconds=20, users=4, report=Path("out.html"))


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (Result(400, 0, 20.0, 3, 8, 9), ["20,000 participants/s", "20.0 requests/s", "8 ms p95"]),
        (Result(400, 100, 20.0, 3, 8, 9), ["15,000 participants/s", "100 failures of 400"]),
        (Result(0, 0, 0.0, 0, 0, 0), ["0 participants/s", "0 failures of 0"]),
        (Result(2, 1, 1.0, 3, 8, 9, (("status 503", 1),)), ["1 times: status 503"]),
    ],
)
def test_the_summary_counts_only_what_was_stored(result: Result, shown: list[str]) -> None:
    text = bench.summary(PLAN, result)
    assert [part for part in shown if part not in text] == []


@pytest.mark.parametrize(
    ("result", "succeeded"),
    [
        (Result(1, 0, 1, 1, 1, 1), True),
        (Result(0, 0, 0, 0, 0, 0), False),
        (Result(2, 1, 1, 1, 1, 1), False),
        (Result(2, 0, 1, 1, 1, 1, (("list flows failed", 1),)), False),
    ],
)
def test_a_run_succeeds_if_exports_were_sent_and_no_request_failed(
    result: Result, succeeded: bool
) -> None:
    assert result.succeeded is succeeded


@pytest.mark.parametrize("arguments", [["--size", "0"], ["--users", "many"], ["--seconds", "-1"]])
def test_numbers_below_one_are_usage_errors(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.parse(arguments)
    assert ended.value.code == 2
    assert f"must be a whole number of at least 1 (got {arguments[1]!r})" in capsys.readouterr().err


def test_a_run_first_prints_what_it_does_and_ends_silently_when_interrupted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Result:
        assert capsys.readouterr().out == "7 participants per export, 4 at a time, for 20 s\n"
        raise KeyboardInterrupt

    monkeypatch.setattr(bench, "measure", interrupted)
    assert bench.main(["--size", "7"]) == 130
    assert capsys.readouterr().err == "bench: interrupted; no results\n"


def test_the_report_is_named_after_the_size_by_default() -> None:
    assert bench.parse(["--size", "7"]).report == Path("reports/load-7.html")
    assert bench.parse(["--report", "x.html"]).report == Path("x.html")


def test_a_repeatable_seed_changes_only_the_overwrite_policy() -> None:
    document = {"name": "n", "wiseflow": {"base_path": "/w", "overwrite": "refuse"}}
    changed = json.loads(bench.repeatable(json.dumps(document).encode()))
    assert changed == {"name": "n", "wiseflow": {"base_path": "/w", "overwrite": "allow"}}


class Refusing(BaseHTTPRequestHandler):
    """A receiver that answers every export with a 200 that stores nothing, and that lists its flows
    only after a run of one second is over."""

    def do_GET(self) -> None:
        time.sleep(1.1)  # the time itself is what the run must outlast
        people = {"participants": [{"userId": 1}, {"userId": 2}]}
        self.reply([{"sisCode": "A||1"}] if self.path.endswith("/flows") else people)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        refused = [{"userId": 1, "errorInfo": "withdrawn"}, {"userId": 2, "errorInfo": "gone"}]
        self.reply({"numberOfSuccess": 0, "numberOfErrors": 2, "errors": refused})

    def reply(self, data: object) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_200_that_carries_errors_counts_as_a_failure(refusing: str, tmp_path: Path) -> None:
    plan = Plan(size=2, seconds=SHORT, users=1, report=tmp_path / "report.html")
    result = bench.measure(refusing, plan)
    assert result.requests > 0
    assert result.failures == result.requests
    assert any("withdrawn" in text for text, _ in result.reasons)


def test_a_receiver_with_too_few_participants_gives_no_result(
    refusing: str, tmp_path: Path
) -> None:
    plan = Plan(size=3, seconds=1, users=1, report=tmp_path / "report.html")
    with pytest.raises(bench.BenchError, match="fewer than the 3"):
        bench.measure(refusing, plan)


def test_a_short_run_stores_every_export_and_leaves_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.html"
    arguments = ["--size", "20", "--seconds", str(SHORT), "--users", "2"]
    assert bench.main([*arguments, "--report", str(report)]) == 0
    assert " 0 failures of " in capsys.readouterr().out
    assert "export" in report.read_text(encoding="utf-8")
