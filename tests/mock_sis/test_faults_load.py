"""Conditions of load, and delays that are drawn: what they make of a series of calls."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.fault_bench import GET, TOKEN, call, outcome, plan_of, strike, told
from mock_sis.exchange import Hangup, Reply
from mock_sis.faults.plan import Plan

TRUE = told(2)


def rejections(plan: Plan, *times: float) -> list[str | None]:
    """What each call at these times is told of when to come back; None: it got through."""
    struck = [strike(plan, call(at=time)).before for time in times]
    return [
        (reply.header("Retry-After") or "") if isinstance(reply, Reply) else None
        for reply in struck
    ]


LIMITS = [
    ({}, [0, 1, 2, 9, 10, 10.5, 11], [None, None, "8", "1", None, "1", None]),
    ({"retry_after": False}, [0, 1, 2], [None, None, ""]),
    ({"retry_after": 120}, [0, 1, 2], [None, None, "120"]),
    ({"retry_after": 0}, [0, 1, 2], [None, None, "0"]),
    (
        {"retry_after": "Mon, 15 Jun 2026 09:00:00 GMT"},
        [0, 1, 2],
        [None, None, "Mon, 15 Jun 2026 09:00:00 GMT"],
    ),
    ({"requests": 1, "seconds": 0.5}, [0, 0.1, 0.5], [None, "1", None]),
]


@pytest.mark.parametrize(("parameters", "times", "expected"), LIMITS)
def test_a_rate_limit_lets_so_many_calls_through_in_any_window(
    parameters: dict[str, Any], times: list[float], expected: list[str | None]
) -> None:
    fault = {"kind": "rate_limit", "requests": 2, "seconds": 10, **parameters}
    assert rejections(plan_of({"fault": fault}), *times) == expected


def test_a_rejection_is_a_429_and_counts_as_fired() -> None:
    plan = plan_of({"fault": {"kind": "rate_limit", "requests": 1, "seconds": 10}})
    assert strike(plan).fired == ()
    reply = strike(plan).before
    assert isinstance(reply, Reply)
    assert reply.status == 429
    assert [(armed.seen, armed.fired) for armed in plan.armed] == [(2, 1)]


@given(
    requests=st.integers(1, 5),
    gaps=st.lists(st.integers(0, 5), max_size=40),
)
def test_no_window_ever_lets_more_through_than_the_limit(requests: int, gaps: list[int]) -> None:
    fault = {"kind": "rate_limit", "requests": requests, "seconds": 10}
    plan = plan_of({"fault": fault})
    times = [sum(gaps[:number]) for number in range(len(gaps))]
    told_each = rejections(plan, *times)
    passed = [time for time, told_so in zip(times, told_each, strict=True) if told_so is None]
    for start in passed:
        assert sum(start <= time < start + 10 for time in passed) <= requests


def test_a_rate_limit_survives_a_clock_that_is_set_back() -> None:
    plan = plan_of({"fault": {"kind": "rate_limit", "requests": 1, "seconds": 10}})
    assert rejections(plan, 1000, 0, 1) == [None, None, "9"]


def test_a_client_that_waits_as_told_gets_through() -> None:
    plan = plan_of({"fault": {"kind": "rate_limit", "requests": 1, "seconds": 7.5}})
    assert rejections(plan, 100.2) == [None]
    (wait,) = rejections(plan, 101.1)
    assert rejections(plan, 101.1 + float(wait or "nan")) == [None]


def test_capacity_turns_away_what_is_above_it() -> None:
    plan = plan_of({"fault": {"kind": "capacity", "in_flight": 2}})
    struck = [strike(plan, call(in_flight=number)).before for number in (1, 2, 3, 4, 2)]
    assert [reply.status if isinstance(reply, Reply) else None for reply in struck] == [
        None,
        None,
        503,
        503,
        None,
    ]


def test_a_slow_start_falls_evenly_from_the_time_of_arming() -> None:
    fault = {"kind": "slow_start", "seconds": 10, "delay": 4}
    plan = plan_of({"fault": fault}, at=100)
    replies = [outcome(plan, TRUE, call(at=time)) for time in (90, 100, 105, 109, 110, 200)]
    delays = [reply.delivery.delay for reply in replies if isinstance(reply, Reply)]
    assert delays == pytest.approx([4, 4, 2, 0.4, 0, 0])
    assert plan.armed[0].fired == 4


def test_a_token_lifetime_holds_for_tokens_that_are_issued() -> None:
    plan = plan_of({"fault": {"kind": "token_lifetime", "seconds": 5}})
    strike(plan, operation=TOKEN)
    assert plan.never_fired == plan.armed
    effects = strike(plan, operation=TOKEN)
    assert effects.token_lifetime(3600).act() == 5
    assert effects.names == ("token_lifetime",)
    assert strike(plan, operation=TOKEN).token_lifetime(5).act() == 5
    assert plan.armed[0].fired == 1
    assert strike(plan, operation=GET).token_lifetime(3600).act() == 3600
    assert plan.armed[0].seen == 3


def delays(fault: dict[str, Any], calls: int = 200) -> list[float]:
    plan = plan_of({"when": {"always": True}, "fault": {"kind": "delay", **fault}})
    replies = [outcome(plan, TRUE) for _ in range(calls)]
    return [reply.delivery.delay for reply in replies if isinstance(reply, Reply)]


def test_a_uniform_delay_stays_between_its_ends_and_differs() -> None:
    drawn = delays({"uniform": [1, 3]})
    assert all(1 <= delay <= 3 for delay in drawn)
    assert len(set(drawn)) > 100


def test_a_log_normal_delay_has_its_median_and_never_exceeds_an_hour() -> None:
    assert median(delays({"lognormal": {"median": 2, "sigma": 0.5}}, 2000)) == pytest.approx(
        2, rel=0.1
    )
    assert delays({"lognormal": {"median": 2, "sigma": 0}}, 1) == pytest.approx([2])
    assert max(delays({"lognormal": {"median": 3600, "sigma": 5}})) == 3600


@pytest.mark.parametrize("shape", [{"uniform": [0, 9]}, {"lognormal": {"median": 1, "sigma": 1}}])
def test_delays_are_drawn_from_their_seed(shape: dict[str, Any]) -> None:
    assert delays({**shape, "seed": 1}) == delays({**shape, "seed": 1})
    assert delays({**shape, "seed": 1}) != delays({**shape, "seed": 2})
    assert delays(shape) == delays(shape)


def test_a_hanging_up_is_delayed_like_an_answer() -> None:
    plan = plan_of("reset_before", {"fault": {"kind": "delay", "seconds": 3}})
    assert strike(plan).before == Hangup("reset", hold=3)
