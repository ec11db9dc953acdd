"""The reference exporter's adapter apart from any dialect: greeting, refusals, start, command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conformance.exporters.adapter import parsed
from conformance.exporters.mutants import MUTANTS
from helpers.exporters.suite import Suite

COMMON = Path(__file__).resolve().parents[3] / "schemas" / "adapter" / "common.schema.json"
FEATURES = json.loads(COMMON.read_text())["$defs"]["feature"]["enum"]
NOT_OFFERED = "auth.refresh"


async def test_hello_lists_the_dialects_and_all_their_features_in_the_protocols_order() -> None:
    hello = await Suite().hello()
    assert hello["exporter"]["name"] == "reference"
    assert hello["dialects"] == ["wiseflow", "schoology", "skyward"]
    assert hello["features"] == [each for each in FEATURES if each != NOT_OFFERED]


async def test_an_unknown_operation_is_unsupported() -> None:
    answer = await Suite().adapter.handle({"id": 7, "op": "dance"})
    assert (answer["id"], answer["status"]) == (7, "unsupported")
    assert "dance" in answer["reason"]


@pytest.mark.parametrize("line", [b"rubbish\n", b"[1]\n", b"\xff\n", b"{"])
async def test_a_malformed_line_is_unsupported(line: bytes) -> None:
    assert (await Suite().adapter.handle(parsed(line)))["status"] == "unsupported"


async def test_an_unknown_dialect_is_unsupported_and_the_known_are_named() -> None:
    answer = await Suite().adapter.handle({"op": "configure", "dialect": "Latin"})
    assert (answer["status"], "wiseflow, schoology, skyward" in answer["reason"]) == (
        "unsupported",
        True,
    )


DEAR = {
    "": {"aiohttp", "mock_sis", "orjson", "jsonschema_rs", "click", "msgspec", "sqlite3"},
    "wiseflow": {"aiohttp", "mock_sis", "lxml", "oauthlib"},
    "schoology": {"aiohttp", "mock_sis", "lxml", "oauthlib"},
    "skyward": {"aiohttp", "mock_sis", "lxml", "oauthlib"},
}
"""Packages that a start, or the opening of a case in a dialect, must not import."""


@pytest.mark.parametrize("dialect", DEAR)
def test_a_start_imports_no_dialect_and_a_case_only_its_own(dialect: str) -> None:
    opening = f"import conformance.exporters.{dialect}.face;" if dialect else ""
    listing = (
        f"import conformance.exporters.adapter, json, sys; {opening}"
        "print(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True)
    names = json.loads(done.stdout)
    assert {name.partition(".")[0] for name in names} & DEAR[dialect] == set()
    parts = (name.split(".") for name in names if name.startswith("conformance.exporters."))
    assert {each[2] for each in parts} & (DEAR.keys() - {"", dialect}) == set()


def test_an_unknown_mutant_is_a_usage_error_that_names_the_known() -> None:
    command = [sys.executable, "-m", "conformance.exporters.adapter", "--mutant", "nobody"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert all(name in done.stderr for name in MUTANTS)


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ('{"id": 1, "op": "hello", "protocol": 1}\n', 1),
        ('{"id": 1, "op": "hello", "protocol": 1}\n{"id": 2, "op": "bye"}\nnever read\n', 2),
        ('{"id": 1, "op": "hello", "protocol": 1}', 1),
        ("", 0),
    ],
    ids=["no bye", "bye", "no line feed", "empty"],
)
def test_messages_may_come_from_a_file(written: str, answers: int, tmp_path: Path) -> None:
    messages = tmp_path / "messages"
    messages.write_text(written)
    with messages.open("rb") as stdin:
        assert ended(stdin) == (0, "", answers)


def test_an_adapter_without_messages_ends() -> None:
    assert ended(subprocess.DEVNULL) == (0, "", 0)


def ended(stdin: Any) -> tuple[int, str, int]:
    """The exit code, stderr, and the number of answers."""
    command = [sys.executable, "-m", "conformance.exporters.adapter"]
    done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr, len(done.stdout.splitlines())
