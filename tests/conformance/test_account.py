"""What an account says of a rule: root causes, rows told together, and what was tried."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conformance.judging.verdicts import Status, verdict
from conformance.model.account import Account, Breach, Carried, Ledger, Notes, told
from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Rule
from conformance.reports import terminal
from helpers.suite.made import MADE, evidence, report, rule


def breach(name: str, row: str, message: str, number: int = 1, fault: str = "") -> Breach:
    return Breach(name, row, message, (number,), fault=fault)


def accounted(*breaches: Breach, **tried: int) -> Ledger:
    account = Account(breaches, {name.replace("_", "-"): times for name, times in tried.items()})
    return lambda _: account


def carried(name: str, ledger: Ledger) -> Rule:
    made = rule(Carried(name, ledger), id=name)
    return Rule(**{**vars(made), "everywhere": True})


def messages(breaches: Sequence[Breach], name: str) -> list[str]:
    return [each.message for each in told(breaches, name)]


def test_the_first_breach_of_a_row_counts_and_the_others_follow_from_it() -> None:
    breaches = [breach("A", "p1", "sent p1"), breach("B", "p1", "shows p1"), breach("B", "p2", "x")]
    (first,) = told(breaches, "A")
    assert (first.message, first.follows) == ("sent p1", ("B: it shows p1",))
    assert messages(breaches, "B") == ["x"]


def test_a_row_may_break_its_first_rule_again() -> None:
    breaches = [breach("A", "p1", "sent p1", 1), breach("A", "p1", "sent p1", 2)]
    assert [each.entries for each in told(breaches, "A")] == [(1,), (2,)]


def test_breaches_about_the_whole_follow_from_nothing() -> None:
    breaches = [breach("A", "", "one"), breach("B", "", "two")]
    assert (messages(breaches, "A"), messages(breaches, "B")) == (["one"], ["two"])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (1, "sent p0"),
        (3, "sent p0; sent p1; sent p2"),
        (4, "sent p0; sent p1; sent p2; and 1 more in the same way"),
        (250, "sent p0; sent p1; sent p2; and 247 more in the same way"),
    ],
)
def test_rows_with_one_fault_at_one_place_are_told_as_one(rows: int, words: str) -> None:
    breaches = [breach("A", f"p{n}", f"sent p{n}", fault="sent") for n in range(rows)]
    assert messages(breaches, "A") == [words]


def test_rows_at_different_places_or_with_different_faults_are_told_apart() -> None:
    places = [breach("A", "p1", "x", 1, "sent"), breach("A", "p2", "y", 2, "sent")]
    faults = [breach("A", "p1", "x", 1, "sent"), breach("A", "p2", "y", 1, "shown")]
    assert (messages(places, "A"), messages(faults, "A")) == (["x", "y"], ["x", "y"])


def test_notes_count_a_breach_as_tried() -> None:
    notes = Notes()
    notes.tried("A", "B", times=2)
    notes.tried("A", times=0)
    notes.breach(breach("C", "p1", "x"))
    assert notes.account().tried == {"A": 2, "B": 2, "C": 1}
    assert notes.breached() == {"p1"}


def test_a_rule_whose_obligation_did_not_arise_is_not_testable() -> None:
    with pytest.raises(NotTestable, match="its situation did not arise"):
        Carried("A", accounted(B=1))(evidence())


def test_a_ledger_goes_through_a_case_once() -> None:
    times = 0

    def ledger(_: Evidence) -> Account:
        nonlocal times
        times += 1
        return Account(tried={"A": 1, "B": 1})

    case = evidence()
    assert [Carried(name, ledger)(case) for name in ("A", "B")] == [[], []]
    assert times == 1


@pytest.mark.parametrize(
    ("ledger", "status", "times"),
    [
        (accounted(A=3), Status.PASS, 3),
        (accounted(), Status.NOT_TESTABLE, 0),
        (accounted(breach("A", "p1", "sent p1"), A=2), Status.FAIL, 2),
        (accounted(breach("B", "p1", "x"), breach("A", "p1", "y"), A=2), Status.PASS, 2),
    ],
)
def test_a_verdict_says_how_often_a_rule_was_tried(
    ledger: Ledger, status: Status, times: int
) -> None:
    found = verdict(carried("A", ledger), {"made": evidence()}, {})
    assert (found.status, found.tried) == (status, times)


def test_what_follows_is_told_below_its_root_cause() -> None:
    ledger = accounted(breach("A", "p1", "sent p1"), breach("B", "p1", "shows p1"), A=1)
    case = evidence()
    text = terminal.render(report(verdict(carried("A", ledger), {MADE.name: case}, {}), made=case))
    assert "* It sent p1.\n    which led to B: it shows p1.\n" in text
