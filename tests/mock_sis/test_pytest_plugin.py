"""The fixtures of the pytest plugin, in runs of pytest of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.children import PYTEST

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "pytest.md"
JOURNAL = r"-+ mock_sis journal -+\n"
"""The heading above the exchanges of a failed test."""


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*PYTEST, "-p", "no:asyncio", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_documented_test_file_passes(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENTATION.read_text(), re.DOTALL)
    (tmp_path / "test_documented.py").write_text(code)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    ran = run_pytest(tmp_path)
    assert ran.returncode == 0, ran.stdout
    assert f"{code.count('def test_')} passed" in ran.stdout


FAILING = """
from urllib.request import urlopen

def test_that_fails(mock_sis):
    mock_sis.fault("status", status=503, operation="wiseflow.flows.list")
    mock_sis.fault("stall", seconds=1, operation="wiseflow.flows.grades.*")
    urlopen(mock_sis.url + "/wiseflow/flows")

def test_that_fails_alone(mock_sis):
    assert not mock_sis

def test_that_asks_a_lot(mock_sis):
    for _ in range(22):
        urlopen(mock_sis.url + "/wiseflow/flows").close()
    assert False

def test_that_passes(mock_sis):
    urlopen(mock_sis.url + "/wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026").close()
"""


def test_a_failed_test_shows_requests_and_answers(tmp_path: Path) -> None:
    (tmp_path / "test_failing.py").write_text(FAILING)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    said = run_pytest(tmp_path).stdout
    first, second, third = re.split(JOURNAL, said)[1:]
    assert first.startswith(
        "#4 GET /wiseflow/flows -> 503 [fault: status] Service Unavailable\n"
        "The fault stall never fired; 0 requests matched it.\n_"
    )
    assert second.startswith("It received no requests.\n_")
    assert third.startswith("(2 earlier exchanges omitted)\n#4 GET")
    assert "<EmbeddedSimulator http://127.0.0.1:" in said
    assert "MATH101" not in said
    assert "3 failed, 1 passed" in said


WIDER = """
from urllib.request import urlopen
import pytest

@pytest.fixture(scope="SCOPE")
def sis(mock_sis_factory):
    with mock_sis_factory("skyward") as simulator:
        yield simulator

def ask(sis, path):
    urlopen(sis.url + "/_control/" + path).close()

def test_first(sis):
    sis.fault("stall", seconds=1, operation="oneroster.token")
    with pytest.raises(OSError):
        urlopen(sis.url + "/first")

def test_that_fails(sis):
    with pytest.raises(OSError):
        urlopen(sis.url + "/second")
    assert False

def test_that_fails_without_it(sis):
    assert False
"""


@pytest.mark.parametrize("scope", ["module", "package", "session"])
def test_a_simulator_of_a_wider_scope_shows_what_it_heard_in_the_test(
    tmp_path: Path, scope: str
) -> None:
    (tmp_path / "test_wider.py").write_text(WIDER.replace("SCOPE", scope))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    said = run_pytest(tmp_path).stdout
    assert "2 failed, 1 passed, 1 warning" in said
    (shown,) = re.split(JOURNAL, said)[1:]
    assert re.match(r"#\d+ GET /second -> 404", shown)
    assert "/first" not in shown
    assert "The fault stall never fired; 0 requests matched it." in shown


UNFIRED = """
def test_that_arms_in_vain(mock_sis):
    mock_sis.fault("stall", seconds=1, operation="wiseflow.flows.grades.*")

def test_that_takes_it_back(mock_sis):
    mock_sis.fault("stall", seconds=1, operation="wiseflow.flows.grades.*")
    mock_sis.control("DELETE", "/_control/faults")
"""
SENTENCE = "The fault stall never fired; 0 requests matched it."


@pytest.mark.parametrize(
    ("ini", "options", "summary", "told"),
    [
        ("", (), "2 passed, 1 warning", True),
        ("warn", (), "2 passed, 1 warning", True),
        ("error", (), "2 passed, 1 error", True),
        ("ignore", (), "2 passed in", False),
        ("", ("--mock-sis-unfired-faults", "error"), "2 passed, 1 error", True),
        ("error", ("--mock-sis-unfired-faults", "ignore"), "2 passed in", False),
        ("", ("-W", "error::mock_sis.pytest_plugin.UnfiredFault"), "2 passed, 1 error", True),
    ],
)
def test_a_fault_that_never_fired_warns_or_fails(
    tmp_path: Path, ini: str, options: tuple[str, ...], summary: str, told: bool
) -> None:
    (tmp_path / "test_unfired.py").write_text(UNFIRED)
    setting = f"mock_sis_unfired_faults = {ini}\n" if ini else ""
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{setting}")
    said = run_pytest(tmp_path, *options).stdout
    assert summary in said
    assert (SENTENCE in said) is told


def test_an_unknown_value_of_the_option_is_refused(tmp_path: Path) -> None:
    (tmp_path / "test_unfired.py").write_text(UNFIRED)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmock_sis_unfired_faults = never\n")
    ran = run_pytest(tmp_path)
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "mock_sis_unfired_faults is 'never'; it must be warn, error or ignore." in ran.stderr


FROZEN = """
import json
from urllib.request import urlopen
from freezegun import freeze_time

def flows(sis):
    return json.load(urlopen(sis.url + "/wiseflow/flows", timeout=60))

@freeze_time("2031-02-03T04:05:06")
def test_the_simulator_answers_and_keeps_its_own_clock(mock_sis):
    before = mock_sis.control("GET", "/_control/clock")["now"]
    assert flows(mock_sis)
    mock_sis.advance(3600)
    assert before < mock_sis.control("GET", "/_control/clock")["now"] < "2031"

@freeze_time("2031-02-03T04:05:06", real_asyncio=True)
def test_slow_faults_end(mock_sis):
    mock_sis.fault("delay", seconds=0.01, operation="wiseflow.flows.list")
    assert flows(mock_sis)
"""


FAKED = """
import json
from urllib.request import Request, urlopen

GRADES = "/wiseflow/flows/UNI%7C%7CMATH101%7C%7C2026/grades"

def test_requests_are_answered_beside_a_fake_file_system(mock_sis, fs):
    fs.create_file("/exports/today.json", contents='[{"userId": 1001, "mark": "B"}]')
    with open("/exports/today.json") as file:
        body = json.dumps({"participants": json.load(file)}).encode()
    headers = {"Content-Type": "application/json"}
    with urlopen(Request(mock_sis.url + GRADES, body, headers), timeout=60) as answer:
        assert json.load(answer)["numberOfSuccess"] == 1
    urlopen(mock_sis.url + "/wiseflow/openapi.json", timeout=60).close()
    mock_sis.fault("status", status=503)
    assert mock_sis.control("GET", "/_control/journal")["entries"]
    mock_sis.control("DELETE", "/_control/faults")
"""


def test_the_simulator_works_beside_pyfakefs(tmp_path: Path) -> None:
    (tmp_path / "test_faked.py").write_text(FAKED)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    said = run_pytest(tmp_path).stdout
    assert "1 passed" in said, said


def test_the_simulator_works_under_freezegun(tmp_path: Path) -> None:
    (tmp_path / "test_frozen.py").write_text(FROZEN)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    said = run_pytest(tmp_path).stdout
    assert "2 passed" in said, said


def test_the_plugin_imports_nothing_heavy_until_it_is_used() -> None:
    check = (
        "import sys, pytest; before = set(sys.modules); import mock_sis.pytest_plugin;"
        "print(sorted(name.partition('.')[0] for name in set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert set(eval(ran.stdout)) == {"mock_sis"}
