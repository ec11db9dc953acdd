"""The plan: where and when armed faults strike, how they combine, and what is counted."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.fault_bench import (
    GET,
    POST,
    TOKEN,
    accepted,
    call,
    outcome,
    plan_of,
    strike,
    told,
)
from mock_sis.exchange import Call, Delivery, Hangup, Reply
from mock_sis.faults.catalogue import FAULTS
from mock_sis.faults.effects import NO_EFFECTS, Effects
from mock_sis.faults.http import Status
from mock_sis.faults.plan import Plan
from mock_sis.faults.spec import Fault, Where
from mock_sis.faults.transport import ResetAfter
from mock_sis.faults.when import Next

TRUE = told(2)


def statuses(plan: Plan, calls: int, **where: Any) -> list[int | None]:
    """The status that each of so many calls is answered with instead; None: none."""
    struck = [strike(plan, **where).before for _ in range(calls)]
    return [reply.status if isinstance(reply, Reply) else None for reply in struck]


def failing(status: int = 503, **rest: Any) -> dict[str, Any]:
    return {"fault": {"kind": "status", "status": status}, **rest}


WHEN = [
    (None, [503, None, None, None]),
    ({"next": 1}, [503, None, None, None]),
    ({"next": 2}, [503, 503, None, None]),
    ({"nth": 1}, [503, None, None, None]),
    ({"nth": 3}, [None, None, 503, None]),
    ({"always": True}, [503, 503, 503, 503]),
    ({"probability": 0}, [None, None, None, None]),
    ({"probability": 1}, [503, 503, 503, 503]),
]


@pytest.mark.parametrize(("when", "expected"), WHEN)
def test_a_fault_strikes_when_it_was_told_to(
    when: dict[str, Any] | None, expected: list[int | None]
) -> None:
    plan = plan_of(failing(**({"when": when} if when else {})))
    assert statuses(plan, 4) == expected
    assert plan.armed[0].fired == 4 - expected.count(None)


@given(wanted=st.integers(1, 20), calls=st.integers(0, 40))
def test_next_n_strikes_the_first_n_calls(wanted: int, calls: int) -> None:
    plan = plan_of(failing(when={"next": wanted}))
    struck = statuses(plan, calls)
    assert struck == [503] * min(wanted, calls) + [None] * max(0, calls - wanted)
    assert plan.armed[0].fired == min(wanted, calls)
    assert plan.armed[0].exhausted == (calls >= wanted)


@given(nth=st.integers(1, 20), calls=st.integers(0, 40))
def test_nth_strikes_one_call_alone(nth: int, calls: int) -> None:
    plan = plan_of(failing(when={"nth": nth}))
    assert [place for place, status in enumerate(statuses(plan, calls), 1) if status] == (
        [nth] if calls >= nth else []
    )


@given(seed=st.integers(), chance=st.floats(0, 1))
def test_chance_is_the_same_for_the_same_calls(seed: int, chance: float) -> None:
    when = {"probability": chance, "seed": seed}
    alone = plan_of(failing(when=when))
    # Another fault that draws too must not disturb it.
    beside = plan_of(
        {"when": {"probability": 0.5}, "fault": {"kind": "delay", "uniform": [0, 1]}},
        failing(when=when),
    )
    assert statuses(alone, 30) == statuses(beside, 30)


def test_chance_without_a_seed_is_the_plans_own_and_differs_from_fault_to_fault() -> None:
    def struck(number: int) -> list[int | None]:
        plan = Plan()
        for _ in range(number):
            plan.arm(failing(when={"nth": 10**6}), 0)
        plan.arm(failing(when={"probability": 0.5}), 0)
        return statuses(plan, 64)

    assert struck(0) == struck(0)
    assert struck(0) != struck(1)
    assert 10 < sum(status is not None for status in struck(0)) < 54


def test_only_what_is_left_to_chance_has_a_random_source_to_keep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = []
    monkeypatch.setattr("mock_sis.faults.chance.Random", lambda seed: made.append(seed) or Random())
    plan = plan_of(*(kind.example for kind in FAULTS if kind.name != "delay"))
    for _ in range(3):
        outcome(plan, TRUE)
    assert made == []
    plan = plan_of(failing(when={"probability": 0.5, "seed": 7}))
    assert len(statuses(plan, 3)) == 3
    assert made == [7]


def test_between_strikes_from_the_first_time_on_and_before_the_second() -> None:
    fault = failing(when={"between": ["1970-01-01T00:00:10Z", "1970-01-01T01:00:20+01:00"]})
    plan = plan_of(fault)
    times = [9.999, 10, 19.999, 20, 15]
    struck = [strike(plan, call(at=time)).before is not None for time in times]
    assert struck == [False, True, True, False, True]


WHERE = [
    ({"operation": "wiseflow.*"}, {}, True),
    ({"operation": POST}, {}, True),
    ({"operation": "wiseflow.flows.g?t"}, {"operation": GET}, True),
    ({"operation": "wiseflow.flows"}, {}, False),
    ({"operation": "WISEFLOW.*"}, {}, False),
    ({"operation": "schoology.*"}, {}, False),
    ({"subject": "1001"}, {"subjects": frozenset({"1001", "1002"})}, True),
    ({"subject": 1001}, {"subjects": frozenset({"1001"})}, True),
    ({"subject": "1001"}, {"subjects": frozenset({"1002"})}, False),
    ({"subject": "1001"}, {}, False),
    ({"header": {"name": "x-run", "value": "7"}}, {"asked": call(X_Run="7")}, True),
    ({"header": {"name": "X-Run"}}, {"asked": call(X_Run="8")}, True),
    ({"header": {"name": "X-Run", "value": "7"}}, {"asked": call(X_Run="8")}, False),
    ({"header": {"name": "X-Run"}}, {}, False),
]


@pytest.mark.parametrize(("where", "asked", "struck"), WHERE)
def test_a_fault_strikes_only_where_it_was_told_to(
    where: dict[str, Any], asked: dict[str, Any], struck: bool
) -> None:
    plan = plan_of(failing(**where))
    assert statuses(plan, 1, **asked) == [503 if struck else None]
    assert plan.armed[0].seen == struck


def test_the_control_interface_is_never_struck() -> None:
    plan = plan_of(failing(operation="c*"), failing(operation="*"))
    assert strike(plan, operation="control.faults.list") is NO_EFFECTS


def test_nobody_is_asked_for_the_subjects_unless_a_fault_is_for_one() -> None:
    def never() -> frozenset[str]:
        raise AssertionError("asked")

    plan = plan_of(failing(), failing(operation="schoology.*", subject="1"))
    plan.strike(POST, call(), never)
    plan.clear()
    assert plan.strike(POST, call(), never) is NO_EFFECTS


def test_the_subjects_are_asked_for_once_a_call() -> None:
    asked: list[int] = []

    def subjects() -> frozenset[str]:
        asked.append(1)
        return frozenset({"2"})

    plan = plan_of(*(failing(subject=str(number)) for number in range(5)))
    assert plan.strike(POST, call(), subjects).fired == ("f3",)
    assert asked == [1]


def test_faults_that_replace_an_answer_strike_one_after_the_other() -> None:
    plan = plan_of("reset_after", failing(500), "truncated_body", failing(502))
    outcomes = [outcome(plan, TRUE) for _ in range(5)]
    assert [each.status if isinstance(each, Reply) else each for each in outcomes] == [
        500,
        502,
        Hangup("reset"),
        200,
        200,
    ]
    assert outcomes[3] == Reply(200, TRUE.headers, TRUE.body[: len(TRUE.body) // 2])
    assert outcomes[4] is TRUE


def test_a_spoilt_answer_does_not_use_up_the_next_fault() -> None:
    plan = plan_of("empty_body", "byte_order_mark")
    assert strike(plan).spoil(TRUE) == Reply(200, TRUE.headers, b"")
    assert [armed.fired for armed in plan.armed] == [1, 0]


def test_faults_on_delivery_add_up_with_each_other_and_with_the_rest() -> None:
    late = {"when": {"always": True}, "fault": {"kind": "delay", "seconds": 2}}
    drip = {"when": {"always": True}, "fault": {"kind": "drip", "bytes_per_second": 9}}
    plan = plan_of(late, failing(), drip, "reset_after", late)
    first, second, third = (outcome(plan, TRUE) for _ in range(3))
    assert isinstance(first, Reply)
    assert (first.status, first.delivery) == (503, Delivery(delay=4, drip=9))
    assert second == Hangup("reset", hold=4)
    assert isinstance(third, Reply)
    assert (third.status, third.delivery) == (200, Delivery(delay=4, drip=9))
    assert [armed.fired for armed in plan.armed] == [3, 1, 2, 1, 3]


def test_what_came_before_the_call_is_not_spoilt_a_second_time() -> None:
    effects = strike(plan_of({"fault": {"kind": "delay", "seconds": 2}}, failing()))
    assert isinstance(effects.before, Reply)
    assert effects.before.delivery == Delivery(delay=2)
    assert effects.spoil(effects.before) is effects.before
    assert effects.names == ("status", "delay")


def test_a_hanging_up_is_left_to_what_acts_on_delivery() -> None:
    plan = plan_of("empty_body", {"fault": {"kind": "delay", "seconds": 2}})
    assert strike(plan).spoil(Hangup("close")) == Hangup("close", hold=2)
    assert [armed.kind for armed in plan.never_fired] == ["empty_body"]


@given(
    st.lists(
        st.tuples(st.sampled_from([POST, GET, TOKEN]), st.floats(0, 100), st.integers(1, 9)),
        max_size=30,
    )
)
def test_the_same_calls_meet_the_same_faults(calls: list[tuple[str, float, int]]) -> None:
    def told_by(plan: Plan) -> list[Any]:
        struck: list[Any] = []
        for operation, at, in_flight in calls:
            effects = strike(plan, call(at, in_flight), operation)
            struck.append((effects.before, effects.rows(accepted("1")), effects.spoil(TRUE)))
            struck.append((effects.token_lifetime(9).act(), effects.fired))
        return [*struck, plan.armed]

    def armed() -> Plan:
        always = {"always": True}
        return plan_of(
            {"when": {"probability": 0.3}, "fault": {"kind": "reset_after"}},
            {"when": always, "fault": {"kind": "delay", "lognormal": {"median": 1, "sigma": 1}}},
            {"when": {"probability": 0.5, "seed": 3}, "fault": {"kind": "rows_all_fail"}},
            {"fault": {"kind": "rate_limit", "requests": 2, "seconds": 5}},
            {"fault": {"kind": "capacity", "in_flight": 5}},
            {"fault": {"kind": "token_lifetime", "seconds": 1}},
        )

    assert told_by(armed()) == told_by(armed())


def test_faults_are_listed_in_the_order_of_arming_and_ids_are_never_given_twice() -> None:
    plan = plan_of("reset_after", "bad_gzip", "empty_body")
    assert [armed.id for armed in plan.armed] == ["f1", "f2", "f3"]
    assert plan.disarm("f2")
    assert not plan.disarm("f2")
    plan.clear()
    assert plan.armed == ()
    assert plan.arm({"fault": {"kind": "drip", "bytes_per_second": 1}}, 0).id == "f4"


def test_a_disarmed_fault_does_not_strike() -> None:
    plan = plan_of(failing(500), failing(502))
    plan.disarm("f1")
    assert statuses(plan, 2) == [502, None]
    plan.arm(failing(), 0)
    plan.clear()
    assert statuses(plan, 1) == [None]


def test_a_fault_that_never_fired_is_named() -> None:
    plan = plan_of(failing(), failing(operation="wiseflow.token"), "refuse_connection")
    statuses(plan, 3)
    assert [armed.id for armed in plan.never_fired] == ["f2", "f3"]


def test_a_connection_is_refused_before_any_call_is_seen() -> None:
    plan = plan_of({"when": {"nth": 2}, "fault": {"kind": "refuse_connection"}})
    strike(plan)
    refused = [plan.connect("127.0.0.1", now) for now in (0.0, 1.0, 2.0)]
    assert [armed.id if armed else None for armed in refused] == [None, "f1", None]
    assert refused[1] == plan.armed[0]
    assert (plan.armed[0].fired, plan.armed[0].exhausted) == (1, True)


def test_no_connection_is_refused_by_other_faults() -> None:
    plan = plan_of(failing())
    assert plan.connect("127.0.0.1", 0.0) is None
    assert plan.armed[0].seen == 0


def test_a_fault_may_be_armed_as_a_value() -> None:
    plan = Plan()
    value = Fault(Status(status=404), Where("wiseflow.*"), Next(2))
    assert plan.arm(value, 0).fault == value
    assert plan.arm(Fault(ResetAfter()), 0).fault.as_json()["when"] == {"next": 1}
    assert statuses(plan, 3) == [404, 404, None]


def test_what_nothing_is_due_on_is_left_alone() -> None:
    rows = accepted("1")
    elsewhere = plan_of(failing(operation="schoology.*"), "refuse_connection")
    for effects in (strike(Plan()), strike(elsewhere), Effects(Call("", ""), ())):
        assert effects.before is None
        assert effects.rows(rows) == rows
        assert effects.token_lifetime(60).act() == 60
        assert effects.spoil(TRUE) is TRUE
        assert effects.fired == effects.names == ()
