"""Options of `conformance run` that decide over its exit code, or write a file."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from conformance.cli import main
from helpers.suite import miniatures


def try_once(name: str, folder: Path, *more: str) -> Result:
    adapter = ("--exporter", f"python:{miniatures.__name__}:{name}")
    chosen = ("--rule", "WF-ONCE", "--report-dir", str(folder), "--watch", "0")
    return CliRunner().invoke(main, ("run", *adapter, *chosen, *more))


def test_a_run_writes_its_failures_for_the_next(tmp_path: Path) -> None:
    listed = tmp_path / "known"
    result = try_once("Eager", tmp_path, "--write-known", str(listed))
    assert result.exit_code == 1
    assert f"Known failures: 1 in {listed}" in result.output
    assert try_once("Eager", tmp_path, "--known", str(listed)).exit_code == 0
    listed.write_text("WF-ONCE")
    result = try_once("Eager", tmp_path, "--write-known", str(listed))
    assert result.exit_code == 2
    assert "--force" in result.output
    assert try_once("Eager", tmp_path, "--write-known", str(listed), "--force").exit_code == 1


def test_a_run_is_red_without_what_was_required(tmp_path: Path) -> None:
    assert try_once("Honest", tmp_path, "--require", "WF-ONCE").exit_code == 0
    result = try_once("Honest", tmp_path, "--require", "WF-ONCE", "--require", "retry")
    assert result.exit_code == 1
    assert "Not tried: retry is required, but hello does not declare it." in result.output


def test_a_run_is_red_where_it_tries_less_than_its_baseline(tmp_path: Path) -> None:
    baseline = tmp_path / "before.json"
    try_once("Honest", tmp_path)
    (tmp_path / "report.json").rename(baseline)
    assert try_once("Honest", tmp_path, "--baseline", str(baseline)).exit_code == 0
    result = try_once("Idle", tmp_path, "--baseline", str(baseline))
    assert result.exit_code == 1
    assert "The baseline tried WF-ONCE in exported-twice, exported-next-day" in result.output
    assert "; this run did not, because " in result.output
