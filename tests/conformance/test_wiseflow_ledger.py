"""The ledger of the WISEflow-style dialect on both sides of each border.

Each case is a short story with the rules that it breaks; the same story without the last fault
breaks none. A fate, a licence or a state that the ledger takes for another one shows here.
"""

from __future__ import annotations

import pytest

from conformance.model.account import told
from conformance.wiseflow.ledger import ledger
from helpers.suite.flow_cases.choosing import VALUES, WHEN, WHO
from helpers.suite.flow_cases.instant import INSTANTLY
from helpers.suite.flow_cases.joining import JOINING
from helpers.suite.flow_cases.sending import NO_RETRY, ONCE, RETRY
from helpers.suite.flow_cases.showing import SHOWN
from helpers.suite.flow_cases.statuses import CONFLICT, OPEN, STATUSES, TOLD, UNLOCKED, shows
from helpers.suite.made_flow import Case

TABLES = {
    "once": ONCE,
    "no retry": NO_RETRY,
    "retry": RETRY,
    "who": WHO,
    "values": VALUES,
    "when": WHEN,
    "instantly": INSTANTLY,
    "shown": SHOWN,
    "statuses": STATUSES,
    "joining": JOINING,
}
CASES = {
    f"{table}: {name}": case for table, cases in TABLES.items() for name, case in cases.items()
}


@pytest.mark.parametrize(("case", "broken"), CASES.values(), ids=CASES.keys())
def test_a_case_breaks_exactly_these_rules(case: Case, broken: set[str]) -> None:
    account = ledger(case.evidence())
    rules = {breach.rule for breach in account.breaches}
    assert {rule for rule in rules if told(account.breaches, rule)} == broken
    assert broken <= set(account.tried)


def test_what_is_shown_of_the_marking_is_judged_although_nothing_was_sent() -> None:
    assert ledger(shows(CONFLICT, *TOLD, p1001=OPEN).evidence()).tried.keys() == {
        "WF-STATUS",
        "WF-REOPEN",
    }
    unlocked = shows(UNLOCKED, p1001=("none", "A", True), p1002="none")
    assert ledger(unlocked.evidence()).tried.keys() == {"WF-STATUS", "WF-UNLOCK-KEEPS"}
