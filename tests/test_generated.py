"""`make docs` updates every generated file, by commands of one form."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = re.findall(
    r"^\t@\$\(BIN\)/python -m (\S+) (\S+)$",
    (ROOT / "Makefile").read_text().partition("\ndocs:")[2].partition("\n\n")[0],
    re.MULTILINE,
)
"""The modules that `make docs` runs, each with its file."""


GENERATED = r"### (drip|WF-ONCE)\b|\"drip\""
"""Text that only the generated parts of these files contain."""


def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        cwd=ROOT,
        text=True,
        timeout=200,
        check=False,
    )


def test_every_generator_of_the_code_is_in_the_makefile() -> None:
    users = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in ("mock_sis", "conformance")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"^    update\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(users) == sorted(module for module, _ in COMMANDS)


@pytest.mark.parametrize(("module", "file"), COMMANDS)
def test_a_generator_leaves_a_current_file_and_updates_an_old_one(
    module: str, file: str, tmp_path: Path
) -> None:
    current = (ROOT / file).read_text(encoding="utf-8")
    copy = tmp_path / "copy"
    copy.write_text(current, encoding="utf-8")
    assert run(module, str(copy)).stdout == f"{copy}: unchanged\n"
    copy.write_text(re.sub(GENERATED, "x", current), encoding="utf-8")
    assert run(module, str(copy)).stdout == f"{copy}: updated\n"
    assert copy.read_text(encoding="utf-8") == current


@pytest.mark.parametrize("arguments", [(), ("one", "two")])
def test_a_generator_asks_for_one_file(arguments: tuple[str, ...]) -> None:
    done = run(COMMANDS[0][0], *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "FILE" in done.stderr
