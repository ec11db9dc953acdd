"""A fault counts as fired where it changes an answer or a write, not where it is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.fault_bench import TOKEN, accepted, plan_of, strike
from mock_sis.clock import Clock
from mock_sis.dialects.table import DIALECTS
from mock_sis.exchange import Call, Reply
from mock_sis.faults.plan import Plan
from mock_sis.faults.row_fate import RowFate
from mock_sis.seeds import library
from mock_sis.simulator import Simulator

LINE_ITEMS = "oneroster.gradebook.classes.lineItems.post"
ASKED: list[tuple[dict[str, Any], str, str, Any, Any]] = [
    ({"kind": "token_lifetime", "seconds": 5}, TOKEN, "token_lifetime", 3600, 5),
    ({"kind": "oneroster_posting_lag", "seconds": 5}, LINE_ITEMS, "posting_lag", 0, 5),
    ({"kind": "oneroster_category_renamed", "title": "B"}, LINE_ITEMS, "category_title", "A", "B"),
]


def fired(plan: Plan) -> list[int]:
    return [armed.fired for armed in plan.armed]


@pytest.mark.parametrize(("fault", "operation", "ask", "usual", "altered"), ASKED)
def test_asking_counts_nothing_and_acting_counts_once_a_call(
    fault: dict[str, Any], operation: str, ask: str, usual: Any, altered: Any
) -> None:
    plan = plan_of({"fault": fault, "when": {"next": 2}})
    effects = strike(plan, operation=operation)
    answers = [getattr(effects, ask)(usual) for _ in range(2)]
    assert [answer.value for answer in answers] == [altered, altered]
    assert (effects.names, fired(plan)) == ((), [0])
    assert [answer.act() for answer in answers] == [altered, altered]
    assert (effects.names, fired(plan)) == ((fault["kind"],), [1])
    getattr(strike(plan, operation=operation), ask)(usual).act()
    assert fired(plan) == [2]


@pytest.mark.parametrize(("fault", "operation", "ask", "_usual", "altered"), ASKED)
def test_a_value_that_is_so_already_leaves_nothing_to_act_on(
    fault: dict[str, Any], operation: str, ask: str, _usual: Any, altered: Any
) -> None:
    plan = plan_of({"fault": fault})
    assert getattr(strike(plan, operation=operation), ask)(altered).act() == altered
    assert fired(plan) == [0]


def test_of_two_faults_the_first_that_changes_the_value_fires() -> None:
    lifetimes = [{"fault": {"kind": "token_lifetime", "seconds": each}} for each in (60, 5, 9)]
    plan = plan_of(*lifetimes)
    assert strike(plan, operation=TOKEN).token_lifetime(60).act() == 5
    assert fired(plan) == [0, 1, 0]


UNLISTED = [
    ({"kind": "rows_stored_but_told_failed"}, accepted("1"), 0),
    ({"kind": "rows_all_fail"}, (RowFate.refused("1", "late"),), 0),
    ({"kind": "rows_all_fail"}, accepted("1"), 1),
    ({"kind": "rows_told_stored_but_not"}, accepted("1"), 1),
]


@pytest.mark.parametrize(("fault", "rows", "times"), UNLISTED)
def test_what_a_row_is_told_changes_nothing_in_an_answer_without_rows(
    fault: dict[str, Any], rows: tuple[RowFate, ...], times: int
) -> None:
    plan = plan_of({"fault": fault})
    bent = strike(plan).rows(rows, listed=False)
    assert [row.stored for row in bent] == [row.stored and not times for row in rows]
    assert fired(plan) == [times]


OAUTH = {"type": "oauth2", "client_id": "lms", "client_secret": "right", "lifetime": 60}
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
PLACES = {"wiseflow": "/wiseflow/oauth/token", "oneroster": "/oauth/token"}


@pytest.mark.parametrize("dialect", PLACES)
def test_a_token_lifetime_fires_where_a_token_is_issued(dialect: str) -> None:
    simulator = Simulator(clock=Clock("virtual", 0.0))
    fault = {"operation": f"{dialect}.token", "fault": {"kind": "token_lifetime", "seconds": 5}}
    simulator.load({**library.builtin("demo"), dialect: {"auth": OAUTH}, "faults": [fault]})
    for secret, status, times in (("wrong", 401, 0), ("right", 200, 1)):
        form = f"grant_type=client_credentials&client_id=lms&client_secret={secret}".encode()
        reply = simulator.answer(Call("POST", PLACES[dialect], FORM, form))
        assert isinstance(reply, Reply)
        assert (reply.status, fired(simulator.world.plan)) == (status, [times])
    assert b'"expires_in":5' in reply.body


def test_every_dialect_with_a_token_endpoint_is_tried() -> None:
    issuing = {
        row.name
        for row in DIALECTS
        for _, route in row.served(row.policy())
        if route.operation == f"{row.name}.token"
    }
    assert issuing == set(PLACES)
