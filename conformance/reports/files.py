"""The files of a run: the reports, and the evidence of each rule that did not pass."""

from __future__ import annotations

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


def write(report: Report, folder: Path) -> list[Path]:
    """Write the reports, and remove the evidence of the previous run. Gives the paths to look at.
    Raises OSError."""
    for old in folder.glob("evidence-*.json"):
        old.unlink()
    written = [folder / "report.json", folder / "junit.xml"]
    written[0].write_text(json_report.render(report), "utf-8")
    written[1].write_text(junit.render(report), "utf-8")
    kept = _worth_keeping(report)
    for name in kept:
        (folder / f"evidence-{name}.json").write_bytes(encode(report.evidence[name]))
    return written + [folder / "evidence-*.json"] * bool(kept)


def _worth_keeping(report: Report) -> list[str]:
    """The scenarios of rules that did not pass."""
    quiet = (Status.PASS, Status.NOT_APPLICABLE)
    judged = (each for verdict in report.verdicts for each in verdict.judged)
    names = dict.fromkeys(each.scenario.name for each in judged if each.status not in quiet)
    return [name for name in names if name in report.evidence]
