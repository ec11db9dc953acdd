"""The list of known failures that a run writes, for `--known` of the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conformance.judging.consequences import consequence
from conformance.judging.report import Report
from conformance.judging.verdicts import Status, Verdict
from conformance.model.rule import Rule
from conformance.reports.escaping import printable
from conformance.reports.files import replace_file
from mock_sis.contracts.contract import abbreviate
from mock_sis.errors import UsageError

HEAD = "# Known failures, written by conformance run --write-known."
"""The first line, by which a list is recognised that may be written again."""

LONGEST = 160
"""Characters of a reason."""


def require_replaceable(path: Path, *, force: bool) -> None:
    """Raises UsageError if the list cannot be written there. Unless `force`, also raises it for a
    file that this module did not write."""
    if not path.parent.is_dir():
        raise UsageError(f"The list {path} cannot be written: its folder does not exist.")
    if force or not path.exists():
        return
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline(len(HEAD) + 2).strip()
    except OSError as error:
        raise _unwritable(path, error) from error
    if first != HEAD:
        raise UsageError(
            f"{path} exists, and was not written by --write-known. Name another file, or"
            " overwrite it with --force."
        )


def write_known(report: Report, path: Path, known: Mapping[str, str], rules: Sequence[Rule]) -> int:
    """Write the list, all of it or nothing, and give the number of its rules. `known` is the list
    that the run was given: what it says stays, but for rules that pass now. Raises UsageError."""
    listed = dict(_listed(report, known, rules))
    lines = [HEAD, *(f"{id}  {_one_line(reason)}".rstrip() for id, reason in listed.items())]
    try:
        replace_file(path, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise _unwritable(path, error) from error
    return len(listed)


def _listed(
    report: Report, known: Mapping[str, str], rules: Sequence[Rule]
) -> Iterator[tuple[str, str]]:
    """Each rule with its reason: what is listed already, what failed, and what could not be tried
    for another reason than these."""
    by_id = {verdict.rule.id: verdict for verdict in report.verdicts}
    kept = {id: why for id, why in known.items() if _still_fails(by_id.get(id))}
    failed = {id: _reason(each) for id, each in by_id.items() if each.status is Status.FAIL}
    yield from (kept | failed).items()
    for id, each in by_id.items():
        covered = consequence(each, report.evidence, kept | failed, rules)
        if covered.status is Status.NOT_TESTABLE:
            yield id, f"not testable: {each.reason}"


def _still_fails(verdict: Verdict | None) -> bool:
    """Whether a listed rule stays on the list. One that was not in the run does."""
    return verdict is None or verdict.status is not Status.STALE


def _reason(verdict: Verdict) -> str:
    return f"it {verdict.violations[0].message}" if verdict.violations else verdict.reason


def _one_line(text: str) -> str:
    """A reason on one line, without the sign that begins a comment."""
    words = " ".join(text.replace("#", "request ").split())
    return printable(abbreviate(words, LONGEST))


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"The list {path} cannot be written: {error.strerror or error}.")
