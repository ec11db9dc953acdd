"""The Skyward rules that are about single requests, each on evidence made to keep it and to break
it; and what holds for all rules of the profile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.dialects import RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.judging.verdicts import Status
from conformance.model.proofs import Proof
from conformance.model.rule import NotTestable, Rule, Scenario
from conformance.model.steps import Advance, Arm, Export, Kill, Quiet, Restart, Settle
from conformance.runner.run import Options, run
from conformance.skyward.scenarios import sending
from conformance.skyward.scenarios.common import ASA, JOSE, ONE, READY, TWO
from helpers.suite.judged import broken, told_of
from helpers.suite.made_course import BASE, Sender, Silence, case, entry, made
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry

LEAKS = {"SK-SECRETS", "SK-OTHERS"}
"""Rules about what is printed and shown, whatever was sent."""
SKYWARD = [rule for rule in RULES if rule.profile == "skyward" and rule.id not in LEAKS]
PLAIN = Sender(sending.PLAIN)
ESSAY = PLAIN.item("essay", ONE)

# SK-ITEM


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([ESSAY], ""),
        ([PLAIN.item("essay", ONE, title="Essay on Emmy")], ""),
        ([PLAIN.item("essay", ONE, category={"sourcedId": "cat-alg-2-2"})], ""),
        ([PLAIN.item("essay", ONE, title=None)], "no title (#1)"),
        ([PLAIN.item("essay", ONE, title="")], "no title"),
        ([PLAIN.item("essay", ONE, resultValueMax=None)], "no resultValueMax (#1)"),
        ([PLAIN.item("essay", ONE, resultValueMax=0)], ""),
        ([PLAIN.item("essay", ONE, dueDate=None)], "no dueDate (#1); expected 2026-06-12"),
        ([PLAIN.item("quiz", ONE, dueDate=None)], ""),
        ([PLAIN.item("essay", ONE, category=None)], "no category (#1)"),
        ([PLAIN.item("essay", ONE, **{"class": {"sourcedId": "algebra"}})], "class 'algebra' (#1)"),
        ([ESSAY, PLAIN.item("quiz", ONE)], ""),
        ([ESSAY, PLAIN.item("essay", TWO, name="essay:alg-1")], "the sourcedId 'essay:alg-1' of"),
        ([PLAIN.posted(("essay", ONE))], "no sourcedId (#1)"),
        ([PLAIN.posted(("essay", ONE), sourcedId="mine")], ""),
        ([PLAIN.item("essay", ONE, name="a/b", sourcedId="a/b")], ""),
        ([PLAIN.item("essay", ONE, name="a/b", sourcedId="a%2Fb")], "'a%2Fb' to the path of 'a/b'"),
        ([ESSAY, PLAIN.score("essay", ASA, 44, name="a", sourcedId="b")], "'b' to the path of 'a'"),
    ],
)
def test_a_line_item_has_all_fields_of_the_item(sent: list[Entry], words: str) -> None:
    assert told_of(words, broken("SK-ITEM", case(sending.PLAIN, sent)))


# SK-NO-LATE


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ""),
        ({"late": "false"}, ""),
        ({"late": False}, ""),
        ({"metadata": {"late": None}}, ""),
        ({"metadata": {"late": ""}}, ""),
        ({"metadata": {"late": 0}}, ""),
        ({"metadata": ["late"]}, ""),
        ({"metadata": {"translated": True}}, ""),
        ({"late": "true"}, "flagged the score of student 1002 as late (#2)"),
        ({"late": True}, "flagged the score of student 1002 as late"),
        ({"metadata": {"late": True}}, "flagged the score of student 1002 as late"),
        ({"metadata": {"isLate": 1}}, "flagged the score of student 1002 as late"),
        ({"Late": "yes"}, "flagged the score of student 1002 as late"),
    ],
)
def test_late_work_looks_like_any_other(said: dict[str, Any], words: str) -> None:
    sent = [ESSAY, PLAIN.score("essay", JOSE, 31.5, **said)]
    assert told_of(words, broken("SK-NO-LATE", case(sending.PLAIN, sent)))


def test_work_that_is_not_late_is_not_flagged_either() -> None:
    sent = [ESSAY, PLAIN.score("essay", JOSE, 31.5), PLAIN.score("essay", ASA, 4, late="true")]
    assert "student 1001 as late (#3)" in broken("SK-NO-LATE", case(sending.PLAIN, sent))


@pytest.mark.parametrize("sent", [[], [ESSAY], [ESSAY, PLAIN.score("essay", ASA, 44)]])
def test_without_late_work_nothing_is_known_of_flags(sent: list[Entry]) -> None:
    with pytest.raises(NotTestable, match="no score of late work was transferred"):
        broken("SK-NO-LATE", case(sending.PLAIN, sent))


# SK-PAGES

TWICE = made(*READY, Export(), Settle(), Export(), Settle())
LIST = "oneroster.gradebook.lineItems.list"


def page(
    offset: int | None, rows: int, total: object = 5, status: int = 200, query: str = "&limit=2"
) -> Entry:
    """A page of line items."""
    body = json.dumps({"lineItems": [{}] * rows}).encode()
    headers = () if total is None else (("X-Total-Count", str(total)),)
    start = "" if offset is None else f"offset={offset}"
    call = Call("GET", f"{BASE}/lineItems?{start}{query}")
    return Entry(0, LIST, call, Reply(status, headers, body))


@pytest.mark.parametrize(
    ("first", "again", "words"),
    [
        ([page(0, 2), page(2, 2), page(4, 1)], [], ""),
        ([page(4, 1), page(None, 2), page(2, 2)], [], ""),
        ([page(0, 2), page(2, 2)], [], "read 4 of the 5 rows of"),
        ([page(0, 2), page(0, 2), page(2, 2)], [], "read 4 of the 5 rows of"),
        ([page(0, 2), page(2, 2)], [page(4, 1)], "read 4 of the 5 rows of"),
        ([page(0, 2), page(2, 2), page(4, 1)], [page(0, 2)], "read 2 of the 5 rows of"),
        ([page(0, 2), page(2, 2), page(4, 1, query="&limit=2&filter=a")], [], "read 4 of the 5"),
        ([page(0, 2), page(2, 2), page(4, 1, query="&limit=1")], [], "read 4 of the 5"),
        ([page(0, 2), page(2, 2), page(4, 1, status=500)], [], "read 4 of the 5"),
    ],
)
def test_a_list_is_read_to_its_end_in_each_transfer(first: Any, again: Any, words: str) -> None:
    assert told_of(words, broken("SK-PAGES", case(TWICE, first, again)))


@pytest.mark.parametrize(
    "only",
    [
        page(0, 5),
        page(0, 2, None),
        page(0, 2, "many"),
        page(0, 2, status=503),
        page(0, 1, query="&limit=1"),
        entry(LIST),
    ],
)
def test_without_a_second_page_nothing_is_known_of_pages(only: Entry) -> None:
    with pytest.raises(NotTestable, match="no list that was read had a second page"):
        broken("SK-PAGES", case(TWICE, [only]))


# SK-AUTH-LOOP


def refused(collection: str = "lineItems", method: str = "GET") -> Entry:
    """A request whose token the SIS refuses."""
    call = Call(method, f"{BASE}/{collection}")
    return Entry(0, f"oneroster.gradebook.{collection}.list", call, Reply(401))


@pytest.mark.parametrize(
    ("first", "again", "words"),
    [
        ([refused(), refused()], [], ""),
        ([refused(), refused(), refused("results"), refused("results")], [], ""),
        ([refused(), refused()], [refused(), refused()], ""),
        ([refused(), refused(), refused()], [], "3 times (#3), each time to a 401"),
        ([refused(), refused(), refused(method="PUT")], [], ""),
    ],
)
def test_no_request_is_repeated_once_a_new_token_is_refused(
    first: list[Entry], again: list[Entry], words: str
) -> None:
    assert told_of(words, broken("SK-AUTH-LOOP", case(TWICE, first, again)))


@pytest.mark.parametrize("sent", [[], [refused()], [refused(), refused("results")]])
def test_without_a_refused_new_token_nothing_is_known_of_loops(sent: list[Entry]) -> None:
    with pytest.raises(NotTestable, match="the SIS refused no renewed token"):
        broken("SK-AUTH-LOOP", case(TWICE, sent))


# All of them

GIVES = {
    Proof.WITNESS: {Arm},
    Proof.RESTART: {Kill, Restart},
    Proof.QUIET: {Quiet},
}


def given(scenario: Scenario) -> set[Proof]:
    """The proofs that the steps of a scenario give."""
    kinds = {type(step) for step in scenario.steps}
    found = {proof for proof, needed in GIVES.items() if needed <= kinds}
    long = any(isinstance(step, Advance) and step.days >= 30 for step in scenario.steps)
    return found | {Proof.COUNT} | ({Proof.LATER} if long else set())


@pytest.mark.parametrize("rule", SKYWARD, ids=lambda rule: rule.id)
def test_a_rule_rests_on_the_proofs_that_its_scenarios_give(rule: Rule) -> None:
    assert set(rule.proofs) == set().union(*map(given, rule.scenarios))


@pytest.mark.parametrize("rule", SKYWARD, ids=lambda rule: rule.id)
def test_a_rule_holds_in_every_case(rule: Rule) -> None:
    assert rule.everywhere


FORBIDDING = {"SK-COURSE", "SK-CATEGORY"}
"""Rules with a case in which nothing may be sent at all."""


async def test_no_other_rule_passes_an_exporter_that_does_nothing() -> None:
    found = await run(SKYWARD, InProcessDriver(Silence), "silent", Options())
    failed = {each.rule.id for each in found.verdicts if each.status is Status.FAIL}
    assert failed == {"SK-COMPLETE"}
    passed = {each.rule.id for each in found.verdicts if each.status is Status.PASS}
    assert passed == FORBIDDING
    others = {each.status for each in found.verdicts if each.rule.id not in failed | passed}
    assert others == {Status.NOT_TESTABLE}
