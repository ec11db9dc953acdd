"""What neither command expects ends it with a code of its own, and loses nothing that is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from conformance.cli import main as conformance
from mock_sis.cli.commands import main as mock_sis
from mock_sis.cli.crash import CRASHED

REFERENCE = ["run", "--exporter", "reference", "--rule", "WF-ONCE", "--depth", "quick", "--watch=0"]


def broken(*_args: object, **_options: object) -> None:
    raise ZeroDivisionError("divided\nby zero")


CRASHES = {
    "serve": (mock_sis, ["serve"], "mock_sis.cli.serve.run", "mock-sis"),
    "seed": (mock_sis, ["seed"], "mock_sis.cli.seeds.library.names", "mock-sis"),
    "list": (conformance, ["list"], "conformance.cli.rules_listed", "conformance"),
    "run": (conformance, REFERENCE, "conformance.cli.run", "conformance"),
    "doctor": (
        conformance,
        ["doctor", "--exporter", "reference"],
        "conformance.cli.examine",
        "conformance",
    ),
}


@pytest.mark.parametrize(("command", "arguments", "place", "name"), CRASHES.values(), ids=CRASHES)
def test_an_unforeseen_exception_has_a_code_of_its_own(
    command: object,
    arguments: list[str],
    place: str,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(place, broken)
    result = CliRunner().invoke(command, arguments)  # type: ignore[arg-type]
    first, second, *trace = result.stderr.splitlines()
    assert result.exit_code == CRASHED == 70
    assert first == (
        f"Error: {name} ended because of a defect in itself (ZeroDivisionError: divided by zero). "
        "This is no verdict about what you test."
    )
    assert "CONTRIBUTING.md" in second
    assert trace[0].startswith("Traceback")
    assert "Traceback" not in result.stdout


def test_a_broken_installation_has_that_code_too(tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['click'] = None\n"
        "from mock_sis.cli.start import start\n"
        "start('mock_sis.cli.commands', 'mock-sis')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == CRASHED
    assert "Error: mock-sis ended because of a defect in itself (ModuleNotFoundError" in done.stderr


FAILURES = {
    "json": ("conformance.reports.files.json_report.render", {"junit.xml"}),
    "junit": ("conformance.reports.files.junit.render", {"report.json"}),
}


@pytest.mark.parametrize(("place", "left"), FAILURES.values(), ids=FAILURES)
def test_a_report_that_cannot_be_made_loses_neither_verdict_nor_others(
    place: str, left: set[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(place, broken)
    known = tmp_path / "known.txt"
    folder = tmp_path / "reports"
    arguments = [*REFERENCE, "--report-dir", str(folder), "--write-known", str(known)]
    result = CliRunner().invoke(conformance, arguments)
    assert result.exit_code == CRASHED
    assert "conformant." in result.stdout
    assert {path.name for path in folder.iterdir()} == left
    assert known.exists()


def test_a_report_that_cannot_be_written_loses_neither_verdict_nor_others(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    (tmp_path / "report.json" / "mine").touch()
    result = CliRunner().invoke(conformance, [*REFERENCE, "--report-dir", str(tmp_path)])
    assert (result.exit_code, "conformant." in result.stdout) == (2, True)
    assert f"Reports cannot be written into {tmp_path}" in result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "junit.xml"}


def test_a_report_replaces_a_link_and_leaves_its_target(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "report.json").symlink_to(target)
    result = CliRunner().invoke(conformance, [*REFERENCE, "--report-dir", str(folder)])
    assert result.exit_code == 0, result.output
    assert target.read_text() == "mine"
    assert not (folder / "report.json").is_symlink()


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_bytes_that_are_not_utf8_in_the_command_are_shown_escaped(
    command: str, tmp_path: Path
) -> None:
    exporter = b"process:" + sys.executable.encode() + b" -c 'import sys; sys.exit(5)' \xff"
    more = ["--report-dir", str(tmp_path), "--rule", "WF-ONCE"] if command == "run" else []
    done = subprocess.run(
        [sys.executable, "-m", "conformance", command, "--exporter", exporter, *more],
        capture_output=True,
    )
    assert done.returncode == 3, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"exited with code 5" in done.stdout
    if command == "run":
        assert rb"\xdcff" in done.stdout
        assert {path.name for path in tmp_path.iterdir()} == {"report.json", "junit.xml"}
