"""A fault is armed only if its kind can act on an operation that it is for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from helpers.simulator.control_desk import SEED, Desk, refused
from mock_sis.dialects.table import DIALECTS
from mock_sis.errors import FaultError
from mock_sis.exchange import Call, Reply
from mock_sis.faults.catalogue import FAULTS, FaultKind
from mock_sis.faults.spec import inline
from mock_sis.simulator import Simulator

OPERATIONS: Mapping[str, frozenset[str]] = {
    dialect.name: frozenset(route.operation for _, route in dialect.served(dialect.policy()))
    for dialect in DIALECTS
}
DOCUMENTS = frozenset({"wiseflow.openapi", "schoology.openapi", "oneroster.openapi"})
"""The operations that are not journaled, and so take no faults."""
EVERY = frozenset().union(*OPERATIONS.values()) - DOCUMENTS

EXPORTS = frozenset({"wiseflow.flows.grades.post", "wiseflow.flows.grades.patch"})
REPORTS = frozenset({"schoology.sections.grades.put"})
LINE_ITEMS = frozenset(
    {
        "oneroster.gradebook.lineItems.put",
        "oneroster.gradebook.classes.lineItems.post",
        "oneroster.gradebook.schools.lineItems.post",
    }
)
LATE_WRITES = LINE_ITEMS | {
    "oneroster.gradebook.lineItems.delete",
    "oneroster.gradebook.lineItems.results.post",
    "oneroster.gradebook.classes.academicSessions.results.post",
    "oneroster.gradebook.results.put",
    "oneroster.gradebook.results.delete",
}
WRITES = LATE_WRITES | {
    "oneroster.gradebook.categories.put",
    "oneroster.gradebook.categories.delete",
    "oneroster.gradebook.scoreScales.put",
    "oneroster.gradebook.scoreScales.delete",
}
REACHED: Mapping[str, frozenset[str]] = {
    "refuse_connection": frozenset(),
    "wiseflow_wrong_counts": EXPORTS,
    "wiseflow_unknown_user": EXPORTS,
    "wiseflow_repeated_user": EXPORTS,
    "wiseflow_errors_without_user": EXPORTS,
    "rows_all_fail": EXPORTS | REPORTS,
    "rows_fail": EXPORTS | REPORTS,
    "rows_told_stored_but_not": EXPORTS | REPORTS,
    "rows_stored_but_told_failed": EXPORTS | REPORTS,
    "schoology_row_codes": REPORTS,
    "schoology_rows_missing": REPORTS,
    "schoology_error_object": REPORTS,
    "oneroster_swapped_status": WRITES,
    "oneroster_status_info_in_200": OPERATIONS["oneroster"] - DOCUMENTS - {"oneroster.token"},
    "oneroster_category_renamed": LINE_ITEMS,
    "oneroster_posting_lag": LATE_WRITES,
    "token_lifetime": frozenset({"wiseflow.token", "oneroster.token"}),
}
"""The operations of the kinds that do not act on every one."""

each_kind = pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
each_dialect = pytest.mark.parametrize("dialect", sorted(OPERATIONS))


def reached(kind: FaultKind) -> frozenset[str]:
    return REACHED.get(kind.name, EVERY)


def arm(desk: Desk, kind: FaultKind, operation: str) -> Reply:
    return desk.ask("POST", "/_control/faults", kind.example | {"operation": operation})


def cause(answer: Reply) -> str:
    """What a refusal says is wrong with the operation."""
    (problem,) = refused(answer, 422)["errors"]
    assert problem["pointer"] == "/operation"
    return str(problem["detail"])


def test_the_table_names_kinds_and_operations_that_exist() -> None:
    assert REACHED.keys() <= {kind.name for kind in FAULTS}
    assert frozenset().union(DOCUMENTS, *REACHED.values()) <= frozenset().union(
        *OPERATIONS.values()
    )


@each_dialect
@each_kind
def test_a_fault_is_armed_for_the_operations_its_kind_reaches(
    kind: FaultKind, dialect: str
) -> None:
    desk = Desk()
    armed = {
        operation for operation in OPERATIONS[dialect] if arm(desk, kind, operation).status == 201
    }
    assert armed == OPERATIONS[dialect] & reached(kind)
    assert len(desk.world.plan.armed) == len(SEED["faults"]) + len(armed)


@each_dialect
@each_kind
def test_a_fault_is_armed_for_a_pattern_if_its_kind_reaches_one_operation_of_it(
    kind: FaultKind, dialect: str
) -> None:
    answer = arm(Desk(), kind, f"{dialect}.*")
    assert (answer.status == 201) == bool(OPERATIONS[dialect] & reached(kind))


@each_dialect
@each_kind
def test_a_header_asks_for_a_kind_that_reaches_the_operation(kind: FaultKind, dialect: str) -> None:
    for operation in OPERATIONS[dialect] - DOCUMENTS:
        text = json.dumps(kind.example["fault"])
        if operation in reached(kind):
            assert inline(text, operation).kind == kind.name
        else:
            with pytest.raises(FaultError, match=kind.name):
                inline(text, operation)


@each_kind
def test_every_kind_can_be_armed_without_an_operation(kind: FaultKind) -> None:
    desk = Desk()
    assert desk.ask("POST", "/_control/faults", {"fault": kind.example["fault"]}).status == 201


SAID = [
    (
        "schoology_row_codes",
        "wiseflow.*",
        "schoology_row_codes cannot act on 'wiseflow.*'; it acts on schoology.sections.grades.put. "
        "Change the operation, leave it out, or choose another kind (`mock-sis faults` lists "
        "them).",
    ),
    (
        "rows_all_fail",
        "oneroster.gradebook.results.put",
        "it acts on wiseflow.flows.grades.post, wiseflow.flows.grades.patch, "
        "schoology.sections.grades.put. Change",
    ),
    (
        "oneroster_swapped_status",
        "oneroster.*.list",
        "it acts on oneroster.gradebook.lineItems.put, oneroster.gradebook.lineItems.delete, "
        "oneroster.gradebook.results.put, oneroster.gradebook.results.delete, "
        "oneroster.gradebook.categories.put and 7 more. Change",
    ),
    (
        "reset_after",
        "*.openapi",
        "reset_after cannot act on '*.openapi'; it acts on wiseflow.flows",
    ),
    ("rows_all_fail", "wiseflow.list", "`mock-sis routes` (got 'wiseflow.list')"),
    ("refuse_connection", "wiseflow.list", "(got 'wiseflow.list')"),
]


@pytest.mark.parametrize(("kind", "operation", "said"), SAID)
def test_a_refusal_names_the_kind_the_pattern_and_what_the_kind_reaches(
    kind: str, operation: str, said: str
) -> None:
    (row,) = (row for row in FAULTS if row.name == kind)
    assert said in cause(arm(Desk(), row, operation))


def test_a_kind_that_acts_on_connections_takes_no_operation_however_good() -> None:
    fault = {"operation": "wiseflow.*", "fault": {"kind": "refuse_connection"}}
    problem = refused(Desk().ask("POST", "/_control/faults", fault), 422)
    assert "takes no operation" in problem["detail"]


def test_a_seed_whose_fault_is_out_of_reach_is_refused_by_its_place() -> None:
    desk = Desk()
    before = desk.state()
    faults = [
        {"operation": "wiseflow.*", "fault": {"kind": "rows_all_fail"}},
        {"operation": "oneroster.*", "fault": {"kind": "rows_all_fail"}},
    ]
    (problem,) = refused(desk.ask("PUT", "/_control/seed", {"faults": faults}), 422)["errors"]
    assert problem["pointer"] == "/faults/1/operation"
    assert "rows_all_fail cannot act on 'oneroster.*'" in problem["detail"]
    assert desk.state() == before


def test_a_header_out_of_reach_is_refused_and_the_call_not_carried_out() -> None:
    simulator = Simulator(allow_fault_header=True)
    header: Any = (("X-Mock-Fault", "schoology_error_object"),)
    answer = simulator.answer(Call("GET", "/wiseflow/flows", header))
    assert isinstance(answer, Reply)
    assert json.loads(answer.body)["detail"] == (
        "X-Mock-Fault: schoology_error_object cannot act on wiseflow.flows.list; it acts on "
        "schoology.sections.grades.put."
    )
    assert answer.status == 400
