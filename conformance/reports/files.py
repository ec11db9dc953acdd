"""The files of a run: the reports, and the evidence of each rule that did not pass."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile

from conformance.judging.report import Report
from conformance.judging.verdicts import Status
from conformance.model.evidence import encode
from conformance.reports import json as json_report
from conformance.reports import junit
from mock_sis.errors import UsageError


def require_room(folder: Path) -> None:
    """Raises UsageError for a folder that cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise no_room(folder, error) from error


def no_room(folder: Path, error: OSError) -> UsageError:
    """What to say of a folder that cannot be written to."""
    return UsageError(
        f"Reports cannot be written into {folder}: {error.strerror or error}. Name"
        " another folder with --report-dir."
    )


def write(report: Report, folder: Path) -> tuple[list[Path], list[Exception]]:
    """Write the reports, and remove the evidence of the previous run. Gives the paths to look at,
    and the reasons for which others could not be written."""
    kept = _worth_keeping(report)
    renders: dict[str, Callable[[], bytes]] = {
        "report.json": lambda: json_report.render(report).encode(),
        "junit.xml": lambda: junit.render(report).encode(),
        **{f"evidence-{name}.json": partial(encode, report.evidence[name]) for name in kept},
    }
    failures: list[Exception] = []
    with _noting(failures):
        for old in folder.glob("evidence-*.json"):
            old.unlink()
    written = []
    for name, render in renders.items():
        with _noting(failures):
            replace_file(folder / name, render())
            written.append(name)
    shown = dict.fromkeys(
        "evidence-*.json" if name.startswith("evidence-") else name for name in written
    )
    return [folder / name for name in shown], failures


@contextmanager
def _noting(failures: list[Exception]) -> Iterator[None]:
    """Go on after an exception of the block, and note it."""
    try:
        yield
    except Exception as error:
        failures.append(error)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file, all of it or nothing. A link in its place is replaced, not followed. Raises
    OSError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    try:
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _worth_keeping(report: Report) -> list[str]:
    """The scenarios of rules that did not pass."""
    quiet = (Status.PASS, Status.NOT_APPLICABLE)
    judged = (each for verdict in report.verdicts for each in verdict.judged)
    names = dict.fromkeys(each.scenario.name for each in judged if each.status not in quiet)
    return [name for name in names if name in report.evidence]
