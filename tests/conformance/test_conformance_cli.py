"""The command line: output, reports and exit codes."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from lxml import etree

from conformance.cli import main
from conformance.dialects import DIALECTS, RULES
from conformance.drivers.spec import KINDS
from conformance.exporters.mutants import MUTANTS
from conformance.model.evidence import from_json
from helpers.children import PYTEST, child, default_signals, ignored_interrupts
from helpers.suite import miniatures
from mock_sis.cli.exits import INTERRUPTED, UNREAD
from mock_sis.contracts.contract import contract

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
MINIATURES = f"python:{miniatures.__name__}"
DOCUMENTATION = ROOT / "docs" / "conformance.md"
PATIENCE = 200


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def try_once(name: str, folder: Path, *more: str) -> Result:
    chosen = ("--rule", "WF-ONCE", "--report-dir", str(folder), "--watch", "0")
    return call("run", "--exporter", f"{MINIATURES}:{name}", *chosen, *more)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("Honest", 0, "1 pass. conformant."),
        ("Eager", 1, "1 fail. not conformant."),
        ("Confessing", 3, "1 error. no verdict"),
        ("Leaving", 3, "1 error. no verdict"),
        ("Unwilling", 3, "1 error. no verdict"),
    ],
)
def test_each_outcome_has_its_exit_code(name: str, code: int, words: str, tmp_path: Path) -> None:
    result = try_once(name, tmp_path)
    assert result.exit_code == code
    assert words in result.output


def test_reports_go_to_the_directory_of_the_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    result = try_once("Straying", Path("reports"))
    assert result.exit_code == 0
    assert "Reports: reports/report.json, reports/junit.xml\n" in result.output
    assert (tmp_path / "reports" / "report.json").exists()


def test_a_failed_run_writes_reports_and_evidence(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "there"
    result = try_once("Eager", folder)
    report = json.loads((folder / "report.json").read_bytes())
    assert contract("report.schema.json").problems(report) == []
    assert report["exit"] == 1
    suite = etree.parse(str(folder / "junit.xml")).find(".//testsuite")
    assert suite is not None
    assert suite.get("failures") == "1"
    assert f"{folder}/evidence-*.json" in result.output
    kept = {each.name for each in folder.glob("evidence-*.json")}
    assert "evidence-exported-twice.json" in kept
    played = from_json(json.loads((folder / "evidence-exported-twice.json").read_bytes()))
    assert played.exporter.name == "Eager"
    assert played.journal


def test_unwritable_reports_are_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").mkdir()
    result = try_once("Honest", tmp_path)
    assert result.exit_code == 2
    assert "1 pass. conformant." in result.output
    assert "Reports cannot be written" in result.output


def test_a_run_removes_the_evidence_of_the_previous_run(tmp_path: Path) -> None:
    kept = tmp_path / "evidence.json"
    for name in ("evidence.json", "evidence-of-before.json"):
        (tmp_path / name).write_text("{}")
    try_once("Honest", tmp_path)
    assert set(tmp_path.glob("evidence*")) == {kept}


AT_A_TERMINAL = """
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
"""


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
)
def test_statuses_are_coloured_at_a_terminal_unless_switched_off(
    variables: dict[str, str], coloured: bool, tmp_path: Path
) -> None:
    suite = (
        sys.executable,
        "-m",
        "conformance",
        "run",
        "--exporter",
        f"{MINIATURES}:Honest",
    )
    chosen = ("--rule", "WF-ONCE", "--watch", "0")
    command = [sys.executable, "-c", AT_A_TERMINAL, *suite, *chosen]
    path = os.pathsep.join([str(ROOT), str(TESTS)])
    given = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": path, **variables}
    if "NO_COLOR" not in variables:
        given.pop("NO_COLOR", None)
    output = subprocess.run(
        [*command, "--report-dir", str(tmp_path)], env=given, capture_output=True, check=True
    ).stdout.decode()
    assert ("\x1b[32mpass" in output) is coloured
    assert "1 of 1 rules judged" in output
    assert "[request count" not in output


def test_a_known_failure_does_not_fail_a_run(tmp_path: Path) -> None:
    listed = tmp_path / "known"
    listed.write_text("WF-ONCE ticket 7\n")
    result = try_once("Eager", tmp_path, "--known", str(listed))
    assert result.exit_code == 0
    assert "Why: ticket 7" in result.output


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["run"], "--exporter"),
        (["run", "--exporter", "reference", "--require", "speed"], "core, all, a feature or"),
        (["run", "--exporter", "reference", "--baseline", "/nowhere/x"], "cannot be read"),
        (["run", "--exporter", "reference", "--baseline", __file__], "is not JSON"),
        (["run", "--exporter", "telnet:x"], "process:COMMAND"),
        (["run", "--exporter", "reference", "--rule", "WF-NONE"], "no such rule"),
        (["run", "--exporter", "reference", "--known", "/nowhere/list"], "cannot be read"),
        (["run", "--exporter", "reference", "--mapping", "/nowhere/m"], "cannot be read"),
        (["run", "--exporter", "reference", "--rule", "wf-once"], "did you mean WF-ONCE?"),
        (
            ["run", "--exporter", "reference", "--known", "/nowhere/list"],
            "No such file or directory.",
        ),
        (
            ["run", "--exporter", "mutant:nobody"],
            "No mutant 'nobody'; `conformance list",
        ),
        (["run", "--exporter", "mutant:Try-twice"], "(did you mean tries-twice?)"),
        (["run", "--exporter", "mutant:"], "conformance list --mutants"),
        (["run", "--exporter", "reference", "--report-dir", f"{__file__}/in"], "Reports cannot be"),
        (["run", "--exporter", "reference", "-n", "0"], "-n"),
        (["run", "--exporter", "reference", "--profile", "x"], "--profile"),
        (["run", "--exporter", "reference", "--adapter-timeout", "0"], "--adapter-timeout"),
        (["doctor"], "--exporter"),
        (["dance"], "No such command"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_reason(words: list[str], reason: str) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert reason in result.output


def test_an_adapter_that_does_not_start_is_reported_once(tmp_path: Path) -> None:
    result = call("run", "--exporter", "process:/nowhere/adapter", "--report-dir", str(tmp_path))
    assert result.exit_code == 3
    assert result.output.count("The adapter does not start") == 1
    assert "WF-" not in result.output
    assert f"{len(RULES)} error. no verdict" in result.output
    assert "evidence-" not in result.output


def test_the_list_names_every_rule() -> None:
    lines = call("list").output.splitlines()
    assert [line.split()[0] for line in lines] == [rule.id for rule in RULES]


@pytest.mark.parametrize("profile", [each.name for each in DIALECTS])
def test_the_list_can_be_of_one_profile(profile: str) -> None:
    listed: list[dict[str, Any]] = json.loads(call("list", "--json", "--profile", profile).output)
    assert {each["profile"] for each in listed} == {profile}


def test_a_run_skips_dialects_that_the_exporter_does_not_speak_unless_asked(tmp_path: Path) -> None:
    words = (
        "run",
        "--exporter",
        f"{MINIATURES}:Unwilling",
        "--report-dir",
        str(tmp_path),
        "--watch",
        "0",
    )
    call(*words)
    judged = json.loads((tmp_path / "report.json").read_bytes())["verdicts"]
    assert {each["profile"] for each in judged} == {"wiseflow"}
    result = call(*words, "--profile", "schoology")
    assert result.exit_code == 3
    assert "not applicable" in result.output


def test_the_list_can_show_the_mutants() -> None:
    lines = call("list", "--mutants").output.splitlines()
    assert [line.split()[0] for line in lines] == list(MUTANTS)
    listed = json.loads(call("list", "--mutants", "--profile", "skyward", "--json").output)
    named = [name for name, mutant in MUTANTS.items() if mutant.dialect == "skyward"]
    assert [each["name"] for each in listed] == named
    assert all(each["breaks"] and each["title"] for each in listed)


def test_the_doctor_shows_messages_on_request() -> None:
    lines = call("doctor", "--exporter", f"{MINIATURES}:Honest", "--messages").output.splitlines()
    messages = [json.loads(line[3:]) for line in lines if line.startswith(("-> {", "<- {"))]
    assert [each["id"] for each in messages[::2]] == [each["id"] for each in messages[1::2]]
    assert messages[-1]["status"] == "ok"


def test_the_json_list_names_the_sources_of_each_rule() -> None:
    listed: list[dict[str, Any]] = json.loads(call("list", "--json").output)
    assert [each["id"] for each in listed] == [rule.id for rule in RULES]
    assert all(each["sources"] and each["mend"] and each["scenarios"] for each in listed)


@pytest.mark.parametrize(("name", "code"), [("Honest", 0), ("OffSchema", 3)])
def test_the_doctor_distinguishes_a_sound_adapter_from_a_broken_one(name: str, code: int) -> None:
    result = call("doctor", "--exporter", f"{MINIATURES}:{name}")
    assert result.exit_code == code
    assert ("FIX: " in result.output) == bool(code)


def test_the_doctor_escapes_control_characters() -> None:
    output = call("doctor", "--exporter", f"{MINIATURES}:Garish").output
    assert r"a\x07b\x202ec" in output
    assert not {"\x07", "\u202e"} & set(output)


def test_the_doctor_cleans_up_when_stdout_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen = []

    def echo(text: str) -> None:
        seen.append([*tmp_path.iterdir()])
        if text.startswith("ok   export"):
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(click, "echo", echo)
    assert call("doctor", "--exporter", f"{MINIATURES}:Honest").exit_code == UNREAD
    assert any(seen)
    assert [*tmp_path.iterdir()] == []
    assert caplog.messages == []  # asyncio logs what it could not close


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_help_shows_every_form_of_spec(command: str) -> None:
    text = call(command, "--help").output
    assert all(kind.form in text for kind in KINDS.values())


def test_help_and_version_are_printed() -> None:
    assert "conformance doctor --exporter" in call("--help").output
    assert call("--version").output.startswith("conformance ")


def documented(command: str) -> str:
    pattern = rf"^## {command}\n(.*?)(?=^## |\Z)"
    found = re.search(pattern, DOCUMENTATION.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/conformance.md has no section {command!r}"
    return found[1]


@pytest.mark.parametrize("command", main.commands)
def test_every_option_is_documented(command: str) -> None:
    rows = re.findall(r"^\| `(--?[\w-]+)", documented(command), re.MULTILINE)
    options = [each for each in main.commands[command].params if isinstance(each, click.Option)]
    assert set(rows) == {option.opts[0] for option in options}


def test_specs_and_json_fields_are_documented() -> None:
    text = DOCUMENTATION.read_text("utf-8")
    assert all(f"| `{kind.form}` |" in text for kind in KINDS.values())
    for words in (("list", "--json"), ("list", "--mutants", "--json")):
        assert all(f"`{name}`" in documented("list") for name in json.loads(call(*words).output)[0])


@pytest.mark.parametrize(
    ("end", "before"),
    [
        (signal.SIGTERM, default_signals),
        (signal.SIGINT, default_signals),
        (signal.SIGTERM, ignored_interrupts),
    ],
)
def test_a_signal_ends_a_run_and_its_adapters(
    end: signal.Signals, before: Callable[[], None], tmp_path: Path
) -> None:
    adapter = f"process:{sys.executable} -S {miniatures.__file__} Hanging"
    words = ("run", "--exporter", adapter, "--rule", "WF-ONCE", "--report-dir", str(tmp_path))
    command = [sys.executable, "-m", "conformance", *words]
    lifeline = tmp_path / "lifeline"
    os.mkfifo(lifeline)
    env = {**os.environ, "LIFELINE": str(lifeline)}
    running = child(command, before, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    with running as suite, lifeline.open() as held:
        assert held.readline() == "running\n"
        suite.send_signal(end)
        assert suite.wait(PATIENCE) == INTERRUPTED
        held.read()  # a pipe ends once no process holds it open


SUITE = ("-p", "conformance.pytest_plugin", "--pyargs", "conformance")


def pytest_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(TESTS)])
    return subprocess.run(
        [*PYTEST, "-W", "ignore", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "more", "code", "words"),
    [
        ("Honest", [], 0, "1 passed"),
        ("Honest", ["-n", "1"], 0, "1 passed"),
        ("Eager", [], 1, "--- WF-ONCE: fail"),
        ("Unwilling", [], 1, "answered unsupported to sync"),
    ],
)
def test_under_pytest_a_rule_is_a_test(
    name: str, more: list[str], code: int, words: str, tmp_path: Path
) -> None:
    chosen = ("-k", "WF-ONCE]", "--exporter", f"{MINIATURES}:{name}", "--watch", "0")
    result = pytest_in(tmp_path, *SUITE, *chosen, *more)
    assert words in result.stdout
    assert result.returncode == code


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([*SUITE], "--exporter SPEC"),
        (["--pyargs", "conformance"], "-p conformance.pytest_plugin --pyargs conformance"),
        ([*SUITE, "--exporter", "reference", "--mapping", "nowhere"], "nowhere: cannot be read"),
        ([*SUITE, "--exporter", "telnet:x"], "the forms are process:COMMAND"),
    ],
)
def test_under_pytest_wrong_usage_names_the_right_usage(
    words: list[str], reason: str, tmp_path: Path
) -> None:
    result = pytest_in(tmp_path, *words)
    assert reason in result.stdout + result.stderr
    assert result.returncode not in (0, 1)


def test_other_pytest_runs_do_not_get_the_options(tmp_path: Path) -> None:
    assert "--adapter-timeout" not in pytest_in(tmp_path, "--help").stdout
