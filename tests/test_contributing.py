"""The commands in CONTRIBUTING.md work: fast ones are run, the others are checked to exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

COMMANDS = sorted(
    {
        *re.findall(r"^ {4}(\S.*)$", TEXT, re.MULTILINE),  # code blocks
        *re.findall(r"`(\.venv/bin/python [^`]+)`", TEXT),
    }
)

RUN: Mapping[str, tuple[str, ...]] = {
    ".venv/bin/python -m pytest tests/mock_sis/test_har.py": ("--collect-only",),
    ".venv/bin/python -m pytest tests/mock_sis/test_journal.py -k clearing": ("--collect-only",),
}
"""Commands that are run -> the arguments that make them fast."""

NOT_RUN: Mapping[str, str] = {
    ".venv/bin/ruff format .": "it would change files",
    ".venv/bin/ruff check .": "`make check` runs it",
    ".venv/bin/mypy": "`make check` runs it",
    ".venv/bin/pip install --upgrade --editable '.[dev]'": "it would install packages",
    ".venv/bin/pip freeze --exclude-editable >constraints.txt": "it would change a file",
    ".venv/bin/python benchmarks/receive.py": "it takes long, and needs an idle machine",
}
"""Commands whose program and files are only checked to exist -> the reason."""


def installed(program: str) -> Path:
    """The program of `.venv` in the environment that runs this test."""
    return Path(sys.executable).with_name(Path(program).name)


def test_every_command_is_in_one_of_the_tables() -> None:
    assert sorted([*RUN, *NOT_RUN]) == COMMANDS


@pytest.mark.parametrize("command", RUN)
def test_a_fast_command_succeeds(command: str) -> None:
    program, *arguments = shlex.split(command)
    # pytest fails with code 5 if it selects no test.
    done = subprocess.run(
        [installed(program), *arguments, *RUN[command]],
        capture_output=True,
        cwd=ROOT,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize("command", NOT_RUN)
def test_the_program_and_the_files_of_another_command_exist(command: str) -> None:
    program, *arguments = shlex.split(command)
    files = [each.lstrip(">") for each in arguments if re.search(r"\w/|\.(py|txt)$", each)]
    assert [each for each in files if not (ROOT / each).exists()] == []
    assert installed(program).exists()


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/adding-a-rule.md"])
def test_the_paths_in_the_instructions_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    folders = "|".join(("mock_sis", "conformance", "schemas", "docs", "tests", "benchmarks"))
    paths = re.findall(rf"`((?:{folders})/[^`\s]*)`", text)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
