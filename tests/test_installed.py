"""What a user gets by installing the wheel. `make wheel` runs only this file, with a wheel.

It imports nothing from the source tree, so that it tests the installed package.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

GRADES = "/wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026/grades"


def program(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the wheel in the environment of this interpreter."""
    command = [str(program(name)), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)


def post(url: str, data: Any) -> Any:
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(url, json.dumps(data).encode(), headers), timeout=60) as reply:
        return json.load(reply)


def test_the_fixture_gives_a_simulator_that_stores_a_grade(mock_sis: Any) -> None:
    rows = {"participants": [{"userId": 1001, "mark": "B"}]}
    mock_sis.seed("demo")
    assert post(f"{mock_sis.url}{GRADES}", rows)["numberOfSuccess"] == 1
    assert mock_sis.journal[-1].operation == "wiseflow.flows.grades.post"


def test_the_server_prints_ready_and_exits_with_0_after_sigterm() -> None:
    command = [str(program("mock-sis")), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            word, url = server.stdout.readline().split()
            assert word == "ready"
            with urlopen(f"{url}/_control/health", timeout=60) as reply:
                assert reply.status == 200
        finally:
            server.terminate()
    assert server.returncode == 0


def test_the_suite_tests_the_reference_exporter(tmp_path: Path) -> None:
    done = run(
        "conformance", "run", "--exporter", "reference", "--rule", "WF-BODY",
        "--report-dir", str(tmp_path), "--watch", "0",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WF-BODY" in done.stdout


def test_the_commands_print_their_version() -> None:
    shown = run("mock-sis", "--version").stdout + run("conformance", "--version").stdout
    assert shown.count(version("mock-sis")) == 2


def test_help_names_the_folder_of_the_documents() -> None:
    for name in ("mock-sis", "conformance"):
        text = "".join(run(name, "--help").stdout.split())  # a path may be wrapped
        folder = Path(text.rpartition("Thedocumentsarein")[2].removesuffix("."))
        assert (folder / "writing-an-adapter.md").is_file()
