"""Faults on the rows of a bulk write: what is told, what is stored, and whose."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.fault_bench import GET, POST, accepted, plan_of, strike
from mock_sis.faults.row_fate import RowFate

ROWS = (RowFate.accepted("1"), RowFate.refused("2", "late"), RowFate.accepted("3"))

BENT = [
    (
        "rows_all_fail",
        {"text": "no"},
        (RowFate("1", "no", False), RowFate("2", "no", False), RowFate("3", "no", False)),
    ),
    ("rows_fail", {"subjects": [3], "text": "no"}, (*ROWS[:2], RowFate("3", "no", False))),
    (
        "rows_told_stored_but_not",
        {},
        (RowFate("1", None, False), ROWS[1], RowFate("3", None, False)),
    ),
    ("rows_told_stored_but_not", {"subjects": ["1"]}, (RowFate("1", None, False), *ROWS[1:])),
    (
        "rows_stored_but_told_failed",
        {"text": "no"},
        (RowFate("1", "no", True), ROWS[1], RowFate("3", "no", True)),
    ),
    (
        "rows_stored_but_told_failed",
        {"subjects": [2, 3], "text": "no"},
        (*ROWS[:2], RowFate("3", "no", True)),
    ),
]


@pytest.mark.parametrize(("kind", "parameters", "expected"), BENT)
def test_a_row_fault_changes_what_is_told_or_what_is_stored(
    kind: str, parameters: dict[str, Any], expected: tuple[RowFate, ...]
) -> None:
    effects = strike(plan_of({"fault": {"kind": kind, **parameters}}))
    assert effects.rows(ROWS) == expected
    assert effects.names == (kind,)


@pytest.mark.parametrize(
    ("fault", "rows"),
    [
        ({"kind": "rows_fail", "subjects": [9]}, ROWS),
        ({"kind": "rows_told_stored_but_not"}, (ROWS[1],)),
        ({"kind": "rows_stored_but_told_failed"}, (ROWS[1],)),
        ({"kind": "rows_all_fail"}, ()),
    ],
)
def test_a_row_fault_that_finds_no_row_of_its_own_waits(
    fault: dict[str, Any], rows: tuple[RowFate, ...]
) -> None:
    plan = plan_of({"fault": fault})
    assert strike(plan).rows(rows) == rows
    assert [armed.fired for armed in plan.never_fired] == [0]


def test_the_first_fault_that_changes_a_row_has_it() -> None:
    plan = plan_of(
        {"fault": {"kind": "rows_fail", "subjects": [1], "text": "first"}},
        {"fault": {"kind": "rows_all_fail", "text": "second"}},
        {"fault": {"kind": "rows_all_fail", "text": "third"}},
    )
    told = [strike(plan).rows(accepted("1", "2")) for _ in range(3)]
    assert [[row.error for row in rows] for rows in told] == [
        ["first", "second"],
        ["third", "third"],
        [None, None],
    ]


def test_row_faults_do_not_see_calls_that_write_no_rows() -> None:
    plan = plan_of({"when": {"nth": 1}, "fault": {"kind": "rows_all_fail"}})
    strike(plan, operation=GET)
    assert plan.armed[0].seen == 0
    assert strike(plan, operation=POST).rows(accepted("1")) != accepted("1")


@given(
    subjects=st.lists(st.integers(1, 50).map(str), min_size=1, unique=True),
    kind=st.sampled_from(
        ["rows_all_fail", "rows_told_stored_but_not", "rows_stored_but_told_failed"]
    ),
    data=st.data(),
)
def test_a_fault_for_one_person_touches_only_that_persons_row(
    subjects: list[str], kind: str, data: st.DataObject
) -> None:
    person = data.draw(st.sampled_from(subjects))
    plan = plan_of({"subject": person, "fault": {"kind": kind}})
    rows = accepted(*subjects)
    bent = strike(plan, subjects=frozenset(subjects)).rows(rows)
    assert [row.subject for row in bent] == subjects
    assert {row.subject for row, was in zip(bent, rows, strict=True) if row != was} == {person}


def test_a_fault_for_one_person_and_rows_of_others_touches_nobody() -> None:
    fault = {"subject": 1, "fault": {"kind": "rows_fail", "subjects": [2]}}
    rows = accepted("1", "2")
    assert strike(plan_of(fault), subjects=frozenset({"1", "2"})).rows(rows) == rows
