"""Known failures: what follows from them is known too, and a run writes the list."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.judging.consequences import consequence
from conformance.judging.known import read_known
from conformance.judging.report import Exit, Report
from conformance.judging.verdicts import Status, Verdict, verdict
from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Rule, Scenario, Violation
from conformance.reports.known_list import HEAD, LONGEST, require_replaceable, write_known
from helpers.suite.made import EXPORTER, MADE, evidence, report, rule
from mock_sis.errors import UsageError

Check = Callable[[Evidence], Iterable[Violation]]


def breaks(_: Evidence) -> Iterable[Violation]:
    return [Violation("sent nonsense (#5)\nto the SIS", (5,))]


def keeps(_: Evidence) -> Iterable[Violation]:
    return []


def presupposes(_: Evidence) -> Iterable[Violation]:
    raise NotTestable("nothing was accepted")


def needs_a_step(found: Evidence) -> Iterable[Violation]:
    found.step("again")
    return breaks(found)


OTHER = Scenario("other", "", MADE.subject, ())
PLAYED = {"made": evidence(), "other": Evidence("other", EXPORTER)}
UNTRIED = rule(presupposes, id="WF-UNTRIED")
KNOWN = {"WF-CAUSE": "ticket 7"}


def only_in(name: str) -> Check:
    return lambda found: breaks(found) if found.scenario == name else []


CAUSES: list[tuple[Rule, Rule, Status]] = [
    (rule(breaks, id="WF-CAUSE"), UNTRIED, Status.KNOWN),
    (rule(breaks, id="WF-CAUSE", scenarios=(OTHER,)), UNTRIED, Status.KNOWN),
    (rule(only_in("made"), id="WF-CAUSE", scenarios=(OTHER,)), UNTRIED, Status.KNOWN),
    (rule(only_in("other"), id="WF-CAUSE"), UNTRIED, Status.NOT_TESTABLE),
    (rule(keeps, id="WF-CAUSE"), UNTRIED, Status.NOT_TESTABLE),
    (rule(presupposes, id="WF-CAUSE"), UNTRIED, Status.NOT_TESTABLE),
    (rule(needs_a_step, id="WF-CAUSE"), UNTRIED, Status.NOT_TESTABLE),
    (rule(breaks, id="WF-UNLISTED"), UNTRIED, Status.NOT_TESTABLE),
    (
        rule(only_in("made"), id="WF-CAUSE"),
        replace(UNTRIED, scenarios=(MADE, OTHER)),
        Status.NOT_TESTABLE,
    ),
    (rule(breaks, id="WF-CAUSE"), rule(breaks, id="WF-NEW"), Status.FAIL),
    (rule(breaks, id="WF-CAUSE"), rule(keeps, id="WF-KEPT"), Status.PASS),
]


@pytest.mark.parametrize(("cause", "each", "status"), CAUSES)
def test_a_rule_is_known_where_a_listed_one_is_broken_in_its_case(
    cause: Rule, each: Rule, status: Status
) -> None:
    found = consequence(verdict(each, PLAYED, KNOWN), PLAYED, KNOWN, [cause, each])
    assert found.status is status
    assert ("WF-CAUSE (ticket 7)" in found.reason) is (status is Status.KNOWN)
    assert ("nothing was accepted" in found.reason) is (each.check is presupposes)


def ran(known: dict[str, str], *rules: Rule) -> Report:
    """A run of these rules on evidence in which nothing happens."""
    found = [verdict(each, PLAYED, known) for each in rules]
    return report(*(consequence(each, PLAYED, known, rules) for each in found), **PLAYED)


FAILS = rule(breaks, id="WF-FAILS")
ELSEWHERE = replace(UNTRIED, id="WF-ELSEWHERE", scenarios=(OTHER,))
KEPT = rule(keeps, id="WF-KEPT")

WRITTEN: list[tuple[dict[str, str], tuple[Rule, ...], dict[str, str]]] = [
    ({}, (KEPT,), {}),
    ({}, (FAILS, KEPT), {"WF-FAILS": "it sent nonsense (request 5) to the SIS"}),
    ({}, (FAILS, UNTRIED), {"WF-FAILS": "it sent nonsense (request 5) to the SIS"}),
    ({}, (UNTRIED,), {"WF-UNTRIED": "not testable: nothing was accepted"}),
    (
        {},
        (rule(only_in("made"), id="WF-FAILS"), ELSEWHERE),
        {
            "WF-FAILS": "it sent nonsense (request 5) to the SIS",
            "WF-ELSEWHERE": "not testable: nothing was accepted",
        },
    ),
    ({"WF-FAILS": "ticket 7"}, (FAILS, UNTRIED), {"WF-FAILS": "ticket 7"}),
    ({"WF-FAILS": ""}, (FAILS,), {"WF-FAILS": ""}),
    ({"WF-KEPT": "ticket 7"}, (KEPT,), {}),
    ({"WF-ABSENT": "ticket 7"}, (KEPT,), {"WF-ABSENT": "ticket 7"}),
]


@pytest.mark.parametrize(("known", "rules", "listed"), WRITTEN)
def test_a_list_that_was_written_makes_the_next_run_green(
    known: dict[str, str], rules: tuple[Rule, ...], listed: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "known"
    assert write_known(ran(known, *rules), path, known, rules) == len(listed)
    ids = [*known, *(each.id for each in rules)]
    assert read_known(path, ids) == listed
    assert ran(read_known(path, ids), *rules).exit is Exit.CONFORMANT
    assert [*tmp_path.iterdir()] == [path]
    require_replaceable(path, force=False)


def test_a_reason_is_short_and_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    long = rule(lambda _: [Violation("did \x1b[31m" + "x" * 1000 + "\ud800")], id="WF-LONG")
    write_known(ran({}, long), tmp_path / "known", {}, [long])
    (reason,) = read_known(tmp_path / "known", ["WF-LONG"]).values()
    assert len(reason) < LONGEST + 20
    assert "\x1b" not in reason


@pytest.mark.parametrize(
    ("content", "force", "refused"),
    [
        (None, False, ""),
        (f"{HEAD}\nWF-ONCE  why\n", False, ""),
        ("WF-ONCE  why\n", False, "was not written by --write-known"),
        ("WF-ONCE  why\n", True, ""),
        (f"{HEAD} Not.\n", False, "was not written by --write-known"),
        ("", False, "was not written by --write-known"),
        (b"\xff\xfe", False, "was not written by --write-known"),
    ],
)
def test_a_file_of_others_is_not_overwritten(
    content: str | bytes | None, force: bool, refused: str, tmp_path: Path
) -> None:
    path = tmp_path / "known"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    if not refused:
        require_replaceable(path, force=force)
        return
    with pytest.raises(UsageError, match=refused):
        require_replaceable(path, force=force)


def test_a_list_without_a_folder_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="its folder does not exist"):
        require_replaceable(tmp_path / "nowhere" / "known", force=True)


def test_a_list_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "known"
    path.write_text(HEAD)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match="No space left on device"):
        write_known(ran({}, FAILS), path, {}, [FAILS])
    assert path.read_text() == HEAD
    assert [*tmp_path.iterdir()] == [path]


def test_an_adapter_that_broke_adds_nothing_to_the_list(tmp_path: Path) -> None:
    died = report(Verdict(FAILS, Status.ERROR, "it died"))
    assert write_known(died, tmp_path / "known", {}, [FAILS]) == 0
